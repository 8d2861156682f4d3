import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, startApp, type TestApp } from '../support/app.ts';
import { npmTarball } from '../support/npm-tarball.ts';
import { npmPath, publishDocument } from '../wire/npm-request.ts';
import { type Answer, query } from './client.ts';

let app: TestApp;
let acme: string;
let widgets: string;

beforeAll(async () => {
  app = await startApp();
  const { data } = await query(app, 'admin', '{ acme: namespace(path: "acme") { id } widgets: namespace(path: "acme/widgets") { id } }');
  [acme, widgets] = [data.acme.id, data.widgets.id];
});

afterAll(() => app?.close());

/** A person, or the secret of a token. */
type As = Person | { secret: string };

async function run(as: As, document: string, variables: object = {}): Promise<Answer> {
  if (typeof as === 'string') return query(app, as, document, variables as Record<string, unknown>);
  const response = await withSecret(as.secret, '/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: document, variables }) });
  return { status: response.status, ...((await response.json()) as Pick<Answer, 'data' | 'errors'>) };
}

function withSecret(secret: string, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${app.url}${path}`, { ...init, headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${secret}` } });
}

/** The data; or the codes of the errors. */
async function read(as: As, document: string, variables: object = {}) {
  const { data, errors } = await run(as, document, variables);
  return errors ? errors.map(({ extensions }) => extensions.code) : data;
}

const tokenFields = 'id kind name hint namespace { path } role scopes formats namePattern mintsJobs build { pipelineUrl commit ref job } createdBy { __typename id displayName } createdAt expiresAt revokedAt lastUsedAt';

/** What a mutation answers with; or the codes of the errors. */
async function mutate(as: As, name: string, input: object) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const secret = name === 'revokeToken' ? 'revokedTokenId' : 'secret';
  const answer = await read(as, `mutation($input: ${type}Input!) { result: ${name}(input: $input) { __typename ... on ${type}Payload { ${secret} token { ${tokenFields} } } ... on InvalidInput { field } } }`, { input });
  return Array.isArray(answer) ? answer : answer.result;
}

const deploy = (input: object = {}) => mutate('maintainer', 'createNamespaceToken', { namespaceId: acme, kind: 'DEPLOY', name: 'deploy', scopes: ['READ', 'WRITE'], ...input });
const userId = async (person: Person) => (await read(person, '{ viewer { user { id } } }')).viewer.user.id;

describe('createToken', () => {
  it('takes limits and tells them', async () => {
    const expiresAt = new Date(app.clock.now() + 1000).toISOString();
    const { token, secret } = await mutate('owner', 'createToken', { name: 'ci', scopes: ['READ'], formats: ['NPM'], namePattern: '@acme/*', expiresAt });
    expect(token).toEqual({
      id: token.id, kind: 'PERSONAL', name: 'ci', hint: secret.slice(0, 8), namespace: null, role: null, scopes: ['READ'], formats: ['NPM'], namePattern: '@acme/*', mintsJobs: false, build: null,
      createdBy: { __typename: 'User', id: await userId('owner'), displayName: 'owner' }, createdAt: new Date(app.clock.now()).toISOString(), expiresAt, revokedAt: null, lastUsedAt: null,
    });
    expect(await mutate({ secret }, 'createToken', { name: 'x' })).toEqual(['FORBIDDEN']);
    expect(await mutate('owner', 'createToken', { name: 'x', namePattern: '' })).toEqual({ __typename: 'InvalidInput', field: 'namePattern' });
    expect(await mutate('owner', 'createToken', { name: 'x', formats: [] })).toEqual({ __typename: 'InvalidInput', field: 'formats' });
  });
});

