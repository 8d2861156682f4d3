import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '../../src/blobs/sweep.ts';
import { FileTable } from '../../src/db/tables/file.ts';
import { DependencyTable, PackageTable, VersionTable } from '../../src/db/tables/package.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { createNamespace, deleteNamespace } from '../../src/namespaces/manage.ts';
import { claimPackage } from '../../src/packages/claim.ts';
import { findStoredFile } from '../../src/packages/download.ts';
import { publish } from '../../src/packages/publish.ts';
import { stopBackground, type TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { databases, node, openRegistry, publishAs, refusal, sha256, stageBytes, tagsOf, type TestPublish } from './registry.ts';

describe.for(databases)('publish on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    await stopBackground(app);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const refused = async (wanted: TestPublish): Promise<string> => {
    const before = await countEverything(app.core);
    const thrown = await refusal(publishAs(app, wanted));
    expect(await countEverything(app.core)).toEqual(before);
    return thrown;
  };
  const format = (id: string) => app.core.formats.get(id);

  test('stores all facts of a version', async () => {
    const facts = {
      description: 'What é it does 😀',
      readme: '# Read me\0',
      licenses: ['MIT', 'Apache-2.0'],
      homepage: 'https://example.com/',
      repositoryUrl: 'https://example.com/repo',
      keywords: ['a', 'b'],
      authors: ['Somebody'],
      dependencies: [{ kind: 'runtime', name: 'left-pad', requirement: '^1.0.0' }, { kind: 'dev', name: 'x', requirement: '' }],
      metadata: { manifest: { name: 'facts' } },
    };
    const published = await publishAs(app, { name: 'facts', version: '1.0.0', tags: ['beta'], facts, files: { 'facts-1.0.0.tgz': 'bytes' }, fileFacts: { contentType: 'x/y', attributes: { z: 1 } }, input: { build: { commit: 'abc' } } });
    const { reads } = app.core.database;
    const developer = (await app.actor('developer')).user?.id;
    const { dependencies, ...kept } = facts;
    expect(await reads.findOneByOrFail(VersionTable, { id: published.version.id })).toMatchObject({ ...kept, version: '1.0.0', status: 'PUBLISHED', sizeBytes: 5, publishedById: developer, publishedAt: app.clock.now(), build: { commit: 'abc' }, tombstone: '' });
    expect(await reads.findBy(DependencyTable, { versionId: published.version.id })).toMatchObject(dependencies.map((dependency, position) => ({ ...dependency, position, format: 'npm' })));
    expect(await reads.findOneByOrFail(PackageTable, { id: published.package.id })).toMatchObject({ name: 'facts', description: facts.description, revision: 1, deletedAt: null });
    expect(await reads.findOneByOrFail(FileTable, { id: published.fileIds[0] ?? '' })).toMatchObject({ name: 'facts-1.0.0.tgz', sha256: sha256('bytes'), sizeBytes: 5, contentType: 'x/y', attributes: { z: 1 } });
    expect(await tagsOf(app.core, published.package.id)).toEqual({ beta: '1.0.0', latest: '1.0.0' });
    expect(await reads.findOneByOrFail(EventTable, { versionId: published.version.id })).toMatchObject({ type: 'PACKAGE_PUBLISHED', packageId: published.package.id, actorId: developer, payload: { name: 'facts', version: '1.0.0', tags: ['beta'] } });
  });

  test.for<[string, TestPublish]>([
    ['Unauthenticated', { as: 'anonymous' }],
    ['NotFound', { as: 'outsider' }],
    ['Forbidden', { as: 'reader' }],
    ['InvalidName', { name: 'Capitals' }],
    ['InvalidName', { tags: ['1.0.0'] }],
    ['InvalidName', { tags: ['a b'] }],
    ['InvalidVersion', { version: '1.0' }],
    ['InvalidVersion', { version: '' }],
    ['InvalidInput', { files: {} }],
    ['InvalidInput', { format: 'generic', tags: ['latest'] }],
    ['InvalidInput', { name: 'a'.repeat(214), version: `1.0.0-${'a'.repeat(250)}` }],
    ['InvalidName', { format: 'generic', name: '../x' }],
    ['InvalidVersion', { format: 'generic', version: 'a b' }],
    ['InvalidPackage', { facts: { dependencies: Array(5001).fill({ kind: 'runtime', name: 'x', requirement: '' }) } }],
    ['InvalidPackage', { facts: { dependencies: Array(5).fill({ kind: 'runtime', name: 'x', requirement: 'x'.repeat(800_000) }) } }],
    ['PreconditionFailed', { format: 'generic', name: 'none', input: { ifReplaces: [sha256('x')] } }],
    ['PreconditionFailed', { format: 'generic', name: 'none', input: { ifReplaces: 'any' } }],
  ])('%s refuses and changes nothing: %o', async ([error, wanted]) => {
    expect(await refused(wanted)).toBe(error);
  });

  test('FileTooLarge past the format’s limit, not at it', async () => {
    const limited = { ...format('generic'), maxFileBytes: 10 };
    const wanted = (size: number) => ({ format: 'generic', name: 'limit', files: { f: Buffer.alloc(size) }, input: { format: limited } });
    expect(await refused(wanted(11))).toBe('FileTooLarge');
    await publishAs(app, wanted(10));
  });

  test('two files of one name', async () => {
    const object = await stageBytes(app.core, 'x');
    const other = await stageBytes(app.core, 'y');
    const work = publish(app.core, await app.actor('developer'), {
      namespace: await node(app.core, 'acme/widgets'),
      format: format('generic'),
      version: { name: 'twice', version: '1' },
      files: [{ facts: { name: 'f' }, object }, { facts: { name: 'f' }, object: other }],
    });
    expect(await refusal(work)).toBe('InvalidInput');
  });

  test('VersionExists, also for another spelling, and the first one stays', async () => {
    await publishAs(app, { name: 'once', version: '1.0.0', files: { 'once-1.0.0.tgz': 'first' } });
    expect(await refused({ name: 'once', version: '1.0.0', tags: ['stolen'], files: { 'once-1.0.0.tgz': 'second' } })).toBe('VersionExists');
    expect(await refused({ name: 'once', version: 'v1.0.0+build', files: { 'once-1.0.0.tgz': 'first' } })).toBe('VersionExists');
    const [head] = await app.core.heads.list('npm', 'once');
    expect(head?.revision).toBe(1);
    expect((await findStoredFile(app.core, head?.id ?? '', '1.0.0', 'once-1.0.0.tgz'))?.sha256).toBe(sha256('first'));
  });

  test('NameOwnedElsewhere within a top-level group, not across them', async () => {
    await app.namespace('acme/gears');
    await app.namespace('beta', 'GROUP');
    await publishAs(app, { name: 'owned', namespace: 'acme/widgets' });
    expect(await refused({ name: 'owned', version: '2.0.0', namespace: 'acme/gears' })).toBe('NameOwnedElsewhere');
    expect(await refused({ name: 'owned', version: '2.0.0', namespace: 'acme' })).toBe('NameOwnedElsewhere');
    await publishAs(app, { name: 'owned', namespace: 'beta', as: 'admin' });
    await publishAs(app, { name: 'owned', namespace: 'acme/gears', format: 'generic' });
    await publishAs(app, { name: 'owned', version: '2.0.0', namespace: 'acme/widgets' });
  });

  test('a namespace deleted meanwhile', async () => {
    const gone = await createNamespace(app.core, await app.actor('owner'), { kind: 'PROJECT', parentPath: 'acme', slug: 'gone' });
    await deleteNamespace(app.core, await app.actor('owner'), gone.id);
    const before = await countEverything(app.core);
    expect(await refusal(publish(app.core, await app.actor('owner'), { namespace: gone, format: format('generic'), version: { name: 'x', version: '1' }, files: [{ facts: { name: 'f' }, object: await stageBytes(app.core, 'gone') }] }))).toBe('NotFound');
    // Even later, between that look and the first write.
    expect(await refusal(app.core.database.tx((tx) => claimPackage(tx, gone, format('generic'), 'x', 1)))).toBe('NotFound');
    expect({ ...(await countEverything(app.core)), objects: 0, discard: 0 }).toEqual({ ...before, objects: 0, discard: 0 });
  });

  test('files join a generic version one by one; the same content again changes nothing', async () => {
    const first = await publishAs(app, { format: 'generic', name: 'files', files: { a: 'A', 'b/c': 'BC' } });
    const second = await publishAs(app, { format: 'generic', name: 'files', files: { d: 'D' } });
    expect([second.isNewVersion, second.version.id]).toEqual([false, first.version.id]);
    const again = await publishAs(app, { format: 'generic', name: 'files', files: { d: 'D' } });
    expect(again.fileIds).toEqual(second.fileIds);
    const version = await app.core.database.reads.findOneByOrFail(VersionTable, { id: first.version.id });
    expect(version.sizeBytes).toBe(4);
  });

  test('replacing a file keeps the old one restorable', async () => {
    const wanted = (content: string, input = {}): TestPublish => ({ format: 'generic', name: 'swap', files: { f: content }, input });
    const { version } = await publishAs(app, wanted('one'));
    await publishAs(app, wanted('two'));
    const rows = await app.core.database.reads.findBy(FileTable, { versionId: version.id });
    expect(rows.map((row) => [row.sha256, row.tombstone === '' ? 'live' : 'kept']).sort()).toEqual([[sha256('one'), 'kept'], [sha256('two'), 'live']].sort());
    expect(await refused(wanted('three', { createOnly: true }))).toBe('FileExists');
    expect(await refused(wanted('three', { ifReplaces: [sha256('one')] }))).toBe('PreconditionFailed');
    await publishAs(app, wanted('three', { ifReplaces: [sha256('one'), sha256('two')] }));
    await publishAs(app, wanted('four', { ifReplaces: 'any' }));
    expect((await findStoredFile(app.core, (await app.core.heads.list('generic', 'swap'))[0]?.id ?? '', '1.0.0', 'f'))?.sha256).toBe(sha256('four'));
  });

  test('names that differ in a trailing space or in case are different files', async () => {
    const names = ['f', 'f ', 'F', 'é', 'e'];
    await publishAs(app, { format: 'generic', name: 'names', files: Object.fromEntries(names.map((name) => [name, name])) });
    const [head] = await app.core.heads.list('generic', 'names');
    for (const name of names) expect((await findStoredFile(app.core, head?.id ?? '', '1.0.0', name))?.sha256).toBe(sha256(name));
    expect(await findStoredFile(app.core, head?.id ?? '', '1.0.0', 'f  ')).toBeUndefined();
  });

  test('one content is stored once', async () => {
    const content = 'shared content';
    app.clock.advance(1);
    await sweep(app.core);
    await publishAs(app, { name: 'share1', files: { 'share1-1.0.0.tgz': content } });
    const { objects } = await countEverything(app.core);
    await publishAs(app, { name: 'share2', files: { 'share2-1.0.0.tgz': content, other: content } });
    app.clock.advance(1);
    await sweep(app.core);
    expect((await countEverything(app.core))['objects']).toBe(objects);
  });

  test('twenty publishes of one version at once: one is made', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => publishAs(app, { name: 'race', files: { 'race-1.0.0.tgz': `content ${index}` } })));
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).constructor.name] : []));
    expect(errors).toEqual(Array(19).fill('VersionExists'));
    expect((await app.core.heads.list('npm', 'race'))[0]?.revision).toBe(1);
  });

  test('an error after the commit went through removes nothing that was published', async () => {
    const { database } = app.core;
    const tx = database.tx.bind(database);
    // As when the connection breaks while COMMIT is on its way: done, but nobody was told.
    database.tx = async (work) => {
      await tx(work);
      throw new Error('connection lost');
    };
    expect(await refusal(publishAs(app, { name: 'unsure', files: { 'unsure-1.0.0.tgz': 'unsure' } })).finally(() => (database.tx = tx))).toBe('Error');
    const [head] = await app.core.heads.list('npm', 'unsure');
    const file = await findStoredFile(app.core, head?.id ?? '', '1.0.0', 'unsure-1.0.0.tgz');
    expect(await app.core.store.sizeBytes(file?.objectKey ?? 'none')).toBe(6);
  });
});
