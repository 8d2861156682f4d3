import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { type Client, createClient, isFailure, orThrow, type PackageFieldsFragment } from '../../schema/sdk/index.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { npmTarball } from '../support/npm-tarball.ts';

let app: TestApp;
let developer: Client;

beforeAll(async () => {
  app = await startApp();
  developer = createClient({ url: app.url, token: app.secrets.developer });
});
afterAll(() => app.close());

const namespace = 'acme/widgets';

/** Publishes an npm package as its developer. */
async function publishNpm(name: string, version: string, manifest: Record<string, unknown> = {}) {
  const tarball = await npmTarball({ ...manifest, name, version }, { 'index.js': `// ${name}@${version}`, 'README.md': '# Read me' });
  return developer.publish({ namespace, format: 'NPM', tags: ['latest'], files: [{ fileName: `${name}-${version}.tgz`, body: tarball }] });
}

/** Publishes a file as a generic package. */
function publishFile(name: string, body: string) {
  return developer.publish({ namespace, format: 'GENERIC', name, version: '1.0.0', files: [{ fileName: 'a.txt', body: new Blob([body]) }] });
}

/** Everything that a list gives. */
async function collect<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

describe('queries', () => {
  it('tell who asks', async () => {
    expect(await createClient({ url: app.url }).viewer()).toMatchObject({ user: null, credential: 'NONE', token: null });
    const viewer = await developer.viewer();
    expect(viewer).toMatchObject({ user: { username: 'developer' }, credential: 'TOKEN', isAdmin: false, token: { name: 'test' } });
    expect(viewer.scopes).toContain('WRITE');
  });

  it('read a package in every way', async () => {
    orThrow(await publishNpm('lib', '1.0.0'));
    orThrow(await publishNpm('lib', '1.1.0', { license: 'MIT', dependencies: { semver: '^7.0.0' }, keywords: ['one'] }));
    orThrow(await publishNpm('app', '2.0.0', { dependencies: { lib: '^1.0.0' } }));
    const lib = { namespace, format: 'NPM', name: 'lib' } as const;

    const found = await developer.package(lib);
    expect(found).toMatchObject({ __typename: 'Package', format: 'NPM', name: 'lib', purl: 'pkg:npm/lib', namespace: { path: namespace } });
    expect(found?.latestVersion).toMatchObject({ version: '1.1.0', licenses: ['MIT'], dependencies: [{ name: 'semver', requirement: '^7.0.0' }] });
    expect(found?.latestVersion?.files[0]?.sizeBytes).toBeTypeOf('number');
    expect(found?.tags).toMatchObject([{ name: 'latest', version: { version: '1.1.0' } }]);
    expect(await developer.packageByPurl({ purl: 'pkg:npm/lib', namespace })).toEqual(found);

    const { version } = (await developer.packageVersion({ ...lib, tag: 'latest' })) ?? {};
    expect(version).toMatchObject({ version: '1.1.0', keywords: ['one'], readme: '# Read me', metadata: { __typename: 'NpmMetadata' } });
    const { versions } = (await developer.packageVersions({ ...lib, first: 1, countAll: true })) ?? {};
    expect(versions).toMatchObject({ nodes: [{ version: '1.1.0' }], pageInfo: { hasNextPage: true }, totalCount: 2 });
    const { dependents } = (await developer.packageDependents(lib)) ?? {};
    expect(dependents?.nodes).toMatchObject([{ requirement: '^1.0.0', version: { version: '2.0.0', package: { name: 'app' } } }]);
    const { endpoint } = (await developer.packageEndpoint(lib)) ?? {};
    expect(endpoint?.url).toBe(`${app.url}/api/packages/${namespace}/npm`);

    const [file] = version?.files ?? [];
    const places = await developer.file({ sha256: file?.sha256 ?? '' });
    expect(places.nodes).toMatchObject([{ id: file?.id, version: { version: '1.1.0', package: { id: found?.id } } }]);
    expect(await developer.nodes({ ids: [found?.id ?? '', version?.id ?? '', file?.id ?? ''] })).toMatchObject([
      { __typename: 'Package', name: 'lib' },
      { __typename: 'PackageVersion', version: '1.1.0' },
      { __typename: 'PackageFile', name: file?.name },
    ]);
  });

  it('read namespaces', async () => {
    const project = await developer.namespace({ path: namespace });
    expect(project).toMatchObject({ __typename: 'Project', viewerRole: 'DEVELOPER', parent: { path: 'acme' } });
    expect(await developer.node({ id: project?.id ?? '' })).toEqual({ __typename: 'Project', id: project?.id, path: namespace, name: project?.name });
    expect((await developer.namespaceChildren({ path: 'acme' }))?.children.nodes).toMatchObject([{ path: namespace }]);
    expect((await developer.namespaceEndpoint({ path: 'acme', format: 'NPM' }))?.endpoint.install).not.toEqual([]);
    expect((await developer.formats()).map(({ format }) => format)).toEqual(expect.arrayContaining(['GENERIC', 'NPM']));
    expect(await createClient({ url: app.url, token: app.secrets.admin }).instance()).toMatchObject({ __typename: 'Instance', path: '' });
  });

  it('answer null for what is not there', async () => {
    expect(await developer.package({ namespace, format: 'NPM', name: 'nothing' })).toBeNull();
    expect(await developer.namespace({ path: 'nowhere' })).toBeNull();
  });
});

