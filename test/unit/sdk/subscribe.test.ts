import { describe, expect, it, vi } from 'vitest';
import { createSubscribe } from '../../../schema/sdk/index.ts';
import { complete, document, firstOf, number, useScript } from './script.ts';

const script = useScript();

describe('a subscription', () => {
  it('asks for nothing before the first item is wanted; then sends the document with its credentials', async () => {
    const items = createSubscribe({ url: 'http://registry.example/sub', token: 'secret', headers: { 'x-one': '1' }, fetch: script.server.fetch })(
      document as { toString(): string; __apiType?: (variables: { a: number }) => unknown },
      { a: 1 },
      { headers: { 'x-two': '2' } },
    );
    expect(script.server.requests).toEqual([]);
    const value = items.next();
    const request = await script.server.next();
    expect(request.body).toEqual({ query: document, variables: { a: 1 } });
    expect(Object.fromEntries(request.headers)).toEqual({
      accept: 'text/event-stream, application/graphql-response+json, application/json',
      authorization: 'Bearer secret',
      'content-type': 'application/json',
      'x-one': '1',
      'x-two': '2',
    });
    request.open();
    request.send(number('e1', 1) + complete);
    expect(await value).toEqual({ done: false, value: { numbers: 1 } });
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect(request.signal.aborted).toBe(true);
  });

  it('is open when the server has told where it begins', async () => {
    const items = script.follow();
    const value = firstOf(items);
    const request = await script.server.next();
    request.open();
    await vi.advanceTimersByTimeAsync(0);
    expect(script.states()).toEqual(['connecting']);
    request.send('id: e0\n\n');
    await vi.advanceTimersByTimeAsync(0);
    expect(script.states()).toEqual(['connecting', 'open']);
    request.send(number('e1', 1));
    expect(await value).toEqual({ numbers: 1 });
    await items.return();
  });

  it('goes on from the last position, be it one without a result', async () => {
    const items = script.follow({ after: 'e0', minRetryMs: 1, maxRetryMs: 1 });
    const values: unknown[] = [];
    const done = (async () => {
      for await (const { numbers } of items) values.push(numbers);
    })();
    for (const [after, text] of [
      ['e0', `: hello\n\nid: e0\n\n${number('e1', 1)}${number('e2', 2)}`],
      ['e2', 'id: e2\n\nid: e7\n\n'],
      // What is not whole does not count.
      ['e7', `id: e7\n\n${number('e8', 8)}${number('e9', 9).slice(0, -1)}`],
      ['e8', ''],
      ['e8', `id: e8\n\nevent: other\nid: e9\ndata: x\n\n${number('e10', 10)}${complete}`],
    ] as const) {
      const request = await script.server.next();
      expect(request.headers.get('last-event-id')).toBe(after);
      request.open();
      request.send(text);
      await vi.advanceTimersByTimeAsync(0);
      if (!text.endsWith(complete)) request.cut();
      await vi.advanceTimersByTimeAsync(1);
    }
    await done;
    expect(values).toEqual([1, 2, 8, 10]);
  });

  it('takes an empty or missing cursor for none', async () => {
    for (const after of ['', null, undefined]) {
      const items = script.follow({ after });
      const value = firstOf(items);
      const request = await script.server.next();
      expect(request.headers.has('last-event-id')).toBe(false);
      request.answer(400, { errors: [{ message: 'No.', extensions: { code: 'NO' } }] });
      await value;
    }
  });
});

describe('a lost connection', () => {
  it('is made anew after a wait that doubles up to the longest, and begins short again when it was of use', async () => {
    const items = script.follow({ minRetryMs: 100, maxRetryMs: 500 });
    const value = items.next();
    for (const retryMs of [100, 200, 400, 500, 500]) {
      (await script.server.next()).refuse();
      await vi.advanceTimersByTimeAsync(0);
      expect(script.statuses.at(-1)).toMatchObject({ state: 'waiting', retryMs, error: { code: 'NETWORK_ERROR' } });
      await vi.advanceTimersByTimeAsync(retryMs - 1);
      expect(script.states().at(-1)).toBe('waiting');
      await vi.advanceTimersByTimeAsync(1);
      expect(script.states().at(-1)).toBe('connecting');
    }
    const request = await script.server.next();
    request.open();
    request.send(`id: e0\n\n${number('e1', 1)}`);
    await value;
    const more = items.next();
    request.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(script.statuses.at(-1)).toMatchObject({ state: 'waiting', retryMs: 100, error: { code: 'NETWORK_ERROR', message: 'The stream broke off.' } });
    await items.return();
    expect(await more).toEqual({ done: true, value: undefined });
  });

  it('is made anew after a random part of the wait', async () => {
    vi.mocked(Math.random).mockReturnValue(0.25);
    const items = script.follow();
    const value = items.next();
    (await script.server.next()).refuse();
    await vi.advanceTimersByTimeAsync(0);
    expect(script.statuses.at(-1)).toMatchObject({ state: 'waiting', retryMs: 250 });
    await items.return();
    await value;
  });

  it.for<[status: number, retryAfter: string | undefined, retryMs: number]>([
    [500, undefined, 1_000],
    [502, undefined, 1_000],
    [503, '7', 8_000],
    [504, 'soon', 1_000],
    [408, undefined, 1_000],
    [425, undefined, 1_000],
    [429, '0', 1_000],
    [429, new Date(Date.UTC(2030, 0, 1, 0, 0, 20)).toUTCString(), 21_000],
    [429, new Date(Date.UTC(2020, 0, 1)).toUTCString(), 1_000],
    // More than a timer can hold.
    [503, '99999999999', 2 ** 31 - 1],
  ])('is made anew where the answer is %i, with Retry-After %s', async ([status, retryAfter, retryMs]) => {
    vi.setSystemTime(Date.UTC(2030, 0, 1));
    const items = script.follow();
    const value = items.next();
    (await script.server.next()).answer(status, '<html>Try later</html>', retryAfter === undefined ? {} : { 'retry-after': retryAfter });
    await vi.advanceTimersByTimeAsync(0);
    expect(script.statuses).toMatchObject([{ state: 'connecting' }, { state: 'waiting', retryMs, error: { status } }]);
    await items.return();
    expect((await value).done).toBe(true);
  });

  it.for(['no answer', 'no first byte', 'nothing more'])('is one that is silent for 45 seconds: %s', async (what) => {
    const items = script.follow();
    const value = items.next();
    const request = await script.server.next();
    if (what !== 'no answer') request.open();
    if (what === 'nothing more') {
      request.send('id: e0\n\n');
      await vi.advanceTimersByTimeAsync(40_000);
      request.send(':\n');
    }
    await vi.advanceTimersByTimeAsync(44_999);
    expect(script.states()).not.toContain('waiting');
    await vi.advanceTimersByTimeAsync(1);
    expect(script.statuses.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'NETWORK_ERROR', message: 'Nothing came for 45 seconds.' } });
    expect(request.signal.aborted).toBe(true);
    await items.return();
    await value;
  });

  it('is not one whose reader takes their time', async () => {
    const items = script.follow();
    const value = items.next();
    const request = await script.server.next();
    request.open();
    request.send(number('e1', 1));
    await value;
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(600_000);
    request.send(number('e2', 2));
    expect((await items.next()).value).toEqual({ numbers: 2 });
    expect(script.states()).toEqual(['connecting', 'open']);
    await items.return();
  });
});
