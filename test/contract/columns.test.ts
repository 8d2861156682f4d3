import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { isDuplicateKey } from '../../src/db/driver-errors.ts';
import { beginningWith, containing, likeEscape } from '../../src/db/like.ts';
import { containsText, whereAll } from '../../src/db/condition.ts';
import { type UserRow, UserTable } from '../../src/db/tables/access.ts';
import { type TokenRow, TokenTable } from '../../src/db/tables/credential.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { type BlobRow, BlobTable } from '../../src/db/tables/file.ts';
import { databases } from '../support/environment/databases.ts';
import { openMigrated } from './registry.ts';

/** Names that a database could take for equal: each pair must stay two. */
const pairs: [string, string, string][] = [
  ['trailing space', 'a', 'a '],
  ['trailing spaces', 'b ', 'b  '],
  ['case', 'c', 'C'],
  ['accent', 'é', 'e'],
  ['composed and decomposed', 'é', 'e\u0301'],
  ['sharp s', 'ß', 'ss'],
  ['width', 'ｗ', 'w'],
  ['ligature', 'ﬁ', 'fi'],
  ['ignorable character', 'z', 'z\u200d'],
  ['NUL at the end', 'n', 'n\0'],
  ['tab at the end', 't', 't\t'],
  ['kana', 'か', 'カ'],
];

