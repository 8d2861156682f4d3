import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateSettings } from '../../../src/settings/update.ts';
import { node } from '../../contract/registry.ts';
import { ask } from '../../graphql/client.ts';
import { type Person, startApp, type TestApp } from '../../support/app.ts';
import { countEverything } from '../../support/leftovers.ts';
import { rawRequest, requestHead } from '../raw-request.ts';

const base = '/api/packages/acme/widgets/maven';
const digest = (algorithm: string, content: string | Buffer) => createHash(algorithm).update(content).digest('hex');
const pom = (content = '') => `<project><modelVersion>4.0.0</modelVersion>${content}</project>`;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const put = (path: string, body: string | Buffer = 'bytes', as: Person = 'developer', headers: Record<string, string> = {}) => app.fetch(`${base}/${path}`, as, { method: 'PUT', body: body as BodyInit, headers });
const get = (path: string, as: Person = 'reader', init: RequestInit = {}) => app.fetch(`${base}/${path}`, as, init);
const text = async (path: string, as: Person = 'reader') => (await get(path, as)).text();

async function expectRefused(work: () => Promise<Response>, status: number, words: RegExp): Promise<void> {
  const before = await countEverything(app.core);
  const response = await work();
  const body = await response.text();
  expect([response.status, response.headers.get('content-type'), body]).toEqual([status, 'text/plain; charset=utf-8', expect.stringMatching(words)]);
  // Clients show nothing but this.
  expect(response.statusText).toBe(body.trim().replace(/[^\x20-\x7e]+/g, '?'));
  expect(await countEverything(app.core)).toEqual(before);
}

