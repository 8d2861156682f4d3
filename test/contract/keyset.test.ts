import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { countRows, type ListQuery, listPages } from '../../src/db/keyset.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { databases } from '../support/environment/databases.ts';
import { openMigrated } from './registry.ts';

interface Row {
  id: string;
  type: string;
  occurredAt: number;
}

/** Events of three namespaces with many equal times, so that the id has to decide. */
const rows = Array.from({ length: 60 }, (_, index) => ({ id: `e${String(index).padStart(2, '0')}`, namespaceId: `n${index % 3}`, type: `t${index % 4}`, occurredAt: index % 7 }));

describe.for(databases)('pages of lists on $name', ({ open, missing }) => {
  let database: Database;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    if (missing !== undefined) return;
    ({ database, drop } = await openMigrated(open));
    await database.tx((tx) => tx.insert(EventTable, rows.map((row) => ({ ...row, seq: null, packageId: null, versionId: null, actorId: null, payload: {} })) as never));
  });
  afterAll(() => drop?.());

  const test = it.skipIf(missing !== undefined);
  const query = (parents: readonly string[], descending: boolean): ListQuery => ({
    from: 'event e',
    where: [],
    order: [{ sql: 'e.occurred_at', direction: descending ? 'DESC' : 'ASC' }, { sql: 'e.type', direction: 'ASC' }, { sql: 'e.id', direction: 'DESC' }],
    select: 'e.id AS id, e.type AS type, e.occurred_at AS occurredAt',
    key: 'e.id AS id',
    row: 'JOIN event e ON e.id = hit.id',
    parent: { sql: 'e.namespace_id', ids: parents },
  });
  const expected = (parent: string, descending: boolean) =>
    rows
      .filter((row) => row.namespaceId === parent)
      .sort((a, b) => (descending ? b.occurredAt - a.occurredAt : a.occurredAt - b.occurredAt) || (a.type < b.type ? -1 : a.type > b.type ? 1 : 0) || (a.id < b.id ? 1 : -1))
      .map(({ id }) => id);

  test('walking gives every row once, in order, whatever the size of the pages and from either end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('n0', 'n1'), fc.integer({ min: 1, max: 25 }), fc.boolean(), fc.boolean(), async (parent, limit, descending, backward) => {
        const seen: string[] = [];
        let position: (string | number)[] | undefined;
        for (;;) {
          const bound = position === undefined ? {} : backward ? { before: position } : { after: position };
          const page = (await listPages<Row>(database.reads, query([parent], descending), { limit, backward, ...bound })).get(parent);
          const found = page?.rows ?? [];
          if (backward) seen.unshift(...found.map(({ id }) => id));
          else seen.push(...found.map(({ id }) => id));
          const end = backward ? found[0] : found.at(-1);
          if (!page?.hasMore || !end) break;
          position = [end.occurredAt, end.type, end.id];
        }
        expect(seen).toEqual(expected(parent, descending));
      }),
      { numRuns: 25 },
    );
  });

  test('the lists of several parents come in one go, as each alone', async () => {
    const page = { limit: 5, backward: false, after: [2, 't1', 'e99'] };
    const together = await listPages<Row>(database.reads, query(['n0', 'n1', 'n2', 'none'], false), page);
    expect([...together.keys()]).toEqual(['n0', 'n1', 'n2', 'none']);
    for (const parent of ['n0', 'n1', 'n2']) {
      const alone = (await listPages<Row>(database.reads, query([parent], false), page)).get(parent);
      const { rows: found = [], hasMore } = together.get(parent) ?? {};
      expect({ rows: found.map(({ id }) => id), hasMore }).toEqual({ rows: alone?.rows.map(({ id }) => id), hasMore: alone?.hasMore });
    }
    expect(together.get('none')).toEqual({ rows: [], hasMore: false });
  });

  test('counts', async () => {
    const counts = await countRows(database.reads, query(['n0', 'n1', 'none'], false));
    expect([counts.get('n0'), counts.get('n1'), counts.get('none')]).toEqual([20, 20, undefined]);
    const { parent: _, ...whole } = query([], false);
    expect((await countRows(database.reads, whole)).get('')).toBe(60);
  });
});
