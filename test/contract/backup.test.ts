import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportToFile } from '../../src/backup/export.ts';
import { importFrom } from '../../src/backup/import.ts';
import { exportedTables, leftOutTables } from '../../src/backup/tables.ts';
import { check } from '../../src/check/check.ts';
import type { Core } from '../../src/core.ts';
import { isExpired } from '../../src/events/stream.ts';
import { listEventsAfter, readLogState } from '../../src/events/logged-event.ts';
import { openWithFiles } from '../support/environment/backends.ts';
import type { TestApp } from '../support/app.ts';
import { allRows, fillOddly, freshFile, put, withImporter } from './backup-world.ts';
import { databases, openRegistry } from './registry.ts';

describe.for(databases)('an export of a registry on $name', { timeout: 120_000 }, ({ open, missing }) => {
  let app: TestApp;
  let file: string;
  let before: Record<string, unknown[]>;
  let exported: Record<string, number>;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    await fillOddly(app);
    before = await allRows(app.core.database);
    file = await freshFile();
    exported = await exportToFile(app.core.database, file, app.core.clock.now());
  });
  afterAll(async () => {
    await app?.app.close();
  });

  const test = it.skipIf(missing !== undefined);

  /** Imports the file into a fresh database that has the store of the one exported. */
  async function imported<T>({ open: openTarget }: Pick<(typeof databases)[number], 'open'>, work: (core: Core) => Promise<T>): Promise<T> {
    const backend = await openWithFiles(openTarget);
    const { storageUrl } = app.core.config;
    try {
      return await withImporter({ ...backend, storageUrl, env: { ...backend.env, STORAGE_URL: storageUrl } }, work);
    } finally {
      await backend.close();
    }
  }

  test('has rows of every table, so that the tests below say something', () => {
    expect(Object.keys(exported).toSorted()).toEqual(exportedTables.toSorted());
    expect(Object.entries(exported).filter(([, count]) => count === 0)).toEqual([]);
  });

  for (const each of databases) {
    it.skipIf(missing !== undefined || each.missing !== undefined)(`becomes the same registry on ${each.name}, to the last character`, async () => {
      await imported(each, async (core) => {
        const counts = await importFrom(core, file, { continues: true });
        expect(counts).toEqual(exported);
        const after = await allRows(core.database);
        for (const table of exportedTables) expect(after[table], table).toEqual(before[table]);
        for (const table of Object.keys(leftOutTables)) {
          const rows = await core.database.reads.query(`SELECT * FROM \`${table}\``);
          expect(rows.filter((row: { instant?: unknown }) => row.instant !== null), table).toEqual([]);
        }
        const problems = await check(core, { withBytes: true, againAfterMs: 0 });
        expect(problems).toEqual([]);
      });
    });
  }

  const target = databases.find((each) => each.open !== open && each.missing === undefined) ?? { open, name: '', missing: undefined };

  test('gives events that had no number yet theirs, in the order in which they were written; what nothing names its grace; sends to webhooks where it is told to', async () => {
    const { database } = app.core;
    const event = { type: 'TAG_SET', namespace_id: 'ns_x', payload: '{}', occurred_at: 1 };
    for (const id of ['evt_c', 'evt_a', 'evt_b']) await put(database, 'event', { ...event, id });
    await put(database, 'stored_blob', { sha256: 'f'.repeat(64), size_bytes: 1, object_key: 'objects/ff/nobody', created_at: 1, referenced_at: 1 });
    const later = await freshFile();
    await exportToFile(database, later, app.core.clock.now());
    await database.tx((tx) => tx.query("DELETE FROM event WHERE id IN ('evt_a', 'evt_b', 'evt_c')"));
    await database.tx((tx) => tx.query("DELETE FROM stored_blob WHERE object_key = 'objects/ff/nobody'"));
    await imported(target, async (core) => {
      await importFrom(core, later, { keepsWebhooks: true });
      const { lastSeq } = await readLogState(core.database.reads);
      expect((await listEventsAfter(core.database.reads, lastSeq - 3, 10)).map(({ id, seq }) => [id, seq - lastSeq])).toEqual([['evt_c', -2], ['evt_a', -1], ['evt_b', 0]]);
      expect(await core.database.reads.query('SELECT state FROM webhook')).toEqual([{ state: 'ACTIVE' }]);
      const [{ referencedAt }] = await core.database.reads.query("SELECT referenced_at AS referencedAt FROM stored_blob WHERE object_key = 'objects/ff/nobody'");
      expect(Date.now() - Number(referencedAt)).toBeLessThan(60_000);
    });
  });

  test('that is not continued begins a log of its own, which refuses the cursors of the other for ever, as that does with its; and sends nothing to webhooks', async () => {
    const { reads } = app.core.database;
    const old = await readLogState(reads);
    const events = await listEventsAfter(reads, 0, 10_000);
    await imported(target, async (core) => {
      await importFrom(core, file);
      const log = await readLogState(core.database.reads);
      expect(log.purgedBefore).toBeNull();
      for (const cursor of [0, old.purgedSeq, old.lastSeq, old.lastSeq + 1_000_000_000]) expect(isExpired(cursor, log), `cursor ${cursor}`).toBe(true);
      for (const cursor of [log.purgedSeq, log.lastSeq]) expect([isExpired(cursor, log), isExpired(cursor, old)]).toEqual([false, true]);
      const distance = log.lastSeq - old.lastSeq;
      expect(Number.isSafeInteger(log.lastSeq + 1_000_000_000_000)).toBe(true);
      expect((await listEventsAfter(core.database.reads, log.purgedSeq, 10_000))).toEqual(events.map((event) => ({ ...event, seq: event.seq + distance })));
      expect(await core.database.reads.query("SELECT event_seq AS eventSeq FROM webhook_delivery WHERE id = 'dlv_1'")).toEqual([{ eventSeq: 2 + distance }]);
      expect(await core.database.reads.query('SELECT state, due_at AS dueAt FROM webhook')).toEqual([{ state: 'PAUSED', dueAt: null }]);
      expect(await check(core, { againAfterMs: 0 })).toEqual([]);
      // A generation later it still is another one, and its numbers still are some.
      const again = await freshFile();
      await exportToFile(core.database, again, 0);
      await imported(target, async (third) => {
        await importFrom(third, again);
        const next = await readLogState(third.database.reads);
        expect([isExpired(log.lastSeq, next), isExpired(next.purgedSeq, log), next.lastSeq < Number.MAX_SAFE_INTEGER / 2]).toEqual([true, true, true]);
      });
    });
  });
});
