import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeExpiredHolds } from '../../src/blobs/hold.ts';
import { purgeDeleted } from '../../src/blobs/purge.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { check } from '../../src/check/check.ts';
import { BlobTable } from '../../src/db/tables/file.ts';
import { numberEvents } from '../../src/events/number.ts';
import { setTag } from '../../src/packages/tags.ts';
import { deletePackage, deleteVersion } from '../../src/packages/remove.ts';
import { restorePackage } from '../../src/packages/restore.ts';
import { backends, type OpenBackend } from '../support/environment/backends.ts';
import { holdBlob } from '../support/oci-image.ts';
import { startApp, stopBackground, type TestApp } from '../support/app.ts';
import { node, publishAs } from './registry.ts';
import { allowed, makeWebhook, settled } from './webhook-world.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;

/** What is done behind the services' backs, and what is found then. Each is mended by what comes last. */
interface Damage {
  rule: string;
  sql: string[];
  found: RegExp[];
  mend: string[];
}

const damages: Damage[] = [
  { rule: 'every namespace is below its parent', sql: ["UPDATE namespace SET path = 'elsewhere' WHERE path = 'acme/widgets'"], found: [/^namespace ns_\w+ has a path or a lineage/], mend: ["UPDATE namespace SET path = 'acme/widgets' WHERE path = 'elsewhere'"] },
  {
    rule: 'every package belongs to the top of its namespace',
    sql: ["UPDATE package SET top_id = (SELECT id FROM namespace WHERE path = '') WHERE name = 'lib'"],
    found: [/^package pkg_\w+ claims its name in another group/],
    mend: ["UPDATE package SET top_id = (SELECT id FROM namespace WHERE path = 'acme') WHERE name = 'lib'"],
  },
  { rule: 'a package with versions is no deleted one, and one without is', sql: ["UPDATE package SET deleted_at = 1 WHERE name = 'twin'"], found: [/^package pkg_\w+ is deleted but/, /^namespace ns_\w+ says 2 packages, .* it has 1, /], mend: ["UPDATE package SET deleted_at = NULL WHERE name = 'twin'"] },
  { rule: 'every version has a file', sql: ["UPDATE file SET tombstone = 'x' WHERE name = 'lib-2.0.0.tgz'"], found: [/^version ver_\w+ has no file/, /^version ver_\w+ says 5 bytes, its files have 0/, /^namespace ns_\w+ says/], mend: ["UPDATE file SET tombstone = '' WHERE name = 'lib-2.0.0.tgz'"] },
  { rule: 'the size of a version is that of its files', sql: ["UPDATE version SET size_bytes = 6 WHERE version = '2.0.0'"], found: [/^version ver_\w+ says 6 bytes, its files have 5/], mend: ["UPDATE version SET size_bytes = 5 WHERE version = '2.0.0'"] },
  {
    rule: 'every tag leads to a version of its package',
    sql: ["UPDATE tag SET version_id = (SELECT v.id FROM version v JOIN package p ON p.id = v.package_id WHERE p.name = 'twin') WHERE name = 'next'"],
    found: [/^tag next of package pkg_\w+ leads nowhere/],
    mend: ["UPDATE tag SET version_id = (SELECT id FROM version WHERE version = '2.0.0') WHERE name = 'next'"],
  },
  { rule: 'every file knows its package', sql: ["UPDATE file SET package_id = 'pkg_x' WHERE name = 'lib-2.0.0.tgz'"], found: [/^file fil_\w+ is entered for another package than its version/], mend: ["UPDATE file SET package_id = (SELECT v.package_id FROM version v WHERE v.id = file.version_id) WHERE package_id = 'pkg_x'"] },
  { rule: 'every version is in its place', sql: ["UPDATE version SET sort_key = 'x' WHERE version = '2.0.0'"], found: [/^version ver_\w+ is put at "x", its place is "12\.10\.10\$"/], mend: ["UPDATE version SET sort_key = '12.10.10$' WHERE version = '2.0.0'"] },
  { rule: 'what a namespace uses is the sum of what it has', sql: ['UPDATE namespace_usage SET files = files + 1'], found: [/^namespace ns_\w+ says 2 packages, 3 versions, 4 files, 15 bytes; it has 2, 3, 3, 15/], mend: ['UPDATE namespace_usage SET files = files - 1'] },
  { rule: 'the event log has no gap', sql: ['UPDATE event SET seq = 1000000 WHERE seq = 3'], found: [/^before event 4 one is missing/, /^before event 1000000 one is missing/, /^the last event is 1000000, the log says/], mend: ['UPDATE event SET seq = 3 WHERE seq = 1000000'] },
  { rule: 'the event log begins where it was cut off', sql: ['UPDATE event SET seq = -1 WHERE seq = 1'], found: [/^before event 2 one is missing/, /^the first event is -1, those up to 0 were removed/], mend: ['UPDATE event SET seq = 1 WHERE seq = -1'] },
  { rule: 'the event log ends where it says', sql: ['UPDATE event_log SET last_seq = last_seq + 1'], found: [/^the last event is \d+, the log says \d+/], mend: ['UPDATE event_log SET last_seq = last_seq - 1'] },
  { rule: 'every event has its number', sql: ['UPDATE event SET seq = NULL, occurred_at = occurred_at - 3600000 WHERE seq = 4'], found: [/^before event 5 one is missing/, /^event evt_\w+ has no number/], mend: ['UPDATE event SET seq = 4 WHERE seq IS NULL'] },
  {
    rule: 'every webhook with something to send has its turn',
    sql: ["UPDATE webhook_delivery SET state = 'PENDING'"],
    found: [/^webhook whk_\w+ has deliveries that wait/],
    mend: ["UPDATE webhook_delivery SET state = 'DELIVERED'"],
  },
  { rule: 'every file has its blob', sql: ["UPDATE stored_blob SET size_bytes = 4 WHERE sha256 = (SELECT sha256 FROM file WHERE name = 'lib-2.0.0.tgz')"], found: [/^file fil_\w+ has no blob/, /^blob [0-9a-f]{64} should have 4 bytes, its object objects\/\w+\/\w+ has 5/], mend: ["UPDATE stored_blob SET size_bytes = 5 WHERE size_bytes = 4"] },
  {
    rule: 'every file has the digests of its format',
    sql: ["UPDATE stored_blob SET sha1 = NULL WHERE sha256 = (SELECT sha256 FROM file WHERE name = 'lib-2.0.0.tgz')"],
    found: [/^file fil_\w+ has a blob without a digest/],
    mend: ["UPDATE stored_blob SET sha1 = '2aaad92d8c2eba54bc9590bed7eb04e5ff8ffc14' WHERE sha1 IS NULL"],
  },
  {
    rule: 'every blob is needed',
    sql: [`INSERT INTO stored_blob (sha256, size_bytes, md5, sha1, sha512, object_key, created_at, referenced_at) VALUES ('${'0'.repeat(64)}', 1, '', '', '', 'objects/none', 1, 1)`],
    found: [/^blob 0{64} is named by nothing/, /^blob 0{64} should have 1 bytes, its object objects\/none is not there/],
    mend: ["DELETE FROM stored_blob WHERE object_key = 'objects/none'"],
  },
  { rule: 'no blob is to be removed', sql: ['INSERT INTO discard (object_key, due_at) SELECT object_key, 9999999999999 FROM stored_blob WHERE size_bytes = 5 LIMIT 1'], found: [/^object objects\/\w+\/\w+ is entered for removal/], mend: ['DELETE FROM discard'] },
];

