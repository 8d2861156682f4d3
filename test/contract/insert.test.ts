import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { isDuplicateKey } from '../../src/db/driver-errors.ts';
import { insertRows } from '../../src/db/insert.ts';
import { migrate } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open.ts';
import { UserTable, type UserRow } from '../../src/db/tables/access.ts';
import { type EventRow, EventTable } from '../../src/db/tables/event.ts';
import { databases } from '../support/environment/databases.ts';

describe.for(databases)('insertRows on $name', ({ open, missing }) => {
  let database: Database;
  let drop: () => Promise<void>;
  const statements: string[] = [];
  beforeAll(async () => {
    if (missing !== undefined) return;
    const fresh = await open();
    database = await openDatabase(fresh.url, { onStatement: (statement) => void statements.push(statement) });
    await migrate(database);
    drop = async () => {
      await database.close();
      await fresh.drop();
    };
  });
  afterAll(() => drop?.());

  const test = it.skipIf(missing !== undefined);
  const event = (id: string, fields: Partial<EventRow> = {}): EventRow => ({
    id, seq: null, type: 'package.published', namespaceId: 'n', packageId: null, versionId: null, actorId: 'u', tokenId: null, payload: {}, address: null, occurredAt: 0, ...fields,
  });
  const user = (id: string, fields: Partial<UserRow> = {}): UserRow => ({ id, username: id, displayName: '', passwordHash: null, isAdmin: false, isBlocked: false, createdAt: 0, ...fields });

  test('writes what TypeORM writes, whatever the values', async () => {
    const events = [
      event('e1', { payload: { text: "it's ? :name \\ \u{1f600}\0", list: [1, null, true] }, occurredAt: Number.MAX_SAFE_INTEGER }),
      event('e2', { seq: 7, packageId: '?', address: '::1' }),
    ];
    await database.tx((tx) => insertRows(tx, EventTable, events));
    for (const { id, ...rest } of events) await database.tx((tx) => tx.insert(EventTable, { ...rest, id: `t-${id}`, seq: rest.seq === null ? null : 8 } as never));
    const raw = (id: string) => database.reads.query('SELECT type, namespace_id, package_id, actor_id, payload, address, occurred_at FROM event WHERE id = ?', [id]);
    for (const { id } of events) expect(await raw(id)).toEqual(await raw(`t-${id}`));
    expect(await database.reads.findOneByOrFail(EventTable, { id: 'e1' })).toEqual(events[0]);
  });

  test('has booleans, and says when a key is taken', async () => {
    const rows = [user('u1', { isAdmin: true }), user('u2', { displayName: ':a' })];
    await database.tx((tx) => insertRows(tx, UserTable, rows));
    expect(await database.reads.find(UserTable, { order: { id: 'ASC' } })).toEqual(rows);
    const again: unknown = await database.tx((tx) => insertRows(tx, UserTable, [user('u3', { username: 'u1' })])).catch((error: unknown) => error);
    expect(isDuplicateKey(again)).toBe(true);
  });

  test('leaves to the database what is not given, and is one statement for as many rows', async () => {
    statements.length = 0;
    for (const at of [1, 2]) await database.tx((tx) => insertRows(tx, UserTable, [user(`a${at}`, { createdAt: at }), user(`b${at}`, { createdAt: -at })]));
    const inserts = statements.filter((statement) => statement.startsWith('INSERT'));
    expect(inserts).toHaveLength(2);
    expect(inserts[0]).toBe(inserts[1]);
    const { passwordHash, ...rest } = user('c');
    await database.tx((tx) => insertRows(tx, UserTable, [rest]));
    expect(await database.reads.findOneBy(UserTable, { id: 'c' })).toMatchObject({ passwordHash });
  });

  test('does nothing without a row', async () => {
    statements.length = 0;
    await database.tx((tx) => insertRows(tx, UserTable, []));
    expect(statements.filter((statement) => statement.startsWith('INSERT'))).toEqual([]);
  });
});
