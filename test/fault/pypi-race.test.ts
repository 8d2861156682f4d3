import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sweep } from '../../src/blobs/sweep.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { backends } from '../support/environment/backends.ts';
import { leftovers } from '../support/leftovers.ts';
import { sdist, wheel } from '../support/python-files.ts';
import { pypiPath, simplePage, upload } from '../wire/pypi-request.ts';

const platforms = Array.from({ length: 10 }, (_, index) => `cp3${index + 5}-abi3-linux_x86_64`);

describe.for(backends)('uploads at once on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await startApp({ backend: await open() });
  });
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing);
  });
  afterAll(() => app?.close());

  it('ten wheels and the sdist of one new release, while its page is read', async () => {
    const release = { name: 'at-once', version: '1.0', headers: ['Requires-Dist: alpha', 'Summary: the same in all'] };
    const files = [...platforms.map((tag) => wheel({ ...release, tag, files: { 'x.py': tag } })), await sdist(release)];
    let isWriting = true;
    const read = async () => {
      while (isWriting) {
        const response = await app.fetch(pypiPath('simple/at-once/'), 'reader', { headers: { accept: 'application/vnd.pypi.simple.v1+json' } });
        const body = await response.text();
        expect([200, 404]).toContain(response.status);
        if (response.status === 200) expect((JSON.parse(body) as { files: unknown[] }).files.length).toBeGreaterThan(0);
      }
    };
    const reading = read();
    const responses = await Promise.all(files.map((file) => upload(app, file, release)));
    isWriting = false;
    await reading;
    expect(responses.map(({ status }) => status)).toEqual(files.map(() => 200));

    const page = await simplePage(app, 'at-once');
    expect(page.versions).toEqual(['1.0']);
    expect(page.files.map(({ filename, hashes }) => [filename, hashes.sha256]).sort()).toEqual(files.map(({ fileName, bytes }) => [fileName, createHash('sha256').update(bytes).digest('hex')]).sort());
    const { reads } = app.core.database;
    const [{ versions }] = await reads.query("SELECT COUNT(*) AS versions FROM version v JOIN package p ON p.id = v.package_id WHERE p.normalized_name = 'at-once'");
    const [{ dependencies }] = await reads.query("SELECT COUNT(*) AS dependencies FROM dependency d JOIN version v ON v.id = d.version_id JOIN package p ON p.id = v.package_id WHERE p.normalized_name = 'at-once'");
    expect([Number(versions), Number(dependencies)]).toEqual([1, 1]);
  });

  it('the same wheel ten times: one is taken, the others are told that it is there', async () => {
    const file = wheel({ name: 'once', version: '1.0' });
    const responses = await Promise.all(platforms.map(() => upload(app, file, { name: 'once', version: '1.0' })));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
    expect((await simplePage(app, 'once')).files).toHaveLength(1);
  });

  it('ten versions of a new project in different spellings of its name', async () => {
    const spellings = ['Many.Names', 'many-names', 'MANY_NAMES', 'many__names', 'Many-.Names'];
    const responses = await Promise.all(platforms.map((_, index) => {
      const release = { name: spellings[index % spellings.length] ?? '', version: `1.${index}` };
      return upload(app, wheel(release), release);
    }));
    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect((await simplePage(app, 'many-names')).versions).toEqual(Array.from({ length: 10 }, (_, index) => `1.${index}`));
    app.clock.advance(1);
    await sweep(app.core);
    expect(await leftovers(app.core)).toEqual([]);
  });
});
