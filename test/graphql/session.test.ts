import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { password, startApp, type TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { put } from './client.ts';

const whoAmI = '{ viewer { credential user { username isAdmin createdAt } } }';
const signInDocument = `mutation($input: SignInInput!) { signIn(input: $input) { ... on SignInPayload { expiresAt viewer ${whoAmI.slice(9, -2)} } } }`;
const signOutDocument = `mutation { signOut(input: {}) { ... on SignOutPayload { viewer ${whoAmI.slice(9, -2)} } } }`;

describe('a browser session below PUBLIC_URL', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { PUBLIC_URL: 'https://packages.example/registry' } });
  });
  afterAll(() => app?.close());

  it('is for that address alone, whether the proxy strips its path or keeps it', async () => {
    const post = (path: string, query: string, headers: Record<string, string>, variables: object = {}) =>
      fetch(`${app.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query, variables }) });
    const signedIn = await post('/graphql', signInDocument, {}, { input: { username: 'owner', password } });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(signedIn.headers.get('set-cookie')).toMatch(/^__Secure-entrepot_session=[\w-]{43}; Path=\/registry; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure$/);
    for (const path of ['/graphql', '/registry/graphql']) {
      expect((await post(path, whoAmI, { cookie, origin: 'https://packages.example' })).status).toBe(200);
      for (const origin of ['http://packages.example', 'https://packages.example:8443', 'https://other.packages.example', app.url, 'null']) {
        expect([origin, (await post(path, whoAmI, { cookie, origin })).status]).toEqual([origin, 403]);
      }
      // What a proxy that is not trusted says of the address counts for nothing.
      expect((await post(path, whoAmI, { cookie, origin: 'https://evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' })).status).toBe(403);
    }
  });
});

describe('browser sessions', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { TRUST_PROXY: 'true' } });
  });
  afterAll(() => app?.close());
  beforeEach(() => app.core.database.tx((tx) => tx.query('DELETE FROM sign_in_failure')));

  interface Reply {
    status: number;
    body: any;
    cookie: string | null;
    headers: Headers;
  }
  /** As our own page asks, unless the headers say otherwise. */
  const post = async (document: string, headers: Record<string, string> = {}, variables: object = {}): Promise<Reply> => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
      body: JSON.stringify({ query: document, variables }),
    });
    return { status: response.status, body: await response.json(), cookie: response.headers.get('set-cookie'), headers: response.headers };
  };
  const signIn = (username = 'owner', given = password, headers: Record<string, string> = {}) => post(signInDocument, headers, { input: { username, password: given } });
  /** What a browser would send back. */
  const cookieOf = ({ cookie }: Reply): string => cookie?.split(';')[0] ?? '';
  const open = async (username?: string) => cookieOf(await signIn(username));
  const userOf = ({ body }: Reply) => body.data.viewer.user?.username ?? null;

  describe('signing in', () => {
    it('answers with a cookie that scripts and other sites do not get, and is the user from there on', async () => {
      const reply = await signIn();
      expect(reply.cookie).toMatch(/^entrepot_session=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/);
      const { viewer, expiresAt } = reply.body.data.signIn;
      expect(viewer).toMatchObject({ credential: 'SESSION', user: { username: 'owner', isAdmin: false, createdAt: expect.any(String) } });
      expect(Date.parse(expiresAt)).toBe(app.clock.now() + 30 * 24 * 60 * 60 * 1000);
      const next = await post(whoAmI, { cookie: `theme=dark; ${cookieOf(reply)}; other=x` });
      expect([userOf(next), next.body.data.viewer.credential]).toEqual(['owner', 'SESSION']);
      expect(next.headers.get('vary')).toContain('Cookie');
      expect(next.cookie).toBeNull();
    });

    it.each<[Record<string, string>, RegExp]>([
      [{ 'x-forwarded-proto': 'https' }, /^__Host-entrepot_session=[\w-]{43}; Path=\/; .*; SameSite=Lax; Secure$/],
      [{ 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/packages' }, /^__Secure-entrepot_session=[\w-]{43}; Path=\/packages; .*; Secure$/],
      [{ 'x-forwarded-proto': 'http', 'x-forwarded-prefix': '/packages' }, /^entrepot_session=[\w-]{43}; Path=\/packages; .*; SameSite=Lax$/],
    ])('to %j with the path and the security of the address', async (headers, expected) => {
      const reply = await signIn('owner', password, headers);
      expect(reply.cookie).toMatch(expected);
      expect(userOf(await post(whoAmI, { ...headers, cookie: cookieOf(reply) }))).toBe('owner');
      expect((await post(signOutDocument, { ...headers, cookie: cookieOf(reply) })).cookie).toMatch(new RegExp(`^${cookieOf(reply).split('=')[0]}=; .*Max-Age=0`));
    });

    it('over https takes no cookie that another host of its domain, or plain http, could have set', async () => {
      const secret = (await open('reader')).split('=')[1] ?? '';
      const https = { 'x-forwarded-proto': 'https' };
      for (const name of ['entrepot_session', '__Secure-entrepot_session', '__host-entrepot_session', 'x__Host-entrepot_session']) {
        expect([name, userOf(await post(whoAmI, { ...https, cookie: `${name}=${secret}` }))]).toEqual([name, null]);
      }
      expect(userOf(await post(whoAmI, { ...https, cookie: `entrepot_session=x; __Host-entrepot_session=${secret}` }))).toBe('reader');
    });

    it('with a wrong password, a blocked user or a token as password is refused, and no session made', async () => {
      const before = (await countEverything(app.core))['session'];
      for (const [username, given] of [['owner', 'wrong password'], ['nobody', password], ['owner', app.secrets.owner], ['owner', '']] as const) {
        const { status, body, cookie } = await signIn(username, given);
        expect([status, body.errors[0].extensions.code, body.errors[0].message, cookie]).toEqual([200, 'UNAUTHENTICATED', 'Wrong user name or password.', null]);
      }
      expect((await countEverything(app.core))['session']).toBe(before);
    });

    it('works with a session that has ended, or is broken, and ends the one it comes with', async () => {
      for (const cookie of ['entrepot_session=nothing', 'entrepot_session=', 'entrepot_session', `entrepot_session=${'x'.repeat(5000)}`, ';;;=;']) {
        const reply = await signIn('owner', password, { cookie });
        expect(reply.body.data.signIn.viewer.user.username).toBe('owner');
      }
      const first = await open('owner');
      const second = cookieOf(await signIn('reader', password, { cookie: first }));
      expect(userOf(await post(whoAmI, { cookie: first }))).toBeNull();
      expect(userOf(await post(whoAmI, { cookie: second }))).toBe('reader');
    });

    it('is done as that user from the next field on', async () => {
      const document = `mutation($input: SignInInput!) {
        signIn(input: $input) { __typename }
        createToken(input: { name: "after" }) { ... on CreateTokenPayload { token { name } } }
        signOut(input: {}) { ... on SignOutPayload { viewer { credential user { username } } } }
      }`;
      const { body, cookie } = await post(document, {}, { input: { username: 'owner', password } });
      expect(body.data).toMatchObject({ createToken: { token: { name: 'after' } }, signOut: { viewer: { credential: 'NONE', user: null } } });
      expect(cookie).toContain('Max-Age=0');
    });
  });

  describe('too many wrong passwords', () => {
    it('are 429 with Retry-After, counted by address', async () => {
      const from = (address: string) => ({ 'x-forwarded-for': `198.51.100.99, ${address}` });
      for (let time = 0; time < 10; time++) expect((await signIn('owner', 'wrong password', from('203.0.113.1'))).status).toBe(200);
      const { status, body, headers, cookie } = await signIn('owner', password, from('203.0.113.1'));
      expect([status, headers.get('retry-after'), body.errors[0].extensions, cookie]).toEqual([429, '900', { code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 900 }, null]);
      expect((await signIn('owner', password, from('203.0.113.2'))).cookie).toContain('entrepot_session=');
      expect((await signIn('owner', password, { 'x-forwarded-for': '203.0.113.1, 203.0.113.2' })).cookie).toContain('entrepot_session=');
    });

    it('the same by Basic, and by changePassword', async () => {
      const basic = { authorization: `Basic ${Buffer.from('reader:wrong password').toString('base64')}` };
      for (let time = 0; time < 9; time++) expect((await post(whoAmI, basic)).status).toBe(401);
      const change = 'mutation { changePassword(input: { currentPassword: "wrong", newPassword: "long enough" }) { ... on InvalidInput { field } } }';
      const token = { authorization: `Bearer ${app.secrets.reader}` };
      expect((await post(change, token)).body.data.changePassword).toEqual({ field: 'currentPassword' });
      const refused = await post(whoAmI, basic);
      expect([refused.status, refused.headers.get('retry-after'), refused.body.errors[0].extensions]).toEqual([429, '900', { code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 900 }]);
      expect([(await post(change, token)).status, (await signIn('reader')).status]).toEqual([429, 429]);
      // The token itself goes on working.
      expect((await post(whoAmI, token)).body.data.viewer.user.username).toBe('reader');
    });
  });

  describe('a session', () => {
    it('ends with signOut, which takes the cookie', async () => {
      const cookie = await open();
      const other = await open();
      const reply = await post(signOutDocument, { cookie });
      expect(reply.cookie).toMatch(/^entrepot_session=; Path=\/; Max-Age=0; HttpOnly; SameSite=Lax$/);
      expect(reply.body.data.signOut.viewer).toEqual({ credential: 'NONE', user: null });
      expect([userOf(await post(whoAmI, { cookie })), userOf(await post(whoAmI, { cookie: other }))]).toEqual([null, 'owner']);
      await post('mutation { signOut(input: { everywhere: true }) { __typename } }', { cookie: await open() });
      expect(userOf(await post(whoAmI, { cookie: other }))).toBeNull();
    });

    it('of others goes on where one signs out, and a token is not touched by it', async () => {
      const cookie = await open('reader');
      await post('mutation { signOut(input: { everywhere: true }) { __typename } }', { cookie: await open('owner') });
      expect(userOf(await post(whoAmI, { cookie }))).toBe('reader');
      const { body } = await post(signOutDocument, { authorization: `Bearer ${app.secrets.owner}` });
      expect(body.data.signOut.viewer).toMatchObject({ credential: 'TOKEN', user: { username: 'owner' } });
      expect((await app.fetch('/api/packages/npm/-/whoami', 'owner')).status).toBe(200);
    });

    it('ends when its user is blocked', async () => {
      const cookie = await open('developer');
      const block = (isBlocked: boolean) => post(`mutation { updateUser(input: { username: "developer", isBlocked: ${isBlocked} }) { __typename } }`, { authorization: `Bearer ${app.secrets.admin}` });
      await block(true);
      expect(userOf(await post(whoAmI, { cookie }))).toBeNull();
      expect((await signIn('developer')).body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
      await block(false);
      expect(userOf(await post(whoAmI, { cookie }))).toBeNull();
    });

    it('goes on through a change of the own password, and others end', async () => {
      const [cookie, other] = [await open('maintainer'), await open('maintainer')];
      const { body } = await post(`mutation { changePassword(input: { currentPassword: "${password}", newPassword: "a new password" }) { ... on ChangePasswordPayload { user { username } } } }`, { cookie });
      expect(body.data.changePassword).toEqual({ user: { username: 'maintainer' } });
      expect([userOf(await post(whoAmI, { cookie })), userOf(await post(whoAmI, { cookie: other }))]).toEqual(['maintainer', null]);
    });

    it('gives way to any other credential, also a bad one', async () => {
      const cookie = await open();
      expect((await post(whoAmI, { cookie, authorization: `Bearer ${app.secrets.reader}` })).body.data.viewer.user.username).toBe('reader');
      expect((await post(whoAmI, { cookie, 'private-token': app.secrets.reader })).body.data.viewer.user.username).toBe('reader');
      expect((await post(whoAmI, { cookie, authorization: 'Bearer nothing' })).status).toBe(401);
    });

    it('works for files and uploads, not at the endpoints of other clients', async () => {
      const cookie = await open('owner');
      const { fileIds } = await put(app, 'acme/widgets', { name: 'browsed', format: 'generic', files: { 'a.txt': 'content' } });
      const path = `/api/files/${fileIds[0]}/a.txt`;
      expect((await fetch(`${app.url}${path}`)).status).toBe(401);
      expect(await (await fetch(`${app.url}${path}`, { headers: { cookie } })).text()).toBe('content');
      expect((await fetch(`${app.url}/api/packages/npm/-/whoami`, { headers: { cookie } })).status).toBe(401);
      expect((await fetch(`${app.url}/api/packages/acme/widgets/generic/browsed/1.0.0/b.txt`, { method: 'PUT', body: 'x', headers: { cookie, 'sec-fetch-site': 'same-origin' } })).status).toBe(401);
      const made = await post('mutation { createUpload(input: { namespace: "acme/widgets", fileName: "f" }) { ... on CreateUploadPayload { upload { id } } } }', { cookie });
      const upload = (headers: Record<string, string>) => fetch(`${app.url}/api/uploads/${made.body.data.createUpload.upload.id}`, { method: 'PUT', body: 'bytes', headers });
      const foreign = await upload({ cookie, 'sec-fetch-site': 'cross-site' });
      expect([foreign.status, await foreign.json()]).toEqual([403, { code: 'FORBIDDEN', message: expect.stringContaining('only for pages of this server') }]);
      expect((await upload({ cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    });
  });

  describe('a request of another site', () => {
    const change = 'mutation { createToken(input: { name: "stolen" }) { __typename } }';
    const own = () => ({ origin: app.url });

    it.each<[string, Record<string, string>]>([
      ['by Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }],
      ['of the same site', { 'sec-fetch-site': 'same-site' }],
      ['by nobody', { 'sec-fetch-site': 'none' }],
      ['whatever its origin says', { 'sec-fetch-site': 'cross-site', origin: 'ours' }],
      ['by its origin', { origin: 'http://evil.example' }],
      ['by another port', { origin: 'http://127.0.0.1:1' }],
      ['by another scheme', { origin: 'https' }],
      ['from nowhere', { origin: 'null' }],
      ['that says nothing', {}],
    ])('%s changes nothing with the cookie', async (_name, given) => {
      const cookie = await open();
      const before = await countEverything(app.core);
      const headers = { ...given, ...(given['origin'] === 'ours' ? own() : given['origin'] === 'https' ? { origin: app.url.replace('http:', 'https:') } : {}) };
      const response = await fetch(`${app.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', cookie, ...headers }, body: JSON.stringify({ query: change }) });
      const { errors } = (await response.json()) as { errors: { message: string; extensions: object }[] };
      expect([response.status, errors[0]?.extensions, errors[0]?.message]).toEqual([403, { code: 'FORBIDDEN' }, expect.stringContaining('Send a token instead')]);
      expect(await countEverything(app.core)).toEqual(before);
    });

    it('is not one by our own origin, where the browser says no more', async () => {
      const cookie = await open();
      const ask = (headers: Record<string, string>) =>
        fetch(`${app.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', cookie, ...headers }, body: JSON.stringify({ query: change }) });
      expect((await ask(own())).status).toBe(200);
      expect((await ask({ origin: 'https://packages.example', 'x-forwarded-host': 'packages.example', 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/p' })).status).toBe(200);
    });

    it('works with a token, whatever cookie comes along', async () => {
      const reply = await post(whoAmI, { cookie: await open(), authorization: `Bearer ${app.secrets.reader}`, 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' });
      expect([reply.status, userOf(reply), reply.headers.get('access-control-allow-origin'), reply.headers.get('access-control-allow-credentials')]).toEqual([200, 'reader', '*', null]);
    });

    it('with a cookie that is no longer good is anonymous', async () => {
      const reply = await post(whoAmI, { cookie: 'entrepot_session=nothing', 'sec-fetch-site': 'cross-site' });
      expect([reply.status, userOf(reply)]).toEqual([200, null]);
    });

    it('cannot put our page for queries into one of its own', async () => {
      const page = await fetch(`${app.url}/graphql?query=${encodeURIComponent(change)}`, { headers: { accept: 'text/html', cookie: await open() } });
      expect([page.status, page.headers.get('content-security-policy')]).toEqual([200, "frame-ancestors 'none'"]);
      expect(await page.text()).toContain('GraphiQL');
    });

    it('by GET reads, and cannot change', async () => {
      const cookie = await open();
      const get = (document: string) => fetch(`${app.url}/graphql?query=${encodeURIComponent(document)}`, { headers: { cookie, 'sec-fetch-site': 'cross-site' } });
      expect(((await (await get(whoAmI)).json()) as { data: any }).data.viewer.user.username).toBe('owner');
      const before = await countEverything(app.core);
      for (const document of [change, signOutDocument]) expect((await get(document)).status).toBe(405);
      expect(await countEverything(app.core)).toEqual(before);
    });
  });
});
