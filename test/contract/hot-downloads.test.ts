import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PackageTable } from '../../src/db/tables/package.ts';
import { ociFormat } from '../../shims/oci/format.ts';
import { setPackageAccess } from '../../src/packages/access.ts';
import { locatePackage } from '../../src/packages/locate.ts';
import { deleteFile, deletePackage, deleteVersion } from '../../src/packages/remove.ts';
import { restoreFile, restorePackage, restoreVersion } from '../../src/packages/restore.ts';
import { type Person, stopBackground, type TestApp } from '../support/app.ts';
import { digestOf, imageOf, putImage } from '../support/oci-image.ts';
import { databases, node, openRegistry, publishAs } from './registry.ts';

describe.for(databases)('downloads that are asked for again on $name', ({ open, missing }) => {
  let app: TestApp;
  const statements: string[] = [];
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open, { onStatement: (sql) => statements.push(sql) });
    await stopBackground(app);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const put = (name: string, content: string) => publishAs(app, { format: 'generic', name, files: { f: content } });
  const pathOf = (name: string) => `/api/packages/acme/widgets/generic/${name}/1.0.0/f`;
  const get = async (path: string, as: Person = 'reader', headers: Record<string, string> = {}) => {
    const response = await app.fetch(path, as, { headers });
    const body = await response.text();
    return response.ok ? body : response.status;
  };
  /** What a request asks of the tables of packages; those of credentials are remembered for half a second by design. */
  const asked = async (work: () => Promise<unknown>) => {
    statements.length = 0;
    await work();
    return statements.filter((sql) => /\b(?:package|version|file|stored_blob|tag|held_content)\b/.test(sql)).length;
  };

  test('take one statement, whichever way the package is named', async () => {
    await put('counted', 'counted');
    const image = imageOf({ layers: ['a layer'] });
    await putImage(app.core, await app.actor('developer'), await node(app.core, 'acme/widgets'), 'deep/image', image, ['v1']);
    const paths = [
      pathOf('counted'),
      pathOf('counted').replace('/acme/widgets', ''),
      '/v2/acme/widgets/deep/image/manifests/v1',
      `/v2/acme/widgets/deep/image/manifests/${image.digest}`,
      `/v2/acme/widgets/deep/image/blobs/${digestOf('a layer')}`,
    ];
    for (const path of paths) {
      const first = await get(path);
      expect(await asked(async () => expect(await get(path)).toBe(first)), path).toBe(1);
      expect(await asked(async () => expect(typeof (await get(path, 'outsider'))).toBe('number')), path).toBeGreaterThanOrEqual(1);
    }
    // Several of one turn share it.
    const reader = await app.actor('reader');
    expect(await asked(() => Promise.all(['deep/image', 'image', 'other'].map((name) => locatePackage(app.core, reader, ociFormat, `acme/widgets/${name}`))))).toBe(1);
  });

  test('show at once what became of the file', async () => {
    const maintainer = await app.actor('maintainer');
    const { version, fileIds: [fileId = ''], package: owner } = await put('changing', 'first');
    const path = pathOf('changing');
    const seen = async () => [await get(path), await get(path)];
    expect(await seen()).toEqual(['first', 'first']);
    await deleteFile(app.core, maintainer, fileId);
    expect(await seen()).toEqual([404, 404]);
    await restoreFile(app.core, maintainer, fileId);
    expect(await seen()).toEqual(['first', 'first']);
    await put('changing', 'second');
    expect(await seen()).toEqual(['second', 'second']);
    await deleteVersion(app.core, maintainer, version.id);
    expect(await seen()).toEqual([404, 404]);
    await restoreVersion(app.core, maintainer, version.id);
    expect(await seen()).toEqual(['second', 'second']);
    await deletePackage(app.core, maintainer, owner.id);
    expect(await seen()).toEqual([404, 404]);
    await restorePackage(app.core, maintainer, owner.id);
    expect(await seen()).toEqual(['second', 'second']);
  });

  test('show at once who may read it no more', async () => {
    const { package: owner } = await put('closing', 'for members');
    const path = pathOf('closing');
    expect(await get(path)).toBe('for members');
    const { revision } = await app.core.database.reads.findOneByOrFail(PackageTable, { id: owner.id });
    // As a change of the namespace does it, which raises no revision.
    await app.core.database.tx((tx) => tx.update(PackageTable, { id: owner.id }, { isRestricted: true }));
    expect(await get(path)).toBe(404);
    expect((await app.core.database.reads.findOneByOrFail(PackageTable, { id: owner.id })).revision).toBe(revision);
    await setPackageAccess(app.core, await app.actor('owner'), owner.id, { inheritsFromNamespace: false, grants: [{ username: 'reader', level: 'READ' }] });
    app.core.authenticator.forget();
    expect(await get(path)).toBe('for members');
  });

  test('of parts and by condition are those of the whole', async () => {
    await put('parts', '0123456789');
    const path = pathOf('parts');
    for (let time = 0; time < 2; time++) {
      expect(await get(path, 'reader', { range: 'bytes=2-4' })).toBe('234');
      expect(await get(path, 'reader', { range: 'bytes=10-' })).toBe(416);
      expect(await get(path)).toBe('0123456789');
      const head = await app.fetch(path, 'reader', { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
      expect(await get(path, 'reader', { 'if-none-match': head.headers.get('etag') ?? '' })).toBe(304);
    }
  });

  test('are counted each time', async () => {
    const { fileIds } = await put('tallied', 'x');
    for (let time = 0; time < 3; time++) await get(pathOf('tallied'));
    await app.core.downloads.flush();
    const [row] = await app.core.database.reads.query('SELECT download_count AS count FROM file WHERE id = ?', [fileIds[0]]);
    expect(Number(row.count)).toBe(3);
  });
});