describe.for(databases)('columns on $name', ({ open, missing }) => {
  let database: Database;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    if (missing !== undefined) return;
    ({ database, drop } = await openMigrated(open));
  });
  afterAll(() => drop?.());

  const test = it.skipIf(missing !== undefined);
  let next = 0;
  const user = (fields: Partial<UserRow> = {}): UserRow => {
    const id = `u${next++}`;
    return { id, username: id, displayName: '', passwordHash: null, isAdmin: false, isBlocked: false, createdAt: 0, ...fields };
  };
  const put = (row: UserRow) => database.tx((tx) => tx.insert(UserTable, row));
  const named = (username: string) => database.reads.findOne(UserTable, { where: { username } });

  test.for(pairs)('names that differ in %s are two', async ([, one, other]) => {
    await put(user({ username: one }));
    expect(await named(other)).toBeNull();
    await put(user({ username: other }));
    expect((await named(one))?.username).toBe(one);
    expect((await named(other))?.username).toBe(other);
    const again: unknown = await put(user({ username: other })).catch((error: unknown) => error);
    expect(isDuplicateKey(again)).toBe(true);
    await database.tx((tx) => tx.query('DELETE FROM user WHERE username IN (?, ?)', [one, other]));
  });

  test('names sort by their bytes', async () => {
    const names = ['a', 'a ', 'a!', 'a\t', 'aa', 'B', 'Z', '_', '~', 'é', 'e\u0301', 'ÿ', '\uffee', '😀', 'か'];
    for (const displayName of names) await put(user({ displayName, createdAt: 77 }));
    const rows: { name: string }[] = await database.reads.query('SELECT display_name AS name FROM user WHERE created_at = 77 ORDER BY display_name');
    expect(rows.map(({ name }) => name)).toEqual(names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });

  test('integers beyond 32 bits, booleans and null come back as they were', async () => {
    const row = user({ isAdmin: true, createdAt: Number.MAX_SAFE_INTEGER, passwordHash: '' });
    await put(row);
    expect(await database.reads.findOneByOrFail(UserTable, { id: row.id })).toEqual(row);
    const other = user({ createdAt: 0 });
    await put(other);
    expect(await database.reads.findOneByOrFail(UserTable, { id: other.id })).toEqual(other);
    const [raw] = await database.reads.query('SELECT created_at, is_admin FROM user WHERE id = ?', [row.id]);
    expect(raw).toEqual({ created_at: Number.MAX_SAFE_INTEGER, is_admin: 1 });
  });

  test('sums beyond 32 bits are numbers', async () => {
    const blob = (sha256: string): BlobRow => ({ sha256, sizeBytes: 2 ** 40, md5: '', sha1: '', sha512: '', objectKey: sha256, createdAt: 0, referencedAt: 0 });
    await database.tx((tx) => tx.insert(BlobTable, [blob('s1'), blob('s2')]));
    const [row] = await database.reads.query('SELECT SUM(size_bytes) AS total, MAX(size_bytes) AS largest FROM stored_blob');
    expect(Number(row.total)).toBe(2 ** 41);
    expect(row.largest).toBe(2 ** 40);
  });

  test('JSON comes back as it was, to the letter', async () => {
    const payload = { b: 1, a: [null, true, 1.5, 'é\u0301 "\\/ 😀 \u2028'], '10': {}, '2': [], __proto_: '', nested: { z: { y: 'x' } } };
    const event = { id: 'e1', seq: null, type: 'T', namespaceId: 'n', packageId: null, versionId: null, actorId: null, tokenId: null, payload, address: null, occurredAt: 1 };
    await database.tx((tx) => tx.insert(EventTable, event as never));
    expect(await database.reads.findOneByOrFail(EventTable, { id: 'e1' })).toEqual(event);
    const [raw] = await database.reads.query("SELECT payload FROM event WHERE id = 'e1'");
    expect(raw.payload).toBe(JSON.stringify(payload));
  });

  test('lists in JSON columns', async () => {
    const owner = user();
    await put(owner);
    const token: TokenRow = {
      id: 't1', kind: 'PERSONAL', name: 'x', secretSha256: 'x', previousSha256: null, previousExpiresAt: null, hint: '', userId: owner.id, namespaceId: null, role: null, parentId: null,
      scopes: ['READ', 'ADMIN'], formats: ['npm'], namePattern: null, mintsJobs: true, build: { commit: 'abc' }, createdById: null, createdAt: 1, expiresAt: null, revokedAt: null, lastUsedAt: null,
    };
    await database.tx((tx) => tx.insert(TokenTable, token as never));
    expect(await database.reads.findOneByOrFail(TokenTable, { id: 't1' })).toEqual(token);
  });

  test('text of several megabytes', async () => {
    const payload = { text: 'é😀'.repeat(700_000) };
    await database.tx((tx) => tx.insert(EventTable, { id: 'e2', seq: null, type: 'T', namespaceId: 'n', packageId: null, versionId: null, actorId: null, tokenId: null, payload, address: null, occurredAt: 1 } as never));
    expect((await database.reads.findOneByOrFail(EventTable, { id: 'e2' })).payload).toEqual(payload);
  });

  test('LIKE takes what people type literally', async () => {
    const names = ['100%', '100x', 'a_b', 'axb', 'bang!', 'bang', "quo'te", 'back\\slash', 'back\\\\'];
    for (const displayName of names) await put(user({ displayName, createdAt: 78 }));
    const found = async (pattern: string): Promise<string[]> => {
      const rows: { name: string }[] = await database.reads.query(
        `SELECT display_name AS name FROM user WHERE created_at = 78 AND display_name LIKE ? ${likeEscape} ORDER BY display_name`,
        [pattern],
      );
      return rows.map(({ name }) => name);
    };
    expect(await found(containing('0%'))).toEqual(['100%']);
    expect(await found(beginningWith('a_'))).toEqual(['a_b']);
    expect(await found(containing('g!'))).toEqual(['bang!']);
    expect(await found(containing("o'"))).toEqual(["quo'te"]);
    expect(await found(containing('\\s'))).toEqual(['back\\slash']);
    expect(await found(beginningWith('back\\'))).toEqual(['back\\\\', 'back\\slash']);
    expect(await found(containing(''))).toHaveLength(names.length);
  });

  test('text is found in the middle of other text, whatever the case of ASCII letters and whatever script', async () => {
    const names = ['a_b', 'axb', '100% Grüße', 'グラフ Parser', '😀 smile'];
    for (const displayName of names) await put(user({ displayName, createdAt: 79 }));
    const found = async (fragment: string): Promise<string[]> => {
      const { sql, parameters } = whereAll([{ sql: 'created_at = 79', parameters: [] }, containsText(database.dialect, "CONCAT(username, ' ', display_name)", fragment)]);
      const rows: { name: string }[] = await database.reads.query(`SELECT display_name AS name FROM user${sql}`, parameters);
      return rows.map(({ name }) => name);
    };
    expect(await found('A_B')).toEqual(['a_b']);
    expect(await found('0% grüße')).toEqual(['100% Grüße']);
    expect(await found('gruß')).toEqual([]);
    expect(await found('ラフ PARS')).toEqual(['グラフ Parser']);
    expect(await found('😀')).toEqual(['😀 smile']);
    // Bytes of one character are no text of another.
    expect(await found('\u{d83d}')).toEqual([]);
  });
});
