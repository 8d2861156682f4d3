import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeCore, createApp, openCore } from '../../src/app.ts';
import { check } from '../../src/check/check.ts';
import { readConfig } from '../../src/config.ts';
import type { Core } from '../../src/core.ts';
import { hasUnnumbered } from '../../src/events/number.ts';
import { randomFrom } from '../contract/random-repository.ts';
import { backends, type OpenBackend } from '../support/environment/backends.ts';
import { leftoversOf } from '../support/leftovers.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { MixedLoad } from './mixed/mixed-load.ts';
import { startSweeper } from './mixed/sweeping.ts';
import { adminSecret } from './server-process.ts';

const isLong = process.env['ENTREPOT_LONG'] === '1';
const kills = isLong ? 500 : 5;
const seed = Number(process.env['KILLS_SEED'] ?? randomInt(2 ** 31));
/** A kill comes after so many changes at most, drawn anew each time, and then after some milliseconds: some meet servers that have just begun, some those that are in the middle of everything. */
const mostChanges = 20;
const mostMoreMs = 60;
const retentionMs = 3_000;
const webhooks = { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' };

describe.for(backends)(`servers that are killed at any moment of a mixed load (KILLS_SEED=${seed}), on $name`, { timeout: isLong ? 3 * 60 * 60_000 : 180_000 }, ({ name, open, missing }) => {
  let backend: OpenBackend;
  let fleet: Fleet;
  let core: Core;
  let sweeper: Awaited<ReturnType<typeof startSweeper>>;
  let load: MixedLoad;
  beforeAll(async () => {
    if (missing !== undefined) return;
    backend = await open();
    Object.assign(process.env, backend.env);
    const env = { ...backend.env, ...webhooks };
    // SQLite is made for one.
    fleet = await startFleet(env, name.startsWith('SQLite') ? 1 : 2);
    core = await openCore(readConfig({ ...backend.env, LOG_LEVEL: 'warn' }));
    sweeper = await startSweeper(env, retentionMs);
    load = await MixedLoad.prepare({ urls: () => fleet.urls, secret: adminSecret, seed, retentionMs });
  }, 60_000);
  afterAll(async () => {
    await sweeper?.kill();
    await fleet?.close();
    await load?.close();
    if (core) await closeCore(core);
    await backend?.close();
  });

  it.skipIf(missing !== undefined)(`${kills} kills: nothing acknowledged is lost, nothing is done in part, all that must hold holds`, async () => {
    const random = randomFrom(seed);
    const { tally, requests } = load;
    let swept = '';
    for (let killed = 0; killed < kills; ) {
      load.start();
      const enough = tally.done + Math.floor(random() * mostChanges);
      await expect.poll(() => tally.done >= enough || tally.wrong.length > 0, { timeout: 60_000, interval: 5 }).toBe(true);
      await sleep(random() * mostMoreMs);
      const victims = fleet.urls.map((_, index) => index).filter(() => random() < 0.6);
      if (victims.length === 0) victims.push(Math.floor(random() * fleet.urls.length));
      const endsSweeper = random() < 0.3;
      await Promise.all([...victims.map((index) => fleet.kill(index)), ...(endsSweeper ? [sweeper.kill()] : [])]);
      killed += victims.length;
      await load.rest();
      swept += endsSweeper ? sweeper.output() : '';
      await Promise.all([...victims.map((index) => fleet.start(index)), ...(endsSweeper ? [startSweeper(backend.env, retentionMs).then((next) => (sweeper = next))] : [])]);
      await load.verify();
      const problems = await check(core, { againAfterMs: 1_000 });
      expect({ killed, problems, wrong: tally.wrong, refusals: requests.refusals, errors: fleet.errors(), swept: swept + sweeper.output() }).toEqual({ killed, problems: [], wrong: [], refusals: [], errors: [], swept: '' });
      if (isLong && killed % 10 < victims.length) console.log(`${name}: ${killed} kills, ${told()}`);
    }
    console.log(`${name}: ${kills} kills, ${told()}`);
    // Or nothing was killed in the middle of anything.
    expect(tally.unheard + tally.absent).toBeGreaterThan(0);

    await sweeper.kill();
    for (const index of fleet.urls.keys()) await fleet.kill(index);
    await sendTheRest();
    expect(load.untold()).toEqual([]);
    expect(await leftoversOf(backend.env)).toEqual([]);
  });

  function told(): string {
    const { done, refused, unheard, absent } = load.tally;
    return `${done} changes acknowledged, ${refused} refused, ${unheard + absent} not heard of, of which ${unheard} were done`;
  }

  /** What waits for webhooks, as soon as the leases of the dead have run out. */
  async function sendTheRest(): Promise<void> {
    const config = readConfig({ ...backend.env, ...webhooks, LOG_LEVEL: 'warn' });
    const app = await createApp(config, { clock: { now: () => Date.now() + 60_000 } });
    try {
      while (await hasUnnumbered(app.core)) await sleep(20);
      await app.webhooks.idle();
    } finally {
      await app.close();
    }
  }
});
