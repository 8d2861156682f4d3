import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { password, type Person, startApp, type TestApp } from '../../support/app.ts';
import { countEverything } from '../../support/leftovers.ts';
import { getPackument, npmPath, npmPublish } from '../npm-request.ts';
import { rawRequest, requestHead } from '../raw-request.ts';

const base = npmPath('acme/widgets');

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const send = (method: string, path: string, as: Person, body?: unknown) =>
  app.fetch(`${base}/${path}`, as, { method, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) });

async function expectRefused(response: Promise<Response>, status: number): Promise<void> {
  const before = await countEverything(app.core);
  const reply = await response;
  expect([reply.status, await reply.json()]).toEqual([status, expect.objectContaining({ error: expect.any(String) })]);
  expect(await countEverything(app.core)).toEqual(before);
}

describe('dist-tags', () => {
  it('200 lists, 201 sets, 200 removes', async () => {
    await npmPublish(app, '@acme/tags', '1.0.0');
    for (const path of ['-/package/@acme%2ftags/dist-tags', '-/package/@acme/tags/dist-tags']) {
      expect(await (await send('GET', path, 'reader')).json()).toEqual({ latest: '1.0.0' });
    }
    expect((await send('PUT', '-/package/@acme%2ftags/dist-tags/next', 'developer', '"1.0.0"')).status).toBe(201);
    expect(await (await send('GET', '-/package/@acme%2ftags/dist-tags', 'reader')).json()).toEqual({ latest: '1.0.0', next: '1.0.0' });
    expect((await send('DELETE', '-/package/@acme%2ftags/dist-tags/next', 'developer')).status).toBe(200);
    expect(await (await send('GET', '-/package/@acme%2ftags/dist-tags', 'reader')).json()).toEqual({ latest: '1.0.0' });
  });

  it.for<[string, string, string, Person, string | undefined, number]>([
    ['no JSON', 'PUT', 'next', 'developer', '1.0.0', 400],
    ['no string', 'PUT', 'next', 'developer', '{"a":1}', 400],
    ['no body', 'PUT', 'next', 'developer', '', 400],
    ['a body of 5,000 bytes', 'PUT', 'next', 'developer', JSON.stringify('x'.repeat(5000)), 400],
    ['a body of 5 MB', 'PUT', 'next', 'developer', JSON.stringify('x'.repeat(5_000_000)), 400],
    ['no such version', 'PUT', 'next', 'developer', '"9.0.0"', 404],
    ['a version that is none', 'PUT', 'next', 'developer', '"x"', 400],
    ['a tag that is a range', 'PUT', '1.x', 'developer', '"1.0.0"', 400],
    ['a reader', 'PUT', 'next', 'reader', '"1.0.0"', 403],
    ['an outsider', 'PUT', 'next', 'outsider', '"1.0.0"', 404],
    ['nobody', 'PUT', 'next', 'anonymous', '"1.0.0"', 401],
    ['the default tag', 'DELETE', 'latest', 'developer', undefined, 400],
    ['no such tag', 'DELETE', 'none', 'developer', undefined, 404],
    ['a reader that removes', 'DELETE', 'latest', 'reader', undefined, 403],
  ])('refuses %s', async ([, method, tag, as, body, status]) => {
    await npmPublish(app, 'refused-tags', '1.0.0');
    await expectRefused(send(method, `-/package/refused-tags/dist-tags/${tag}`, as, body), status);
    expect((await getPackument(app, 'refused-tags'))['dist-tags']).toEqual({ latest: '1.0.0' });
  });

  it('a body that says gzip and is none, or is cut off', async () => {
    await npmPublish(app, 'gz', '1.0.0');
    const path = `${base}/-/package/gz/dist-tags/next`;
    const response = await app.fetch(path, 'developer', { method: 'PUT', body: 'not gzip', headers: { 'content-encoding': 'gzip' } });
    expect([response.status, await response.json()]).toEqual([400, { error: expect.stringContaining('gzip'), code: 'INVALID_INPUT' }]);
    const head = requestHead('PUT', path, { authorization: `Bearer ${app.secrets.developer}`, 'content-encoding': 'gzip', 'content-length': 1000 });
    await rawRequest(app.url, Buffer.concat([Buffer.from(head), Buffer.from('1f8b0800', 'hex')]), { destroy: true });
    await expect.poll(async () => (await app.fetch('/healthz', 'anonymous')).status).toBe(200);
  });
});