describe('createNamespaceToken', () => {
  it('shows their holders the uploads that they made, and nobody else', async () => {
    const { secret: deployer } = await deploy({ mintsJobs: true });
    const { secret: project } = await mutate('owner', 'createNamespaceToken', { namespaceId: widgets, kind: 'PROJECT', name: 'bot', role: 'DEVELOPER', scopes: ['READ', 'WRITE'] });
    const { mintJobToken } = await read({ secret: deployer }, 'mutation { mintJobToken(input: { name: "job" }) { ... on MintJobTokenPayload { secret } } }');
    const holders: As[] = ['developer', { secret: deployer }, { secret: project }, { secret: mintJobToken.secret }];
    for (const holder of holders) {
      const { createUpload } = await read(holder, 'mutation { createUpload(input: { namespace: "acme/widgets", fileName: "f" }) { ... on CreateUploadPayload { upload { id } } } }');
      const find = (as: As) => read(as, 'query($id: ID!) { node(id: $id) { id } }', { id: createUpload.upload.id });
      expect(await find(holder)).toEqual({ node: { id: createUpload.upload.id } });
      for (const other of [...holders.filter((as) => as !== holder), 'admin', 'anonymous'] as const) expect(await find(other)).toEqual({ node: null });
    }
  });

  it('makes tokens of a namespace', async () => {
    const { __typename, token, secret } = await deploy({ formats: ['NPM', 'GENERIC'], namePattern: 'a*', mintsJobs: true });
    expect(__typename).toBe('CreateNamespaceTokenPayload');
    expect(token).toMatchObject({ kind: 'DEPLOY', namespace: { path: 'acme' }, role: 'DEVELOPER', scopes: ['READ', 'WRITE'], formats: ['NPM', 'GENERIC'], namePattern: 'a*', mintsJobs: true, createdBy: { __typename: 'User', displayName: 'maintainer' } });
    const { viewer } = await read({ secret }, `{ viewer { user { id } credential isAdmin scopes token { ${tokenFields} } tokens { id } } }`);
    expect(viewer).toEqual({ user: null, credential: 'TOKEN', isAdmin: false, scopes: ['READ', 'WRITE'], token: { ...token, lastUsedAt: null }, tokens: [] });
    const project = await mutate('owner', 'createNamespaceToken', { namespaceId: widgets, kind: 'PROJECT', name: 'bot', role: 'OWNER', scopes: ['ADMIN'] });
    expect(project.token).toMatchObject({ kind: 'PROJECT', namespace: { path: 'acme/widgets' }, role: 'OWNER', scopes: ['ADMIN'], mintsJobs: false });
  });

  it.each<[Person, string]>([['anonymous', 'UNAUTHENTICATED'], ['outsider', 'NOT_FOUND'], ['reader', 'FORBIDDEN'], ['developer', 'FORBIDDEN']])('is not for %s: %s', async (person, code) => {
    expect(await mutate(person, 'createNamespaceToken', { namespaceId: acme, kind: 'DEPLOY', name: 'denied', scopes: ['READ'] })).toEqual([code]);
    const { namespace } = await read('owner', '{ namespace(path: "acme") { tokens(first: 100, includeEnded: true) { nodes { name } } } }');
    expect(namespace.tokens.nodes.map(({ name }: { name: string }) => name)).not.toContain('denied');
  });

  it('tells why not', async () => {
    expect(await deploy({ role: 'OWNER' })).toEqual({ __typename: 'InvalidInput', field: 'role' });
    expect(await deploy({ scopes: ['ADMIN'] })).toEqual({ __typename: 'InvalidInput', field: 'scopes' });
    expect(await deploy({ kind: 'PROJECT', role: 'OWNER' })).toEqual(['FORBIDDEN']);
    expect(await deploy({ namespaceId: 'rubbish' })).toEqual(['NOT_FOUND']);
  });
});

describe('tokens of a namespace', () => {
  const list = 'query($id: ID!, $first: Int, $after: String, $kinds: [TokenKind!], $ended: Boolean) { node(id: $id) { ... on Namespace { tokens(first: $first, after: $after, kinds: $kinds, includeEnded: $ended) { totalCount nodes { name kind revokedAt } pageInfo { hasNextPage endCursor } } } } }';
  let id: string;

  beforeAll(async () => {
    id = (await app.namespace('acme/listed')).id;
    for (const name of ['first', 'second', 'third', 'gone', 'late']) {
      const expiresAt = name === 'late' ? { expiresAt: new Date(app.clock.now() + 1000).toISOString() } : {};
      const { token, secret } = await deploy({ namespaceId: id, name, mintsJobs: name === 'third', ...expiresAt });
      if (name === 'gone') await mutate('owner', 'revokeToken', { tokenId: token.id });
      if (name === 'third') await mutate({ secret }, 'mintJobToken', { name: 'its job' });
      app.clock.advance(1);
    }
    app.clock.advance(1000);
  });

  it('are listed, newest first, page by page', async () => {
    const { tokens } = (await read('maintainer', list, { id, first: 2 })).node;
    expect(tokens).toMatchObject({ totalCount: 4, nodes: [{ name: 'its job', kind: 'JOB' }, { name: 'third', kind: 'DEPLOY' }], pageInfo: { hasNextPage: true } });
    const rest = (await read('maintainer', list, { id, first: 2, after: tokens.pageInfo.endCursor })).node.tokens;
    expect(rest).toMatchObject({ nodes: [{ name: 'second' }, { name: 'first' }], pageInfo: { hasNextPage: false } });
  });

  it('are filtered by kind, and those that ended are left out', async () => {
    const names = async (variables: object) => (await read('owner', list, { id, ...variables })).node.tokens.nodes.map(({ name }: { name: string }) => name);
    expect(await names({ kinds: ['JOB'] })).toEqual(['its job']);
    expect(await names({ kinds: ['DEPLOY', 'PROJECT'] })).toEqual(['third', 'second', 'first']);
    expect(await names({ ended: true })).toEqual(['late', 'gone', 'its job', 'third', 'second', 'first']);
  });

  it.each<[Person, string | null]>([['anonymous', null], ['outsider', null], ['reader', 'FORBIDDEN'], ['developer', 'FORBIDDEN']])('are not for %s', async (person, code) => {
    expect(await read(person, list, { id })).toEqual(code === null ? { node: null } : [code]);
  });

  it('leave the rest of an answer whole for those who may not see them', async () => {
    const { data, errors } = await run('reader', '{ namespace(path: "acme") { path tokens { totalCount } } }');
    expect(data).toEqual({ namespace: { path: 'acme', tokens: null } });
    expect(errors?.map(({ path }) => path)).toEqual([['namespace', 'tokens']]);
  });
});

