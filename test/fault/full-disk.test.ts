import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { startOwnMariadb } from '../support/environment/own-mariadb.ts';
import { requireMariadb } from '../support/environment/requirements.ts';
import { mountSmallDisk, type SmallDisk } from '../support/environment/small-disk.ts';
import { freshFolder } from '../support/environment/temporary.ts';
import { leftoversOf } from '../support/leftovers.ts';
import { startOutageWorld } from './outage-world.ts';

const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(2 ** 31));

/** What MariaDB says without room, and what its clients do once it has ended itself, as it does where a rollback finds none either. */
const fullOrGone = /full|Connection lost|ECONNREFUSED|ECONNRESET/;

/** All tables in one file, of at most so many megabytes. */
const withRoom = (megabytes: number) => ['--innodb-file-per-table=OFF', `--innodb-data-file-path=ibdata1:12M:autoextend:max:${megabytes}M`];

describe(`a disk that is full under a mixed load (FAULTS_SEED=${seed})`, { timeout: 240_000 }, () => {
  const undo: (() => Promise<void>)[] = [];
  beforeEach(() => void (undo.length = 0));
  afterEach(async () => {
    for (const step of undo.reverse()) await step();
  }, 60_000);

  async function smallDisk(context: TestContext, megabytes: number): Promise<SmallDisk> {
    const disk = await mountSmallDisk(megabytes);
    if ('missing' in disk) return context.skip(disk.missing);
    undo.push(disk.remove);
    return disk;
  }

  it('with SQLite and files on it: what is there can be read, and there is room again as soon as there is', async (context) => {
    const disk = await smallDisk(context, 64);
    const env = { DATA_DIR: disk.path, DATABASE_URL: `file:${join(disk.path, 'entrepot.sqlite')}`, STORAGE_URL: `file:${join(disk.path, 'blobs')}` };
    const world = await startOutageWorld(env, { seed });
    undo.push(world.close);
    for (let round = 0; round < 2; round++) {
      const refusals = await world.during(async () => {
        await sleep(500);
        await disk.fill();
        await expect.poll(() => world.load.requests.refusals.length, { timeout: 60_000 }).toBeGreaterThan(10);
        expect(await world.health()).toEqual({ ready: 503, healthy: 200 });
        await disk.empty();
      });
      expect(refusals.some(({ status }) => status === 507)).toBe(true);
      expect(refusals.filter(({ what }) => what.startsWith('GET') || what.startsWith('{'))).toEqual([]);
    }
    expect(await leftoversOf(env)).toEqual([]);
  });

  /** MariaDB itself ends where its whole disk is full; with a limit to its tables it says what it says where a disk of theirs is. */
  it('with the tables of MariaDB on it', async (context) => {
    requireMariadb(context);
    const mariadb = await startOwnMariadb(withRoom(64));
    undo.push(mariadb.close);
    const folder = await freshFolder();
    undo.push(folder.remove);
    const world = await startOutageWorld({ DATABASE_URL: mariadb.url, STORAGE_URL: `file:${folder.path}/blobs` }, { seed });
    undo.push(world.close);
    await mariadb.execute('CREATE TABLE registry.bulk (id INT AUTO_INCREMENT PRIMARY KEY, content LONGTEXT)');
    const fill = async (bytes: number) => {
      for (let rows = 0; rows < 10_000; rows++) await mariadb.execute(`INSERT INTO registry.bulk (content) VALUES (REPEAT('x', ${bytes}))`);
    };
    const refusals = await world.during(async () => {
      await sleep(500);
      for (const bytes of [1_000_000, 10_000, 100]) await expect(fill(bytes)).rejects.toThrow(fullOrGone);
      // What is freed by purging old rows is taken at once.
      await expect.poll(() => fill(100).catch(() => world.load.requests.refusals.length), { timeout: 60_000, interval: 20 }).toBeGreaterThan(5);
      // Not even a table can be dropped now.
      await mariadb.stop('SIGKILL');
      await mariadb.start(withRoom(128));
    });
    expect(refusals.some(({ status }) => status === 507)).toBe(true);
  });
});
