import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { holdMs } from '../../src/blobs/hold.ts';
import { adoptBlobs } from '../../src/blobs/adopt.ts';
import { orDiscard } from '../../src/blobs/stage.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { setCleanupPolicy } from '../../src/cleanup/manage.ts';
import { previewCleanup } from '../../src/cleanup/preview.ts';
import { runCleanup } from '../../src/cleanup/start.ts';
import { dayMs } from '../../src/days.ts';
import { ContentMissing, InUse, NotFound, NotRestorable } from '../../src/errors.ts';
import { contentOwnerAt, findContent } from '../../src/packages/content.ts';
import { letGo, shareContent } from '../../src/packages/hold-content.ts';
import { listNamingVersions, type NamingPage } from '../../src/packages/naming.ts';
import { publish } from '../../src/packages/publish.ts';
import { deleteFile, deleteVersions } from '../../src/packages/remove.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import { check } from '../../src/check/check.ts';
import { restoreVersion } from '../../src/packages/restore.ts';
import { updateSettings } from '../../src/settings/update.ts';
import type { NamespaceRow } from '../../src/db/tables/namespace.ts';
import { ociFormat } from '../../shims/oci/format.ts';
import type { TestApp } from '../support/app.ts';
import { countEverything, leftovers } from '../support/leftovers.ts';
import { descriptorOf, digestOf, holdBlob, imageOf, indexOf, layerType, putImage, type TestImage } from '../support/oci-image.ts';
import { databases, node, openRegistry, refusal, stageBytes } from './registry.ts';

