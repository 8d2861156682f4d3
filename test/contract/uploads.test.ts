import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/access/actor.ts';
import { discardStaged, stage } from '../../src/blobs/stage.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { uploadedFile } from '../../src/blobs/uploaded-file.ts';
import { UploadTable } from '../../src/db/tables/file.ts';
import { createUpload, uploadLifetimeMs } from '../../src/uploads/create.ts';
import { publishUploads, type PublishUploads } from '../../src/uploads/publish-uploads.ts';
import { receiveUpload } from '../../src/uploads/receive.ts';
import type { Person, TestApp } from '../support/app.ts';
import { countEverything, listObjects } from '../support/leftovers.ts';
import { npmTarball } from '../support/npm-tarball.ts';
import { chunks, databases, openRegistry, publishAs, refusal, sha256 } from './registry.ts';

describe.for(databases)('uploads on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const create = async (as: Person = 'developer', fileName = 'f.bin', namespacePath = 'acme/widgets') => createUpload(app.core, await app.actor(as), { namespacePath, fileName });
  const receive = async (id: string, content: string | Buffer = 'bytes', as: Person = 'developer', options = {}) =>
    receiveUpload(app.core, await app.actor(as), id, chunks(content), { limitBytes: 1000_000, ...options });
  const put = async (content: string | Buffer = 'bytes', fileName = 'f.bin') => {
    const { id } = await create('developer', fileName);
    await receive(id, content);
    return id;
  };
  const publish = async (uploadIds: string[], input: Partial<PublishUploads> = {}, as: Person = 'developer') =>
    publishUploads(app.core, await app.actor(as), { namespacePath: 'acme/widgets', format: app.core.formats.get('generic'), uploadIds, name: 'up', version: '1', ...input });
  const refused = async (work: () => Promise<unknown>): Promise<string> => {
    const before = await countEverything(app.core);
    const thrown = await refusal(work());
    expect(await countEverything(app.core)).toEqual(before);
    return thrown;
  };

  test('create, receive, publish', async () => {
    const upload = await create('developer', 'dir/ä.bin');
    expect(upload).toMatchObject({ fileName: 'dir/ä.bin', objectKey: null, expiresAt: app.clock.now() + uploadLifetimeMs });
    const received = await receive(upload.id, 'hello');
    expect(received).toMatchObject({ sizeBytes: 5, sha256: sha256('hello') });
    const published = await publish([upload.id], { tags: [], build: { job: 'j' } });
    expect(published).toMatchObject({ isNewVersion: true, package: { name: 'up' }, version: { version: '1', build: { job: 'j' } } });
    expect(await app.core.database.reads.existsBy(UploadTable, { id: upload.id })).toBe(false);
    expect(await refused(() => publish([upload.id]))).toBe('NotFound');
  });

  test('an npm tarball says itself what it is', async () => {
    const id = await put(await npmTarball({ name: '@acme/lib', version: '1.2.3', description: 'from the tarball' }), 'whatever.tgz');
    const published = await publish([id], { format: app.core.formats.get('npm'), name: 'ignored', tags: ['next'] });
    expect(published).toMatchObject({ package: { name: '@acme/lib' }, version: { version: '1.2.3', description: 'from the tarball' } });
    const again = await put(await npmTarball({ name: '@acme/lib', version: '1.2.3' }));
    expect(await refused(() => publish([again], { format: app.core.formats.get('npm') }))).toBe('VersionExists');
    expect(await refused(() => publish([again], { format: app.core.formats.get('npm') }))).toBe('VersionExists');
    const junk = await put('no tarball');
    expect(await refused(() => publish([junk], { format: app.core.formats.get('npm') }))).toBe('InvalidPackage');
  });

  test.for([10, 300_000])('an uploaded file of %i bytes is read whole and in ranges', async (size) => {
    const content = Buffer.from(Array.from({ length: size }, (_, index) => index % 251));
    const object = await stage(app.core, chunks(content), { limitBytes: size });
    const file = uploadedFile(app.core, object, 'f');
    expect((await buffer(await file.open())).equals(content)).toBe(true);
    for (const [start, end] of [[0, 0], [3, 6], [size - 2, size - 1]] as const) {
      expect((await buffer(await file.open({ start, end }))).equals(content.subarray(start, end + 1))).toBe(true);
    }
    await discardStaged(app.core, [object]);
  });

  test('two files of a name are refused before the others are read', async () => {
    const generic = app.core.formats.get('generic');
    const read: string[] = [];
    const format = { ...generic, inspect: async (...[file, ...more]: Parameters<typeof generic.inspect>) => (read.push(file.fileName), generic.inspect(file, ...more)) };
    const ids = [await put('one', 'a'), await put('two', 'a'), await put('three', 'b')];
    expect(await refused(() => publish(ids, { name: 'twice', format }))).toBe('InvalidInput');
    expect(read).toEqual(['a', 'a']);
  });

  test('several files at once, also with the same content', async () => {
    const ids = [await put('same', 'a'), await put('same', 'b'), await put('other', 'c')];
    const { fileIds } = await publish([...ids, ids[0] ?? ''], { name: 'several' });
    expect(fileIds).toHaveLength(3);
    await sweep(app.core);
  });

  test('files of two versions do not go together', async () => {
    const ids = [await put(await npmTarball({ name: 'one', version: '1.0.0' })), await put(await npmTarball({ name: 'two', version: '1.0.0' }))];
    expect(await refused(() => publish(ids, { format: app.core.formats.get('npm') }))).toBe('InvalidInput');
  });

  test.for<[Person, string]>([['anonymous', 'Unauthenticated'], ['outsider', 'NotFound'], ['reader', 'Forbidden']])('%s cannot create one: %s', async ([as, error]) => {
    expect(await refused(() => create(as))).toBe(error);
  });

  test('file names have 1 to 512 characters', async () => {
    expect(await refused(() => create('developer', ''))).toBe('InvalidInput');
    expect(await refused(() => create('developer', 'x'.repeat(513)))).toBe('InvalidInput');
    expect((await create('developer', 'é'.repeat(512))).fileName).toHaveLength(512);
  });

  test('nobody else may fill or publish it', async () => {
    const { id } = await create();
    expect(await refused(() => receive(id, 'x', 'owner'))).toBe('NotFound');
    expect(await refused(() => receive(id, 'x', 'admin'))).toBe('NotFound');
    expect(await refused(() => receive(id, 'x', 'anonymous'))).toBe('Unauthenticated');
    await receive(id);
    expect(await refused(() => publish([id], {}, 'owner'))).toBe('NotFound');
    expect(await refused(() => publish([id], {}, 'anonymous'))).toBe('Unauthenticated');
  });

  test('who may no longer publish there sends no bytes either', async () => {
    const { id } = await create();
    const developer = await app.actor('developer');
    const receiveAs = (actor: Actor) => receiveUpload(app.core, actor, id, chunks('x'), { limitBytes: 1000 });
    expect(await refused(() => receiveAs({ ...developer, scopes: new Set(['READ']) }))).toBe('Forbidden');
    expect(await refused(() => receiveAs({ ...developer, roles: new Map() }))).toBe('NotFound');
    await receiveAs(developer);
  });

  test('a right on one package opens uploads in its namespace, with a credential that is good for it', async () => {
    const { package: owner } = await publishAs(app, { name: 'granted' });
    const outsider = await app.actor('outsider');
    const granted: Actor = { ...outsider, grants: new Map([[owner.id, 'WRITE']]) };
    const createAs = (actor: Actor) => createUpload(app.core, actor, { namespacePath: 'acme/widgets', fileName: 'f' });
    expect(await refused(() => createAs({ ...granted, scopes: new Set(['READ']) }))).toBe('NotFound');
    expect(await refused(() => createAs({ ...granted, grants: new Map([[owner.id, 'READ']]) }))).toBe('NotFound');
    const token = { id: 'tok_x', kind: 'PERSONAL' as const, name: 'x', namespaceId: null, formats: undefined, namePattern: 'other*', mintsJobs: false, build: undefined, expiresAt: null };
    expect(await refused(() => createAs({ ...granted, token }))).toBe('NotFound');
    const { id } = await createAs(granted);
    await receiveUpload(app.core, granted, id, chunks('x'), { limitBytes: 1000 });
    expect(await refused(() => createUpload(app.core, granted, { namespacePath: 'acme', fileName: 'f' }))).toBe('NotFound');
  });

  test('it is published where it was opened', async () => {
    await app.namespace('acme/elsewhere');
    const id = await put();
    expect(await refused(() => publish([id], { namespacePath: 'acme/elsewhere' }))).toBe('InvalidInput');
    expect(await refused(() => publish([id], { namespacePath: 'nowhere' }))).toBe('NotFound');
  });

  test('bytes are taken once', async () => {
    const { id } = await create();
    expect(await refused(() => publish([id]))).toBe('UploadNotReady');
    await receive(id, 'first');
    expect(await refused(() => receive(id, 'second'))).toBe('UploadNotReady');
    const { id: raced } = await create();
    const results = await Promise.allSettled(Array.from({ length: 5 }, (_, index) => receive(raced, `racer ${index}`)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('after a failed transfer the bytes may be sent again', async () => {
    const { id } = await create();
    expect(await refused(() => receive(id, 'x', 'developer', { expectedBytes: 2 }))).toBe('InvalidInput');
    expect(await refused(() => receive(id, 'xxx', 'developer', { limitBytes: 2 }))).toBe('FileTooLarge');
    expect(await refused(() => receive(id, 'x', 'developer', { expected: { md5: '0'.repeat(32) } }))).toBe('DigestMismatch');
    expect((await receive(id)).sizeBytes).toBe(5);
  });

  test('is published once where ten ask at once', async () => {
    const id = await put('raced', 'raced.bin');
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => publish([id], { name: 'raced' })));
    const outcomes = results.map((result) => (result.status === 'fulfilled' ? 'published' : (result.reason as Error).constructor.name));
    expect(outcomes.filter((outcome) => outcome === 'published')).toHaveLength(1);
    expect(outcomes.every((outcome) => ['published', 'NotFound', 'UploadNotReady'].includes(outcome))).toBe(true);
  });

  test('how many go into one publish', async () => {
    expect(await refused(() => publish([]))).toBe('InvalidInput');
    expect(await refused(() => publish(Array.from({ length: 101 }, (_, index) => `upl_${index}`)))).toBe('InvalidInput');
    expect(await refused(() => publish(['upl_nothing']))).toBe('NotFound');
  });

  test('expires after a day, with its bytes', async () => {
    const id = await put('expiring', 'e');
    app.clock.advance(uploadLifetimeMs - 1);
    expect(await refused(() => receive(id))).toBe('UploadNotReady');
    app.clock.advance(1);
    expect(await refused(() => publish([id]))).toBe('NotFound');
    await sweep(app.core);
    expect(await app.core.database.reads.count(UploadTable)).toBe(0);
    const { reads } = app.core.database;
    const blobs: { object_key: string }[] = await reads.query('SELECT object_key FROM stored_blob ORDER BY object_key');
    expect(await listObjects(app.core)).toEqual(blobs.map((row) => row.object_key));
  });
});
