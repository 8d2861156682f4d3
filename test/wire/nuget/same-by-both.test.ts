import { afterAll, beforeAll, expect, it } from 'vitest';
import { createUpload } from '../../../src/uploads/create.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { dependencies, nupkg, snupkg } from '../../support/nupkg.ts';
import { ask } from '../../graphql/client.ts';
import { pushBytes } from '../nuget-request.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await app.namespace('acme/sent');
});
afterAll(() => app.close());

const everything = `{
  name purl versions(first: 10) { nodes {
    version status description readme licenses homepage repositoryUrl keywords authors sizeBytes
    dependencies { kind name requirement }
    files { name sizeBytes contentType sha512 attributes }
    metadata { __typename raw ... on NuGetMetadata {
      title owners summary releaseNotes copyright language projectUrl iconUrl icon readme licenseExpression licenseFile licenseUrl minClientVersion
      requireLicenseAcceptance developmentDependency isSemVer2 isSigned repository { type url branch commit } packageTypes { name version } dependencyGroups { targetFramework dependencies { id range include exclude } }
    } }
  } }
}`;

const bytes = nupkg('Same.By.Both', '1.0.0-rc.1+x', {
  metadata:
    '<title>t</title><authors>Ada, Bob</authors><owners>o</owners><description>d</description><summary>s</summary><releaseNotes>n</releaseNotes><copyright>c</copyright><language>en</language><projectUrl>https://example.com/</projectUrl>' +
    '<iconUrl>https://example.com/i</iconUrl><icon>i.png</icon><readme>R.md</readme><license type="expression">MIT</license><licenseUrl>https://licenses.nuget.org/MIT</licenseUrl><requireLicenseAcceptance>true</requireLicenseAcceptance>' +
    '<developmentDependency>true</developmentDependency><tags>a b</tags><repository type="git" url="https://example.com/r" branch="b" commit="c"/><packageTypes><packageType name="Dependency"/></packageTypes>' +
    dependencies({ '': { A: '' }, 'net6.0': { B: '[1.0,2.0)' } }),
  files: [{ path: 'i.png', content: 'png' }, { path: 'R.md', content: '# Read me' }],
});
const symbols = snupkg('Same.By.Both', '1.0.0-rc.1+x');

async function upload(content: Buffer): Promise<string> {
  const { id } = await createUpload(app.core, await app.actor('developer'), { namespacePath: 'acme/sent', fileName: 'anything' });
  await app.fetch(`/api/uploads/${id}`, 'developer', { method: 'PUT', body: new Uint8Array(content) });
  return id;
}

const publish = async (uploads: string[]) =>
  (await ask(app, 'developer', 'mutation ($uploads: [ID!]!) { publishPackage(input: { namespace: "acme/sent", format: NUGET, uploads: $uploads }) { __typename } }', { uploads })).publishPackage.__typename;
const read = async (namespace: string) => (await ask(app, 'reader', `{ package(namespace: "${namespace}", format: NUGET, name: "same.by.both") ${everything} }`)).package;

it('a push, and the same files published by GraphQL, are the same', async () => {
  expect((await pushBytes(app, bytes)).status).toBe(201);
  expect((await pushBytes(app, symbols, { to: '/v3/symbols/' })).status).toBe(201);
  const byClient = await read('acme/widgets');
  // In one group a name belongs to one project, so the first one goes.
  const [row] = await app.core.database.reads.query("SELECT id FROM package WHERE normalized_name = 'same.by.both'");
  await app.core.database.tx((tx) => tx.query("UPDATE package SET normalized_name = 'elsewhere' WHERE id = ?", [row.id]));
  expect(await publish([await upload(symbols), await upload(bytes)])).toBe('PublishPackagePayload');
  expect(await read('acme/sent')).toEqual(byClient);
  expect(byClient.versions.nodes[0].metadata).toMatchObject({ __typename: 'NuGetMetadata', title: 't', icon: 'i.png', isSemVer2: true, repository: { commit: 'c' }, dependencyGroups: [{ targetFramework: null }, { targetFramework: 'net6.0' }] });
  expect(byClient.versions.nodes[0].files).toHaveLength(2);
});

it('symbols by themselves are refused by GraphQL as well', async () => {
  const id = await upload(snupkg('Only.Symbols', '1.0.0'));
  await expect(publish([id])).rejects.toThrow('There is no Only.Symbols@1.0.0 yet that it could be published with');
});
