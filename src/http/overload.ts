import type { IncomingMessage } from 'node:http';
import type { CountedResponse } from './counted-response.ts';
import { createFairShare } from './fair-share.ts';
import { hasBody } from './request-body.ts';

/** How often the event loop is looked at. */
const tickMs = 100;
/** So many requests are served in a turn, however late they are: a few that a pause of the machine held up are no overload. */
const alwaysServed = 16;

/** What may be too much. */
export type Excess = 'delay' | 'working' | 'receiving';

export interface OverloadLimits {
  /** Requests that may be worked on at once, and as many whose bodies may be coming in; 0: any number. */
  requestsAtOnce: number;
  /** How long what comes may have waited for its turn; 0: any time. */
  maxDelayMs: number;
}

/**
 * Tells when more is asked than can be served, so that what is too much is refused before anything is done for it, and what is not is served in
 * good time. Two signs: the event loop has been busy with one turn for long, so whatever it comes to now has waited as long; and too many
 * requests wait for something else, such as the database. An answer that has begun counts no more, however slowly it is read, and a body
 * that comes in slowly takes no place from those who only ask.
 */
export function createOverload({ requestsAtOnce, maxDelayMs }: OverloadLimits) {
  const places = requestsAtOnce === 0 ? Infinity : requestsAtOnce;
  const working = createFairShare(places);
  const receiving = createFairShare(places);
  /** Since the last look, which comes no sooner than the turn is over. */
  let served = 0;
  let firstAt = 0;
  const timer = setInterval(() => (served = 0), tickMs).unref();
  const isLate = () => maxDelayMs > 0 && served >= alwaysServed && performance.now() - firstAt - tickMs > maxDelayMs;

  return {
    /** How many requests are worked on, and how many bodies are coming in. */
    get underWay() {
      return { working: working.taken, receiving: receiving.taken };
    },

    /** What there is too much of for a request of this client to be served; undefined where it can be. */
    excessFor(request: IncomingMessage, client: string): Excess | undefined {
      if (isLate()) return 'delay';
      if (hasBody(request) && !receiving.hasRoomFor(client)) return 'receiving';
      return working.hasRoomFor(client) ? undefined : 'working';
    },

    /** Counts a request that is served, until its answer begins or it is over. */
    count(request: IncomingMessage, response: CountedResponse, client: string): void {
      if (served === 0) firstAt = performance.now();
      served += 1;
      let leave = hasBody(request) ? receiving.take(client) : working.take(client);
      let isAnswered = false;
      const end = () => {
        isAnswered = true;
        leave();
      };
      if (hasBody(request)) {
        request.once('end', () => {
          leave();
          if (!isAnswered) leave = working.take(client);
        });
      }
      response.onHead = end;
      response.once('close', end);
    },

    stop(): void {
      clearInterval(timer);
    },
  };
}

export type Overload = ReturnType<typeof createOverload>;