describe('mutations', () => {
  it('answer with the payload or a failure, told apart by __typename', async () => {
    const first = await publishNpm('twice', '1.0.0');
    expect(first).toMatchObject({ __typename: 'PublishPackagePayload', isNewVersion: true, version: { purl: 'pkg:npm/twice@1.0.0' } });
    const second = await publishNpm('twice', '1.0.0');
    if (second.__typename !== 'VersionExists') throw new Error(`not a ${second.__typename}`);
    expectTypeOf(second).toHaveProperty('givenVersion').toBeString();
    expect(second).toMatchObject({ code: 'VERSION_EXISTS', packageName: 'twice', givenVersion: '1.0.0' });
    expect(isFailure(first)).toBe(false);
    expect(isFailure(second)).toBe(true);
    expectTypeOf(orThrow(first).__typename).toEqualTypeOf<'PublishPackagePayload'>();
    expect(() => orThrow(second)).toThrow(expect.objectContaining({ name: 'EntrepotError', code: 'VERSION_EXISTS', failure: second, path: undefined }));
  });

  it('manage namespaces and tokens', async () => {
    const owner = createClient({ url: app.url, token: app.secrets.owner });
    const { group } = orThrow(await owner.createGroup({ parent: 'acme', slug: 'tools' }));
    const { project } = orThrow(await owner.createProject({ parent: group.path, slug: 'cli', visibility: 'PRIVATE' }));
    expect(orThrow(await owner.updateNamespace({ namespaceId: project.id, name: 'Command line' })).namespace.name).toBe('Command line');
    expect(await owner.createProject({ parent: group.path, slug: 'cli' })).toMatchObject({ __typename: 'NamespaceExists', path: 'acme/tools/cli' });
    expect(await owner.deleteNamespace({ namespaceId: group.id })).toMatchObject({ __typename: 'NamespaceNotEmpty' });
    expect(orThrow(await owner.deleteNamespace({ namespaceId: project.id })).parent?.path).toBe('acme/tools');
    orThrow(await owner.deleteNamespace({ namespaceId: group.id }));

    const { secret, token } = orThrow(await owner.createToken({ name: 'reads', scopes: ['READ'] }));
    expect(await createClient({ url: app.url, token: secret }).viewer()).toMatchObject({ scopes: ['READ'], token: { id: token.id } });
    expect(orThrow(await owner.revokeToken({ tokenId: token.id })).revokedTokenId).toBe(token.id);
  });

  it('manage access, settings and the life of a version', async () => {
    const owner = createClient({ url: app.url, token: app.secrets.owner });
    const { project } = orThrow(await owner.createProject({ parent: 'acme', slug: 'managed', visibility: 'PRIVATE' }));
    const at = { namespaceId: project.id };
    expect(orThrow(await owner.setMember({ ...at, username: 'outsider', role: 'DEVELOPER' })).membership).toMatchObject({ role: 'DEVELOPER', user: { username: 'outsider' } });
    const outsider = createClient({ url: app.url, token: app.secrets.outsider });
    const publish = (version: string) => outsider.publish({ namespace: 'acme/managed', format: 'GENERIC', name: 'tool', version, files: [{ fileName: 'a.txt', body: new Blob([version]) }] });
    const { version } = orThrow(await publish('1'));
    if (!version) throw new Error('no version');
    orThrow(await owner.removeMember({ ...at, username: 'outsider' }));
    await expect(publish('2')).rejects.toMatchObject({ code: 'NOT_FOUND' });

    expect(orThrow(await owner.yankVersion({ versionId: version.id, reason: 'broken' })).version).toMatchObject({ status: 'YANKED', statusReason: 'broken' });
    expect(orThrow(await owner.unyankVersion({ versionId: version.id })).version?.status).toBe('PUBLISHED');
    orThrow(await owner.deleteVersion({ versionId: version.id }));
    expect(orThrow(await owner.restore({ versionId: version.id })).version?.version).toBe('1');

    const { rule } = orThrow(await owner.createProtectionRule({ ...at, target: 'PACKAGE', namePattern: 'tool', deleteRole: 'OWNER' }));
    const maintainer = createClient({ url: app.url, token: app.secrets.maintainer });
    const refused = await maintainer.deleteVersion({ versionId: version.id });
    expect(refused).toMatchObject({ __typename: 'Protected', ruleId: rule.id });
    orThrow(await owner.deleteProtectionRule({ ruleId: rule.id }));

    orThrow(await owner.updateSettings({ ...at, registryEnabled: { value: false } }));
    expect((await owner.settings({ namespace: 'acme/managed' }))?.settings?.registryEnabled).toMatchObject({ own: false, inherited: true, effective: false, source: { path: 'acme/managed' } });
    await expect(owner.deleteVersion({ versionId: version.id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    orThrow(await owner.updateSettings({ ...at, registryEnabled: { value: null } }));
    expect((await owner.settings({ namespace: 'acme/managed' }))?.usage).toMatchObject({ packages: 1, versions: 1, files: 1, bytes: 1 });
  });

  it('change and delete what was published', async () => {
    const maintainer = createClient({ url: app.url, token: app.secrets.maintainer });
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) orThrow(await publishNpm('life', version));
    const life = { namespace, format: 'NPM', name: 'life' } as const;
    const { id: packageId = '' } = (await developer.package(life)) ?? {};
    const { versions } = (await developer.packageVersions(life)) ?? {};
    const [newest, older] = versions?.nodes ?? [];

    expect(orThrow(await developer.setTag({ packageId, tag: 'old', version: '1.0.0' })).version?.version).toBe('1.0.0');
    orThrow(await developer.removeTag({ packageId, tag: 'old' }));
    expect(await developer.setTag({ packageId, tag: '1.0.0', version: '1.0.0' })).toMatchObject({ __typename: 'InvalidName', givenName: '1.0.0' });
    await expect(developer.setTag({ packageId, tag: 'old', version: '9.9.9' })).rejects.toMatchObject({ code: 'NOT_FOUND', path: ['setTag'] });
    orThrow(await developer.deprecateVersions({ packageId, versions: ['1.0.0'], message: 'Too old.' }));
    expect((await developer.packageVersion({ ...life, version: '1.0.0' }))?.version).toMatchObject({ status: 'DEPRECATED', statusReason: 'Too old.' });

    expect(orThrow(await maintainer.deleteFile({ fileId: newest?.files[0]?.id ?? '' })).version).toBeNull();
    expect(orThrow(await maintainer.deleteVersion({ versionId: older?.id ?? '' })).package?.id).toBe(packageId);
    expect(orThrow(await maintainer.deletePackage({ packageId })).deletedPackageId).toBe(packageId);
    expect(await developer.package(life)).toBeNull();
  });
});

describe('files', () => {
  const bytes = randomBytes(3_000_000);

  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
  }

  it.for([
    ['an async iterable', () => pieces()],
    ['a ReadableStream', () => new Blob([bytes]).stream()],
    ['a Blob', () => new Blob([bytes])],
    ['a Buffer', () => bytes],
    ['an ArrayBuffer', () => new Uint8Array(bytes).buffer],
  ] as const)('go there and back: %s', async ([kind, body]) => {
    const name = kind.replaceAll(' ', '-');
    const published = orThrow(
      await developer.publish({
        namespace,
        format: 'GENERIC',
        name,
        version: '1.0.0',
        files: [{ fileName: 'data.bin', body: body() }],
        build: { commit: 'c0ffee', pipelineUrl: 'https://ci.example.com/1' },
      }),
    );
    const [file] = published.files;
    expect(file).toMatchObject({ name: 'data.bin', sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    const response = await developer.download({ downloadUrl: file?.downloadUrl ?? '' });
    expect(bytes.equals(new Uint8Array(await response.arrayBuffer()))).toBe(true);
    const { version } = (await developer.packageVersion({ namespace, format: 'GENERIC', name, version: '1.0.0' })) ?? {};
    expect(version?.build).toMatchObject({ commit: 'c0ffee', pipelineUrl: 'https://ci.example.com/1' });
  });

  it('of one publish make one version', async () => {
    const files = ['b.txt', 'a.txt'].map((fileName) => ({ fileName, body: new Blob([fileName]) }));
    const published = orThrow(await developer.publish({ namespace, format: 'GENERIC', name: 'two', version: '1.0.0', files }));
    expect(published.files.map(({ name }) => name).sort()).toEqual(['a.txt', 'b.txt']);
  });
});

describe('whole lists', () => {
  let asked = 0;
  const counting = () => createClient({ url: app.url, token: app.secrets.developer, fetch: (...args) => ((asked += 1), fetch(...args)) });

  it('read page after page, and no further than they are used', async () => {
    for (const name of ['list-a', 'list-b', 'list-c', 'list-d', 'list-e']) orThrow(await publishFile(name, 'the same'));
    const client = counting();
    const names: string[] = [];
    for await (const found of client.allPackages({ namespace, filter: { nameContains: 'list-' }, pageSize: 2 })) {
      expectTypeOf(found).toEqualTypeOf<PackageFieldsFragment>();
      names.push(found.name);
    }
    expect(names).toEqual(['list-a', 'list-b', 'list-c', 'list-d', 'list-e']);
    expect(asked).toBe(3);
    asked = 0;
    for await (const { name } of client.allPackages({ orderBy: { field: 'NAME', direction: 'DESC' }, pageSize: 1 })) if (name < 'list-e') break;
    expect(asked).toBeLessThan(12);
  });

  it('are there for everything that has pages', async () => {
    const [first] = await collect(developer.allPackages({ namespace, filter: { name: 'list-a' } }));
    const versions = await collect(developer.allVersions({ namespace, format: 'GENERIC', name: 'list-a' }));
    expect(versions).toMatchObject([{ version: '1.0.0', files: [{ name: 'a.txt' }] }]);
    const files = await collect(developer.allFiles({ sha256: versions[0]?.files[0]?.sha256 ?? '', pageSize: 2 }));
    expect(files.map(({ version }) => version?.package?.name).sort()).toEqual(['list-a', 'list-b', 'list-c', 'list-d', 'list-e']);
    expect(await collect(developer.allDependents({ namespace, format: 'GENERIC', name: first?.name ?? '' }))).toEqual([]);
    expect((await collect(developer.allChildren({ path: 'acme' }))).map(({ path }) => path)).toEqual(['acme/managed', namespace]);
  });

  it('of what is not there fail', async () => {
    await expect(developer.allVersions({ namespace, format: 'NPM', name: 'nothing' }).next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
