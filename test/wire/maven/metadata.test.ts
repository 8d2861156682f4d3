import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteFile, deletePackage, deleteVersion } from '../../../src/packages/remove.ts';
import { changeVersion } from '../../../src/packages/status.ts';
import { ask } from '../../graphql/client.ts';
import { type Person, startApp, type TestApp } from '../../support/app.ts';
import { countEverything } from '../../support/leftovers.ts';
import { zip } from '../../support/zip.ts';

const base = '/api/packages/acme/widgets/maven';

let app: TestApp;
const statements: string[] = [];
beforeAll(async () => {
  app = await startApp({ onStatement: (sql) => statements.push(sql) });
});
afterAll(() => app.close());

const put = async (path: string, body: string | Buffer = path, as: Person = 'developer') => {
  app.clock.advance(1000);
  const response = await app.fetch(`${base}/${path}`, as, { method: 'PUT', body: body as BodyInit });
  expect([path, response.status]).toEqual([path, 201]);
};
const get = (path: string, as: Person = 'reader', init: RequestInit = {}) => app.fetch(`${base}/${path}`, as, init);
const text = async (path: string, as: Person = 'reader') => (await get(path, as)).text();
const all = (xml: string, element: string) => [...xml.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'g'))].map(([, content]) => content);
const one = (xml: string, element: string) => all(xml, element)[0];
const now = () => new Date(app.clock.now()).toISOString().replace(/\D/g, '').slice(0, 14);
/** Puts the jar of each version. */
const versions = async (artifact: string, ...list: string[]) => {
  for (const version of list) await put(`org/m/${artifact}/${version}/${artifact}-${version}.jar`);
};
const idOf = async (artifact: string, version?: string): Promise<{ packageId: string; versionId: string; fileIds: string[] }> => {
  const { package: found } = await ask(app, 'owner', 'query($n: String!, $v: String!) { package(namespace: "acme", format: MAVEN, name: $n) { id version(version: $v) { id files { id } } } }', { n: `org.m:${artifact}`, v: version ?? '1.0' });
  return { packageId: found.id, versionId: found.version?.id ?? '', fileIds: found.version?.files.map(({ id }: { id: string }) => id) ?? [] };
};

