import { detailsOf, readResult } from './answer.ts';
import { EntrepotError, type ErrorDetails } from './error.ts';
import { createEventStreamParser, type StreamBlock } from './event-stream.ts';
import type { RequestOptions, Send, SendInit } from './transport.ts';

/** A block of a stream, with what is known of the answer that it belongs to. */
export interface ReceivedBlock extends StreamBlock {
  answer: ErrorDetails;
}

/** How a stream is asked for and given up. */
export interface StreamOptions {
  headers: RequestOptions['headers'];
  signal: AbortSignal;
  /** Where nothing comes for so long, in milliseconds, nothing is expected any more. */
  silenceMs: number;
}

/**
 * Sends a request that is answered by an event stream, and gives its blocks: those that have come, and then no byte is read before the
 * next one is asked for, so that the server waits for a slow reader. Throws EntrepotError for any other answer, and `NETWORK_ERROR` where none
 * comes, where the stream ends, and where nothing came for `silenceMs`; the signal's reason when that ends it. Nothing is left of it then.
 */
export async function* openEventStream(send: Send, init: SendInit, { headers, signal, silenceMs }: StreamOptions): AsyncGenerator<ReceivedBlock, void, undefined> {
  const connection = new AbortController();
  const end = () => connection.abort(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  try {
    signal.throwIfAborted();
    const response = await soon(send('graphql', init, { headers, signal: connection.signal }));
    const answer = detailsOf(response);
    if (!response.ok || !response.body || !isEventStream(response)) {
      await soon(readResult(response));
      throw new EntrepotError('BAD_RESPONSE', 'The server answered at once: this is no subscription.', answer);
    }
    const reader = response.body.getReader();
    const blocksOf = createEventStreamParser();
    for (;;) {
      const { done, value } = await soon(reader.read(), (cause) => brokenOff({ ...answer, cause }));
      if (done) throw brokenOff(answer);
      for (const block of blocksOf(value)) yield { ...block, answer };
    }
  } finally {
    signal.removeEventListener('abort', end);
    connection.abort();
  }

  /** What is awaited, unless it takes too long. */
  async function soon<T>(work: Promise<T>, failure = (error: unknown) => error): Promise<T> {
    const silence = new EntrepotError('NETWORK_ERROR', `Nothing came for ${silenceMs / 1000} seconds.`);
    const timer = setTimeout(() => connection.abort(silence), silenceMs);
    try {
      return await work;
    } catch (error) {
      // Not every environment passes the reason on to who reads the body.
      if (connection.signal.aborted) throw connection.signal.reason;
      throw failure(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

function isEventStream({ headers }: Response): boolean {
  return /^text\/event-stream\s*(;|$)/i.test(headers.get('content-type') ?? '');
}

function brokenOff(details: ErrorDetails): EntrepotError {
  return new EntrepotError('NETWORK_ERROR', 'The stream broke off.', details);
}
