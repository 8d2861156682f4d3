import { afterAll, beforeAll, expect, it } from 'vitest';
import { setCleanupPolicy } from '../../../src/cleanup/manage.ts';
import { runCleanup } from '../../../src/cleanup/start.ts';
import { dayMs } from '../../../src/days.ts';
import { node } from '../../contract/registry.ts';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const put = async (path: string) => {
  expect((await app.fetch(`/api/packages/acme/widgets/maven/org/c/${path}`, 'developer', { method: 'PUT', body: path })).status).toBe(201);
};
const versionsOf = async (artifact: string) => {
  const xml = await (await app.fetch(`/api/packages/acme/widgets/maven/org/c/${artifact}/maven-metadata.xml`, 'reader')).text();
  return [...xml.matchAll(/<version>(.*?)<\/version>/g)].map(([, version]) => version);
};

it('a policy removes snapshots on which nobody works any more, and no release', async () => {
  await put('lib/1.0/lib-1.0.jar');
  await put('lib/1.1-SNAPSHOT/lib-1.1-20260101.000000-1.jar');
  await put('lib/2.0-SNAPSHOT/lib-2.0-20260101.000000-1.jar');
  app.clock.advance(40 * dayMs);
  await put('lib/1.1/lib-1.1.jar');
  // Begun as long ago, but built today.
  await put('lib/2.0-SNAPSHOT/lib-2.0-20260210.000000-2.jar');

  const maintainer = await app.actor('maintainer');
  const rules = { isEnabled: false, formats: ['maven'], removePattern: '.*-SNAPSHOT', olderThanDays: 30, keepNewest: 0 };
  const policy = await setCleanupPolicy(app.core, maintainer, { namespaceId: (await node(app.core, 'acme')).id }, rules);
  await runCleanup(app.core, maintainer, policy.id);
  await app.app.cleanup.idle();
  expect(await versionsOf('lib')).toEqual(['1.0', '1.1', '2.0-SNAPSHOT']);
  expect((await app.fetch('/api/packages/acme/widgets/maven/org/c/lib/1.1-SNAPSHOT/maven-metadata.xml', 'reader')).status).toBe(404);
  expect(await (await app.fetch('/api/packages/acme/widgets/maven/org/c/lib/2.0-SNAPSHOT/lib-2.0-SNAPSHOT.jar', 'reader')).text()).toContain('20260210');
});
