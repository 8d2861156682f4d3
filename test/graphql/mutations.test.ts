import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Person, startApp, type TestApp } from '../support/app.ts';
import { npmTarball } from '../support/npm-tarball.ts';
import { type Answer, ask, put, query } from './client.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app?.close());

/** Runs a mutation; the result with its type, or the codes of the errors. */
async function mutate(as: Person, name: string, input: object, selection = '__typename'): Promise<Answer['data']> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const document =
    `mutation($input: ${type}Input!) { result: ${name}(input: $input) { __typename ... on ${type}Payload { ${selection} } ` +
    '... on UserError { code message } ... on InvalidInput { field } ... on InvalidName { givenName } ... on InvalidVersion { givenVersion } ' +
    '... on NamespaceExists { path } ... on NamespaceNotEmpty { path } ... on VersionExists { packageName givenVersion } ' +
    '... on NameOwnedElsewhere { packageName } ... on FileExists { fileName } ... on FileTooLarge { limitBytes } } }';
  // Members of other unions cannot be spread here: leave out what this mutation's result has not.
  const { data, errors } = await query(app, as, await fitting(type, document), { input });
  if (errors) return errors.map(({ extensions }) => extensions.code);
  return data.result;
}

const members = new Map<string, Set<string>>();

async function fitting(type: string, document: string): Promise<string> {
  if (members.size === 0) {
    const { __schema } = await ask(app, 'anonymous', '{ __schema { types { name possibleTypes { name } } } }');
    for (const { name, possibleTypes } of __schema.types) members.set(name, new Set((possibleTypes ?? []).map((member: { name: string }) => member.name)));
  }
  return document.replace(/\.\.\. on (Invalid\w+|Name\w+|VersionExists|File\w+) \{ [^}]* \}/g, (spread, name) => (members.get(`${type}Result`)?.has(name) ? spread : ''));
}

const denials: [Person, string][] = [
  ['anonymous', 'UNAUTHENTICATED'],
  ['outsider', 'NOT_FOUND'],
  ['reader', 'FORBIDDEN'],
];

async function idOf(path: string): Promise<string> {
  return (await ask(app, 'admin', 'query($path: String!) { namespace(path: $path) { id } }', { path })).namespace.id;
}

describe('createGroup and createProject', () => {
  it('make a namespace', async () => {
    const group = await mutate('maintainer', 'createGroup', { parent: 'acme', slug: 'tools', name: 'Tools', description: 'Of all kinds' }, 'group { path name description visibility parent { path } }');
    expect(group.group).toEqual({ path: 'acme/tools', name: 'Tools', description: 'Of all kinds', visibility: 'PRIVATE', parent: { path: 'acme' } });
    const project = await mutate('admin', 'createProject', { slug: 'top', visibility: 'PUBLIC' }, 'project { __typename path visibility }');
    expect(project.project).toEqual({ __typename: 'Project', path: 'top', visibility: 'PUBLIC' });
  });

  it.each([
    [{ parent: 'acme', slug: 'widgets' }, { __typename: 'NamespaceExists', code: 'NAMESPACE_EXISTS', path: 'acme/widgets' }],
    [{ parent: 'acme', slug: 'Not Good' }, { __typename: 'InvalidName', code: 'INVALID_NAME', givenName: 'Not Good' }],
    [{ parent: 'acme', slug: 'npm' }, { __typename: 'InvalidName', givenName: 'npm' }],
    [{ parent: 'acme', slug: 'open', visibility: 'PUBLIC' }, { __typename: 'InvalidInput', code: 'INVALID_INPUT', field: 'visibility' }],
    [{ parent: 'acme/widgets', slug: 'x' }, { __typename: 'InvalidInput', field: 'parent' }],
  ])('answer %j with the reason', async (input, reason) => {
    expect(await mutate('owner', 'createGroup', input)).toMatchObject(reason);
    expect(await mutate('owner', 'createProject', input)).toMatchObject(reason);
  });

  it.each(denials)('are not for %s', async (person, code) => {
    expect(await mutate(person, 'createGroup', { parent: 'acme', slug: 'denied' })).toEqual([code]);
    expect((await ask(app, 'admin', '{ namespace(path: "acme/denied") { id } }')).namespace).toBeNull();
  });
});

