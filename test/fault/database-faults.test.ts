import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRunning, missingReason } from '../support/environment/requirements.ts';
import { type OwnMariadb, startOwnMariadb } from '../support/environment/own-mariadb.ts';
import { freshFolder, type TemporaryFolder } from '../support/environment/temporary.ts';
import { type OutageWorld, startOutageWorld } from './outage-world.ts';

const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(2 ** 31));
const missing = isRunning('mariadb') ? undefined : missingReason('mariadb');

describe.skipIf(missing !== undefined)(`a MariaDB that fails under a mixed load (FAULTS_SEED=${seed})`, { timeout: 180_000 }, () => {
  let mariadb: OwnMariadb;
  let folder: TemporaryFolder;
  let world: OutageWorld;
  beforeAll(async () => {
    mariadb = await startOwnMariadb();
    folder = await freshFolder();
    world = await startOutageWorld({ DATABASE_URL: mariadb.url, STORAGE_URL: `file:${folder.path}/blobs` }, { seed });
  }, 180_000);
  afterAll(async () => {
    await world?.close();
    await mariadb?.close();
    await folder?.remove();
  });

  const connectionIds = async (): Promise<number[]> => (await mariadb.execute("SELECT id FROM information_schema.processlist WHERE user = 'app'")).map(({ id }: { id: number }) => id);

  it.for(['SIGKILL', 'SIGTERM'] as const)('that is stopped by %s and started again', async (signal) => {
    const refusals = await world.during(async () => {
      await sleep(500);
      await mariadb.stop(signal);
      await sleep(500);
      expect(await world.health()).toEqual({ ready: 503, healthy: 200 });
      await mariadb.start();
    });
    expect(refusals.length).toBeGreaterThan(0);
  });

  it('whose connections are killed, over and over', async () => {
    await world.during(async () => {
      for (let round = 0; round < 10; round++) {
        await sleep(150);
        for (const id of await connectionIds()) await mariadb.execute(`KILL ${id}`).catch(() => undefined);
      }
    });
  });

  it('whose statements are killed, over and over', async () => {
    await world.during(async () => {
      for (let round = 0; round < 30; round++) {
        await sleep(50);
        for (const id of await connectionIds()) await mariadb.execute(`KILL QUERY ${id}`).catch(() => undefined);
      }
    });
  });

  it('that has no connection left for a while', async () => {
    const [{ most }] = await mariadb.execute('SELECT @@max_connections AS most');
    const admin = await mariadb.connect();
    await world.during(async () => {
      await admin.query('SET GLOBAL max_connections = 10');
      const held = await Promise.allSettled(Array.from({ length: 12 }, () => mariadb.connect()));
      const [own] = (await admin.query("SELECT id FROM information_schema.processlist WHERE user = 'app'")) as unknown as [{ id: number }[]];
      for (const { id } of own) await admin.query(`KILL ${id}`);
      const more = await Promise.allSettled(Array.from({ length: 12 }, () => mariadb.connect()));
      await sleep(1_500);
      for (const one of [...held, ...more]) if (one.status === 'fulfilled') one.value.destroy();
      await admin.query(`SET GLOBAL max_connections = ${most}`);
    });
    admin.destroy();
  });

  it('that is read-only for a while: what is there can be read', async () => {
    const refusals = await world.during(async () => {
      await mariadb.execute('SET GLOBAL read_only = ON');
      await sleep(1_500);
      await mariadb.execute('SET GLOBAL read_only = OFF');
    });
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals.filter(({ what }) => what.startsWith('GET') || what.startsWith('{'))).toEqual([]);
  });

  it('in which somebody holds locks for longer than a statement waits', async () => {
    await mariadb.execute('SET GLOBAL innodb_lock_wait_timeout = 1');
    await world.during(async () => {
      await sleep(300);
      const rival = await mariadb.connect();
      await rival.query('USE registry');
      await rival.beginTransaction();
      await rival.query('SELECT * FROM namespace_usage FOR UPDATE');
      await rival.query('SELECT * FROM package FOR UPDATE').catch(() => undefined);
      await sleep(3_000);
      await rival.rollback();
      rival.destroy();
    });
  });

  it('that is frozen for a while: whoever asks whether the server is ready is told so', async () => {
    await world.during(async () => {
      await sleep(300);
      mariadb.signal('SIGSTOP');
      try {
        // The signal does not wait for all its threads to stand still.
        await expect.poll(() => world.health(), { timeout: 30_000 }).toEqual({ ready: 503, healthy: 200 });
      } finally {
        mariadb.signal('SIGCONT');
      }
    });
  });
});