describe('unpublish', () => {
  it('one version: PUT -rev, then DELETE of the tarball', async () => {
    for (const version of ['1.0.0', '1.1.0']) await npmPublish(app, '@acme/un', version);
    const packument = await getPackument(app, '@acme/un');
    delete packument.versions['1.0.0'];
    expect((await send('PUT', `@acme%2fun/-rev/${packument._rev}`, 'maintainer', packument)).status).toBe(200);
    const { _rev, versions } = await getPackument(app, '@acme/un');
    expect(Object.keys(versions)).toEqual(['1.1.0']);
    expect((await send('DELETE', `@acme/un/-/un-1.0.0.tgz/-rev/${_rev}`, 'maintainer')).status).toBe(200);
    expect((await send('GET', '@acme/un/-/un-1.0.0.tgz', 'reader')).status).toBe(404);
    expect((await send('GET', '@acme/un/-/un-1.1.0.tgz', 'reader')).status).toBe(200);
  });

  it('all: DELETE -rev; the name stays claimed', async () => {
    await app.namespace('acme/others');
    await npmPublish(app, 'all', '1.0.0');
    const { _rev } = await getPackument(app, 'all');
    expect((await send('DELETE', `all/-rev/${_rev}`, 'maintainer')).status).toBe(200);
    expect((await send('GET', 'all', 'reader')).status).toBe(404);
    expect((await send('GET', 'all/-/all-1.0.0.tgz', 'reader')).status).toBe(404);
    expect((await npmPublish(app, 'all', '2.0.0', { namespace: 'acme/others' })).status).toBe(409);
    expect((await npmPublish(app, 'all', '1.0.0')).status).toBe(201);
    expect(Object.keys((await getPackument(app, 'all')).versions)).toEqual(['1.0.0']);
  });

  it('409 where something was published meanwhile', async () => {
    await npmPublish(app, 'raced', '1.0.0');
    const packument = await getPackument(app, 'raced');
    await npmPublish(app, 'raced', '1.1.0');
    await expectRefused(send('PUT', `raced/-rev/${packument._rev}`, 'maintainer', { ...packument, versions: {} }), 409);
    await expectRefused(send('DELETE', `raced/-rev/${packument._rev}`, 'maintainer'), 409);
    expect(Object.keys((await getPackument(app, 'raced')).versions)).toEqual(['1.0.0', '1.1.0']);
  });

  it.for<[Person, number]>([['anonymous', 401], ['outsider', 404], ['reader', 403], ['developer', 403]])('is not for %s: %i', async ([as, status]) => {
    await npmPublish(app, 'kept', '1.0.0');
    const { _rev } = await getPackument(app, 'kept');
    await expectRefused(send('DELETE', `kept/-rev/${_rev}`, as), status);
    await expectRefused(send('PUT', `kept/-rev/${_rev}`, as, { versions: {} }), status);
    await expectRefused(send('DELETE', `kept/-/kept-1.0.0.tgz/-rev/${_rev}`, as), status);
  });

  it('refuses attachments and documents without versions', async () => {
    await npmPublish(app, 'kept2', '1.0.0');
    const { _rev } = await getPackument(app, 'kept2');
    await expectRefused(send('PUT', `kept2/-rev/${_rev}`, 'maintainer', { versions: {}, _attachments: { 'x.tgz': { data: 'AAAA' } } }), 400);
    await expectRefused(send('PUT', `kept2/-rev/${_rev}`, 'maintainer', { name: 'kept2' }), 400);
    await expectRefused(send('PUT', `kept2/-rev/${_rev}`, 'maintainer', 'no'), 400);
  });
});

