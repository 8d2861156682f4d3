import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNamespaceToken } from '../../src/access/node-tokens.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { npmPath, publishDocument } from './npm-request.ts';

const basic = (username: string, password: string) => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** Every way in which a client brings a token. */
const ways: [string, (secret: string) => Record<string, string>][] = [
  ['Authorization: Bearer (npm _authToken, pip, curl)', (secret) => ({ authorization: `Bearer ${secret}` })],
  ['Authorization: bearer in lower case', (secret) => ({ authorization: `bearer ${secret}` })],
  ['Authorization: token', (secret) => ({ authorization: `token ${secret}` })],
  ['Authorization: Basic with the token as password', (secret) => ({ authorization: basic('anybody', secret) })],
  ['Authorization: Basic with the token as password of nobody', (secret) => ({ authorization: basic('', secret) })],
  ['Authorization: Basic with the token as user', (secret) => ({ authorization: basic(secret, '') })],
  ['Authorization: Basic with the token as user and a fixed password', (secret) => ({ authorization: basic(secret, 'x-oauth-basic') })],
  ['Authorization with the token alone (gem, cargo)', (secret) => ({ authorization: secret })],
  ['X-NuGet-ApiKey', (secret) => ({ 'x-nuget-apikey': secret })],
  ['Private-Token', (secret) => ({ 'private-token': secret })],
  ['Deploy-Token', (secret) => ({ 'deploy-token': secret })],
  ['Job-Token', (secret) => ({ 'job-token': secret })],
];

let app: TestApp;
let good: { id: string; secret: string };
let revoked: string;
beforeAll(async () => {
  app = await startApp();
  const owner = await app.actor('owner');
  const [namespace] = await app.core.database.reads.query("SELECT id FROM namespace WHERE path = 'acme'");
  const make = () => createNamespaceToken(app.core, owner, { namespaceId: namespace.id, kind: 'DEPLOY', name: 'deploy', scopes: ['READ', 'WRITE'] });
  const made = await make();
  good = { id: made.token.id, secret: made.secret };
  const other = await make();
  revoked = other.secret;
  await app.core.database.tx((tx) => tx.query('UPDATE access_token SET revoked_at = 1 WHERE id = ?', [other.token.id]));
});
afterAll(() => app.close());