describe('updateNamespace and deleteNamespace', () => {
  it('change and delete', async () => {
    await mutate('owner', 'createGroup', { parent: 'acme', slug: 'before', description: 'old' });
    await mutate('owner', 'createProject', { parent: 'acme/before', slug: 'inner' });
    const namespaceId = await idOf('acme/before');
    const changed = await mutate('owner', 'updateNamespace', { namespaceId, slug: 'after', name: 'After', description: null }, 'namespace { path name description children { nodes { path } } }');
    expect(changed.namespace).toEqual({ path: 'acme/after', name: 'After', description: null, children: { nodes: [{ path: 'acme/after/inner' }] } });
    expect(await mutate('owner', 'deleteNamespace', { namespaceId })).toMatchObject({ __typename: 'NamespaceNotEmpty', code: 'NAMESPACE_NOT_EMPTY', path: 'acme/after' });
    await mutate('owner', 'deleteNamespace', { namespaceId: await idOf('acme/after/inner') });
    const deleted = await mutate('owner', 'deleteNamespace', { namespaceId }, 'deletedNamespaceId parent { path }');
    expect(deleted).toMatchObject({ deletedNamespaceId: namespaceId, parent: { path: 'acme' } });
  });

  it('tell why not', async () => {
    const namespaceId = await idOf('acme/widgets');
    await mutate('owner', 'createGroup', { parent: 'acme', slug: 'taken' });
    expect(await mutate('owner', 'updateNamespace', { namespaceId, slug: 'taken' })).toMatchObject({ __typename: 'NamespaceExists', path: 'acme/taken' });
    expect(await mutate('owner', 'updateNamespace', { namespaceId, slug: '-' })).toMatchObject({ __typename: 'InvalidName' });
    expect(await mutate('owner', 'updateNamespace', { namespaceId, visibility: 'PUBLIC' })).toMatchObject({ __typename: 'InvalidInput', field: 'visibility' });
    expect(await mutate('admin', 'deleteNamespace', { namespaceId: await idOf('') })).toMatchObject({ __typename: 'InvalidInput' });
    expect(await mutate('owner', 'updateNamespace', { namespaceId: 'ns_nothing', name: 'x' })).toEqual(['NOT_FOUND']);
    expect(await mutate('owner', 'deleteNamespace', { namespaceId: 'rubbish' })).toEqual(['NOT_FOUND']);
  });

  it.each([...denials, ['developer', 'FORBIDDEN'] as [Person, string]])('are not for %s', async (person, code) => {
    const namespaceId = await idOf('acme/widgets');
    expect(await mutate(person, 'updateNamespace', { namespaceId, name: 'mine' })).toEqual([code]);
    expect(await mutate(person, 'deleteNamespace', { namespaceId })).toEqual([code]);
    expect((await ask(app, 'admin', '{ namespace(path: "acme/widgets") { name } }')).namespace.name).toBe('widgets');
  });
});

