import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createToken } from '../../../src/access/tokens.ts';
import { type Person, startApp, type TestApp, userOf } from '../../support/app.ts';
import { countEverything } from '../../support/leftovers.ts';
import { npmTarball } from '../../support/npm-tarball.ts';
import { getPackument, type NpmPublish, npmPath, npmPublish, npmPut, publishDocument } from '../npm-request.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

async function expectRefused(name: string, version: string, options: NpmPublish, status: number, error: RegExp): Promise<Response> {
  const before = await countEverything(app.core);
  const response = await npmPublish(app, name, version, options);
  expect([response.status, await response.json()]).toEqual([status, expect.objectContaining({ error: expect.stringMatching(error) })]);
  expect(await countEverything(app.core)).toEqual(before);
  return response;
}

describe('PUT /{package}', () => {
  it('201 publishes', async () => {
    const tarball = await npmTarball({ name: '@acme/lib', version: '1.0.0', description: 'words', dependencies: { a: '^1' } }, { 'README.md': '# Hello' });
    const response = await npmPublish(app, '@acme/lib', '1.0.0', { tarball });
    expect([response.status, await response.json()]).toEqual([201, { ok: true, success: true, id: '@acme/lib' }]);
    const packument = await getPackument(app, '@acme/lib');
    expect(packument).toMatchObject({ _id: '@acme/lib', name: '@acme/lib', description: 'words', 'dist-tags': { latest: '1.0.0' }, readme: '# Hello', versions: { '1.0.0': { name: '@acme/lib', dependencies: { a: '^1' } } } });
    expect(packument.versions['1.0.0']?.dist).toMatchObject({
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
      shasum: createHash('sha1').update(tarball).digest('hex'),
      tarball: `${app.url}/api/packages/acme/widgets/npm/@acme/lib/-/lib-1.0.0.tgz`,
    });
    const now = new Date(app.clock.now()).toISOString();
    expect(packument.time).toEqual({ created: now, modified: now, '1.0.0': now });
  });

  it.for(['', 'acme', 'acme/widgets'])('201 publishes at "%s"', async (namespace) => {
    const name = `at-${namespace.replace('/', '-')}x`;
    expect((await npmPublish(app, name, '1.0.0', { namespace, as: 'admin' })).status).toBe(201);
    expect((await getPackument(app, name, { namespace, as: 'reader' })).name).toBe(name);
    expect((await getPackument(app, name, { namespace: '', as: 'reader' })).versions['1.0.0']?.dist.tarball).toBe(`${app.url}/api/packages/npm/${name}/-/${name}-1.0.0.tgz`);
  });

  it('201 publishes what other tags than latest point at, and latest exists after the first', async () => {
    await npmPublish(app, 'beta', '1.0.0-beta.1', { tags: { beta: '1.0.0-beta.1' } });
    expect((await getPackument(app, 'beta'))['dist-tags']).toEqual({ beta: '1.0.0-beta.1', latest: '1.0.0-beta.1' });
    await npmPublish(app, 'beta', '1.0.0', { tags: { stable: '1.0.0' } });
    expect((await getPackument(app, 'beta'))['dist-tags']).toEqual({ beta: '1.0.0-beta.1', latest: '1.0.0-beta.1', stable: '1.0.0' });
    await npmPublish(app, 'beta', '0.9.0');
    expect((await getPackument(app, 'beta'))['dist-tags']['latest']).toBe('0.9.0');
  });

  it('201 takes the name with its slash encoded or not', async () => {
    for (const [index, path] of ['@acme/slash', '@acme%2fslash', '@acme%2Fslash', '%40acme%2fslash'].entries()) {
      const body = JSON.stringify(await publishDocument('@acme/slash', `1.0.${index}`));
      expect((await app.fetch(`${npmPath('acme/widgets')}/${path}`, 'developer', { method: 'PUT', body })).status).toBe(201);
    }
    expect(Object.keys((await getPackument(app, '@acme/slash')).versions)).toHaveLength(4);
  });

  it('201 keeps the facts of the tarball, not those of the document', async () => {
    const tarball = await npmTarball({ name: 'honest', version: '1.0.0', description: 'the truth' });
    await npmPublish(app, 'honest', '1.0.0', { tarball, manifest: { description: 'a lie', dependencies: { evil: '*' } } });
    expect((await getPackument(app, 'honest')).versions['1.0.0']).toMatchObject({ description: 'the truth' });
    expect((await getPackument(app, 'honest')).versions['1.0.0']).not.toHaveProperty('dependencies');
  });

  it('403 version exists', async () => {
    await npmPublish(app, 'dup', '1.0.0');
    await expectRefused('dup', '1.0.0', {}, 403, /dup@1\.0\.0 is already published/);
    await expectRefused('dup', '1.0.0', { as: 'admin', files: { other: 'x' } }, 403, /already published/);
  });

  it('409 the name belongs to another project of the group', async () => {
    await app.namespace('acme/gears');
    await npmPublish(app, 'mine', '1.0.0');
    await expectRefused('mine', '2.0.0', { namespace: 'acme/gears' }, 409, /belongs to another/);
  });

  it.for<[string, Person, number, RegExp]>([
    ['401 anonymous', 'anonymous', 401, /Sign in/],
    ['404 to who may not know the namespace', 'outsider', 404, /no namespace/],
    ['403 to who may only read', 'reader', 403, /DEVELOPER/],
  ])('%s', async ([, as, status, error]) => {
    const response = await expectRefused('denied', '1.0.0', { as }, status, error);
    expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer realm="Entrepot"' : null);
  });

  it('404 a namespace that is not there, in the same words as a hidden one', async () => {
    await expectRefused('denied', '1.0.0', { namespace: 'nowhere' }, 404, /^There is no namespace "nowhere", or you may not see it\.$/);
    await expectRefused('denied', '1.0.0', { as: 'outsider', namespace: 'acme' }, 404, /^There is no namespace "acme", or you may not see it\.$/);
  });

  it('403 a token without the scope WRITE', async () => {
    const { secret } = await createToken(app.core, { userId: (await userOf(app.core, 'developer'))?.id ?? '', name: 'r', scopes: ['READ'] });
    const response = await app.fetch(`${npmPath('acme/widgets')}/x`, 'anonymous', { method: 'PUT', headers: { authorization: `Bearer ${secret}` }, body: JSON.stringify(await publishDocument('x', '1.0.0')) });
    expect([response.status, await response.json()]).toEqual([403, { error: expect.stringContaining('WRITE'), code: 'FORBIDDEN' }]);
  });

  it.for([
    ['a wrong token', 'Bearer ept_wrong'],
    ['an unknown token', 'Bearer whatever'],
    ['a wrong password', `Basic ${Buffer.from('developer:wrong').toString('base64')}`],
    ['another scheme', 'Digest x'],
    ['a Basic that is none', 'Basic !!!'],
    ['an empty token', 'Bearer '],
  ])('401 %s, also where reading needs no credential', async ([, authorization = '']) => {
    for (const method of ['GET', 'PUT']) {
      const response = await app.fetch(`${npmPath('acme/widgets')}/x`, 'anonymous', { method, headers: { authorization }, ...(method === 'PUT' ? { body: '{}' } : {}) });
      expect([response.status, await response.json()]).toEqual([401, expect.objectContaining({ error: expect.any(String) })]);
    }
  });

  it.for([
    ['Basic with the password', () => `Basic ${Buffer.from('developer:correct horse battery').toString('base64')}`],
    ['Basic with a token as password', () => `Basic ${Buffer.from(`any:${app.secrets.developer}`).toString('base64')}`],
    ['the bare token', () => app.secrets.developer],
  ] as const)('201 with %s', async ([title, header]) => {
    const name = `auth-${title.length}`;
    const response = await app.fetch(`${npmPath('acme/widgets')}/${name}`, 'anonymous', { method: 'PUT', headers: { authorization: header() }, body: JSON.stringify(await publishDocument(name, '1.0.0')) });
    expect(response.status).toBe(201);
  });

  it('a version is not read with its build: 1.0.0+b is 1.0.0', async () => {
    expect((await npmPublish(app, 'build', '1.0.0+b')).status).toBe(201);
    expect(Object.keys((await getPackument(app, 'build')).versions)).toEqual(['1.0.0']);
    await expectRefused('build', '1.0.0', {}, 403, /already/);
  });
});

