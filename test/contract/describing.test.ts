import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PackageTable, DependencyTable, VersionTable } from '../../src/db/tables/package.ts';
import { FormatRegistry } from '../../src/formats/registry.ts';
import type { Format, VersionFacts } from '../../src/formats/format.ts';
import { createUpload } from '../../src/uploads/create.ts';
import { publishUploads } from '../../src/uploads/publish-uploads.ts';
import { receiveUpload } from '../../src/uploads/receive.ts';
import type { TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { chunks, databases, openRegistry, publishAs, refusal, type TestPublish } from './registry.ts';

const described: Partial<VersionFacts> = {
  description: 'What it is',
  licenses: ['MIT'],
  homepage: 'https://example.com/',
  keywords: ['a'],
  authors: ['Somebody'],
  dependencies: [{ kind: 'compile', name: 'x', requirement: '1' }, { kind: 'test', name: 'y', requirement: '2' }],
  metadata: { packaging: 'jar' },
};

describe.for(databases)('a file that describes its version on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const put = (name: string, wanted: TestPublish) => publishAs(app, { format: 'generic', name, version: '1', ...wanted });
  const stored = async (id: string) => {
    const { reads } = app.core.database;
    const { description, licenses, homepage, keywords, authors, metadata } = await reads.findOneByOrFail(VersionTable, { id });
    const dependencies = await reads.find(DependencyTable, { where: { versionId: id }, order: { position: 'ASC' } });
    return { description, licenses, homepage, keywords, authors, metadata, dependencies: dependencies.map(({ kind, name, requirement }) => ({ kind, name, requirement })) };
  };

  test('gives a version that is there its facts, dependencies included', async () => {
    const { version, package: owner } = await put('late', { files: { jar: '1' } });
    expect(await stored(version.id)).toMatchObject({ description: null, licenses: [], metadata: {}, dependencies: [] });
    const second = await put('late', { files: { pom: '1' }, facts: described, input: { describes: true } });
    expect(second).toMatchObject({ isNewVersion: false, version: { id: version.id, description: 'What it is', publishedAt: version.publishedAt } });
    expect(await stored(version.id)).toEqual(described);
    expect(await app.core.database.reads.findOneByOrFail(PackageTable, { id: owner.id })).toMatchObject({ description: 'What it is', keywords: ['a'], revision: 2 });
    await put('late', { files: { sources: '1' } });
    expect(await stored(version.id)).toEqual(described);
  });

  test('replaces them whole', async () => {
    const { version } = await put('again', { files: { pom: '1' }, facts: described, input: { describes: true } });
    await put('again', { files: { pom: '2' }, facts: { description: 'Other' }, input: { describes: true } });
    expect(await stored(version.id)).toEqual({ description: 'Other', licenses: [], homepage: null, keywords: [], authors: [], metadata: {}, dependencies: [] });
  });

  test('any other leaves them as they are', async () => {
    const { version } = await put('other', { files: { a: '1' }, facts: described });
    await put('other', { files: { b: '1' }, facts: { description: 'Other' } });
    expect(await stored(version.id)).toEqual(described);
  });

  test('changes nothing where it is refused', async () => {
    await put('refused', { files: { pom: '1' }, facts: described, input: { describes: true } });
    const before = await countEverything(app.core);
    expect(await refusal(put('refused', { files: { pom: '2' }, facts: { description: 'Other' }, input: { describes: true, createOnly: true } }))).toBe('FileExists');
    expect(await countEverything(app.core)).toEqual(before);
    expect(await app.core.database.reads.findOneByOrFail(PackageTable, { name: 'refused' })).toMatchObject({ description: 'What it is' });
  });

  test('gives the facts among several uploads, wherever it stands', async () => {
    const format: Format = {
      ...app.core.formats.get('generic'),
      inspect: async ({ fileName }) => ({
        version: { name: 'uploaded', version: '1', ...(fileName === 'pom' ? described : {}) },
        file: { name: fileName },
        ...(fileName === 'pom' ? { describes: true } : {}),
      }),
    };
    const core = { ...app.core, formats: new FormatRegistry([format]) };
    const actor = await app.actor('developer');
    const upload = async (fileName: string) => {
      const { id } = await createUpload(core, actor, { namespacePath: 'acme/widgets', fileName });
      await receiveUpload(core, actor, id, chunks(fileName), { limitBytes: 100 });
      return id;
    };
    const publish = async (...fileNames: string[]) => publishUploads(core, actor, { namespacePath: 'acme/widgets', format, uploadIds: await Promise.all(fileNames.map(upload)) });
    const { version } = await publish('jar');
    expect(await stored(version.id)).toMatchObject({ description: null });
    await publish('sources', 'pom', 'javadoc');
    expect(await stored(version.id)).toEqual(described);
  });
});