describe('of an artifact', () => {
  it('lists its versions in Maven’s order, whatever the order they came in', async () => {
    await versions('order', '1.10', '1.2', '2.0-rc-1', '2.0-alpha-1', '2.0-SNAPSHOT', '1.9', '1.10.1-SNAPSHOT');
    const xml = await text('org/m/order/maven-metadata.xml');
    expect(all(xml, 'version')).toEqual(['1.2', '1.9', '1.10', '1.10.1-SNAPSHOT', '2.0-alpha-1', '2.0-rc-1', '2.0-SNAPSHOT']);
    expect([one(xml, 'groupId'), one(xml, 'artifactId'), one(xml, 'latest'), one(xml, 'release'), one(xml, 'lastUpdated')]).toEqual(['org.m', 'order', '2.0-SNAPSHOT', '2.0-rc-1', now()]);
  });

  it('follows what is deleted, hidden, withdrawn and published', async () => {
    await versions('life', '1.0', '1.1', '1.2', '1.3');
    const [owner, developer] = [await app.actor('owner'), await app.actor('developer')];
    const listed = async () => all(await text('org/m/life/maven-metadata.xml'), 'version');
    app.clock.advance(60_000);
    await deleteVersion(app.core, owner, (await idOf('life', '1.3')).versionId);
    const after = await text('org/m/life/maven-metadata.xml');
    expect([all(after, 'version'), one(after, 'release'), one(after, 'latest'), one(after, 'lastUpdated')]).toEqual([['1.0', '1.1', '1.2'], '1.2', '1.2', now()]);
    const [only] = (await idOf('life', '1.2')).fileIds;
    await deleteFile(app.core, owner, only ?? '');
    expect(await listed()).toEqual(['1.0', '1.1']);
    await changeVersion(app.core, developer, (await idOf('life', '1.1')).versionId, 'YANK', 'broken');
    expect(await listed()).toEqual(['1.0']);
    // Who has it in a build still gets it.
    expect((await get('org/m/life/1.1/life-1.1.jar')).status).toBe(200);
    await changeVersion(app.core, developer, (await idOf('life', '1.0')).versionId, 'HIDE');
    expect((await get('org/m/life/maven-metadata.xml')).status).toBe(404);
    await versions('life', '0.9');
    expect(await listed()).toEqual(['0.9']);
    await deletePackage(app.core, owner, (await idOf('life')).packageId);
    expect((await get('org/m/life/maven-metadata.xml')).status).toBe(404);
    expect((await get('org/m/life/maven-metadata.xml.sha1')).status).toBe(404);
  });

  it('comes with checksums of what is sent, each time', async () => {
    for (const version of ['1', '2']) {
      await versions('sums', version);
      const response = await get('org/m/sums/maven-metadata.xml');
      const body = await response.text();
      expect(response.headers.get('content-type')).toBe('text/xml');
      for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
        const digest = createHash(algorithm).update(body).digest('hex');
        expect(await text(`org/m/sums/maven-metadata.xml.${algorithm}`)).toBe(digest);
        expect(response.headers.get(`x-checksum-${algorithm}`)).toBe(digest);
      }
    }
  });

  it('304 while nothing changes, 200 when something has', async () => {
    await versions('cached', '1');
    const etag = (await get('org/m/cached/maven-metadata.xml')).headers.get('etag') ?? '';
    const again = () => get('org/m/cached/maven-metadata.xml', 'reader', { headers: { 'if-none-match': etag } });
    expect((await again()).status).toBe(304);
    await versions('cached', '2');
    expect((await again()).status).toBe(200);
  });

  it('is the registry’s own: what a client sends is read past', async () => {
    await versions('own', '1');
    const before = [await text('org/m/own/maven-metadata.xml'), await countEverything(app.core)];
    for (const path of ['org/m/own/maven-metadata.xml', 'org/m/own/maven-metadata.xml.sha1', 'org/m/own/maven-metadata.xml.sha512', 'org/m/own/1-SNAPSHOT/maven-metadata.xml', 'org/m/maven-metadata.xml', 'org/m/maven-metadata.xml.md5']) await put(path, '<metadata>junk');
    expect([await text('org/m/own/maven-metadata.xml'), await countEverything(app.core)]).toEqual(before);
    for (const [as, status] of [['anonymous', 401], ['reader', 403], ['outsider', 404]] as const) {
      expect((await app.fetch(`${base}/org/m/own/maven-metadata.xml`, as, { method: 'PUT', body: '<metadata/>' })).status).toBe(status);
    }
  });

  it('of five thousand versions is rendered once for each revision', async () => {
    const { packageId } = await versions('many', '1').then(() => idOf('many', '1'));
    await app.core.database.tx(async (tx) => {
      const [row] = await tx.query('SELECT * FROM version WHERE package_id = ?', [packageId]);
      const columns = Object.keys(row);
      for (let number = 2; number <= 5000; number++) {
        const version = `1.${number}`;
        const values = { ...row, id: `ver_many${number}`, version, normalized_version: version, sort_key: app.core.formats.get('maven').sortKey(version, 0) };
        await tx.query(`INSERT INTO version (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`, columns.map((column) => values[column]));
      }
    });
    await versions('many', '2');
    const listed = all(await text('org/m/many/maven-metadata.xml'), 'version');
    expect([listed.length, listed[0], listed[9], listed.at(-1)]).toEqual([5001, '1', '1.10', '2']);
    statements.length = 0;
    for (const path of ['maven-metadata.xml', 'maven-metadata.xml.sha1', 'maven-metadata.xml']) await text(`org/m/many/${path}`);
    expect(statements.filter((sql) => /FROM version/.test(sql))).toEqual([]);
  }, 60_000);
});

