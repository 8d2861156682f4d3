import { afterEach, beforeEach, expect, vi } from 'vitest';
import { createSubscribe, type SubscribeOptions, type Subscription, type SubscriptionStatus } from '../../../schema/sdk/index.ts';
import { next, ScriptedServer } from './scripted-server.ts';

export const document = 'subscription { numbers }';
/** A result at a position. */
export const number = (id: string, value: number) => next(id, { data: { numbers: value } });
/** A result that could not be made. */
export const failed = (id: string | undefined, code: string) => next(id, { data: null, errors: [{ message: `It is ${code}.`, path: ['numbers'], extensions: { code } }] });
/** What a server says when there is no more. */
export const complete = 'event: complete\ndata:\n\n';

/** Gives each test of a file a server to script, a clock to move, and no chance: each random part is the whole. */
export function useScript() {
  const script = {
    server: new ScriptedServer(),
    /** What the subscription told of itself. */
    statuses: [] as SubscriptionStatus[],
    states: () => script.statuses.map(({ state }) => state),
    /** A subscription to the server. */
    follow(options: SubscribeOptions = {}): Subscription<any> {
      const subscribe = createSubscribe({ url: 'http://registry.example', token: 'secret', fetch: script.server.fetch });
      return subscribe(document, undefined, { onStatus: (status) => script.statuses.push(status), ...options });
    },
  };
  beforeEach(() => {
    script.server = new ScriptedServer();
    script.statuses = [];
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    vi.spyOn(Math, 'random').mockReturnValue(1);
  });
  afterEach(() => {
    // Whatever a test did with its subscription, no timer is left of it.
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  return script;
}

/** The first value, or what is thrown. */
export const firstOf = (items: Subscription<any>) => items.next().then(({ value }) => value, (error: unknown) => error);