describe('createToken and revokeToken', () => {
  async function withToken(secret: string, document: string, variables: object = {}) {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query: document, variables }),
    });
    return { status: response.status, ...((await response.json()) as { data?: Answer['data']; errors?: Answer['errors'] }) };
  }

  it('make a token that works and end it at once', async () => {
    const expiresAt = new Date(app.clock.now() + 60_000).toISOString();
    const made = await mutate('reader', 'createToken', { name: 'ci', scopes: ['READ'], expiresAt }, 'secret token { id name scopes expiresAt hint }');
    expect(made.token).toMatchObject({ name: 'ci', scopes: ['READ'], expiresAt, hint: made.secret.slice(0, 8) });
    expect((await withToken(made.secret, '{ viewer { user { username } scopes token { id } } }')).data.viewer).toEqual({ user: { username: 'reader' }, scopes: ['READ'], token: { id: made.token.id } });
    expect(await mutate('developer', 'revokeToken', { tokenId: made.token.id })).toEqual(['NOT_FOUND']);
    expect(await mutate('reader', 'revokeToken', { tokenId: made.token.id }, 'revokedTokenId')).toMatchObject({ revokedTokenId: made.token.id });
    expect((await withToken(made.secret, '{ __typename }')).status).toBe(401);
  });

  it('never give more than the credential in use has', async () => {
    const create = 'mutation($scopes: [TokenScope!]) { createToken(input: { name: "x", scopes: $scopes }) { __typename ... on CreateTokenPayload { token { id scopes } } } }';
    const weak = await mutate('owner', 'createToken', { name: 'weak', scopes: ['READ', 'WRITE'] }, 'secret token { id }');
    expect((await withToken(weak.secret, create)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const manager = await mutate('owner', 'createToken', { name: 'manager', scopes: ['READ', 'ADMIN'] }, 'secret token { id }');
    expect((await withToken(manager.secret, create, { scopes: ['WRITE'] })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await withToken(manager.secret, create)).data.createToken.token.scopes).toEqual(['READ', 'ADMIN']);
    const revoke = 'mutation($id: ID!) { revokeToken(input: { tokenId: $id }) { __typename } }';
    expect((await withToken(weak.secret, revoke, { id: manager.token.id })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await withToken(weak.secret, revoke, { id: weak.token.id })).data.revokeToken.__typename).toBe('RevokeTokenPayload');
  });

  it('tell why not', async () => {
    expect(await mutate('anonymous', 'createToken', { name: 'x' })).toEqual(['UNAUTHENTICATED']);
    expect(await mutate('anonymous', 'revokeToken', { tokenId: 'x' })).toEqual(['UNAUTHENTICATED']);
    expect(await mutate('reader', 'createToken', { name: '' })).toMatchObject({ __typename: 'InvalidInput', field: 'name' });
    expect(await mutate('reader', 'createToken', { name: 'x', scopes: [] })).toMatchObject({ __typename: 'InvalidInput', field: 'scopes' });
    expect(await mutate('reader', 'createToken', { name: 'x', expiresAt: '2001-01-01T00:00:00Z' })).toMatchObject({ __typename: 'InvalidInput', field: 'expiresAt' });
  });
});