describe('of a snapshot version', () => {
  it('has the newest build, and serves it under the plain name, too', async () => {
    for (const [build, kinds] of [['20260101.000000-1', ['.jar', '-sources.jar', '.pom']], ['20260102.000000-2', ['.jar', '.pom']]] as const) {
      for (const kind of kinds) await put(`org/m/snap/1-SNAPSHOT/snap-1-${build}${kind}`, kind === '.pom' ? '<project/>' : `${build}${kind}`);
    }
    const xml = await text('org/m/snap/1-SNAPSHOT/maven-metadata.xml');
    expect([one(xml, 'timestamp'), one(xml, 'buildNumber'), all(xml, 'value'), one(xml, 'lastUpdated')]).toEqual(['20260102.000000', '2', ['1-20260102.000000-2', '1-20260102.000000-2', '1-20260101.000000-1'], now()]);
    expect(await text('org/m/snap/1-SNAPSHOT/snap-1-SNAPSHOT.jar')).toBe('20260102.000000-2.jar');
    expect(await text('org/m/snap/1-SNAPSHOT/snap-1-SNAPSHOT-sources.jar.sha1')).toBe(createHash('sha1').update('20260101.000000-1-sources.jar').digest('hex'));
    expect((await get('org/m/snap/1-SNAPSHOT/snap-1-SNAPSHOT-javadoc.jar')).status).toBe(404);
    expect(createHash('sha1').update(xml).digest('hex')).toBe(await text('org/m/snap/1-SNAPSHOT/maven-metadata.xml.sha1'));
    expect(all(await text('org/m/snap/maven-metadata.xml'), 'version')).toEqual(['1-SNAPSHOT']);
    expect((await get('org/m/snap/2-SNAPSHOT/maven-metadata.xml')).status).toBe(404);
  });

  it('reads of its files no more than it needs, and once for each revision', async () => {
    await put('org/m/few/1-SNAPSHOT/few-1-20260101.000000-1.jar', 'first');
    statements.length = 0;
    for (const path of ['few-1-SNAPSHOT.jar', 'few-1-SNAPSHOT.jar.sha1', 'few-1-SNAPSHOT.jar', 'maven-metadata.xml', '']) expect([path, (await get(`org/m/few/1-SNAPSHOT/${path}`)).status]).toEqual([path, 200]);
    const lists = statements.filter((sql) => /FROM version v JOIN file/.test(sql));
    expect([lists.length, lists.filter((sql) => /metadata|build|user/.test(sql))]).toEqual([3, []]);
    await put('org/m/few/1-SNAPSHOT/few-1-20260101.000000-2.jar', 'second');
    expect(await text('org/m/few/1-SNAPSHOT/few-1-SNAPSHOT.jar')).toBe('second');
    statements.length = 0;
    expect((await get('org/m/few/1-SNAPSHOT/few-1-20260101.000000-9.jar')).status).toBe(404);
    expect(statements.filter((sql) => /FROM version v JOIN file/.test(sql))).toEqual([]);
  });

  it('follows what is deleted', async () => {
    for (const build of ['20260101.000000-1', '20260102.000000-2']) await put(`org/m/gone/1-SNAPSHOT/gone-1-${build}.jar`);
    const owner = await app.actor('owner');
    const [first, second] = (await idOf('gone', '1-SNAPSHOT')).fileIds;
    await deleteFile(app.core, owner, second ?? '');
    expect(one(await text('org/m/gone/1-SNAPSHOT/maven-metadata.xml'), 'buildNumber')).toBe('1');
    await deleteFile(app.core, owner, first ?? '');
    expect((await get('org/m/gone/1-SNAPSHOT/maven-metadata.xml')).status).toBe(404);
  });

  it.for(['HIDE', 'YANK'] as const)('is none after %s', async (change) => {
    const [artifact, developer] = [`shy-${change}`, await app.actor('developer')];
    await put(`org/m/${artifact}/1-SNAPSHOT/${artifact}-1-20260101.000000-1.jar`);
    expect((await get(`org/m/${artifact}/1-SNAPSHOT/maven-metadata.xml`)).status).toBe(200);
    await changeVersion(app.core, developer, (await idOf(artifact, '1-SNAPSHOT')).versionId, change, 'why');
    expect((await get(`org/m/${artifact}/1-SNAPSHOT/maven-metadata.xml`)).status).toBe(404);
  });
});

describe('of a group', () => {
  const plugin = (name: string, more = '') => `<project><name>${name}</name><packaging>maven-plugin</packaging>${more}</project>`;
  const prefix = '<build><plugins><plugin><artifactId>maven-plugin-plugin</artifactId><configuration><goalPrefix>set</goalPrefix></configuration></plugin></plugins></build>';

  it('lists its plugins by their prefixes, as long as they are there', async () => {
    await put('org/p/hello-maven-plugin/1/hello-maven-plugin-1.pom', plugin('Says hello'));
    await put('org/p/other/1/other-1.pom', plugin('Other', prefix));
    await put('org/p/said-plugin/1/said-plugin-1.pom', plugin('Said', prefix));
    await put('org/p/said-plugin/1/said-plugin-1.jar', zip([{ path: 'META-INF/maven/plugin.xml', content: '<plugin><goalPrefix>said</goalPrefix></plugin>' }]));
    await put('org/p/said-plugin/1/said-plugin-1-sources.jar', 'no archive');
    await put('org/p/lib/1/lib-1.pom', '<project/>');
    await put('org/p.below/deep-maven-plugin/1/deep-maven-plugin-1.pom', plugin('Deep'));
    const entries = async (as: Person = 'reader') => {
      const xml = await text('org/p/maven-metadata.xml', as);
      return all(xml, 'prefix').map((found, index) => [found, all(xml, 'artifactId')[index], all(xml, 'name')[index]]);
    };
    expect(await entries()).toEqual([['hello', 'hello-maven-plugin', 'Says hello'], ['set', 'other', 'Other'], ['said', 'said-plugin', 'Said']]);
    expect(createHash('md5').update(await text('org/p/maven-metadata.xml')).digest('hex')).toBe(await text('org/p/maven-metadata.xml.md5'));
    statements.length = 0;
    await entries();
    expect(statements.filter((sql) => /JOIN file f ON/.test(sql)).length).toBe(1);
    const { package: found } = await ask(app, 'owner', '{ package(namespace: "acme", format: MAVEN, name: "org.p:other") { id } }');
    await deletePackage(app.core, await app.actor('owner'), found.id);
    expect(await entries()).toEqual([['hello', 'hello-maven-plugin', 'Says hello'], ['said', 'said-plugin', 'Said']]);
    for (const [as, status] of [['anonymous', 401], ['outsider', 404]] as const) expect((await get('org/p/maven-metadata.xml', as)).status).toBe(status);
    expect((await get('org/none/maven-metadata.xml')).status).toBe(404);
  });
});

