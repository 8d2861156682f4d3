import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createUpload } from '../../../src/uploads/create.ts';
import { ask } from '../../graphql/client.ts';
import { overBackends } from '../over-backends.ts';
import { countRows, emptyColumns, type StoredRow, storedRows } from '../stored-rows.ts';
import { coordinates, greeter, openMvn, project, snippetsFor } from './client.ts';

/** Nothing is left empty that a POM can say. */
const about = `<name>All</name><description>Has all there is</description><url>https://all.example/</url><inceptionYear>2020</inceptionYear>
  <organization><name>Acme</name></organization><licenses><license><name>MIT</name></license></licenses>
  <developers><developer><name>Ada</name></developer></developers><scm><url>https://all.example/git</url></scm>
  <issueManagement><system>x</system></issueManagement><ciManagement><url>https://ci.example/</url></ciManagement>
  <dependencies><dependency><groupId>commons-io</groupId><artifactId>commons-io</artifactId><version>2.11.0</version><optional>true</optional></dependency></dependencies>`;

overBackends((registry) => {
  it('stores the same for mvn deploy and for publishPackage', async (context) => {
    await registry().namespace('other', 'PROJECT');
    const mvn = await openMvn(context, registry(), { as: 'developer', at: 'acme/widgets' });
    // The plain repository has this one: Maven needs it to build.
    const lib = await project(join(mvn.home, 'lib'), { pom: `${coordinates('com.acme:all', '1.0')}${about}${snippetsFor(mvn.url).publish('pom.xml')}`, sources: greeter('All', 'all') });
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

    // Maven sends one file after the other, which are as many publishes; and it is another person who sends them.
    const without = (column: string) => (row: StoredRow) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== column));
    const rowsOf = async (path: string) => {
      const { event: _, ...rows } = await storedRows(registry(), path);
      return { ...rows, package: rows.package.map(without('revision')), version: rows.version.map(without('published_by_id')) };
    };
    const [byClient, byUpload] = [await rowsOf('acme/widgets'), await rowsOf('other')];
    expect(byUpload).toEqual(byClient);
    expect(countRows(byClient)).toEqual({ package: 1, version: 1, file: 2, dependency: 1, tag: 0 });
    expect(emptyColumns(byClient)).toEqual(['build', 'keywords', 'readme', 'status_reason', 'tombstone']);
  });
});
