import { dataOf, parsed } from './answer.ts';
import { openEventStream } from './connection.ts';
import { EntrepotError } from './error.ts';
import { pause, pauseMs } from './pause.ts';
import type { SubscribeOptions, Subscription } from './subscribe.ts';
import type { Send, SendInit } from './transport.ts';

/**
 * Follows a subscription, whose request this is the body of, over one connection after the other, each from where the one before was lost.
 * `over` ends it.
 */
export async function* follow<Result>(send: Send, body: string, options: SubscribeOptions, over: AbortController): Subscription<Result> {
  const { signal, headers, onStatus, minRetryMs: minMs = 1_000, maxRetryMs: maxMs = 30_000, silenceMs = 45_000 } = options;
  let after = options.after ?? '';
  let failures = 0;
  /** The position of an item that the server could not make. */
  let failedId: string | undefined;
  const end = () => over.abort(signal?.reason);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  try {
    for (;;) {
      const error = yield* untilLost();
      if (!error) return;
      const retryMs = pauseMs(failures++, { minMs, maxMs, retryAfterSeconds: error.retryAfterSeconds });
      onStatus?.({ state: 'waiting', retryMs, error });
      await pause(retryMs, over.signal);
    }
  } catch (error) {
    if (!over.signal.aborted) throw error;
    if (signal?.aborted) throw signal.reason;
  } finally {
    signal?.removeEventListener('abort', end);
  }

  /** The results that come over one connection. Returns why it was lost; nothing where the subscription is over. */
  async function* untilLost(): AsyncGenerator<Result, EntrepotError | undefined, undefined> {
    let isOpen = false;
    let isLastTry = false;
    try {
      onStatus?.({ state: 'connecting' });
      for await (const { event, id, data, answer } of openEventStream(send, request(), { headers, signal: over.signal, silenceMs })) {
        // The first one only tells where the stream begins.
        if (isOpen) failures = 0;
        else onStatus?.({ state: 'open' });
        isOpen = true;
        if (event === 'complete') return undefined;
        if (event !== 'next' || data === undefined) {
          after = id ?? after;
          continue;
        }
        isLastTry = id !== undefined && id === failedId;
        failedId = id;
        const result = dataOf(parsed(data) ?? {}, answer) as Result;
        isLastTry = false;
        failedId = undefined;
        after = id ?? after;
        yield result;
      }
    } catch (error) {
      // What fails twice on one item would fail for ever.
      if (over.signal.aborted || isLastTry || !(error instanceof EntrepotError && isPassing(error))) throw error;
      return error;
    }
  }

  function request(): SendInit {
    return { method: 'POST', headers: { ...asked, ...(after === '' ? {} : { 'last-event-id': after }) }, body };
  }
}

const asked = { 'content-type': 'application/json', accept: 'text/event-stream, application/graphql-response+json, application/json' };

/** Whether it may be gone when one comes again. */
function isPassing({ code, status = 0 }: EntrepotError): boolean {
  return ['NETWORK_ERROR', 'INTERNAL_ERROR', 'UNAVAILABLE'].includes(code) || status >= 500 || [408, 425, 429].includes(status);
}
