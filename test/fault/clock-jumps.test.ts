import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { check } from '../../src/check/check.ts';
import { readConfig } from '../../src/config.ts';
import { hasUnnumbered } from '../../src/events/number.ts';
import { randomFrom } from '../contract/random-repository.ts';
import { backends, type OpenBackend } from '../support/environment/backends.ts';
import { MixedLoad } from './mixed/mixed-load.ts';
import { adminSecret } from './server-process.ts';

const seed = Number(process.env['CLOCK_SEED'] ?? randomInt(2 ** 31));
const hourMs = 60 * 60 * 1000;
const jumps = 8;

describe.for(backends)(`servers whose clocks jump under a mixed load (CLOCK_SEED=${seed}), on $name`, { timeout: 180_000 }, ({ name, open, missing }) => {
  let backend: OpenBackend;
  let load: MixedLoad;
  const apps: App[] = [];
  const urls: string[] = [];
  /** Of each server, from the right time. */
  const offsets = [0, 0];
  beforeAll(async () => {
    if (missing !== undefined) return;
    backend = await open();
    Object.assign(process.env, backend.env);
    const config = readConfig({ ...backend.env, LOG_LEVEL: 'warn', HOST: '127.0.0.1', ENTREPOT_ADMIN_TOKEN: adminSecret, WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' });
    for (const index of name.startsWith('SQLite') ? [0] : [0, 1]) {
      const app = await createApp({ ...config, port: 0 }, { clock: { now: () => Date.now() + (offsets[index] ?? 0) } });
      apps.push(app);
      urls.push(`http://127.0.0.1:${await app.listen()}`);
    }
    load = await MixedLoad.prepare({ urls: () => urls, secret: adminSecret, seed, each: 1 });
  }, 60_000);
  afterAll(async () => {
    for (const app of apps) await app.close();
    await load?.close();
    await backend?.close();
  });

  it.skipIf(missing !== undefined)(`${jumps} jumps of up to half an hour to and fro, each on its own`, async () => {
    const random = randomFrom(seed);
    const [first] = apps as [App];
    load.start();
    for (let jump = 0; jump < jumps; jump++) {
      const enough = load.tally.done + 10;
      await expect.poll(() => load.tally.done >= enough || load.tally.wrong.length > 0, { timeout: 60_000 }).toBe(true);
      for (const index of offsets.keys()) offsets[index] = Math.round((random() - 0.5) * hourMs);
      await sweep(first.core, { graceMs: 0 });
    }
    await load.rest();
    await load.verify();
    expect({ wrong: load.tally.wrong, refusals: load.requests.refusals }).toEqual({ wrong: [], refusals: [] });
    expect(await check(first.core)).toEqual([]);

    // What waits for an instant that was further on comes when all are there.
    offsets.fill(2 * hourMs);
    while (await hasUnnumbered(first.core)) await sleep(20);
    for (const app of apps) await app.webhooks.idle();
    await expect.poll(() => load.untold(), { timeout: 30_000 }).toEqual([]);
  });
});