describe.for(databases)('content held for a package on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const widgets = () => node(app.core, 'acme/widgets');
  const hold = async (name: string, content: string | Buffer) => holdBlob(app.core, await app.actor('developer'), await widgets(), name, content);
  const put = async (name: string, image: TestImage, tags: string[] = []) => putImage(app.core, await app.actor('developer'), await widgets(), name, image, tags);
  const owner = async (name: string) => contentOwnerAt(app.core, (await widgets()).id, ociFormat, name);
  const find = async (name: string, digest: string) => findContent(app.core, await owner(name), digest);

  test('is found by either digest, outlives the sweep for a day, and goes then', async () => {
    await hold('short', 'for a day');
    for (const algorithm of ['sha256', 'sha512'] as const) expect(await find('short', digestOf('for a day', algorithm))).toMatchObject({ sizeBytes: 9, file: undefined });
    expect(await find('other', digestOf('for a day'))).toBeUndefined();
    app.clock.advance(holdMs - 2 * 60 * 60 * 1000);
    await sweep(app.core);
    expect(await find('short', digestOf('for a day'))).toBeDefined();
    // Whoever finds it may count on it for an hour.
    app.clock.advance(60 * 60 * 1000);
    expect(await find('short', digestOf('for a day'))).toBeUndefined();
    await sweep(app.core);
    expect(await app.core.database.reads.query('SELECT sha256 FROM stored_blob')).toHaveLength(1);
    app.clock.advance(2 * 60 * 60 * 1000);
    await sweep(app.core);
    app.clock.advance(60 * 60 * 1000);
    await sweep(app.core);
    expect(await leftovers(app.core)).toEqual([]);
    expect(await app.core.database.reads.query('SELECT sha256 FROM stored_blob')).toHaveLength(0);
  });

  test('becomes part of a version, and is held no longer', async () => {
    const image = imageOf({ layers: ['ahead'] });
    for (const blob of image.blobs) await hold('ahead', blob);
    const published = await put('ahead', { ...image, blobs: [] }, ['v1']);
    expect(published.fileIds).toHaveLength(3);
    expect(await app.core.database.reads.query('SELECT sha256 FROM held_content')).toEqual([]);
    expect(await find('ahead', digestOf('ahead'))).toMatchObject({ file: { versionId: published.version.id } });
    app.clock.advance(2 * holdMs);
    await sweep(app.core);
    expect(await find('ahead', digestOf('ahead'))).toBeDefined();
    // Another version shares it.
    const more = imageOf({ layers: ['ahead', 'more'] });
    expect((await put('ahead', { ...more, blobs: more.blobs.filter((blob) => blob !== 'ahead') })).isNewVersion).toBe(true);
  });

  test('of another package, or of a deleted version, is none', async () => {
    const image = imageOf({ layers: ['elsewhere'] });
    await put('elsewhere', image, ['v1']);
    await expect(put('here', { ...image, blobs: [] })).rejects.toThrow(ContentMissing);
    const maintainer = await app.actor('maintainer');
    await deleteVersions(app.core, maintainer, (await owner('elsewhere')).packageId ?? '', [image.digest]);
    expect(await find('elsewhere', digestOf('elsewhere'))).toBeUndefined();
    const before = await countEverything(app.core);
    await expect(put('elsewhere', { ...image, blobs: [] })).rejects.toThrow(ContentMissing);
    // A staged manifest that nobody published is left to the sweep.
    expect({ ...(await countEverything(app.core)), objects: 0, discard: 0, event: 0 }).toEqual({ ...before, objects: 0, discard: 0, event: 0 });
  });

  /** A publish that takes for granted that the package has what the manifest lists, as one does that has looked a moment ago. */
  const publishShared = async (name: string, { manifest, digest, blobs }: TestImage) => {
    const [actor, namespace, object] = [await app.actor('developer'), await widgets(), await stageBytes(app.core, manifest)];
    const shared = blobs.map((blob) => ({ facts: { name: digestOf(blob) }, sha256: digestOf(blob).slice('sha256:'.length), sizeBytes: blob.length }));
    return orDiscard(app.core, [object], () => publish(app.core, actor, { namespace, format: ociFormat, version: { name, version: digest }, files: [{ facts: { name: digest }, object }], shared, tags: [] }));
  };
  const refusedShared = async (name: string, image: TestImage) => {
    const before = await countEverything(app.core);
    await expect(publishShared(name, image)).rejects.toThrow(ContentMissing);
    expect(await countEverything(app.core)).toEqual(before);
  };

  test('of another package is not named by a version, however it came to be taken for its own', async () => {
    const [held, live] = [imageOf({ layers: ['held elsewhere'] }), imageOf({ layers: ['live elsewhere'] })];
    for (const blob of held.blobs) await hold('owner', blob);
    await put('owner', live);
    for (const image of [held, live]) await refusedShared('taker', image);
    // Of all that a version names the package must have each.
    await hold('taker', live.blobs[0] ?? '');
    await refusedShared('taker', live);
    await hold('taker', live.blobs[1] ?? '');
    expect((await publishShared('taker', live)).fileIds).toHaveLength(3);
  });

  test('that was let go, or was of a version that is deleted, since it was found is not named by another', async () => {
    const maintainer = await app.actor('maintainer');
    const [first, second] = [imageOf({ layers: ['gone'] }), imageOf({ layers: ['gone'], fields: { annotations: { n: '2' } } })];
    for (const blob of first.blobs) await hold('going', blob);
    await letGo(app.core, maintainer, await owner('going'), digestOf('gone'));
    await refusedShared('going', first);
    await hold('going', 'gone');
    const { package: going } = await publishShared('going', first);
    await deleteVersions(app.core, maintainer, going.id, [first.digest]);
    await refusedShared('going', second);
    // What is held for too long is not there any more, be it swept or not.
    for (const blob of first.blobs) await hold('going', blob);
    app.clock.advance(holdMs);
    await refusedShared('going', second);
    for (const blob of first.blobs) await hold('going', blob);
    expect((await publishShared('going', second)).isNewVersion).toBe(true);
  });

  test('is locked in the order of its digests among what is new, in few statements', async () => {
    const known = Array.from({ length: 12 }, (_, index) => `known ${index}`);
    for (const content of known) await hold('ordered', content);
    const sha256s = known.map((content) => digestOf(content).slice('sha256:'.length)).sort();
    const fresh = await stageBytes(app.core, 'new among the known');
    const statements: { sql: string; sha256s: string[] }[] = [];
    await app.core.database.tx(async (tx) => {
      const query = vi.spyOn(tx, 'query');
      await adoptBlobs(tx, [fresh], app.clock.now(), [...sha256s].reverse());
      for (const [sql, parameters = []] of query.mock.calls) statements.push({ sql, sha256s: (parameters as unknown[]).filter((each): each is string => /^[0-9a-f]{64}$/.test(String(each))) });
      query.mockRestore();
    });
    const locking = statements.filter(({ sql }) => /^SELECT sha256|^INSERT/.test(sql));
    expect(locking.flatMap((statement) => statement.sha256s)).toEqual([...sha256s, fresh.digests.sha256].sort());
    expect(statements.length).toBeLessThan(10);
    await expect(app.core.database.tx((tx) => adoptBlobs(tx, [], app.clock.now(), [sha256s[0] ?? '', 'f'.repeat(64)]))).rejects.toThrow(ContentMissing);
  });

  test('is found at any moment while it becomes part of a version', async () => {
    const image = imageOf({ layers: ['moving'] });
    for (const blob of image.blobs) await hold('moving', blob);
    // Before there is such a package, and while it is looked for.
    const early = await owner('moving');
    expect(early.packageId).toBeUndefined();
    const { reads } = app.core.database;
    const ask = reads.query.bind(reads);
    const looking = vi.spyOn(reads, 'query').mockImplementationOnce(async (...asked) => {
      looking.mockRestore();
      const answer: unknown = await ask(...asked);
      await put('moving', { ...image, blobs: [] });
      return answer;
    });
    expect(await findContent(app.core, early, digestOf('moving'))).toMatchObject({ file: undefined });
    expect(await findContent(app.core, early, digestOf('moving'))).toMatchObject({ file: { contentType: layerType } });
  });

  test('may be shared with another package, as long as the first one has it, and let go', async () => {
    const [developer, maintainer] = [await app.actor('developer'), await app.actor('maintainer')];
    await hold('first', 'shared');
    const { sha256 = '' } = (await find('first', digestOf('shared'))) ?? {};
    const target = { namespace: await widgets(), format: ociFormat, name: 'second' };
    expect(await shareContent(app.core, developer, target, await owner('none'), sha256)).toBe(false);
    expect(await shareContent(app.core, developer, target, await owner('first'), sha256)).toBe(true);
    await letGo(app.core, maintainer, await owner('first'), digestOf('shared'));
    expect([await find('first', digestOf('shared')), await find('second', digestOf('shared'))]).toEqual([undefined, expect.objectContaining({ sha256 })]);
    await expect(letGo(app.core, maintainer, await owner('first'), digestOf('shared'))).rejects.toThrow(NotFound);
    expect(await shareContent(app.core, developer, target, await owner('first'), 'f'.repeat(64))).toBe(false);
    await put('second', imageOf({ layers: ['shared'] }));
    await expect(letGo(app.core, maintainer, await owner('second'), digestOf('shared'))).rejects.toThrow(InUse);
  });

  test('is held only as far as the quotas above have room for it beside what is live, also where it comes all at once', async () => {
    const { core } = app;
    const admin = await app.actor('admin');
    const group = await app.namespace('acme/limited', 'GROUP');
    const projects = [await app.namespace('acme/limited/a'), await app.namespace('acme/limited/b')] as const;
    await updateSettings(core, admin, group.id, { node: { quotaBytes: { value: 1_000 } } });
    const outcomes = await Promise.all(Array.from({ length: 6 }, (_, index) => refusal(holdBlob(core, admin, projects[index % 2 === 0 ? 0 : 1], 'app', String(index).repeat(300)))));
    expect(outcomes.filter((outcome) => outcome === 'nothing')).toHaveLength(3);
    expect(new Set(outcomes)).toEqual(new Set(['nothing', 'QuotaExceeded']));
    const held = String(outcomes.indexOf('nothing')).repeat(300);
    const [home, other] = outcomes.indexOf('nothing') % 2 === 0 ? projects : [projects[1], projects[0]];
    // The same once more takes no more, and somewhere else it does.
    await holdBlob(core, admin, home, 'app', held);
    const source = { namespaceId: home.id, format: ociFormat.id, normalizedName: 'app' };
    const share = (namespace: NamespaceRow) => refusal(shareContent(core, admin, { namespace, format: ociFormat, name: 'shared' }, source, digestOf(held).slice(7)));
    expect(await share(other)).toBe('QuotaExceeded');
    // A day later there is room again, and what is live takes it.
    app.clock.advance(holdMs);
    expect(await refusal(holdBlob(core, admin, home, 'app', 'x'.repeat(1_000)))).toBe('nothing');
    app.clock.advance(holdMs);
    await putImage(core, admin, home, 'app', imageOf({ layers: ['y'.repeat(100)] }));
    expect(await refusal(holdBlob(core, admin, other, 'app', 'x'.repeat(900)))).toBe('QuotaExceeded');
  });

  test('versions that need others are published after them, and deleted before them', async () => {
    const maintainer = await app.actor('maintainer');
    const [one, two] = [imageOf({ layers: ['one'] }), imageOf({ layers: ['two'] })];
    const index = indexOf([one, two]);
    await put('multi', one);
    await expect(put('multi', index)).rejects.toThrow(ContentMissing);
    await put('multi', two);
    const { package: multi } = await put('multi', index, ['latest']);
    await expect(deleteVersions(app.core, maintainer, multi.id, [one.digest])).rejects.toThrow(InUse);
    const [{ id }] = await app.core.database.reads.query("SELECT f.id FROM file f WHERE f.package_id = ? AND f.tombstone = '' AND f.name = ?", [multi.id, digestOf('one')]);
    await expect(deleteFile(app.core, maintainer, id)).rejects.toThrow(InUse);
    await deleteVersions(app.core, maintainer, multi.id, [index.digest]);
    await deleteVersions(app.core, maintainer, multi.id, [one.digest]);
    const idOf = async (digest: string) => (await app.core.database.reads.query('SELECT id FROM version WHERE package_id = ? AND version = ?', [multi.id, digest]))[0].id as string;
    await expect(restoreVersion(app.core, maintainer, await idOf(index.digest))).rejects.toThrow(NotRestorable);
    await restoreVersion(app.core, maintainer, await idOf(one.digest));
    await restoreVersion(app.core, maintainer, await idOf(index.digest));
    await deleteVersions(app.core, maintainer, multi.id, [one.digest, two.digest, index.digest]);
    expect(await find('multi', one.digest)).toBeUndefined();
  });

  test('versions that name another are listed with what is asked for of them, and nothing else', async () => {
    const subject = imageOf({ layers: ['named'] });
    const artifact = imageOf({ layers: ['naming'], config: { author: 'a'.repeat(3_000) }, fields: { annotations: { 'a.b': 'it is "so"', n: '1' }, subject: descriptorOf(subject.manifest, subject.mediaType) } });
    const { package: owner, version } = await put('naming', artifact);
    const list = (page: Partial<NamingPage>) => listNamingVersions(app.core, owner.id, ociFormat.id, 'subject', subject.digest, { limit: 10, members: ['annotations', 'kind', 'sizeBytes', 'chart'], ...page });
    const [naming, ...others] = await list({});
    expect([naming?.id, naming?.normalizedVersion, others]).toEqual([version.id, artifact.digest, []]);
    expect(JSON.parse(naming?.metadata ?? '')).toEqual({ annotations: { 'a.b': 'it is "so"', n: '1' }, kind: 'IMAGE', sizeBytes: artifact.manifest.length, chart: null });
    expect(await list({ after: version.id })).toEqual([]);
  });

  test('a name is taken in its node alone where clients name that, too', async () => {
    const admin = await app.actor('admin');
    for (const path of ['acme/left', 'acme/right', 'acme/right/inner']) {
      const project = await app.namespace(path, path === 'acme/right' ? 'GROUP' : 'PROJECT');
      expect((await putImage(app.core, admin, project, 'web', imageOf({ layers: [path] }))).isNewVersion).toBe(true);
    }
    const found = async (path: string) => (await getPackageInView(app.core, admin, path, ociFormat, 'web')).node.path;
    // The one of the node that is asked goes first, then the oldest below it.
    expect([await found('acme/left'), await found('acme/right'), await found('acme/right/inner'), await found('acme')]).toEqual(['acme/left', 'acme/right', 'acme/right/inner', 'acme/left']);
    expect(await check(app.core)).toEqual([]);
  });

  test('cleanup keeps what a kept version needs, what is about it, and what that is about', async () => {
    const { core } = app;
    const admin = await app.actor('admin');
    const project = await app.namespace(`acme/cleaned`);
    const push = async (image: TestImage, tags: string[] = []) => {
      app.clock.advance(1000);
      await putImage(core, admin, project, 'app', image, tags);
      return image.digest;
    };
    const about = (image: TestImage, layer: string) => imageOf({ layers: [layer], fields: { artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json', subject: descriptorOf(image.manifest, image.mediaType) } });
    const [keptPart, oldPart, plain, signed] = ['kept part', 'old part', 'plain', 'signed'].map((layer) => imageOf({ layers: [layer] })) as [TestImage, TestImage, TestImage, TestImage];
    const keptIndex = indexOf([keptPart]);
    const oldIndex = indexOf([oldPart, keptPart]);
    const partSignature = about(keptPart, 'signature of a part');
    const oldSignature = about(oldIndex, 'signature of the old index');
    const kept = [await push(keptPart), await push(partSignature), await push(keptIndex, ['latest'])];
    // A tagged signature keeps what it is about.
    kept.push(await push(signed), await push(about(signed, 'tagged signature'), ['sha256-x.sig']));
    const going = [await push(oldPart), await push(oldIndex), await push(oldSignature), await push(plain)];
    app.clock.advance(10 * dayMs);
    const policy = await setCleanupPolicy(core, admin, { namespaceId: project.id }, { keepNewest: 0, olderThanDays: 5, isEnabled: false });
    const preview = await previewCleanup(core, admin, { policyId: policy.id }, {}, { first: 50 });
    expect(preview.versions.map(({ version }) => version).sort()).toEqual([...going].sort());
    await runCleanup(core, admin, policy.id);
    await app.app.cleanup.idle();
    const left: { version: string }[] = await core.database.reads.query("SELECT v.version FROM version v JOIN package p ON p.id = v.package_id WHERE p.namespace_id = ? AND v.tombstone = ''", [project.id]);
    expect(left.map(({ version }) => version).sort()).toEqual(kept.sort());
    // Nothing went before what needs it, or what it is about.
    const gone: { payload: string }[] = await core.database.reads.query("SELECT payload FROM event WHERE namespace_id = ? AND type = 'VERSION_DELETED' ORDER BY id", [project.id]);
    const order = gone.map(({ payload }) => (JSON.parse(payload) as { version: string }).version);
    expect(order.indexOf(oldIndex.digest)).toBeLessThan(order.indexOf(oldPart.digest));
    expect(order.indexOf(oldIndex.digest)).toBeLessThan(order.indexOf(oldSignature.digest));
  });
});
