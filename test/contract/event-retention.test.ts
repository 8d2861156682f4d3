import { IsNull } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Actor } from '../../src/access/actor.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { dayMs } from '../../src/days.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { DeletedNamespaceTable, instanceId } from '../../src/db/tables/namespace.ts';
import { listEventsAfter, readLogState } from '../../src/events/logged-event.ts';
import { pageOfEvents } from '../../src/events/page.ts';
import { purgeEvents } from '../../src/events/retain.ts';
import { followLog, type StreamItem } from '../../src/events/stream.ts';
import { deleteNamespace } from '../../src/namespaces/manage.ts';
import { deleteVersion } from '../../src/packages/remove.ts';
import { restoreVersion } from '../../src/packages/restore.ts';
import { updateSettings } from '../../src/settings/update.ts';
import type { TestApp } from '../support/app.ts';
import { fillLog, numbered } from '../support/event-log.ts';
import { databases, node, openRegistry, publishAs, refusal, tagsOf } from './registry.ts';

const everything = () => true;

describe.for(databases)('the retention of the log on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  let admin: Actor;
  const following: AsyncIterator<StreamItem>[] = [];
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    admin = await app.actor('admin');
    // Numbers are given when a test says so.
    await app.app.relay.stop();
  });
  afterEach(() => Promise.all(following.splice(0).map((stream) => stream.return?.())));
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const now = () => app.clock.now();
  const purge = () => purgeEvents(app.core, now());
  const numbers = async () => (await listEventsAfter(app.core.database.reads, 0, 10_000)).map(({ seq }) => seq);
  const keepFor = (days: number | null) => updateSettings(app.core, admin, instanceId, { node: { eventRetentionDays: { value: days } } });
  const page = (afterSeq: number | undefined, limit = 100) => pageOfEvents(app.core, admin, { afterSeq, limit, matches: everything });
  const follow = (afterSeq: number | undefined) => {
    const stream = followLog(app.core, { actor: async () => admin, matches: everything, afterSeq, signal: new AbortController().signal });
    following.push(stream);
    return stream;
  };
  /** Lets all that there is grow old, and removes it; returns the number of the last. */
  const empty = async () => {
    await numbered(app.core);
    app.clock.advance(366 * dayMs);
    await purge();
    expect(await numbers()).toEqual([]);
    return (await readLogState(app.core.database.reads)).purgedSeq;
  };
  /** A log whose first so many events are a day too old; the rest is of now. */
  const age = async (old: number, young: number) => {
    await fillLog(app.core, old, now());
    app.clock.advance(366 * dayMs);
    return fillLog(app.core, young, now());
  };

  test('removes what is older than a year, from the beginning on, and says up to where', async () => {
    expect(await purge()).toBe(0);
    expect(await readLogState(app.core.database.reads)).toMatchObject({ purgedSeq: 0, purgedBefore: null });
    const lastSeq = await age(2_300, 3);
    expect(await sweep(app.core)).toMatchObject({ removedEvents: lastSeq - 3 });
    expect(await numbers()).toEqual([lastSeq - 2, lastSeq - 1, lastSeq]);
    expect(await readLogState(app.core.database.reads)).toEqual({ lastSeq, purgedSeq: lastSeq - 3, purgedBefore: now() - 365 * dayMs });
    expect(await purge()).toBe(0);
    // It goes on with the next number.
    expect(await fillLog(app.core, 1, now())).toBe(lastSeq + 1);
  });

  test('keeps them as long as the instance says, to the millisecond', async () => {
    await empty();
    await keepFor(7);
    const { lastSeq } = await numbered(app.core);
    app.clock.advance(7 * dayMs);
    expect([await purge(), await numbers()]).toEqual([0, [lastSeq]]);
    app.clock.advance(1);
    expect([await purge(), await numbers()]).toEqual([1, []]);
    expect(await readLogState(app.core.database.reads)).toMatchObject({ lastSeq, purgedSeq: lastSeq });
    await keepFor(null);
  });

  test('takes a beginning only: what is old behind something young stays', async () => {
    await empty();
    const at = now();
    await fillLog(app.core, 2, at - 400 * dayMs);
    const young = await fillLog(app.core, 1, at);
    await fillLog(app.core, 2, at - 400 * dayMs);
    await purge();
    expect(await numbers()).toEqual([young, young + 1, young + 2]);
  });

  test('leaves what has no number yet', async () => {
    const lastSeq = await empty();
    for (const path of ['acme/one', 'acme/two']) await app.namespace(path);
    app.clock.advance(400 * dayMs);
    expect([await purge(), await app.core.database.reads.countBy(EventTable, { seq: IsNull() })]).toEqual([0, 2]);
    expect((await numbered(app.core)).lastSeq).toBe(lastSeq + 2);
    expect(await purge()).toBe(2);
  });

  test.for([
    ['before 7 days', 6],
    ['after 3650 days', 3651],
  ] as const)('cannot be set to end %s', async ([, days]) => {
    expect(await refusal(keepFor(days))).toBe('InvalidInput');
  });

  test('is a setting of the instance, for those who manage that', async () => {
    const acme = await node(app.core, 'acme');
    const change = { node: { eventRetentionDays: { value: 30 } } };
    expect(await refusal(updateSettings(app.core, admin, acme.id, change))).toBe('InvalidInput');
    expect(await refusal(updateSettings(app.core, await app.actor('owner'), instanceId, change))).toBe('Forbidden');
  });

  test('a cursor that is too old, or of another log, fails in words, on a page and in a stream', async () => {
    const lastSeq = await age(10, 5);
    await purge();
    const { purgedSeq, purgedBefore } = await readLogState(app.core.database.reads);
    expect(purgedSeq).toBe(lastSeq - 5);
    for (const [cursor, lostBefore, resumeSeq] of [
      [0, purgedBefore, purgedSeq],
      [purgedSeq - 1, purgedBefore, purgedSeq],
      [lastSeq + 1, null, lastSeq],
      [lastSeq + 1_000_000, null, lastSeq],
    ] as const) {
      await expect(page(cursor)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
      const stream = follow(cursor);
      expect((await stream.next()).value).toMatchObject({ kind: 'EXPIRED', seq: resumeSeq, lostBefore });
      expect(await stream.next()).toEqual({ done: true, value: undefined });
    }
    // At the edge nothing is lost.
    expect((await page(purgedSeq)).events.map(({ seq }) => seq)).toEqual([lastSeq - 4, lastSeq - 3, lastSeq - 2, lastSeq - 1, lastSeq]);
    expect((await follow(purgedSeq).next()).value).toMatchObject({ kind: 'EVENT', seq: purgedSeq + 1 });
    expect((await page(lastSeq)).events).toEqual([]);
    // Whoever names no cursor begins with the oldest that is there.
    expect((await page(undefined, 1)).events[0]?.seq).toBe(purgedSeq + 1);
  });

  test('a follower that is overtaken is told so, whether or not anything follows', async () => {
    for (const young of [1, 0]) {
      const before = (await numbered(app.core)).lastSeq;
      // More than are kept at hand for those who keep up.
      await fillLog(app.core, 1_500, now());
      const stream = follow(before);
      expect((await stream.next()).value).toMatchObject({ kind: 'EVENT', seq: before + 1 });
      app.clock.advance(366 * dayMs);
      if (young > 0) await fillLog(app.core, young, now());
      await purge();
      const { purgedSeq } = await readLogState(app.core.database.reads);
      expect(purgedSeq).toBe(before + 1_500);
      let told = before + 1;
      for (;;) {
        const { value } = await stream.next();
        if (value?.kind !== 'EVENT') {
          expect(value).toMatchObject({ kind: 'EXPIRED', seq: purgedSeq });
          break;
        }
        // What it was given was in order, up to where it ends.
        expect(value.seq).toBe(told + 1);
        told += 1;
      }
      expect(told).toBeLessThan(purgedSeq);
      expect(await stream.next()).toEqual({ done: true, value: undefined });
    }
  });

  test('a follower at the end of the log goes on', async () => {
    const { lastSeq } = await readLogState(app.core.database.reads);
    const stream = follow(lastSeq);
    const next = stream.next();
    app.clock.advance(400 * dayMs);
    const seq = await fillLog(app.core, 1, now() - 399 * dayMs);
    await app.core.events.look();
    expect((await next).value).toMatchObject({ kind: 'EVENT', seq });
    await purge();
    const after = stream.next();
    expect(await fillLog(app.core, 1, now())).toBe(seq + 1);
    await app.core.events.look();
    expect((await after).value).toMatchObject({ kind: 'EVENT', seq: seq + 1 });
  });

  test('a page that is overtaken while it is read fails, unless it began with the oldest', async () => {
    for (const isNamed of [true, false]) {
      const first = await empty();
      await fillLog(app.core, 600, now());
      app.clock.advance(366 * dayMs);
      const lastSeq = await fillLog(app.core, 1, now());
      const { reads } = app.core.database;
      const query = reads.query.bind(reads);
      const purgedBefore = isNamed ? 2 : 1;
      let pages = 0;
      const spy = vi.spyOn(reads, 'query').mockImplementation(async (sql, parameters) => {
        if (sql.includes('e.seq > ?') && (pages += 1) === purgedBefore) await purge();
        return query(sql, parameters as never) as never;
      });
      const reading = pageOfEvents(app.core, admin, { afterSeq: isNamed ? first : undefined, limit: 1_000, matches: everything });
      if (isNamed) await expect(reading).rejects.toMatchObject({ code: 'CURSOR_EXPIRED', resumeSeq: lastSeq - 1 });
      else expect((await reading).events.map(({ seq }) => seq)).toEqual([lastSeq]);
      spy.mockRestore();
    }
  });

  test('what gets its number while the first follower begins is news to it', async () => {
    const end = app.core.events.follow();
    const { lastSeq } = await readLogState(app.core.database.reads);
    const news = new Promise<string>((resolve) => app.core.events.onNews(() => resolve('news')));
    expect(await app.core.events.after(lastSeq)).toEqual([]);
    await fillLog(app.core, 1, now());
    await app.core.events.look();
    expect(await Promise.race([news, Promise.resolve('nothing')])).toBe('news');
    end();
  });

  test('beside those who write and number, by several at once, readers never miss one unawares', async () => {
    let isOver = false;
    const writing = (async () => {
      for (let round = 0; round < 25; round++) await fillLog(app.core, 120, now() - (round % 2 === 0 ? 400 : 399) * dayMs);
      isOver = true;
    })();
    const purging = [0, 1, 2].map(async () => {
      while (!isOver) await purge();
    });
    const reading = (async () => {
      let seq = (await readLogState(app.core.database.reads)).purgedSeq;
      let told = 0;
      while (!isOver) {
        try {
          const { events, endSeq } = await page(seq, 50);
          for (const event of events) expect(event.seq).toBe((seq += 1));
          expect(endSeq).toBe(seq);
          told += events.length;
        } catch (error) {
          expect(error).toMatchObject({ code: 'CURSOR_EXPIRED' });
          seq = (error as { resumeSeq: number }).resumeSeq;
        }
      }
      return told;
    })();
    await Promise.all([writing, ...purging]);
    expect(await reading).toBeGreaterThan(0);
    await purge();
    const { lastSeq, purgedSeq } = await numbered(app.core);
    const left = await numbers();
    expect(left).toEqual(Array.from({ length: lastSeq - purgedSeq }, (_, index) => purgedSeq + 1 + index));
  });

  test('what was deleted comes back with its tags, though the log does not reach back that far', async () => {
    await updateSettings(app.core, admin, instanceId, { node: { retentionDays: { value: 3650 } } });
    await publishAs(app, { name: 'kept', version: '1.0.0' });
    const { package: owner, version } = await publishAs(app, { name: 'kept', version: '2.0.0', tags: ['next'] });
    await deleteVersion(app.core, admin, version.id);
    app.clock.advance(400 * dayMs);
    await numbered(app.core);
    await purge();
    expect(await numbers()).toEqual([]);
    await restoreVersion(app.core, admin, version.id);
    expect(await tagsOf(app.core, owner.id)).toEqual({ latest: '1.0.0', next: '2.0.0' });
    await deleteVersion(app.core, admin, version.id);
    await restoreVersion(app.core, admin, version.id);
    expect(await tagsOf(app.core, owner.id)).toEqual({ latest: '1.0.0', next: '2.0.0' });
    await updateSettings(app.core, admin, instanceId, { node: { retentionDays: { value: null } } });
  });

  test('of a namespace that was deleted nothing is kept longer than its events', async () => {
    const gone = await app.namespace('acme/gone');
    await deleteNamespace(app.core, admin, gone.id);
    await numbered(app.core);
    const known = () => app.core.database.reads.existsBy(DeletedNamespaceTable, { id: gone.id });
    await purge();
    expect(await known()).toBe(true);
    app.clock.advance(366 * dayMs);
    await purge();
    expect(await known()).toBe(false);
  });
});