describe.for(backends)('what is stored on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  let backend: OpenBackend;
  const test = it.skipIf(missing !== undefined);
  const look = (withBytes = false) => check(app.core, { withBytes, againAfterMs: 0 });
  const run = (statements: string[]) => app.core.database.tx(async (tx) => void (await statements.reduce((before, sql) => before.then(() => tx.query(sql)), Promise.resolve())));

  beforeAll(async () => {
    if (missing !== undefined) return;
    backend = await open();
    app = await startApp({ backend, env: allowed });
    const hook = await makeWebhook(app, 'http://127.0.0.1:9/');
    for (const [name, version] of [['lib', '1.0.0'], ['lib', '2.0.0'], ['twin', '1.0.0'], ['gone', '1.0.0'], ['back', '1.0.0']] as const) {
      await publishAs(app, { name, version, files: { [`${name}-${version}.tgz`]: `${name}${version}`.slice(0, 5) } });
    }
    const owner = await app.actor('owner');
    const idOf = async (name: string): Promise<string> => (await app.core.database.reads.query('SELECT id FROM package WHERE name = ?', [name]))[0].id;
    await setTag(app.core, owner, { packageId: await idOf('lib'), tag: 'next', version: '2.0.0' });
    for (const name of ['gone', 'back']) await deletePackage(app.core, owner, await idOf(name));
    await restorePackage(app.core, owner, await idOf('back'));
    await deletePackage(app.core, owner, await idOf('back'));
    await settled(app);
    await stopBackground(app);
    await run([`UPDATE webhook_delivery SET state = 'DELIVERED' WHERE webhook_id = '${hook.id}'`, 'UPDATE webhook SET due_at = NULL, leased_until = 0']);
  });
  afterAll(() => app?.close());

  test('is in order after a life of publishing, tagging, deleting', async () => {
    expect(await look(true)).toEqual([]);
  });

  test.for(damages)('is not where $rule no longer holds', async ({ sql, found, mend }) => {
    await run(sql);
    const problems = await look();
    await run(mend);
    expect(problems).toEqual(found.map((pattern) => expect.stringMatching(pattern)));
    expect(await look()).toEqual([]);
  });

  test('has every rule broken above, but for those of the store', async () => {
    const titles: string[] = [];
    await check(app.core, { withBytes: true, againAfterMs: 0, onRule: (title) => void titles.push(title) });
    const ofStore = ['every blob has its bytes', 'every object is known', 'every blob has the bytes of its digests'];
    expect(titles.toSorted()).toEqual([...damages.map(({ rule }) => rule), ...ofStore].toSorted());
  });

  test('is not where an object is gone, is another, or is one too many', async () => {
    const { core } = app;
    const [blob] = await core.database.reads.find(BlobTable, { where: { sizeBytes: 5 }, take: 1 });
    if (!blob) throw new Error('there is no blob');
    const { objectKey, sha256 } = blob;
    const put = async (key: string, content: string) => {
      const writer = await core.store.create(key);
      await writer.write(Buffer.from(content));
      await writer.commit();
    };
    const chunks: Buffer[] = [];
    for await (const chunk of await core.store.read(objectKey)) chunks.push(chunk as Buffer);
    await core.store.delete(objectKey);
    expect(await look(true)).toEqual([`blob ${sha256} should have 5 bytes, its object ${objectKey} is not there`]);
    await put(objectKey, 'other');
    expect(await look()).toEqual([]);
    expect(await look(true)).toEqual([`blob ${sha256} has bytes with another md5, sha1, sha256, sha512`]);
    await core.store.delete(objectKey);
    await put(objectKey, Buffer.concat(chunks).toString());
    await put('objects/st/ray', 'stray');
    expect(await look(true)).toEqual(['object objects/st/ray is known to nobody']);
    await core.store.delete('objects/st/ray');
    expect(await look(true)).toEqual([]);
  });

  test('is not where a sum is wrong, be it changed between two looks', async () => {
    await run(['UPDATE namespace_usage SET versions = versions + 1']);
    const looking = check(app.core, { againAfterMs: 1_000 });
    await sleep(300);
    await publishAs(app, { name: 'meanwhile', files: { a: 'abcde' } });
    const problems = await looking;
    await run(['UPDATE namespace_usage SET versions = versions - 1']);
    expect(problems).toEqual([expect.stringMatching(/^namespace ns_\w+ says 3 packages, 5 versions, 4 files, 20 bytes; it has 3, 4, 4, 20$/)]);
  });

  /** Has `then` done when a statement that contains `words` was answered for the first time, before anybody hears of the answer. */
  function afterFirst(words: string, then: (sql: string, parameters?: unknown[]) => Promise<void>): void {
    const { reads } = app.core.database;
    const query = reads.query.bind(reads);
    reads.query = async (sql: string, parameters?: unknown[]) => {
      const rows = await query(sql, parameters);
      if (sql.includes(words)) {
        reads.query = query;
        await then(sql, parameters);
      }
      return rows;
    };
  }

  test('is in order where what looked wrong no longer does at the second look', async () => {
    await run(["UPDATE version SET size_bytes = 6 WHERE version = '2.0.0'"]);
    let mended = false;
    afterFirst('v.size_bytes AS said', async () => {
      await run(["UPDATE version SET size_bytes = 5 WHERE version = '2.0.0'"]);
      mended = true;
    });
    expect([await look(), mended]).toEqual([[], true]);
  });

  test('is in order in the middle of a sweep, between letting go of content and removing it', async () => {
    const { version } = await publishAs(app, { name: 'swept', files: { 'swept.tgz': 'swept' } });
    await holdBlob(app.core, await app.actor('developer'), await node(app.core, 'acme/widgets'), 'held', 'held for nothing');
    await deleteVersion(app.core, await app.actor('owner'), version.id);
    app.clock.advance(31 * day);
    const before = await app.core.database.reads.query('SELECT sha256 FROM stored_blob');
    await removeExpiredHolds(app.core, app.clock.now());
    expect(await purgeDeleted(app.core, app.clock.now())).toMatchObject({ purgedVersions: expect.toSatisfy((purged: number) => purged > 0) });
    await numberEvents(app.core);
    expect(await look()).toEqual([]);
    app.clock.advance(hour);
    const { removedBlobs } = await sweep(app.core);
    expect(removedBlobs).toBeGreaterThan(1);
    expect(await app.core.database.reads.query('SELECT sha256 FROM stored_blob')).toHaveLength(before.length - removedBlobs);
    expect(await look(true)).toEqual([]);
  });

  test('is looked at by index, however many objects there are', async () => {
    const { database } = app.core;
    let plan = '';
    afterFirst('FROM upload_part', async (sql, parameters) => {
      plan = JSON.stringify(await database.reads.query(`${database.dialect === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN'} ${sql}`, parameters));
    });
    expect(await look()).toEqual([]);
    for (const index of ['blob_object', 'upload_session_object', 'upload_part_object']) {
      expect(plan).toContain(database.dialect === 'sqlite' ? `USING COVERING INDEX ${index} ` : `"possible_keys":"${index}"`);
    }
  });

  test('is in order beside what is being published and deleted', async () => {
    let published = 0;
    let isOver = false;
    const working = async () => {
      const owner = await app.actor('owner');
      for (; !isOver; published++) {
        const { package: made } = await publishAs(app, { name: `busy-${published % 7}`, version: `1.0.${published}` });
        if (published % 3 === 0) await deletePackage(app.core, owner, made.id);
      }
    };
    const looking = async () => {
      while (published < 100 && !isOver) expect(await check(app.core, { againAfterMs: 50 })).toEqual([]);
    };
    await Promise.all([working(), looking()].map((each) => each.finally(() => (isOver = true))));
    expect(published).toBeGreaterThanOrEqual(100);
  });
});