describe('createUpload and publishPackage', () => {
  async function upload(as: Person, fileName: string, bytes?: string | Buffer, namespace = 'acme/widgets'): Promise<string> {
    const { upload: made } = await mutate(as, 'createUpload', { namespace, fileName }, 'upload { id url isReceived receivedBytes sizeBytes expiresAt }');
    expect(made).toMatchObject({ url: `${app.url}/api/uploads/${made.id}`, isReceived: false, receivedBytes: 0, sizeBytes: null });
    if (bytes !== undefined) expect((await app.fetch(`/api/uploads/${made.id}`, as, { method: 'PUT', body: bytes as string })).status).toBe(201);
    return made.id;
  }

  const generic = { namespace: 'acme/widgets', format: 'GENERIC', name: 'tool', version: '1.0' };

  it('tell how much of an upload has arrived', async () => {
    const id = await upload('developer', 'chunked.bin');
    const patch = (offset: number, complete: string, body: string) =>
      app.fetch(`/api/uploads/${id}`, 'developer', { method: 'PATCH', body, headers: { 'content-type': 'application/partial-upload', 'upload-offset': String(offset), 'upload-complete': complete } });
    const read = async () => (await ask(app, 'developer', 'query($id: ID!) { node(id: $id) { ... on Upload { isReceived receivedBytes sizeBytes } } }', { id })).node;
    await patch(0, '?0', 'first');
    expect(await read()).toEqual({ isReceived: false, receivedBytes: 5, sizeBytes: null });
    await patch(5, '?1', 'last');
    expect(await read()).toEqual({ isReceived: true, receivedBytes: 9, sizeBytes: 9 });
  });

  it('publish an npm tarball as npm would', async () => {
    const tarball = await npmTarball({ name: 'gql-lib', version: '1.2.3', description: 'A library', license: 'MIT', bin: './cli.js', dependencies: { left: '^1' } }, { 'cli.js': '1', 'README.md': '# Hi' });
    const id = await upload('developer', 'any.tgz', tarball);
    expect((await ask(app, 'developer', 'query($id: ID!) { node(id: $id) { ... on Upload { isReceived receivedBytes sizeBytes } } }', { id })).node).toEqual({ isReceived: true, receivedBytes: tarball.length, sizeBytes: tarball.length });
    const build = { pipelineUrl: 'https://ci.example.com/1', commit: 'abc', ref: 'main', job: '7' };
    const published = await mutate(
      'developer',
      'publishPackage',
      { namespace: 'acme/widgets', format: 'NPM', uploads: [id], tags: ['next'], build },
      `isNewVersion files { name } package { name description tags { name } } version { version description licenses readme publishedBy { displayName ... on User { username } }
        build { pipelineUrl commit ref job } dependencies { name kind requirement target { name } } metadata { __typename ... on NpmMetadata { bin { name value } fileCount deprecated } } }`,
    );
    expect(published).toMatchObject({
      isNewVersion: true,
      files: [{ name: 'gql-lib-1.2.3.tgz' }],
      package: { name: 'gql-lib', description: 'A library', tags: [{ name: 'latest' }, { name: 'next' }] },
      version: {
        version: '1.2.3',
        licenses: ['MIT'],
        readme: '# Hi',
        publishedBy: { username: 'developer' },
        build,
        dependencies: [{ name: 'left', kind: 'runtime', requirement: '^1', target: null }],
        metadata: { __typename: 'NpmMetadata', bin: [{ name: 'gql-lib', value: 'cli.js' }], fileCount: 3, deprecated: null },
      },
    });
    const again = await upload('developer', 'any.tgz', tarball);
    expect(await mutate('developer', 'publishPackage', { namespace: 'acme/widgets', format: 'NPM', uploads: [again] })).toMatchObject({
      __typename: 'VersionExists',
      code: 'VERSION_EXISTS',
      packageName: 'gql-lib',
      givenVersion: '1.2.3',
    });
    const elsewhere = await upload('owner', 'any.tgz', tarball, 'acme');
    expect(await mutate('owner', 'publishPackage', { namespace: 'acme', format: 'NPM', uploads: [elsewhere] })).toMatchObject({ __typename: 'NameOwnedElsewhere', packageName: 'gql-lib' });
  });

  it('publish generic files, one after the other', async () => {
    const first = await upload('developer', 'a/b.txt', 'one');
    expect(await mutate('developer', 'publishPackage', { ...generic, uploads: [first] }, 'isNewVersion version { files { name downloadUrl attributes } }')).toMatchObject({ isNewVersion: true, version: { files: [{ name: 'a/b.txt', attributes: {} }] } });
    const second = await upload('developer', 'c d.txt', 'two');
    const { version, isNewVersion } = await mutate('developer', 'publishPackage', { ...generic, uploads: [second] }, 'isNewVersion version { sizeBytes files { name downloadUrl } metadata { __typename raw } }');
    expect([isNewVersion, version.sizeBytes, version.metadata]).toEqual([false, 6, { __typename: 'GenericMetadata', raw: {} }]);
    const path = (version.files[1].downloadUrl as string).slice(app.url.length);
    expect(path).toMatch(/\/c%20d\.txt$/);
    expect(await (await app.fetch(path, 'reader')).text()).toBe('two');
  });

  it('tell why not', async () => {
    expect(await mutate('developer', 'createUpload', { namespace: 'acme/widgets', fileName: '' })).toMatchObject({ __typename: 'InvalidInput', field: 'fileName' });
    const rubbish = await upload('developer', 'x.tgz', 'no tarball');
    const npm = { namespace: 'acme/widgets', format: 'NPM' };
    expect(await mutate('developer', 'publishPackage', { ...npm, uploads: [rubbish] })).toMatchObject({ __typename: 'InvalidPackage', code: 'INVALID_PACKAGE' });
    expect(await mutate('developer', 'publishPackage', { ...npm, uploads: [] })).toMatchObject({ __typename: 'InvalidInput', field: 'uploads' });
    expect(await mutate('developer', 'publishPackage', { ...npm, uploads: [rubbish], build: { pipelineUrl: 'javascript:alert(1)' } })).toMatchObject({ __typename: 'InvalidInput', field: 'build.pipelineUrl' });
    expect(await mutate('developer', 'publishPackage', { ...generic, version: undefined, uploads: [rubbish] })).toMatchObject({ __typename: 'InvalidInput', field: 'version' });
    expect(await mutate('developer', 'publishPackage', { ...generic, name: '..', uploads: [rubbish] })).toMatchObject({ __typename: 'InvalidName' });
    expect(await mutate('developer', 'publishPackage', { ...generic, version: '/', uploads: [rubbish] })).toMatchObject({ __typename: 'InvalidVersion' });
    expect(await mutate('developer', 'publishPackage', { ...generic, tags: ['x'], uploads: [rubbish] })).toMatchObject({ __typename: 'InvalidInput', field: 'tags' });
    const empty = await upload('developer', 'x.tgz');
    expect(await mutate('developer', 'publishPackage', { ...npm, uploads: [empty] })).toMatchObject({ __typename: 'UploadNotReady', code: 'UPLOAD_NOT_READY' });
    expect(await mutate('owner', 'publishPackage', { ...npm, uploads: [empty] })).toEqual(['NOT_FOUND']);
  });

  it.each(denials)('are not for %s', async (person, code) => {
    expect(await mutate(person, 'createUpload', { namespace: 'acme/widgets', fileName: 'x' })).toEqual([code === 'NOT_FOUND' ? 'NOT_FOUND' : code]);
    expect(await mutate(person, 'publishPackage', { ...generic, uploads: ['upl_x'] })).toEqual([code]);
  });
});

