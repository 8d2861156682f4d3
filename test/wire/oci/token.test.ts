import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createToken, type TokenRow } from '../../../src/access/tokens.ts';
import { updateUser } from '../../../src/access/manage-users.ts';
import { password, type Person, startApp, type TestApp, userOf } from '../../support/app.ts';
import { digestOf, imageOf, manifestType } from '../../support/oci-image.ts';
import { ociClient, refusal } from './requests.ts';

let app: TestApp;
const image = imageOf({ layers: ['token'] });
beforeAll(async () => {
  app = await startApp();
  await app.namespace('open', 'PROJECT', 'PUBLIC');
  for (const repository of ['acme/widgets/app', 'acme/widgets/other', 'open/app']) await ociClient(app, 'admin').push(repository, image, '1');
});
afterAll(() => app?.close());

const basic = (username: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}` });
const tokenFor = async (headers: Record<string, string>, ...scopes: string[]): Promise<string> => {
  const query = new URLSearchParams([['service', 'x'], ...scopes.map((scope) => ['scope', scope] as [string, string])]);
  const response = await fetch(`${app.url}/v2/token?${query}`, { headers });
  expect(response.status).toBe(200);
  const { token, access_token, expires_in, issued_at } = (await response.json()) as Record<string, string | number>;
  expect([access_token, expires_in, typeof issued_at]).toEqual([token, 300, 'string']);
  return String(token);
};
const as = (person: Exclude<Person, 'anonymous'>) => basic(person, app.secrets[person]);
const ask = (token: string | undefined, path: string, init: RequestInit = {}) =>
  fetch(`${app.url}${path.startsWith('/') ? path : `/v2/${path}`}`, { ...init, headers: { ...(init.headers as object), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) } });
const status = async (...args: Parameters<typeof ask>) => (await ask(...args)).status;
const pushIndex = (token: string, repository: string) => status(token, `${repository}/manifests/2`, { method: 'PUT', body: JSON.stringify({ schemaVersion: 2, manifests: [] }), headers: { 'content-type': 'application/json' } });

describe('the challenge', () => {
  it('says where a token is to be had, and for what', async () => {
    const host = new URL(app.url).host;
    const challenge = async (path: string, method = 'GET') => (await ask(undefined, path, { method })).headers.get('www-authenticate');
    const start = `Bearer realm="${app.url}/v2/token",service="${host}"`;
    expect(await challenge('')).toBe(start);
    expect(await challenge('acme/widgets/app/manifests/1')).toBe(`${start},scope="repository:acme/widgets/app:pull"`);
    expect(await challenge('acme/none/manifests/1')).toBe(`${start},scope="repository:acme/none:pull"`);
    expect(await challenge('acme/widgets/app/blobs/uploads/', 'POST')).toBe(`${start},scope="repository:acme/widgets/app:pull,push"`);
    expect(await challenge('acme/widgets/app/blobs/uploads/?mount=x&from=open/app', 'POST')).toBe(`${start},scope="repository:acme/widgets/app:pull,push repository:open/app:pull"`);
    expect(await challenge('acme/widgets/app/manifests/1', 'DELETE')).toBe(`${start},scope="repository:acme/widgets/app:pull,push,delete"`);
    expect(await challenge('acme/widgets/app/blobs/uploads/?mount=x&from=a"b', 'POST')).toBe(`${start},scope="repository:acme/widgets/app:pull,push"`);
  });

  it('is not in the way of whoever sends a credential at once', async () => {
    for (const headers of [as('reader'), basic('reader', password), { authorization: `Bearer ${app.secrets.reader}` }] as Record<string, string>[]) {
      expect((await fetch(`${app.url}/v2/`, { headers })).status).toBe(200);
      expect((await fetch(`${app.url}/v2/acme/widgets/app/manifests/1`, { headers })).status).toBe(200);
    }
  });
});

describe('a token', () => {
  it('is good for what it was asked for, and its owner may do', async () => {
    const pull = await tokenFor(as('developer'), 'repository:acme/widgets/app:pull');
    expect(await status(pull, '')).toBe(200);
    expect(await status(pull, 'acme/widgets/app/manifests/1')).toBe(200);
    expect(await status(pull, 'acme/widgets/app/tags/list')).toBe(200);
    // What everybody may pull needs no scope.
    expect(await status(pull, 'open/app/manifests/1')).toBe(200);
    for (const path of ['acme/widgets/other/manifests/1', 'acme/widgets/none/manifests/1']) expect(await refusal(await ask(pull, path))).toBe('401 UNAUTHORIZED');
    const refused = await ask(pull, 'acme/widgets/app/manifests/2', { method: 'PUT', body: '{}' });
    expect(refused.headers.get('www-authenticate')).toMatch(/scope="repository:acme\/widgets\/app:pull,push",error="insufficient_scope"$/);
    expect(refused.status).toBe(401);

    const push = await tokenFor(as('developer'), 'repository:acme/widgets/app:pull,push');
    expect(await pushIndex(push, 'acme/widgets/app')).toBe(201);
    expect(await pushIndex(push, 'acme/widgets/other')).toBe(401);
    // More than the owner may is no failure until it is used.
    const wish = await tokenFor(as('reader'), 'repository:acme/widgets/app:*');
    expect(await status(wish, 'acme/widgets/app/manifests/1')).toBe(200);
    expect(await pushIndex(wish, 'acme/widgets/app')).toBe(403);
    expect(await refusal(await ask(wish, `acme/widgets/app/manifests/${image.digest}`, { method: 'DELETE' }))).toBe('403 DENIED');
  });

  it('may be for several repositories, for none, or for the catalogue', async () => {
    const two = await tokenFor(as('reader'), 'repository:acme/widgets/app:pull', 'repository:acme/widgets/other:pull repository:No Name:pull nonsense');
    expect([await status(two, 'acme/widgets/app/manifests/1'), await status(two, 'acme/widgets/other/manifests/1')]).toEqual([200, 200]);
    const none = await tokenFor(as('reader'));
    expect([await status(none, ''), await status(none, 'acme/widgets/app/manifests/1')]).toEqual([200, 401]);
    expect(await (await ask(none, '_catalog')).json()).toEqual({ repositories: ['open/app'] });
    const catalog = await tokenFor(as('reader'), 'registry:catalog:*');
    expect(await (await ask(catalog, '_catalog')).json()).toEqual({ repositories: ['acme/widgets/app', 'acme/widgets/other', 'open/app'] });
  });

  it('of nobody is good for what everybody may pull', async () => {
    const token = await tokenFor({}, 'repository:open/app:pull,push', 'repository:acme/widgets/app:pull');
    expect([await status(token, ''), await status(token, 'open/app/manifests/1')]).toEqual([200, 200]);
    expect(await refusal(await ask(token, 'acme/widgets/app/manifests/1'))).toBe('401 UNAUTHORIZED');
    expect(await pushIndex(token, 'open/app')).toBe(401);
  });

  it('is good for nothing else', async () => {
    const token = await tokenFor(as('owner'), 'repository:acme/widgets/app:*');
    expect(await status(token, '/api/packages/acme/widgets/generic/x/1/a', { method: 'PUT', body: 'x' })).toBe(401);
    const graphql = await ask(token, '/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: '{ viewer { scopes } packages(first: 10) { nodes { name } } }' }) });
    const { data } = (await graphql.json()) as { data: { viewer: { scopes: string[] }; packages: { nodes: { name: string }[] } } };
    expect(data.viewer.scopes.sort()).toEqual(['DELETE', 'READ', 'WRITE']);
    expect(data.packages.nodes.map(({ name }) => name).sort()).toEqual(['app', 'app']);
    const widen = await ask(token, '/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: 'mutation { createToken(input: { name: "more" }) { __typename } }' }) });
    expect(await widen.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(await refusal(await ask(token, 'token?scope=repository:acme/widgets/other:pull'))).toBe('401 UNAUTHORIZED');
  });

  it('ends with its time, and at once with what it stands for', async () => {
    const made = async (): Promise<{ row: TokenRow; secret: string }> => {
      const { token: row, secret } = await createToken(app.core, { userId: (await userOf(app.core, 'developer'))?.id ?? '', name: 'short' });
      return { row, secret };
    };
    const { row, secret } = await made();
    const signed = await tokenFor(basic('x', secret), 'repository:acme/widgets/app:pull');
    expect(await status(signed, 'acme/widgets/app/manifests/1')).toBe(200);
    await app.core.database.tx((tx) => tx.query('UPDATE access_token SET revoked_at = ? WHERE id = ?', [app.core.clock.now(), row.id]));
    app.core.authenticator.forget();
    expect(await refusal(await ask(signed, 'acme/widgets/app/manifests/1'))).toBe('401 UNAUTHORIZED');

    const byPassword = await tokenFor(basic('maintainer', password), 'repository:acme/widgets/app:pull');
    expect(await status(byPassword, 'acme/widgets/app/manifests/1')).toBe(200);
    await updateUser(app.core, await app.actor('admin'), 'maintainer', { password: 'another long password' } as never);
    app.core.authenticator.forget();
    expect(await status(byPassword, 'acme/widgets/app/manifests/1')).toBe(401);

    const late = await tokenFor(as('reader'), 'repository:acme/widgets/app:pull');
    app.clock.advance(299_000);
    expect(await status(late, 'acme/widgets/app/manifests/1')).toBe(200);
    app.clock.advance(1_000);
    expect(await status(late, 'acme/widgets/app/manifests/1')).toBe(401);
  });

  it('that was changed is no token', async () => {
    const token = await tokenFor(as('reader'), 'repository:acme/widgets/app:pull');
    const [body = '', mac = ''] = token.slice(4).split('.');
    const more = Buffer.from(Buffer.from(body, 'base64url').toString().replace('READ', 'PUBLISH')).toString('base64url');
    for (const forged of [`eps_${more}.${mac}`, `eps_${body}`, `eps_${body}.`, 'eps_', `eps_${'x'.repeat(100_000)}`.slice(0, 12_000), `${token}x`]) expect(await status(forged, '')).toBe(401);
  });

  it('for more than it has room for is good for the first of them', async () => {
    const scopes = ['repository:acme/widgets/app:pull', ...Array.from({ length: 49 }, (_, index) => `repository:acme/widgets/${String(index).padStart(200, 'n')}:pull,push`)];
    const form = new URLSearchParams({ service: 'x', grant_type: 'refresh_token', refresh_token: app.secrets.reader, scope: scopes.join(' ') });
    const { access_token } = (await (await fetch(`${app.url}/v2/token`, { method: 'POST', body: form })).json()) as { access_token: string };
    expect(await status(access_token, 'acme/widgets/app/manifests/1')).toBe(200);
  });

  it('is had by OAuth, too', async () => {
    const post = (form: Record<string, string>) => fetch(`${app.url}/v2/token`, { method: 'POST', body: new URLSearchParams({ service: 'x', client_id: 'test', ...form }) });
    const scope = 'repository:acme/widgets/app:pull';
    for (const form of [{ grant_type: 'password', username: 'reader', password }, { grant_type: 'password', username: 'x', password: app.secrets.reader }, { grant_type: 'refresh_token', refresh_token: app.secrets.reader }]) {
      const response = await post({ ...form, scope });
      const { access_token } = (await response.json()) as { access_token: string };
      expect(await status(access_token, 'acme/widgets/app/manifests/1')).toBe(200);
    }
    expect(await refusal(await post({ grant_type: 'password', username: 'reader', password: 'wrong' }))).toBe('401 UNAUTHORIZED');
    expect(await refusal(await post({ grant_type: 'none' }))).toBe('400 UNSUPPORTED');
    expect(await refusal(await fetch(`${app.url}/v2/token`, { headers: basic('reader', 'wrong') }))).toBe('401 UNAUTHORIZED');
  });
});

it('a whole push goes by one token', async () => {
  const token = await tokenFor(as('developer'), 'repository:acme/widgets/pushed:pull,push');
  const pushed = imageOf({ layers: ['by token'] });
  for (const blob of pushed.blobs) {
    const opened = await ask(token, 'acme/widgets/pushed/blobs/uploads/', { method: 'POST' });
    const location = opened.headers.get('location') ?? '';
    expect(await status(token, location, { method: 'PATCH', body: blob as BodyInit })).toBe(202);
    expect(await status(token, `${location}?digest=${digestOf(blob)}`, { method: 'PUT' })).toBe(201);
  }
  expect(await status(token, 'acme/widgets/pushed/manifests/1', { method: 'PUT', body: pushed.manifest, headers: { 'content-type': manifestType } })).toBe(201);
});

it('a token for a repository of a group is good for no other of that name below it', async () => {
  await app.namespace('acme/many', 'GROUP');
  for (const project of ['acme/many/one', 'acme/many/two', 'acme/many/two/three']) await app.namespace(project, project === 'acme/many/two' ? 'GROUP' : 'PROJECT');
  for (const repository of ['acme/many/one/web', 'acme/many/two/three/web']) await ociClient(app, 'admin').push(repository, image, '1');
  const token = await tokenFor(as('owner'), 'repository:acme/many/web:pull,push');
  // By the name that it was made for, it finds what that means.
  expect(await status(token, 'acme/many/web/manifests/1')).toBe(200);
  expect(await status(token, 'acme/many/one/web/manifests/1')).toBe(200);
  for (const other of ['acme/many/two/web', 'acme/many/two/three/web']) expect(await status(token, `${other}/manifests/1`)).toBe(401);
  for (const other of ['acme/many/one/web', 'acme/many/two/web', 'acme/many/two/three/web']) expect(await pushIndex(token, other)).toBe(401);
  const all = await tokenFor(as('owner'), 'repository:acme/many/web:pull,push,delete');
  expect(await status(all, 'acme/many/web/manifests/1', { method: 'DELETE' })).toBe(202);
  expect(await status(all, 'acme/many/two/three/web/manifests/1', { method: 'DELETE' })).toBe(401);
  // A push makes one in the group, which goes before those below.
  expect(await pushIndex(token, 'acme/many/web')).toBe(201);
  expect(await status(token, 'acme/many/web/manifests/2')).toBe(200);
});