describe('a listing', () => {
  const links = async (path: string, as: Person = 'reader') => all((await text(path, as)).replace(/ href="[^"]*"/g, ''), 'a').filter((name) => name !== '../');
  beforeAll(async () => {
    for (const path of ['org/l/lib/1.10/lib-1.10.jar', 'org/l/lib/1.9/lib-1.9.jar', 'org/l/lib/1.9/lib-1.9.pom.asc', 'org/l/other/1/jars/other.jar', 'org/l/other/1/ivys/note.txt', 'org/l/deep/er/lib/1/lib-1.jar', 'orga/x/1/x-1.jar']) await put(path);
  });

  it('leads from the top to every file', async () => {
    expect(await links('')).toEqual(expect.arrayContaining(['org/', 'orga/']));
    expect(await links('org/l/')).toEqual(['deep/', 'lib/', 'other/']);
    expect(await links('org/l/deep/')).toEqual(['er/']);
    expect(await links('org/l/lib/')).toEqual(['1.9/', '1.10/']);
    expect(await links('org/l/lib/1.9/')).toEqual(['lib-1.9.jar', 'lib-1.9.pom.asc']);
    expect(await links('org.l/other/1/')).toEqual(['ivys/', 'jars/']);
    expect(await links('org.l/other/1/jars/')).toEqual(['other.jar']);
    expect(await links('orga/')).toEqual(['x/']);
  });

  it('reads many names at a time, and none that are below what it has found', async () => {
    for (let number = 0; number < 12; number++) {
      await put(`org/wide/a${number}/1/a${number}-1.jar`);
      await put(`org/wide/g/lib${number}/1/lib${number}-1.jar`);
      await put(`org/wide/g${number}/lib/1/lib-1.jar`);
    }
    statements.length = 0;
    expect((await links('org/wide/')).length).toBe(25);
    expect(statements.filter((sql) => /DISTINCT p.normalized_name/.test(sql)).length).toBe(2);
  });

  it('finds every group, however many artifacts are below those before it', async () => {
    const { packageId } = await versions('seed', '1').then(() => idOf('seed', '1'));
    await app.core.database.tx(async (tx) => {
      const [row] = await tx.query('SELECT * FROM package WHERE id = ?', [packageId]);
      const columns = Object.keys(row);
      for (let number = 0; number < 600; number++) {
        const name = `org.deep.${number < 300 ? 'a' : 'b.c'}:lib-${number}`;
        const values = { ...row, id: `pkg_deep${number}`, name, normalized_name: name };
        await tx.query(`INSERT INTO package (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`, columns.map((column) => values[column]));
      }
    });
    await put('org/deep/b/last/1/last-1.jar');
    await put('org/deep/z/x/1/x-1.jar');
    expect(await links('org/deep/')).toEqual(['a/', 'b/', 'z/']);
    expect((await links('org/deep/a/')).length).toBe(300);
    await app.core.database.tx((tx) => tx.query("DELETE FROM package WHERE id LIKE 'pkg_deep%'"));
  });

  it('needs its slash, and says so at the top', async () => {
    const response = await app.fetch(base, 'reader');
    expect([response.status, response.headers.get('location')]).toEqual([308, `${app.url}${base}/`]);
    expect((await get('org/l/lib')).status).toBe(404);
  });

  it('leaves out what is hidden, and shows nothing to who may not read', async () => {
    await versions('shown', '1.0', '2.0');
    await changeVersion(app.core, await app.actor('developer'), (await idOf('shown', '2.0')).versionId, 'HIDE');
    expect(await links('org/m/shown/')).toEqual(['1.0/']);
    expect([await links('org/m/shown/1.0/'), (await get('org/m/shown/2.0/')).status]).toEqual([['shown-1.0.jar'], 404]);
    for (const path of ['org/m/shown/', 'org/m/shown/1.0/', 'org/none/', 'org/m/shown/9/']) {
      expect([path, (await get(path, 'outsider')).status]).toEqual([path, 404]);
      expect([path, (await get(path, 'anonymous')).status]).toEqual([path, 401]);
    }
    const page = await app.fetch('/api/packages/maven/', 'outsider');
    expect([page.status, (await page.text()).includes('org/')]).toEqual([200, false]);
    expect((await get('org/none/')).status).toBe(404);
  });
});