describe('on a published package', () => {
  let ids: { packageId: string; versionId: string; fileId: string };
  let number = 0;

  beforeEach(async () => {
    number += 1;
    await put(app, 'acme/widgets', { name: `life-${number}`, version: '1.0.0' });
    const { package: owner, version, fileIds } = await put(app, 'acme/widgets', { name: `life-${number}`, version: '2.0.0', files: { 'a.txt': `a${number}`, 'b.txt': `b${number}` } });
    ids = { packageId: owner.id, versionId: version.id, fileId: fileIds[0] ?? '' };
  });

  it('setTag and removeTag', async () => {
    const { packageId } = ids;
    const set = await mutate('developer', 'setTag', { packageId, tag: 'beta', version: 'v1.0.0' }, 'version { version tags } package { tags { name version { version } } }');
    expect(set).toMatchObject({ version: { version: '1.0.0' }, package: { tags: [{ name: 'beta', version: { version: '1.0.0' } }, { name: 'latest' }] } });
    const find = await ask(app, 'reader', 'query($id: ID!) { node(id: $id) { ... on Package { version(tag: "beta") { version } byNumber: version(version: "=2.0.0") { version } none: version(version: "not one") { version } versions(filter: { tag: "beta" }) { totalCount } } } }', { id: packageId });
    expect(find.node).toEqual({ version: { version: '1.0.0' }, byNumber: { version: '2.0.0' }, none: null, versions: { totalCount: 1 } });
    expect(await mutate('developer', 'setTag', { packageId, tag: '1.x', version: '1.0.0' })).toMatchObject({ __typename: 'InvalidName', givenName: '1.x' });
    expect(await mutate('developer', 'setTag', { packageId, tag: 'stable', version: 'one' })).toMatchObject({ __typename: 'InvalidVersion', givenVersion: 'one' });
    expect(await mutate('developer', 'setTag', { packageId, tag: 'stable', version: '9.9.9' })).toEqual(['NOT_FOUND']);
    expect(await mutate('developer', 'removeTag', { packageId, tag: 'latest' })).toMatchObject({ __typename: 'InvalidInput', field: 'tag' });
    expect(await mutate('developer', 'removeTag', { packageId, tag: 'beta' }, 'package { tags { name } }')).toMatchObject({ package: { tags: [{ name: 'latest' }] } });
    expect(await mutate('developer', 'removeTag', { packageId, tag: 'beta' })).toEqual(['NOT_FOUND']);
  });

  it('deprecateVersions', async () => {
    const { packageId } = ids;
    const selection = 'package { versions(filter: { statuses: [DEPRECATED] }) { nodes { version statusReason } } }';
    const marked = await mutate('developer', 'deprecateVersions', { packageId, versions: ['1.0.0'], message: 'Use 2' }, selection);
    expect(marked.package.versions.nodes).toEqual([{ version: '1.0.0', statusReason: 'Use 2' }]);
    const counted = await ask(app, 'reader', '{ packages(filter: { status: DEPRECATED, name: "life-' + number + '" }) { totalCount } }');
    expect(counted.packages.totalCount).toBe(1);
    const cleared = await mutate('developer', 'deprecateVersions', { packageId, versions: ['1.0.0'] }, selection);
    expect(cleared.package.versions.nodes).toEqual([]);
    expect(await mutate('developer', 'deprecateVersions', { packageId, versions: ['x'], message: 'y' })).toMatchObject({ __typename: 'InvalidVersion' });
    expect(await mutate('developer', 'deprecateVersions', { packageId, versions: ['1.0.0'], message: 'y'.repeat(5000) })).toMatchObject({ __typename: 'InvalidInput', field: 'message' });
    expect(await mutate('developer', 'deprecateVersions', { packageId, versions: ['3.0.0'], message: 'y' })).toEqual(['NOT_FOUND']);
  });

  it('deleteFile, deleteVersion and deletePackage', async () => {
    const { packageId, versionId, fileId } = ids;
    expect(await mutate('maintainer', 'deleteFile', { fileId }, 'deletedFileId version { files { name } }')).toMatchObject({ deletedFileId: fileId, version: { files: [{ name: 'b.txt' }] } });
    expect(await mutate('maintainer', 'deleteFile', { fileId })).toEqual(['NOT_FOUND']);
    const gone = await mutate('maintainer', 'deleteVersion', { versionId }, 'deletedVersionId package { latestVersion { version } versions { totalCount } }');
    expect(gone).toMatchObject({ deletedVersionId: versionId, package: { latestVersion: { version: '1.0.0' }, versions: { totalCount: 1 } } });
    expect(await mutate('maintainer', 'deletePackage', { packageId }, 'deletedPackageId')).toMatchObject({ deletedPackageId: packageId });
    expect(await mutate('maintainer', 'deletePackage', { packageId })).toEqual(['NOT_FOUND']);
    const left = await ask(app, 'owner', `query($ids: [ID!]!) { nodes(ids: $ids) { id } packages(filter: { name: "life-${number}" }) { totalCount } }`, { ids: [packageId, versionId, fileId] });
    expect(left).toEqual({ nodes: [null, null, null], packages: { totalCount: 0 } });
  });

  it.each<[Person, string, string]>([
    ['anonymous', 'UNAUTHENTICATED', 'UNAUTHENTICATED'],
    ['outsider', 'NOT_FOUND', 'NOT_FOUND'],
    ['reader', 'FORBIDDEN', 'FORBIDDEN'],
    ['developer', '', 'FORBIDDEN'],
  ])('not everything is for %s', async (person, write, remove) => {
    const { packageId, versionId, fileId } = ids;
    if (write !== '') {
      expect(await mutate(person, 'setTag', { packageId, tag: 'x', version: '1.0.0' })).toEqual([write]);
      expect(await mutate(person, 'removeTag', { packageId, tag: 'latest' })).toEqual([write]);
      expect(await mutate(person, 'deprecateVersions', { packageId, versions: ['1.0.0'], message: 'x' })).toEqual([write]);
    }
    expect(await mutate(person, 'deleteFile', { fileId })).toEqual([remove]);
    expect(await mutate(person, 'deleteVersion', { versionId })).toEqual([remove]);
    expect(await mutate(person, 'deletePackage', { packageId })).toEqual([remove]);
    const { node } = await ask(app, 'admin', 'query($id: ID!) { node(id: $id) { ... on Package { tags { name } versions { nodes { status files { name } } } } } }', { id: packageId });
    expect(node).toMatchObject({ tags: [{ name: 'latest' }], versions: { nodes: [{ status: 'PUBLISHED', files: [{}, {}] }, { status: 'PUBLISHED', files: [{}] }] } });
  });

  it('later mutations of one operation see what earlier ones did', async () => {
    const document = `mutation($id: ID!) {
      first: setTag(input: { packageId: $id, tag: "a", version: "1.0.0" }) { ... on SetTagPayload { package { tags { name } } } }
      second: setTag(input: { packageId: $id, tag: "b", version: "1.0.0" }) { ... on SetTagPayload { package { tags { name } } } }
    }`;
    const { second } = await ask(app, 'developer', document, { id: ids.packageId });
    expect(second.package.tags.map(({ name }: { name: string }) => name)).toEqual(['a', 'b', 'latest']);
  });
});
