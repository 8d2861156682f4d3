import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, stopBackground, type TestApp } from '../support/app.ts';
import { npmTarball } from '../support/npm-tarball.ts';
import { publishDocument } from './npm-request.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await stopBackground(app);
});
afterAll(() => app?.close());

const node = '/api/packages/acme/widgets';
const put = (path: string, body: string | Buffer) => app.fetch(path, 'developer', { method: 'PUT', body: body as BodyInit });
const long = 'x'.repeat(200_000);

const openUpload = () => app.fetch('/v2/acme/widgets/full/blobs/uploads/', 'developer', { method: 'POST' });

/** So much is written by each that no page has room for it. */
const publishes: [client: string, send: () => Promise<Response>][] = [
  ['curl', () => put(`${node}/generic/full/1/file`, long)],
  ['mvn', () => put(`${node}/maven/com/acme/full/1/full-1.jar`, long)],
  ['npm', async () => put(`${node}/npm/full`, JSON.stringify(await publishDocument('full', '1.0.0', { tarball: await npmTarball({ name: 'full', version: '1.0.0', description: long }), manifest: { description: long } })))],
  ['docker', openUpload],
  ['GraphQL', () => app.fetch('/graphql', 'maintainer', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: `mutation { createProject(input: { parent: "acme", slug: "full", description: "${'x'.repeat(900)}" }) { __typename } }` }) })],
];

it('a database without room is told with 507 in words to every client, and what is there can be read', async () => {
  const { writer } = app.core.database;
  expect((await put(`${node}/generic/before/1/file`, 'before')).status).toBe(201);
  const [{ page_count: pages }] = await writer.query('PRAGMA page_count');
  await writer.query(`PRAGMA max_page_count = ${pages}`);
  try {
    // Whatever the last pages have room for.
    await app.core.database.tx(async (tx) => {
      for (let row = 0; row < 10_000; row++) await tx.query("INSERT INTO discard (object_key, due_at) VALUES (?, 1)", [`${row}-${'x'.repeat(200)}`]);
    }).catch(() => undefined);
    for (let row = 0; row < 10_000; row++) {
      const isFull = await app.core.database.tx((tx) => tx.query("INSERT INTO discard (object_key, due_at) VALUES (?, 1)", [`filler-${row}`])).then(() => false, () => true);
      if (isFull) break;
    }
    // One is a small row.
    for (let uploads = 0; uploads < 200 && (await openUpload()).ok; uploads++);
    for (const [client, send] of publishes) {
      const response = await send();
      const text = await response.text();
      expect({ client, status: response.status, text }).toMatchObject({ client, status: 507, text: expect.stringContaining('The database has no room left') });
      expect(text).not.toMatch(/SQLITE|INSERT| at .*:\d/);
    }
    const read = await app.fetch(`${node}/generic/before/1/file`, 'developer');
    expect([read.status, await read.text()]).toEqual([200, 'before']);
  } finally {
    await writer.query('PRAGMA max_page_count = 1000000');
    await app.core.database.tx((tx) => tx.query("DELETE FROM discard WHERE object_key LIKE 'filler-%'"));
  }
  for (const [client, send] of publishes) expect([client, (await send()).ok]).toEqual([client, true]);
});