describe('PUT of a file', () => {
  it('201 publishes, and GET gives it back with its digests', async () => {
    const content = randomBytes(1000);
    expect((await put('org/x/lib/1.0/lib-1.0.jar', content)).status).toBe(201);
    const response = await get('org/x/lib/1.0/lib-1.0.jar');
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
    expect(response.headers.get('content-type')).toBe('application/java-archive');
    for (const name of ['md5', 'sha1', 'sha256', 'sha512']) expect(response.headers.get(`x-checksum-${name}`)).toBe(digest(name, content));
  });

  it('201 in any order, with all that belongs to a version', async () => {
    const names = ['-javadoc.jar', '.jar.asc', '.module', '-bin.tar.gz', '.pom', '-sources.jar', '.jar', '.pom.asc'].map((end) => `whole-2.0${end}`);
    for (const name of names) expect((await put(`org/x/whole/2.0/${name}`, name.endsWith('.pom') ? pom('<description>All of it</description>') : name)).status).toBe(201);
    const document = '{ package(namespace: "acme", format: MAVEN, name: "org.x:whole") { name latestVersion { version description files { name attributes } metadata { ... on MavenMetadata { packaging } } } } }';
    const { package: found } = await ask(app, 'reader', document);
    expect(found).toMatchObject({ name: 'org.x:whole', latestVersion: { version: '2.0', description: 'All of it', metadata: { packaging: 'jar' } } });
    expect(found.latestVersion.files.map((file: { name: string }) => file.name).sort()).toEqual(names.sort());
    expect(found.latestVersion.files.find((file: { name: string }) => file.name === 'whole-2.0-bin.tar.gz').attributes).toEqual({ classifier: 'bin', extension: 'tar.gz' });
  });

  it('201 takes a new POM for the old one, and with it what the version says', async () => {
    const description = () => ask(app, 'reader', '{ package(namespace: "acme", format: MAVEN, name: "org.x:again") { latestVersion { description dependencies { name } } } }');
    await put('org/x/again/1/again-1.pom', pom('<description>Old</description><dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId></dependency></dependencies>'));
    expect((await description()).package.latestVersion).toEqual({ description: 'Old', dependencies: [{ name: 'a:b' }] });
    expect((await put('org/x/again/1/again-1.pom', pom('<description>New</description>'))).status).toBe(201);
    expect((await description()).package.latestVersion).toEqual({ description: 'New', dependencies: [] });
    expect(await text('org/x/again/1/again-1.pom')).toContain('New');
  });

  it.for([
    ['org.x/ivy/1.0/ivy-1.0.xml', '<ivy-module version="2.0"><info organisation="org.x" module="ivy"/></ivy-module>'],
    ['org.x/ivy/1.0/jars/ivy.jar', 'jar'],
    ['org.x/plug/scala_2.12/sbt_1.0/1.0/jars/plug.jar', 'plug'],
    ['org/x/plug_2.12_1.0/1.0/plug-1.0.jar', 'plug'],
  ] as const)('201 in the layout of Ivy and sbt: %s', async ([path, content]) => {
    expect((await put(path, content)).status).toBe(201);
    expect(await text(path)).toBe(content);
    expect(await text(`${path}.sha1`)).toBe(digest('sha1', content));
    // A group's dots and slashes are one.
    expect(await text(path.replace('org.x', 'org/x'))).toBe(content);
  });

  it('201 an announced digest is verified', async () => {
    expect((await put('org/x/announced/1/announced-1.jar', 'right', 'developer', { 'x-checksum-sha1': digest('sha1', 'right') })).status).toBe(201);
    await expectRefused(() => put('org/x/announced/1/announced-1.zip', 'wrong', 'developer', { 'x-checksum-sha1': digest('sha1', 'right') }), 400, /^The sha1 of the upload is /);
  });

  it.for([
    ['org/x/lib', /no path of a repository/],
    ['lib-1.0.jar', /no path of a repository/],
    ['maven-metadata.xml', /no path of a repository/],
    ['org/x/l%20ib/1.0/lib-1.0.jar', /can't be a package name/],
    ['org%20x/lib/1.0/lib-1.0.jar', /can't be a package name/],
    ['org/x/lib/LATEST/lib-LATEST.jar', /can't be a version/],
    ['org/x/lib/1%7B/lib-1.jar', /can't be a version/],
    ['org/x/lib/1.0/%C3%BC.jar', /can't be a file name/],
    ['org/x/lib/1.0/.hidden', /can't be a file name/],
    ['org.x/lib/jars/lib.jar', /its path would mean another version/],
    [`org/x/lib/1.0/${'a'.repeat(600)}.jar`, /can't be a file name/],
    [`org/x/${'a'.repeat(300)}/1.0/a.jar`, /can't be a package name/],
  ] as const)('400 a path that is none: %s', async ([path, words]) => {
    await expectRefused(() => put(path), 400, words);
  });

  it('400 a path that climbs', async () => {
    const before = await countEverything(app.core);
    for (const path of ['org/x/../y/1/y-1.jar', 'org/x/%2e%2e/1/y-1.jar', 'org/x/y/1/a%2f..%2fb', 'org//x/1/x-1.jar']) {
      const reply = await rawRequest(app.url, `${requestHead('PUT', `${base}/${path}`, { authorization: `Bearer ${app.secrets.developer}`, 'content-length': 1 })}x`);
      expect([path, reply.status]).toEqual([path, 400]);
    }
    expect(await countEverything(app.core)).toEqual(before);
  });

  it.for([
    ['broken', '<project>', /^The POM is not well-formed XML/],
    ['a bomb', '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><project><description>&b;</description></project>', /^The POM has a document type declaration/],
    ['deep', '<project>'.repeat(5000), /^The POM has more than 100 elements within each other/],
    ['something else', 'PK\u0003\u0004', /^The POM is not well-formed XML/],
    ['empty', '', /^The POM is not well-formed XML/],
    ['in no encoding', Buffer.from([...Buffer.from('<project><name>'), 0xff, 0xfe, ...Buffer.from('</name></project>')]), /^The POM is not in utf-8/],
    ['too large', `<project>${' '.repeat(5 * 1024 * 1024)}</project>`, /^The POM has \d+ bytes/],
  ] as const)('400 a POM that is %s', async ([, content, words]) => {
    await expectRefused(() => put('org/x/bad/1.0/bad-1.0.pom', content as string), 400, words);
  });

  it('takes a POM in the encoding that it declares', async () => {
    const declared = `<?xml version="1.0" encoding="ISO-8859-1"?>${pom('<description>für J&ouml;rg</description>')}`;
    expect((await put('org/x/latin/1/latin-1.pom', Buffer.from(declared, 'latin1'))).status).toBe(201);
    const { package: found } = await ask(app, 'reader', '{ package(namespace: "acme", format: MAVEN, name: "org.x:latin") { description } }');
    expect(found.description).toBe('für Jörg');
  });

  it('401, 403, 404 who may not publish', async () => {
    await expectRefused(() => put('org/x/denied/1/denied-1.jar', 'x', 'anonymous'), 401, /^Sign in first/);
    await expectRefused(() => put('org/x/denied/1/denied-1.jar', 'x', 'reader'), 403, /^You need the role DEVELOPER/);
    await expectRefused(() => put('org/x/denied/1/denied-1.jar', 'x', 'outsider'), 404, /^There is no namespace/);
  });

  it('409 a release that is there, where the setting says so; never a snapshot', async () => {
    await app.namespace('acme/strict');
    await updateSettings(app.core, await app.actor('admin'), (await node(app.core, 'acme/strict')).id, { formats: [{ format: app.core.formats.get('maven'), settings: { duplicates: { value: 'REFUSED' } } }] });
    const strict = (path: string, body: string) => app.fetch(`/api/packages/acme/strict/maven/${path}`, 'developer', { method: 'PUT', body });
    expect((await strict('org/x/once/1/once-1.jar', 'a')).status).toBe(201);
    await expectRefused(() => strict('org/x/once/1/once-1.jar', 'b'), 409, /^once-1\.jar is already published and may not be replaced/);
    expect((await strict('org/x/once/1/once-1.pom', pom())).status).toBe(201);
    for (const content of ['a', 'b']) expect((await strict('org/x/once/2-SNAPSHOT/once-2-SNAPSHOT.jar', content)).status).toBe(201);
    expect(await (await app.fetch('/api/packages/acme/strict/maven/org/x/once/2-SNAPSHOT/once-2-SNAPSHOT.jar', 'reader')).text()).toBe('b');
  });

  it('409 a name that another project has', async () => {
    await app.namespace('acme/second');
    await put('org/x/owned/1/owned-1.jar');
    await expectRefused(() => app.fetch('/api/packages/acme/second/maven/org/x/owned/2/owned-2.jar', 'developer', { method: 'PUT', body: 'x' }), 409, /^org\.x:owned belongs to another project or group/);
  });

  it('405 anything but PUT and GET', async () => {
    for (const method of ['POST', 'DELETE', 'PATCH']) expect((await app.fetch(`${base}/org/x/lib/1.0/lib-1.0.jar`, 'owner', { method })).status).toBe(405);
  });
});

describe('a checksum', () => {
  beforeAll(async () => {
    await put('org/x/sum/1/sum-1.jar', 'content');
  });

  it.for(['md5', 'sha1', 'sha256', 'sha512'] as const)('%s is verified, served, and no file of the version', async (algorithm) => {
    const right = digest(algorithm, 'content');
    const path = `org/x/sum/1/sum-1.jar.${algorithm}`;
    for (const body of [right, `${right.toUpperCase()}  sum-1.jar\n`]) expect((await put(path, body)).status).toBe(201);
    expect(await text(path)).toBe(right);
    await expectRefused(() => put(path, digest(algorithm, 'other')), 400, new RegExp(`^The ${algorithm} of the upload is ${right}, but ${digest(algorithm, 'other')} was announced`));
    await expectRefused(() => put(path, 'no digest'), 400, /holds no/);
    await expectRefused(() => put(path, 'x'.repeat(5000)), 400, /larger than 4096 bytes/);
    const { package: found } = await ask(app, 'reader', '{ package(namespace: "acme", format: MAVEN, name: "org.x:sum") { latestVersion { files { name } } } }');
    expect(found.latestVersion.files).toEqual([{ name: 'sum-1.jar' }]);
  });

  it('is of the package that the file went to, whoever has the name elsewhere', async () => {
    await put('org/x/two/1/two-1.jar', 'theirs');
    const atInstance = (path: string, body: string) => app.fetch(`/api/packages/maven/${path}`, 'admin', { method: 'PUT', body });
    expect((await atInstance('org/x/two/1/two-1.jar', 'ours')).status).toBe(201);
    expect((await atInstance('org/x/two/1/two-1.jar.sha1', digest('sha1', 'ours'))).status).toBe(201);
    await expectRefused(() => atInstance('org/x/two/1/two-1.jar.sha1', digest('sha1', 'theirs')), 400, /^The sha1 of the upload is /);
    await expectRefused(() => atInstance('org/x/sum/1/sum-1.jar.sha1', digest('sha1', 'content')), 404, /upload it before its checksum/);
  });

  it('404 of what is not there', async () => {
    await expectRefused(() => put('org/x/sum/1/sum-1.zip.sha1', digest('sha1', 'x')), 404, /upload it before its checksum/);
    expect((await get('org/x/sum/1/sum-1.zip.sha1')).status).toBe(404);
  });

  it('may not be sent by who may not publish, nor tell who may not read', async () => {
    await expectRefused(() => put('org/x/sum/1/sum-1.jar.sha1', digest('sha1', 'content'), 'reader'), 403, /DEVELOPER/);
    for (const [as, status] of [['anonymous', 401], ['outsider', 404]] as const) {
      expect((await get('org/x/sum/1/sum-1.jar.sha1', as)).status).toBe(status);
      await expectRefused(() => put('org/x/sum/1/sum-1.jar.sha1', digest('sha1', 'content'), as), status, /./);
    }
  });
});

describe('GET', () => {
  it('401 asks for the credential with the one realm, for what is there and what is not', async () => {
    await put('org/x/realm/1/realm-1.jar');
    for (const path of ['org/x/realm/1/realm-1.jar', 'org/x/realm/maven-metadata.xml', 'org/x/none/1/none-1.jar', 'org/x/none/maven-metadata.xml', 'org/x/', 'org/none/', 'org']) {
      const response = await get(path, 'anonymous');
      expect([path, response.status, response.headers.get('www-authenticate')]).toEqual([path, 401, 'Basic realm="Entrepot"']);
      expect((await get(path, 'anonymous', { method: 'HEAD' })).status).toBe(401);
    }
  });

  it('takes a token as the password of Basic', async () => {
    await put('org/x/basic/1/basic-1.jar');
    const response = await fetch(`${app.url}${base}/org/x/basic/1/basic-1.jar`, { headers: { authorization: `Basic ${Buffer.from(`token:${app.secrets.reader}`).toString('base64')}` } });
    expect([response.status, await response.text()]).toEqual([200, 'bytes']);
  });

  it('304 and 206 as any download', async () => {
    await put('org/x/ranged/1/ranged-1.jar', 'content');
    const { headers } = await get('org/x/ranged/1/ranged-1.jar');
    expect((await get('org/x/ranged/1/ranged-1.jar', 'reader', { headers: { 'if-none-match': headers.get('etag') ?? '' } })).status).toBe(304);
    expect(await (await get('org/x/ranged/1/ranged-1.jar', 'reader', { headers: { range: 'bytes=-3' } })).text()).toBe('ent');
    expect((await get('org/x/ranged/1/ranged-1.jar', 'reader', { method: 'HEAD' })).headers.get('content-length')).toBe('7');
  });

  it('sees at the group and at the instance what is in the project', async () => {
    await put('org/x/above/1/above-1.jar', 'seen');
    for (const node of ['acme/', '']) {
      expect(await (await app.fetch(`/api/packages/${node}maven/org/x/above/1/above-1.jar`, 'reader')).text()).toBe('seen');
      expect(await (await app.fetch(`/api/packages/${node}maven/org/x/above/maven-metadata.xml`, 'reader')).text()).toContain('<version>1</version>');
    }
  });
});