describe('node', () => {
  it('finds the token in use, those of the person, and those of namespaces that they manage; nothing else', async () => {
    const made = await deploy({ mintsJobs: true });
    const job = await mutate(made, 'mintJobToken', { name: 'job' });
    const own = await mutate('reader', 'createToken', { name: 'own' });
    const ids = [made, job, own].map(({ token }) => token.id);
    const found = async (as: As) => (await read(as, 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })).nodes.map((node: unknown) => node !== null);
    expect(await found('anonymous')).toEqual([false, false, false]);
    expect(await found('developer')).toEqual([false, false, false]);
    expect(await found('reader')).toEqual([false, false, true]);
    expect(await found('maintainer')).toEqual([true, true, false]);
    expect(await found('admin')).toEqual([true, true, false]);
    expect(await found(made)).toEqual([true, false, false]);
    expect(await found(job)).toEqual([false, true, false]);
  });
});

describe('an upload', () => {
  it('is found by the token that opened it, and by nobody else', async () => {
    const opener = await deploy({ name: 'opener' });
    const { createUpload } = await read(opener, 'mutation { createUpload(input: { namespace: "acme/widgets", fileName: "a" }) { ... on CreateUploadPayload { upload { id } } } }');
    const find = (as: As) => read(as, 'query($id: ID!) { node(id: $id) { ... on Upload { fileName } } }', createUpload.upload);
    expect(await find(opener)).toEqual({ node: { fileName: 'a' } });
    for (const other of [await deploy({ name: 'other' }), 'admin', 'anonymous'] as const) expect(await find(other)).toEqual({ node: null });
  });
});

describe('mintJobToken', () => {
  const build = { pipelineUrl: 'https://ci.example.com/7', commit: 'abcdef0', ref: 'main', job: 'release' };

  it('makes a token whose build lands on what it publishes, by whatever way', async () => {
    const minter = await deploy({ mintsJobs: true });
    const job = await mutate(minter, 'mintJobToken', { name: 'release 7', ttlSeconds: 60, build });
    expect(job.token).toMatchObject({ kind: 'JOB', namespace: { path: 'acme' }, role: 'DEVELOPER', build, createdBy: { __typename: 'TokenActor', id: minter.token.id, displayName: 'deploy' }, expiresAt: new Date(app.clock.now() + 60_000).toISOString() });

    expect((await withSecret(job.secret, `${npmPath('acme/widgets')}/by-npm`, { method: 'PUT', body: JSON.stringify(await publishDocument('by-npm', '1.0.0')) })).status).toBe(201);
    expect((await withSecret(job.secret, '/api/packages/acme/widgets/generic/by-put/1.0/file', { method: 'PUT', body: 'x' })).status).toBe(201);
    const { createUpload } = await read(job, 'mutation { createUpload(input: { namespace: "acme/widgets", fileName: "x.tgz" }) { ... on CreateUploadPayload { upload { id url } } } }');
    expect((await fetch(createUpload.upload.url, { method: 'PUT', headers: { authorization: `Bearer ${job.secret}` }, body: (await npmTarball({ name: 'by-graphql', version: '1.0.0' })) as BodyInit })).status).toBe(201);
    const published = await read(job, 'mutation($id: ID!) { publishPackage(input: { namespace: "acme/widgets", format: NPM, uploads: [$id], build: { commit: "another", job: "another" } }) { __typename } }', { id: createUpload.upload.id });
    expect(published.publishPackage.__typename).toBe('PublishPackagePayload');

    for (const [format, name] of [['NPM', 'by-npm'], ['GENERIC', 'by-put'], ['NPM', 'by-graphql']]) {
      const answer = await read('reader', 'query($format: Format!, $name: String!) { package(namespace: "acme", format: $format, name: $name) { latestVersion { build { pipelineUrl commit ref job } publishedBy { __typename id displayName ... on TokenActor { kind } } } } }', { format, name });
      expect(answer.package.latestVersion).toEqual({ build, publishedBy: { __typename: 'TokenActor', id: job.token.id, displayName: 'release 7', kind: 'JOB' } });
    }
    const packument = await (await app.fetch(`${npmPath('acme')}/by-npm`, 'reader')).json() as { versions: Record<string, { _npmUser: object }> };
    expect(packument.versions['1.0.0']).toMatchObject({ _npmUser: { name: 'release 7' } });
    const { objects } = await (await app.fetch(`${npmPath('acme')}/-/v1/search?text=by-npm`, 'reader')).json() as { objects: { package: object }[] };
    expect(objects[0]?.package).toMatchObject({ name: 'by-npm', publisher: { username: 'release 7' } });
  });

  it('tells why not', async () => {
    const minter = await deploy({ mintsJobs: true, formats: ['NPM'] });
    expect(await mutate('owner', 'mintJobToken', { name: 'x' })).toEqual(['FORBIDDEN']);
    expect(await mutate('anonymous', 'mintJobToken', { name: 'x' })).toEqual(['UNAUTHENTICATED']);
    expect(await mutate(minter, 'mintJobToken', { name: 'x', formats: ['GENERIC'] })).toEqual(['FORBIDDEN']);
    expect(await mutate(minter, 'mintJobToken', { name: 'x', ttlSeconds: 86_401 })).toEqual({ __typename: 'InvalidInput', field: 'ttlSeconds' });
    expect(await mutate(minter, 'mintJobToken', { name: 'x', build: { pipelineUrl: 'ftp://ci' } })).toEqual({ __typename: 'InvalidInput', field: 'build.pipelineUrl' });
  });
});