describe('the account', () => {
  it('ping, whoami, audit', async () => {
    expect(await (await send('GET', '-/ping', 'anonymous')).json()).toEqual({});
    expect(await (await send('GET', '-/whoami', 'reader')).json()).toEqual({ username: 'reader' });
    expect((await send('GET', '-/whoami', 'anonymous')).status).toBe(401);
    expect(await (await send('POST', '-/npm/v1/security/advisories/bulk', 'anonymous', '{}')).json()).toEqual({});
    expect((await send('POST', '-/npm/v1/security/audits/quick', 'anonymous', '{}')).status).toBe(200);
  });

  it('signs in with name and password, and out', async () => {
    expect((await send('POST', '-/v1/login', 'anonymous', '{}')).status).toBe(404);
    const login = (name: string, secret: string, id = name) => send('PUT', `-/user/org.couchdb.user:${id}`, 'anonymous', { name, password: secret, type: 'user' });
    const response = await login('reader', password);
    const { token, id } = (await response.json()) as { token: string; id: string };
    expect([response.status, id]).toEqual([201, 'org.couchdb.user:reader']);
    const as = (path: string, method = 'GET') => app.fetch(`${base}/${path}`, 'anonymous', { method, headers: { authorization: `Bearer ${token}` } });
    expect(await (await as('-/whoami')).json()).toEqual({ username: 'reader' });
    expect((await as(`-/user/token/${token}`, 'DELETE')).status).toBe(200);
    expect((await as('-/whoami')).status).toBe(401);
    for (const [name, secret, other] of [['reader', 'wrong'], ['nobody', password], ['reader', password, 'owner']] as const) {
      const status = (await login(name, secret, other)).status;
      expect(status).toBe(other === undefined ? 401 : 400);
    }
    await expectRefused(send('PUT', '-/user/org.couchdb.user:x', 'anonymous', '[]'), 400);
    await expectRefused(send('PUT', '-/user/org.couchdb.user:x', 'anonymous', 'x'.repeat(100_000)), 400);
  });

  it('lists, makes and revokes tokens', async () => {
    const made = await send('POST', '-/npm/v1/tokens', 'owner', { password, readonly: true });
    const { token, key, readonly } = (await made.json()) as { token: string; key: string; readonly: boolean };
    expect([made.status, readonly]).toEqual([201, true]);
    const listed = (await (await send('GET', '-/npm/v1/tokens', 'owner')).json()) as { objects: { key: string; token: string }[] };
    expect(listed.objects.find((one) => one.key === key)?.token).toBe(token.slice(0, 8));
    expect(JSON.stringify(listed)).not.toContain(token);
    expect((await send('DELETE', `-/npm/v1/tokens/token/${key}`, 'outsider')).status).toBe(404);
    expect((await send('DELETE', `-/npm/v1/tokens/token/${key}`, 'owner')).status).toBe(204);
    await expectRefused(send('POST', '-/npm/v1/tokens', 'owner', { password: 'wrong' }), 401);
    await expectRefused(send('POST', '-/npm/v1/tokens', 'owner', {}), 400);
    await expectRefused(send('POST', '-/npm/v1/tokens', 'owner', { password, name: 'x'.repeat(256) }), 400);
    await expectRefused(send('GET', '-/npm/v1/tokens', 'anonymous'), 401);
  });
});

it('search finds by words, best first, and only what may be read', async () => {
  for (const name of ['finder', 'find', 'pathfind', '@acme/find-all']) await npmPublish(app, name, '1.0.0', { manifest: { description: 'Ein Wörtchen 100% _x' } });
  const search = async (query: string, as: Person = 'reader') => ((await (await send('GET', `-/v1/search?${query}`, as)).json()) as { objects: { package: { name: string } }[]; total: number });
  const names = async (query: string, as?: Person) => (await search(query, as)).objects.map((object) => object.package.name);
  expect(await names('text=find')).toEqual(['find', 'finder', '@acme/find-all', 'pathfind']);
  expect(await names('text=FIND%20100%25')).toEqual(['@acme/find-all', 'find', 'finder', 'pathfind']);
  expect(await names('text=f_nd')).toEqual([]);
  expect(await names('text=find&size=1&from=1')).toEqual(['finder']);
  expect((await search('text=find&size=1')).total).toBe(4);
  for (const query of ['size=-1', 'size=x', 'from=1e9', 'size=1e9', 'text=%00', `text=${'a+'.repeat(500)}`]) expect((await send('GET', `-/v1/search?${query}`, 'reader')).status).toBe(200);
  expect((await send('GET', `-/v1/search?text=${'a'.repeat(256)}`, 'reader')).status).toBe(400);
  const instance = await app.fetch('/api/packages/npm/-/v1/search?text=find', 'outsider');
  expect(await instance.json()).toMatchObject({ objects: [], total: 0 });
});
