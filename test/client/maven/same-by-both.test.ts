import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createUpload } from '../../../src/uploads/create.ts';
import { ask } from '../../graphql/client.ts';
import type { Registry } from '../../support/app.ts';
import { overBackends } from '../over-backends.ts';
import { coordinates, greeter, openMvn, project, snippetsFor } from './client.ts';

/** Nothing is left empty that a POM can say. */
const about = `<name>All</name><description>Has all there is</description><url>https://all.example/</url><inceptionYear>2020</inceptionYear>
  <organization><name>Acme</name></organization><licenses><license><name>MIT</name></license></licenses>
  <developers><developer><name>Ada</name></developer></developers><scm><url>https://all.example/git</url></scm>
  <issueManagement><system>x</system></issueManagement><ciManagement><url>https://ci.example/</url></ciManagement>
  <dependencies><dependency><groupId>commons-io</groupId><artifactId>commons-io</artifactId><version>2.11.0</version><optional>true</optional></dependency></dependencies>`;

const ownColumns = /^(id|seq|place|address|actor_id|token_id|(?!published_by).*_id|.*_at)$/;
type Row = Record<string, unknown>;

/** Everything that is stored of the one package of a namespace, but for what names the rows and the events. */
async function storedRows(app: Registry, path: string): Promise<Record<string, Row[]>> {
  const { reads } = app.core.database;
  const ofPackage = 'JOIN package p ON p.id = v.package_id JOIN namespace n ON n.id = p.namespace_id WHERE n.path = ?';
  const queries = {
    package: 'SELECT p.* FROM package p JOIN namespace n ON n.id = p.namespace_id WHERE n.path = ?',
    version: `SELECT v.* FROM version v ${ofPackage}`,
    file: `SELECT f.* FROM file f JOIN version v ON v.id = f.version_id ${ofPackage} ORDER BY f.name`,
    dependency: `SELECT d.* FROM dependency d JOIN version v ON v.id = d.version_id ${ofPackage} ORDER BY d.position`,
  };
  const entries = Object.entries(queries).map(async ([table, sql]): Promise<[string, Row[]]> => {
    const rows: Row[] = await reads.query(sql, [path]);
    return [table, rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !ownColumns.test(column) && column !== 'revision')))];
  });
  return Object.fromEntries(await Promise.all(entries));
}

overBackends((registry) => {
  it('stores the same for mvn deploy and for publishPackage', async (context) => {
    await registry().namespace('other', 'PROJECT');
    const mvn = await openMvn(context, registry(), { as: 'developer', at: 'acme/widgets' });
    // The plain repository has this one: Maven needs it to build.
    const lib = await project(join(mvn.home, 'lib'), { pom: `${coordinates('com.acme:all', '1.0')}${about}${snippetsFor(mvn.url).publish['pom.xml']}`, sources: greeter('All', 'all') });
    expect(await mvn.mvn(['deploy'], { cwd: lib })).toMatchObject({ code: 0 });

    const actor = await registry().actor('admin');
    const uploadIds: string[] = [];
    for (const [fileName, path] of [['all-1.0.jar', 'target/all-1.0.jar'], ['all-1.0.pom', 'pom.xml']] as const) {
      const { id } = await createUpload(registry().core, actor, { namespacePath: 'other', fileName });
      const sent = await registry().fetch(`/api/uploads/${id}`, 'admin', { method: 'PUT', body: new Uint8Array(await readFile(join(lib, path))) });
      expect(sent.status).toBe(201);
      uploadIds.push(id);
    }
    const mutation = 'mutation($ids: [ID!]!) { publishPackage(input: { namespace: "other", format: MAVEN, name: "com.acme:all", version: "1.0", uploads: $ids }) { __typename ... on UserError { message } } }';
    expect(await ask(registry(), 'admin', mutation, { ids: uploadIds })).toEqual({ publishPackage: { __typename: 'PublishPackagePayload' } });

    const [byClient, byUpload] = [await storedRows(registry(), 'acme/widgets'), await storedRows(registry(), 'other')];
    const anonymised = (rows: Record<string, Row[]>) => ({ ...rows, version: rows['version']?.map(({ published_by_id: _, ...row }) => row) });
    expect(anonymised(byUpload)).toEqual(anonymised(byClient));
    expect(Object.entries(byClient).map(([table, rows]) => [table, rows.length])).toEqual([['package', 1], ['version', 1], ['file', 2], ['dependency', 1]]);
    const empty = Object.entries(byClient['version']?.[0] ?? {}).filter(([, value]) => value === null || value === '' || value === '[]' || value === '{}');
    expect(empty.map(([column]) => column).sort()).toEqual(['build', 'keywords', 'readme', 'status_reason', 'tombstone']);
  });
});