describe('PUT /{package} without a tarball', () => {
  it('200 deprecates and takes it back', async () => {
    for (const version of ['1.0.0', '2.0.0']) await npmPublish(app, 'old', version);
    const packument = await getPackument(app, 'old');
    const version = packument.versions['1.0.0'];
    if (version) version.deprecated = 'use 2';
    expect((await npmPut(app, 'old', packument)).status).toBe(200);
    expect((await getPackument(app, 'old')).versions['1.0.0']?.deprecated).toBe('use 2');
    expect((await getPackument(app, 'old')).versions['2.0.0']).not.toHaveProperty('deprecated');
    if (version) version.deprecated = '';
    expect((await npmPut(app, 'old', packument)).status).toBe(200);
    expect((await getPackument(app, 'old')).versions['1.0.0']).not.toHaveProperty('deprecated');
  });

  it('changes nothing else', async () => {
    await npmPublish(app, 'still', '1.0.0');
    const packument = await getPackument(app, 'still');
    const changed = { ...packument, description: 'new', 'dist-tags': { latest: '9.9.9' }, readme: 'new', versions: { '1.0.0': { ...packument.versions['1.0.0'], dist: {}, scripts: { postinstall: 'evil' } } } };
    expect((await npmPut(app, 'still', changed)).status).toBe(200);
    const { _rev, time, ...after } = await getPackument(app, 'still');
    expect(packument).toMatchObject(after);
  });

  it.for([
    ['a version that is not there', { versions: { '9.0.0': { deprecated: 'x' } } }, 404],
    ['versions in a list', { versions: [] }, 400],
    ['a message of 2,001 characters', { versions: { '1.0.0': { deprecated: 'x'.repeat(2001) } } }, 400],
  ] as const)('refuses %s', async ([, document, status]) => {
    await npmPublish(app, 'dep', '1.0.0');
    const before = await countEverything(app.core);
    const response = await npmPut(app, 'dep', { name: 'dep', ...document });
    expect([response.status, await response.json()]).toEqual([status, expect.objectContaining({ error: expect.any(String) })]);
    expect(await countEverything(app.core)).toEqual(before);
  });

  it.for([['anonymous', 401], ['outsider', 404], ['reader', 403]] as const)('is not for %s: %i', async ([as, status]) => {
    await npmPublish(app, 'dep2', '1.0.0');
    expect((await npmPut(app, 'dep2', { name: 'dep2', versions: { '1.0.0': { deprecated: 'x' } } }, { as })).status).toBe(status);
    expect((await getPackument(app, 'dep2')).versions['1.0.0']).not.toHaveProperty('deprecated');
  });
});
