import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { createSubscribe, type Subscription } from '../../../schema/sdk/index.ts';
import { complete, document, failed, firstOf, number, useScript } from './script.ts';

const script = useScript();

describe('a failure', () => {
  it.for<[title: string, status: number, body: unknown, error: object]>([
    ['no credential', 401, { errors: [{ message: 'Sign in.', extensions: { code: 'UNAUTHENTICATED' } }] }, { code: 'UNAUTHENTICATED', message: 'Sign in.', status: 401 }],
    ['no right', 403, { errors: [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }] }, { code: 'FORBIDDEN' }],
    ['a wrong document', 400, { errors: [{ message: 'No such field.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }, { code: 'GRAPHQL_VALIDATION_FAILED' }],
    ['an old cursor', 410, { code: 'CURSOR_EXPIRED', message: 'Too old.' }, { code: 'CURSOR_EXPIRED', message: 'Too old.' }],
    ['another server', 404, '<html>', { code: 'BAD_RESPONSE', status: 404 }],
    ['a page that says hello', 200, '<html>', { code: 'BAD_RESPONSE', status: 200 }],
    ['a query', 200, { data: { hello: 1 } }, { code: 'BAD_RESPONSE', message: 'The server answered at once: this is no subscription.' }],
  ])('that stays is thrown at once: %s', async ([, status, body, error]) => {
    const items = script.follow();
    const thrown = firstOf(items);
    (await script.server.next()).answer(status, body);
    expect(await thrown).toMatchObject({ name: 'EntrepotError', ...error });
    expect(script.states()).toEqual(['connecting']);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('that stays is thrown when it comes later, on the stream', async () => {
    const items = script.follow();
    const value = items.next();
    const request = await script.server.next();
    request.open();
    request.send(number('e1', 1) + failed(undefined, 'UNAUTHENTICATED') + complete);
    await value;
    expect(await firstOf(items)).toMatchObject({ code: 'UNAUTHENTICATED', path: ['numbers'], errors: [{ message: 'It is UNAUTHENTICATED.' }], status: 200 });
    expect(request.signal.aborted).toBe(true);
    expect(script.server.requests).toHaveLength(1);
  });

  it.for(['no JSON', '{}', '5', 'null'])('is a result that is none: %s', async (data) => {
    const thrown = firstOf(script.follow());
    const request = await script.server.next();
    request.open();
    request.send(`event: next\ndata: ${data}\n\n`);
    expect(await thrown).toMatchObject({ code: 'BAD_RESPONSE', message: 'The server answered without data.' });
  });

  it('of the server is passed over as often as it takes, where it is not about one item', async () => {
    const items = script.follow({ minRetryMs: 1, maxRetryMs: 1 });
    const value = items.next();
    for (let i = 0; i < 5; i++) {
      const request = await script.server.next();
      request.open();
      request.send(`id: e0\n\n${failed(undefined, 'INTERNAL_ERROR')}${complete}`);
      await vi.advanceTimersByTimeAsync(1);
    }
    const request = await script.server.next();
    request.open();
    request.send(number('e1', 1));
    expect((await value).value).toEqual({ numbers: 1 });
    await items.return();
  });

  it('of the server with one item gives that item one more try', async () => {
    const items = script.follow();
    const serve = async (text: string) => {
      const request = await script.server.next();
      request.open();
      request.send(`id: e0\n\n${text}`);
      await vi.advanceTimersByTimeAsync(1_000);
    };
    const first = firstOf(items);
    await serve(failed('e1', 'INTERNAL_ERROR'));
    await serve(number('e1', 1) + failed('e2', 'INTERNAL_ERROR'));
    expect(await first).toEqual({ numbers: 1 });
    const second = firstOf(items);
    await vi.advanceTimersByTimeAsync(1_000);
    await serve(failed('e2', 'INTERNAL_ERROR'));
    expect(await second).toMatchObject({ code: 'INTERNAL_ERROR', path: ['numbers'] });
    expect(script.server.requests.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, 'e0', 'e1']);
  });

  it('before anything is sent is thrown as it is', async () => {
    const subscribe = createSubscribe({ url: 'http://registry.example', token: 'two\nlines', fetch: script.server.fetch });
    expect(await firstOf(subscribe(document))).toBeInstanceOf(TypeError);
    expect(await firstOf(script.follow({ after: 'two\nlines' }))).toBeInstanceOf(TypeError);
    expect(script.server.requests).toEqual([]);
  });
});

describe('an end', () => {
  /** Brings a subscription to each of the places where it waits. */
  const places: Record<string, (items: Subscription<any>) => Promise<void>> = {
    'before it began': async () => {},
    'without an answer': async () => void (await script.server.next()),
    'on an open stream': async () => {
      const request = await script.server.next();
      request.open();
      request.send('id: e0\n\n');
    },
    'between two tries': async () => (await script.server.next()).refuse(),
  };

  it.for(Object.entries(places))('by return() comes at once %s, and leaves nothing', async ([place, go]) => {
    const stop = new AbortController();
    const items = script.follow({ signal: stop.signal });
    const value = place === 'before it began' ? undefined : items.next();
    await go(items);
    await vi.advanceTimersByTimeAsync(0);
    expect(await items.return()).toEqual({ done: true, value: undefined });
    expect(await (value ?? items.next())).toEqual({ done: true, value: undefined });
    expect(script.server.requests.every(({ signal }) => signal.aborted)).toBe(true);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it.for(Object.entries(places))('by its signal comes at once %s, and leaves nothing', async ([place, go]) => {
    const stop = new AbortController();
    const items = script.follow({ signal: stop.signal });
    const reason = new Error('no longer needed');
    if (place === 'before it began') stop.abort(reason);
    const thrown = firstOf(items);
    if (place !== 'before it began') await go(items);
    await vi.advanceTimersByTimeAsync(0);
    stop.abort(reason);
    expect(await thrown).toBe(reason);
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect(script.server.requests).toHaveLength(place === 'before it began' ? 0 : 1);
    expect(script.server.requests.every(({ signal }) => signal.aborted)).toBe(true);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it('by break or a signal comes between two items', async () => {
    for (const how of ['break', 'signal']) {
      const stop = new AbortController();
      const seen: number[] = [];
      const run = async () => {
        for await (const { numbers } of script.follow({ signal: stop.signal })) {
          seen.push(numbers);
          if (how === 'break') break;
          stop.abort(new Error('no longer needed'));
        }
      };
      const done = run();
      const request = await script.server.next();
      request.open();
      request.send(number('e1', 1));
      await (how === 'break' ? done : expect(done).rejects.toThrow('no longer needed'));
      expect(seen).toEqual([1]);
      expect(request.signal.aborted).toBe(true);
      expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    }
  });
});

describe('a slow reader', () => {
  it('has no byte read ahead of what is wanted', async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          sent += 1;
          controller.enqueue(Buffer.from(number(`e${sent}`, sent) + number(`e${sent}b`, -sent)));
        },
      },
      { highWaterMark: 0 },
    );
    const fetch = async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    const items = createSubscribe({ url: 'http://registry.example', fetch })(document) as Subscription<any>;
    for (const [value, pulled] of [[1, 1], [-1, 1], [2, 2], [-2, 2], [3, 3]] as const) {
      expect((await items.next()).value).toEqual({ numbers: value });
      await vi.advanceTimersByTimeAsync(0);
      expect(sent).toBe(pulled);
    }
    await items.return();
  });
});
