import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '../../src/blobs/sweep.ts';
import { VersionTable } from '../../src/db/tables/package.ts';
import { deletePackage } from '../../src/packages/remove.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { backends } from '../support/environment/backends.ts';
import { leftovers } from '../support/leftovers.ts';
import { npmTarball } from '../support/npm-tarball.ts';
import { getPackument, npmPublish } from '../wire/npm-request.ts';

describe.for(backends)('races on $name', { timeout: 60_000 }, ({ open, missing, name: backend }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await startApp({ backend: await open() });
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const filePath = (rest: string) => `/api/packages/acme/widgets/generic/${rest}`;
  const put = (path: string, body: Buffer | string, headers: Record<string, string> = {}) =>
    app.fetch(filePath(path), 'developer', { method: 'PUT', body: body as BodyInit, headers });
  const bytesOf = async (path: string) => {
    const response = await app.fetch(filePath(path), 'reader');
    const body = Buffer.from(await response.arrayBuffer());
    return { status: response.status, body };
  };
  const status = (responses: Response[]) => Map.groupBy(responses, (response) => response.status);

  test('the sweep and a publish of the very content that it collects', async () => {
    const rounds = backend.includes('SQLite') ? 200 : 120;
    let collected = 0;
    for (let round = 0; round < rounds; round++) {
      const content = Buffer.from(`content of round ${round} ${'x'.repeat(round)}`);
      expect((await put(`race/1/${round}`, content)).status).toBe(201);
      const [head] = await app.core.heads.list('generic', 'race');
      await deletePackage(app.core, await app.actor('maintainer'), head?.id ?? '');
      // So that the sweep collects it at once: not deleted just now, and without any grace.
      app.clock.advance(1);
      const pause = new Promise((resolve) => setTimeout(resolve, (round % 10) * 0.7));
      const [report, second, third] = await Promise.all([
        sweep(app.core, { graceMs: 0, retentionMs: 0 }),
        pause.then(() => put(`race/2/${round}`, content)),
        pause.then(() => put(`race/3/${round}`, content)),
        round % 2 === 0 ? sweep(app.core, { graceMs: 0, retentionMs: 0 }) : undefined,
      ]);
      collected += report.removedBlobs;
      for (const [path, response] of [[`race/2/${round}`, second], [`race/3/${round}`, third]] as const) {
        expect(response.status).toBe(201);
        const { status: found, body } = await bytesOf(path);
        expect([found, body.equals(content)]).toEqual([200, true]);
      }
    }
    // Both orders must have come up, or nothing was raced.
    expect(collected).toBeGreaterThan(rounds / 20);
    app.clock.advance(1);
    await sweep(app.core, { graceMs: 0 });
    expect(await leftovers(app.core)).toEqual([]);
  });

  test('twenty publishes of one new version over HTTP', async () => {
    const responses = await Promise.all(Array.from({ length: 20 }, (_, index) => npmPublish(app, 'once', '1.0.0', { files: { index: String(index) } })));
    expect([...status(responses).entries()].map(([code, list]) => [code, list.length]).sort()).toEqual([[201, 1], [403, 19]]);
    for (const response of responses.filter((reply) => reply.status === 403)) expect(await response.json()).toMatchObject({ error: expect.stringContaining('already published') });
    const packument = await getPackument(app, 'once');
    expect(Object.keys(packument.versions)).toEqual(['1.0.0']);
    await expectTarball(packument.versions['1.0.0']?.dist);
    app.clock.advance(1);
    await sweep(app.core);
    expect(await leftovers(app.core)).toEqual([]);
  });

  test('twenty versions of one new package over HTTP', async () => {
    const versions = Array.from({ length: 20 }, (_, index) => `1.0.${index}`);
    const responses = await Promise.all(versions.map((version) => npmPublish(app, '@acme/many', version, { files: { random: randomBytes(300_000) } })));
    expect(responses.map((response) => response.status)).toEqual(Array(20).fill(201));
    const packument = await getPackument(app, '@acme/many');
    expect(Object.keys(packument.versions)).toEqual(versions);
    // Every one of them set it; the last to commit has it, whichever that was. Its revision tells that none was lost.
    expect(versions).toContain(packument['dist-tags']['latest']);
    expect(packument._rev).toMatch(/^20-/);
    for (const version of versions) await expectTarball(packument.versions[version]?.dist);
    expect(await app.core.database.reads.countBy(VersionTable, { packageId: (await app.core.heads.list('npm', '@acme/many'))[0]?.id ?? '' })).toBe(20);
    app.clock.advance(1);
    await sweep(app.core);
    expect(await leftovers(app.core)).toEqual([]);
  });

  test('twenty versions that all ask for another tag leave latest at the highest release', async () => {
    const versions = Array.from({ length: 20 }, (_, index) => `${index + 1}.0.0`);
    await Promise.all(versions.map((version) => npmPublish(app, 'tagged', version, { tags: { [`v${version.split('.')[0]}-tag`]: version } })));
    const packument = await getPackument(app, 'tagged');
    expect(Object.keys(packument['dist-tags'])).toHaveLength(21);
    expect(versions).toContain(packument['dist-tags']['latest']);
  });

  test('the same content under twenty names', async () => {
    const tarballs = await Promise.all(Array.from({ length: 20 }, () => npmTarball({ name: 'x', version: '1.0.0' })));
    expect(new Set(tarballs.map((bytes) => bytes.toString('base64'))).size).toBe(1);
    const content = randomBytes(400_000);
    const responses = await Promise.all(Array.from({ length: 20 }, (_, index) => put(`same-${index}/1/f`, content)));
    expect(responses.map((response) => response.status)).toEqual(Array(20).fill(201));
    app.clock.advance(1);
    await sweep(app.core);
    for (let index = 0; index < 20; index++) expect((await bytesOf(`same-${index}/1/f`)).body.equals(content)).toBe(true);
    const [row] = await app.core.database.reads.query('SELECT COUNT(*) AS total FROM stored_blob WHERE size_bytes = 400000');
    expect(Number(row.total)).toBe(1);
    expect(await leftovers(app.core)).toEqual([]);
  });

  test('ten clients create the same file with If-None-Match: *', async () => {
    const contents = Array.from({ length: 10 }, (_, index) => `I am ${index}`);
    const responses = await Promise.all(contents.map((content) => put('created/1/f', content, { 'if-none-match': '*' })));
    expect([...status(responses).entries()].map(([code, list]) => [code, list.length]).sort()).toEqual([[201, 1], [412, 9]]);
    const winner = responses.findIndex((response) => response.status === 201);
    expect((await bytesOf('created/1/f')).body.toString()).toBe(contents[winner]);
  });

  test('ten clients replace what they have seen with If-Match', async () => {
    await put('replaced/1/f', 'seen');
    const tag = `"${createHash('sha256').update('seen').digest('hex')}"`;
    const responses = await Promise.all(Array.from({ length: 10 }, (_, index) => put('replaced/1/f', `mine ${index}`, { 'if-match': tag })));
    expect([...status(responses).entries()].map(([code, list]) => [code, list.length]).sort()).toEqual([[201, 1], [412, 9]]);
  });

  test('readers beside a writer that replaces a file always get whole contents', async () => {
    const contents = Array.from({ length: 12 }, (_, index) => Buffer.alloc(300_000, String.fromCharCode(97 + index)));
    await put('replace/1/f', contents[0] ?? '');
    let writing = true;
    const reader = async () => {
      const seen = new Set<string>();
      while (writing) {
        const response = await app.fetch(filePath('replace/1/f'), 'reader');
        const body = Buffer.from(await response.arrayBuffer());
        expect(response.headers.get('etag')).toBe(`"${createHash('sha256').update(body).digest('hex')}"`);
        seen.add(body.subarray(0, 1).toString());
      }
      return seen.size;
    };
    const readers = [reader(), reader()];
    for (const content of contents) await put('replace/1/f', content);
    writing = false;
    expect(Math.max(...(await Promise.all(readers)))).toBeGreaterThan(1);
  });

  async function expectTarball(dist: { tarball: string; integrity: string } | undefined): Promise<void> {
    const path = new URL(dist?.tarball ?? '').pathname;
    const bytes = Buffer.from(await (await app.fetch(path, 'reader')).arrayBuffer());
    expect(`sha512-${createHash('sha512').update(bytes).digest('base64')}`).toBe(dist?.integrity);
  }
});