describe('rotateToken and revokeToken', () => {
  const works = async (secret: string) => (await run({ secret }, '{ __typename }')).status === 200;

  it('change the secret and end the token', async () => {
    const made = await deploy();
    const rotated = await mutate('owner', 'rotateToken', { tokenId: made.token.id, overlapSeconds: 60 });
    expect(rotated).toMatchObject({ __typename: 'RotateTokenPayload', token: { id: made.token.id, hint: rotated.secret.slice(0, 8) } });
    expect([await works(made.secret), await works(rotated.secret)]).toEqual([true, true]);
    expect(await mutate('owner', 'revokeToken', { tokenId: made.token.id })).toMatchObject({ revokedTokenId: made.token.id, token: { revokedAt: new Date(app.clock.now()).toISOString() } });
    expect([await works(made.secret), await works(rotated.secret)]).toEqual([false, false]);
    expect(await mutate('owner', 'revokeToken', { tokenId: made.token.id })).toEqual(['NOT_FOUND']);
    expect(await mutate('owner', 'rotateToken', { tokenId: made.token.id })).toEqual(['NOT_FOUND']);
    expect((await read('owner', 'query($id: ID!) { node(id: $id) { ... on AccessToken { revokedAt } } }', { id: made.token.id })).node.revokedAt).not.toBeNull();
  });

  it.each<[Person, string]>([['anonymous', 'UNAUTHENTICATED'], ['outsider', 'NOT_FOUND'], ['developer', 'NOT_FOUND']])('are not for %s', async (person, code) => {
    const made = await deploy();
    expect(await mutate(person, 'rotateToken', { tokenId: made.token.id })).toEqual([code]);
    expect(await mutate(person, 'revokeToken', { tokenId: made.token.id })).toEqual([code]);
    expect(await works(made.secret)).toBe(true);
  });

  it('tell why not', async () => {
    const made = await deploy();
    expect(await mutate('owner', 'rotateToken', { tokenId: made.token.id, overlapSeconds: 604_801 })).toEqual({ __typename: 'InvalidInput', field: 'overlapSeconds' });
    expect(await mutate(made, 'rotateToken', { tokenId: made.token.id })).toEqual(['FORBIDDEN']);
    expect(await mutate(made, 'revokeToken', { tokenId: made.token.id })).toMatchObject({ revokedTokenId: made.token.id });
  });

  it('tells when a token was last used', async () => {
    const made = await deploy();
    expect(await works(made.secret)).toBe(true);
    await app.core.authenticator.use.flush();
    const { node } = await read('owner', 'query($id: ID!) { node(id: $id) { ... on AccessToken { lastUsedAt } } }', { id: made.token.id });
    expect(node.lastUsedAt).toBe(new Date(app.clock.now()).toISOString());
  });
});
