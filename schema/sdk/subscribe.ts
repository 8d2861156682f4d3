import type { TypedDocument } from './document.ts';
import type { EntrepotError } from './error.ts';
import { follow } from './follow.ts';
import { type ClientOptions, createSend, type HeadersLike, type Send } from './transport.ts';

/** How a subscription is doing. */
export type SubscriptionStatus =
  /** A connection is being made. */
  | { state: 'connecting' }
  /** Connected: whatever happens from now on will be told, even if the connection is lost. */
  | { state: 'open' }
  /** The connection was lost, or none could be made; the next try comes after so long. */
  | { state: 'waiting'; retryMs: number; error: EntrepotError };

/** What one subscription may be told. */
export interface SubscribeOptions {
  /**
   * The cursor of the last item that was seen, from an earlier subscription: what was missed since comes first. Without one, or with null,
   * only what happens from now on.
   */
  after?: string | null | undefined;
  /** Ends the subscription; it then fails with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Added to those of the client. */
  headers?: HeadersLike | undefined;
  /** Hears how it is doing, for a light in a user interface. */
  onStatus?: ((status: SubscriptionStatus) => void) | undefined;
  /** The longest wait before the first try to connect again, in milliseconds; it doubles with each that fails. Default: 1,000. */
  minRetryMs?: number | undefined;
  /** The longest wait before any try. Default: 30,000. */
  maxRetryMs?: number | undefined;
  /** A connection from which nothing came for so long counts as lost; the server says something every 15 seconds. Default: 45,000. */
  silenceMs?: number | undefined;
}

/**
 * Items as they come, for `for await`. The connection is made when the first is asked for, and the next item is read when the one before
 * has been dealt with. A lost connection is made anew, for ever, and goes on where it was: each item comes once, in order. Ends when the
 * server says that it is over, or by `break` or `return()`, at once. Throws EntrepotError for what would not get better by waiting:
 * `UNAUTHENTICATED`, `FORBIDDEN`, `NOT_FOUND`, `CURSOR_EXPIRED` (`errors[0].extensions.cursor` is one to go on from), a document or
 * variables that are wrong.
 */
export type Subscription<Item> = AsyncGenerator<Item, void, undefined>;

/** Follows a subscription. The variables may be left out where all of them may. */
export type Subscribe = <Result, Variables>(
  document: TypedDocument<Result, Variables>,
  ...args: {} extends Variables ? [variables?: Variables, options?: SubscribeOptions] : [variables: Variables, options?: SubscribeOptions]
) => Subscription<Result>;

/** A client of the single function `subscribe`, for programs that bring their own documents and must stay small. */
export function createSubscribe(options: ClientOptions): Subscribe {
  return subscribeOver(createSend(options));
}

/** The same over a way to the server that is there already. */
export function subscribeOver(send: Send): Subscribe {
  return function subscribe<Result>(document: TypedDocument<Result, never>, variables?: unknown, options: SubscribeOptions = {}) {
    const over = new AbortController();
    const body = JSON.stringify({ query: String(document), variables });
    return endable(follow<Result>(send, body, options, over), () => over.abort());
  };
}

/** Of each result the one field that each of our own subscriptions asks for. */
export function fieldsOf<Result, Field extends keyof Result>(results: Subscription<Result>, field: Field): Subscription<Result[Field]> {
  return endable(pick(), () => void results.return());

  async function* pick(): Subscription<Result[Field]> {
    for await (const result of results) yield result[field];
  }
}

/** A generator hears of `return()` only when what it waits for has come; this one hears of it at once. */
function endable<Item>(items: Subscription<Item>, end: () => void): Subscription<Item> {
  const finish = items.return.bind(items);
  items.return = (value) => {
    end();
    return finish(value);
  };
  return items;
}
