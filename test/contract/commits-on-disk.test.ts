import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { announce } from '../../src/db/announce.ts';
import type { Database } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open.ts';

/** The disk below the log of a SQLite file, which takes as long as a test wants, or fails. */
const disk = vi.hoisted(() => ({ syncs: 0, ready: Promise.resolve() }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const open: typeof real.open = async (path, ...rest) => {
    const handle = await real.open(path, ...rest);
    if (!String(path).endsWith('-wal')) return handle;
    const datasync = handle.datasync.bind(handle);
    handle.datasync = async () => {
      disk.syncs += 1;
      await disk.ready;
      await datasync();
    };
    return handle;
  };
  return { ...real, open };
});

let folder: string;
let database: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entrepot-commits-'));
  database = await openDatabase(`file:${folder}/entrepot.sqlite`);
  await migrate(database);
});

afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

/** Makes the disk wait; the returned functions let it go on, or fail. */
function holdDisk(): PromiseWithResolvers<void> {
  const held = Promise.withResolvers<void>();
  disk.ready = held.promise;
  disk.syncs = 0;
  return held;
}

const insert = (key: string, told: string[]) =>
  database
    .tx(async (tx) => {
      announce(tx, 'events');
      await tx.query('INSERT INTO discard (object_key, due_at) VALUES (?, 1)', [key]);
    })
    .then(() => told.push(key));

const committed = async (): Promise<number> => Number((await database.reads.query('SELECT COUNT(*) AS counted FROM discard'))[0].counted);

it('a transaction is over, and told of, when it is on disk; others commit meanwhile, and share the next sync', async () => {
  const told: string[] = [];
  let announced = 0;
  database.onAnnounced('events', () => (announced += 1));
  const held = holdDisk();
  const all = [insert('a', told), insert('b', told), insert('c', told), insert('d', told)];
  await vi.waitUntil(async () => (await committed()) === 4);
  expect([told, announced, disk.syncs]).toEqual([[], 0, 1]);
  held.resolve();
  await Promise.all(all);
  expect([told, announced, disk.syncs]).toEqual([['a', 'b', 'c', 'd'], 4, 2]);
});

it('a disk that has failed once fails every transaction from then on', async () => {
  const held = holdDisk();
  const first = insert('a', []);
  await vi.waitUntil(() => disk.syncs === 1);
  held.reject(new Error('EIO: the disk is broken'));
  await expect(first).rejects.toThrow('The disk of the database fails');
  disk.ready = Promise.resolve();
  for (const key of ['b', 'c']) await expect(insert(key, [])).rejects.toThrow('The disk of the database fails');
  await expect(database.single((manager) => manager.query("INSERT INTO discard (object_key, due_at) VALUES ('d', 1)"))).rejects.toThrow('The disk of the database fails');
  // Nothing is added to what may have a hole.
  expect([disk.syncs, await committed()]).toEqual([1, 1]);
});

it('what was read is settled when it is on disk', async () => {
  const held = holdDisk();
  const first = insert('a', []);
  await vi.waitUntil(async () => (await committed()) === 1);
  let isSettled = false;
  const settled = database.settled().then(() => (isSettled = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isSettled).toBe(false);
  held.resolve();
  await Promise.all([first, settled]);
});

it('what fails before its commit does not wait for the disk', async () => {
  holdDisk();
  await expect(database.tx(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(disk.syncs).toBe(0);
});