const send = (path: string, init: RequestInit) => fetch(`${app.url}${path}`, init);
const asks = (headers: Record<string, string>): RequestInit => ({ method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{"query":"{ viewer { credential user { id } token { id } } }"}' });
const publisherOf = async (format: string, name: string) => {
  const [row] = await app.core.database.reads.query('SELECT v.published_by_id AS id FROM version v JOIN package p ON p.id = v.package_id WHERE p.format = ? AND p.name = ?', [format, name]);
  return row?.id;
};

describe.for(ways)('a deploy token by %s', ([, headersOf]) => {
  it('publishes and reads npm packages', async () => {
    const name = `p${randomUUID()}`;
    const headers = headersOf(good.secret);
    const put = await send(`${npmPath('acme/widgets')}/${name}`, { method: 'PUT', headers, body: JSON.stringify(await publishDocument(name, '1.0.0')) });
    expect([put.status, await publisherOf('npm', name)]).toEqual([201, good.id]);
    expect((await send(`${npmPath('acme')}/${name}`, { headers })).status).toBe(200);
    expect(await (await send(`${npmPath('acme')}/-/whoami`, { headers })).json()).toEqual({ username: 'deploy' });
  });

  it('publishes and reads generic files', async () => {
    const path = `/api/packages/acme/widgets/generic/f${randomUUID()}/1/file`;
    const headers = headersOf(good.secret);
    expect((await send(path, { method: 'PUT', headers, body: 'bytes' })).status).toBe(201);
    expect(await (await send(path, { headers })).text()).toBe('bytes');
  });

  it('is who asks /graphql', async () => {
    const response = await send('/graphql', asks(headersOf(good.secret)));
    expect(await response.json()).toEqual({ data: { viewer: { credential: 'TOKEN', user: null, token: { id: good.id } } } });
  });

  it.for([
    ['revoked', () => revoked],
    ['with a letter wrong', () => `${good.secret.slice(0, -1)}${good.secret.endsWith('0') ? '1' : '0'}`],
  ] as const)('401 %s, and nothing changes', async ([, secretOf]) => {
    const headers = headersOf(secretOf());
    const before = await countEverything(app.core);
    const refused = [
      await send(`${npmPath('acme/widgets')}/denied`, { method: 'PUT', headers, body: JSON.stringify(await publishDocument('denied', '1.0.0')) }),
      await send(`${npmPath('acme')}/denied`, { headers }),
      await send(`${npmPath('acme')}/-/whoami`, { headers }),
      await send('/api/packages/acme/widgets/generic/denied/1/file', { method: 'PUT', headers, body: 'bytes' }),
      await send('/graphql', asks(headers)),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    for (const response of refused) {
      expect(response.headers.get('www-authenticate')).toMatch(/^(?:Bearer|Basic) realm="Entrepot"$/);
      await response.body?.cancel();
    }
    expect(await countEverything(app.core)).toEqual(before);
  });
});

describe('a header without a credential in it', () => {
  it.for(['Bearer', 'Bearer ', 'basic', 'Basic ', 'token '])('401 "%s", and says what is missing', async (authorization) => {
    const response = await send(`${npmPath('acme')}/-/whoami`, { headers: { authorization } });
    expect([response.status, await response.json()]).toEqual([401, { error: 'The Authorization header holds no credential; is the variable with the token empty?', code: 'UNAUTHENTICATED' }]);
  });
});

describe('npm account routes of a token without a user', () => {
  const headers = () => ({ authorization: `Bearer ${good.secret}` });
  const at = (path: string) => `${npmPath('acme')}/-/${path}`;

  it.for([
    ['GET', 'npm/v1/tokens'],
    ['POST', 'npm/v1/tokens'],
    ['DELETE', 'npm/v1/tokens/token/tok_x'],
  ] as const)('403 %s %s, in words', async ([method, path]) => {
    const before = await countEverything(app.core);
    const response = await send(at(path), { method, headers: headers(), ...(method === 'POST' ? { body: '{"name":"x","password":"correct horse battery"}' } : {}) });
    expect([response.status, await response.json()]).toEqual([403, { error: 'This token belongs to no user; sign in as one, or use a personal token.', code: 'FORBIDDEN' }]);
    expect(await countEverything(app.core)).toEqual(before);
  });

  it('401 without any', async () => {
    for (const path of ['whoami', 'npm/v1/tokens']) expect((await send(at(path), {})).status).toBe(401);
  });

  it('200 signs out: the token has ended', async () => {
    const [namespace] = await app.core.database.reads.query("SELECT id FROM namespace WHERE path = 'acme'");
    const { secret } = await createNamespaceToken(app.core, await app.actor('owner'), { namespaceId: namespace.id, kind: 'DEPLOY', name: 'short', scopes: ['READ'] });
    const signOut = (as: string) => send(at(`user/token/${secret}`), { method: 'DELETE', headers: { authorization: `Bearer ${as}` } });
    expect((await signOut(good.secret)).status).toBe(404);
    expect((await signOut(secret)).status).toBe(200);
    expect((await signOut(secret)).status).toBe(401);
  });
});

describe('POST /-/npm/v1/tokens', () => {
  const create = (body: object) =>
    app.fetch(`${npmPath('acme')}/-/npm/v1/tokens`, 'owner', { method: 'POST', body: JSON.stringify({ name: 'n', password: 'correct horse battery', ...body }) });
  const stored = async (response: Response) => {
    const { key } = (await response.json()) as { key: string };
    const [row] = await app.core.database.reads.query('SELECT scopes, formats, name_pattern AS namePattern FROM access_token WHERE id = ?', [key]);
    return { ...row, scopes: JSON.parse(row.scopes), formats: JSON.parse(row.formats) };
  };
  const all = ['READ', 'WRITE', 'DELETE'];

  it.for<[object, object]>([
    [{}, { scopes: all, formats: null, namePattern: null }],
    [{ readonly: true }, { scopes: ['READ'], formats: null, namePattern: null }],
    [{ readonly: false }, { scopes: all, formats: null, namePattern: null }],
    [{ packages_and_scopes_permission: 'read-only' }, { scopes: ['READ'], formats: null, namePattern: null }],
    [{ packages_and_scopes_permission: 'read-write', packages_all: true }, { scopes: all, formats: null, namePattern: null }],
    [{ packages: ['@acme/lib'] }, { scopes: all, formats: ['npm'], namePattern: '@acme/lib' }],
    [{ scopes: ['@acme'], packages: [] }, { scopes: all, formats: ['npm'], namePattern: '@acme/*' }],
    [{ expires: 36_500 }, { scopes: all, formats: null, namePattern: null }],
    [{ scopes: ['acme'] }, { scopes: all, formats: ['npm'], namePattern: '@acme/*' }],
  ])('201 %j has %j', async ([body, limits]) => {
    const response = await create(body);
    expect(response.status).toBe(201);
    expect(await stored(response)).toEqual(limits);
  });

  it.for<[object, RegExp]>([
    [{ packages: ['a', 'b'] }, /one package, or one scope/],
    [{ packages: ['a'], scopes: ['@acme'] }, /one package, or one scope/],
    [{ packages: ['a'], packages_all: true }, /one package, or one scope/],
    [{ packages: ['*'] }, /"\*"/],
    [{ packages: ['no name'] }, /package name/],
    [{ packages: 'a' }, /list of names/],
    [{ packages: [1] }, /list of names/],
    [{ scopes: ['@a/*'] }, /"@scope"/],
    [{ scopes: ['@*'] }, /"@scope"/],
    [{ orgs: ['acme'] }, /orgs/],
    [{ cidr_whitelist: ['10.0.0.0/8'] }, /cidr/],
    [{ expires: 0 }, /1 to 36500 days/],
    [{ expires: -1 }, /1 to 36500 days/],
    [{ expires: 36_501 }, /1 to 36500 days/],
    [{ expires: 1e300 }, /1 to 36500 days/],
    [{ expires: '3' }, /1 to 36500 days/],
    [{ packages_and_scopes_permission: 'no-access' }, /permission/],
  ])('400 %j', async ([body, error]) => {
    const before = await countEverything(app.core);
    const response = await create(body);
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ error: expect.stringMatching(error) })]);
    expect(await countEverything(app.core)).toEqual(before);
  });

  it('the limits hold', async () => {
    const { token } = (await (await create({ scopes: ['@acme'] })).json()) as { token: string };
    const put = async (name: string) =>
      (await send(`${npmPath('acme/widgets')}/${name.replace('/', '%2f')}`, { method: 'PUT', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(await publishDocument(name, '1.0.0')) })).status;
    expect([await put('@acme/lib'), await put('@other/lib'), await put('lib')]).toEqual([201, 403, 403]);
  });
});
