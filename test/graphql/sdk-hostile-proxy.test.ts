import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, type SubscriptionStatus } from '../../schema/sdk/index.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Fate, startCuttingProxy } from '../support/cutting-proxy.ts';
import { put } from './client.ts';

const publishes = 300;
const namespace = 'acme/widgets';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** How a connection is cut; the last takes a while to be noticed, so there are few of them. */
const ways = ['end', 'end', 'reset', 'reset', 'silence'] as const;

/** Most connections are cut, somewhere between the first byte of the answer and the end of some ten events. */
function randomFate(): Fate {
  if (Math.random() < 0.1) return undefined;
  return { afterBytes: Math.floor(Math.random() ** 2 * 15_000), how: ways[Math.floor(Math.random() * ways.length)] ?? 'end' };
}

it('each of 300 events comes once, in order, through a proxy that cuts connections anywhere', { timeout: 120_000 }, async () => {
  const proxy = await startCuttingProxy(app.url, randomFate);
  const client = createClient({ url: proxy.url, token: app.secrets.reader });
  const statuses: SubscriptionStatus['state'][] = [];
  const isOpen = Promise.withResolvers<void>();
  const onStatus = ({ state }: SubscriptionStatus) => {
    statuses.push(state);
    if (state === 'open') isOpen.resolve();
  };
  const names = Array.from({ length: publishes }, (_, index) => `package-${index}`);
  const seen: string[] = [];
  const following = (async () => {
    for await (const { packageName } of client.packagePublished({ namespace }, { onStatus, minRetryMs: 1, maxRetryMs: 20, silenceMs: 400 })) {
      seen.push(packageName);
      if (packageName === names.at(-1)) break;
    }
  })();
  await isOpen.promise;
  // Now and then all that is open is lost at once, as when a server stops.
  for (const [index, name] of names.entries()) {
    await put(app, namespace, { name });
    if (index % 50 === 49) proxy.cut();
  }
  await following;
  expect(seen).toEqual(names);
  expect(statuses.filter((state) => state === 'waiting').length).toBeGreaterThan(10);
  await expect.poll(() => app.core.events.followers).toBe(0);
  await proxy.close();
});
