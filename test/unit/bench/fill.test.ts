import { afterAll, beforeAll, expect, it } from 'vitest';
import { check } from '../../../src/check/check.ts';
import { fill } from '../../bench/growth/fill.ts';
import { publishAs } from '../../contract/registry.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { npmPublish } from '../../wire/npm-request.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());

it('a registry that was filled has what it was to have, and is in order', async () => {
  expect((await npmPublish(app, 'one', '1.0.0')).status).toBe(201);
  await publishAs(app, { format: 'generic', name: 'thing', files: { file: 'bytes' } });
  const before = await counts();
  await fill(app.core, { packages: 450, versions: 1_000, nodes: 120, members: 20, largest: 60 }, () => undefined);
  const after = await counts();
  expect(after.package - before.package).toBe(450);
  expect(after.namespace - before.namespace).toBe(120);
  expect(after.user - before.user).toBe(20);
  expect(after.version - before.version).toBeGreaterThan(900);
  const [largest] = await app.core.database.reads.query('SELECT COUNT(*) AS versions FROM version GROUP BY package_id ORDER BY versions DESC LIMIT 1');
  expect(Number(largest.versions)).toBe(60);
  expect(await check(app.core, { withBytes: true, againAfterMs: 0 })).toEqual([]);
  const response = await app.fetch('/api/packages/npm/@bench%2flargest', 'admin');
  expect([response.status, Object.keys((await response.json()).versions).length]).toEqual([200, 60]);
});

async function counts(): Promise<Record<'package' | 'version' | 'namespace' | 'user', number>> {
  const count = async (table: string) => Number((await app.core.database.reads.query(`SELECT COUNT(*) AS total FROM "${table}"`))[0].total);
  return { package: await count('package'), version: await count('version'), namespace: await count('namespace'), user: await count('user') };
}
