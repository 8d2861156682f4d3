import { createHash, randomBytes, randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFrom } from '../contract/random-repository.ts';
import { freshBucket } from '../support/environment/buckets.ts';
import { freshSqlite } from '../support/environment/databases.ts';
import { isRunning, missingReason } from '../support/environment/requirements.ts';
import { type FailingStoreProxy, startFailingStoreProxy, type StoreFate } from '../support/failing-store-proxy.ts';
import { leftoversOf } from '../support/leftovers.ts';
import { type OutageWorld, startOutageWorld } from './outage-world.ts';

const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(2 ** 31));
const missing = isRunning('fake-gcs-server') ? undefined : missingReason('fake-gcs-server');

describe.skipIf(missing !== undefined)(`a bucket that fails under a mixed load (FAULTS_SEED=${seed})`, { timeout: 180_000 }, () => {
  const random = randomFrom(seed);
  let proxy: FailingStoreProxy;
  let world: OutageWorld;
  let quietEnv: Record<string, string>;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const [bucket, database] = await Promise.all([freshBucket(), freshSqlite()]);
    remove = database.drop;
    proxy = await startFailingStoreProxy(bucket.endpoint);
    quietEnv = { DATABASE_URL: database.url, STORAGE_URL: bucket.url, STORAGE_EMULATOR_HOST: bucket.endpoint };
    world = await startOutageWorld({ ...quietEnv, STORAGE_EMULATOR_HOST: proxy.url }, { seed, quietEnv });
  }, 60_000);
  afterAll(async () => {
    await world?.close();
    await proxy?.close();
    await remove?.();
  });

  /** The store fails so, until so many requests have met with it. */
  const failing = (requests: number, fate: () => StoreFate, meanwhile = async () => undefined as unknown) =>
    world.during(async () => {
      const enough = proxy.failed() + requests;
      proxy.fail(fate);
      try {
        await Promise.all([expect.poll(() => proxy.failed(), { timeout: 60_000, interval: 10 }).toBeGreaterThanOrEqual(enough), meanwhile()]);
      } finally {
        proxy.fail(() => undefined);
      }
    });

  it('that answers 503 for a moment: nobody notices', async () => {
    const refusals = await failing(3, () => ({ status: 503 }));
    expect(refusals).toEqual([]);
  });

  it('that refuses everything for a while: what is published meanwhile is refused in words, and what needs no bytes works', async () => {
    const refusals = await failing(20, () => ({ status: 403 }), async () => {
      expect(await world.health()).toEqual({ ready: 503, healthy: 200 });
    });
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals.filter(({ what }) => what.startsWith('{'))).toEqual([]);
  });

  it('that does now and then what it is told, and cuts the connection instead of saying so', async () => {
    const refusals = await failing(8, () => (random() < 0.3 ? 'lost reply' : undefined));
    expect(refusals).toEqual([]);
  });

  it('that cuts its answers in the middle', async () => {
    await failing(8, () => (random() < 0.3 ? 'cut' : undefined));
  });

  it('large files come down whole though it cuts every other answer', async () => {
    const content = randomBytes(20 * 1024 * 1024);
    const { ask } = world.load.requests;
    // Their uploads meet with faults in test/unit/storage: the emulator cannot tell what it has of one.
    expect((await ask('PUT', '/api/packages/acme/mixed/generic/large/1/file', content)).status).toBe(201);
    let turn = 0;
    proxy.fail(() => (turn++ % 2 === 0 ? 'cut' : undefined));
    const { status, body } = await ask('GET', '/api/packages/acme/mixed/generic/large/1/file');
    proxy.fail(() => undefined);
    expect([status, createHash('sha256').update(body).digest('hex')]).toEqual([200, createHash('sha256').update(content).digest('hex')]);
  });

  it('and nothing is left over', async () => {
    expect(await leftoversOf(quietEnv)).toEqual([]);
  });
});
