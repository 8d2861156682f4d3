import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { put } from '../graphql/client.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { collectGarbage } from '../support/collect-garbage.ts';
import { type Transport, transports } from '../support/live.ts';

const connects = 5_000;
const atOnce = 50;
const document = 'subscription { events { cursor ... on PackageEvent { packageName package { name } } } }';
const mebibyte = 1024 * 1024;

describe('subscribers that come and go', { timeout: 400_000 }, () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { LOG_LEVEL: 'silent' } });
  }, 60_000);
  afterAll(() => app?.close());

  it(`leave nothing behind after ${connects} connects, half of them with an event on the way`, async () => {
    await comeAndGo(500);
    const before = await state();
    await comeAndGo(connects);
    const after = await state();
    expect(after.followers).toBe(0);
    expect(after.connections).toBe(0);
    expect(after.handles).toEqual(before.handles);
    // What caches fill up with; 5,000 contexts, loaders and listeners would be far more.
    expect(after.heapBytes - before.heapBytes).toBeLessThan(12 * mebibyte);
  });

  async function comeAndGo(count: number): Promise<void> {
    const kinds = Object.keys(transports) as Transport[];
    for (let done = 0; done < count; done += atOnce) {
      const subscriptions = await Promise.all(
        Array.from({ length: atOnce }, (_, index) => transports[kinds[index % kinds.length] as Transport]({ url: app.url, secret: app.secrets.reader, query: document })),
      );
      if ((done / atOnce) % 2 === 0) await put(app, 'acme/widgets', { name: 'lib', version: `1.0.${number++}` });
      for (const subscription of subscriptions) subscription.close();
      await Promise.all(subscriptions.map(({ ended }) => ended));
    }
  }

  let number = 0;

  async function state() {
    const connections = () => new Promise<number>((resolve) => app.app.server.server.getConnections((_error, open) => resolve(open)));
    // A connection that was hung up on is gone a moment later, at both ends.
    for (let look = 0; look < 100 && ((await connections()) > 0 || app.core.events.followers > 0); look++) await sleep(100);
    await sleep(500);
    collectGarbage();
    await sleep(100);
    collectGarbage();
    const handles = Map.groupBy(process.getActiveResourcesInfo(), (kind) => kind);
    handles.delete('Immediate');
    return {
      followers: app.core.events.followers,
      connections: await connections(),
      handles: Object.fromEntries([...handles].filter(([kind]) => kind !== 'Timeout').map(([kind, all]) => [kind, all.length])),
      heapBytes: process.memoryUsage().heapUsed,
    };
  }
});
