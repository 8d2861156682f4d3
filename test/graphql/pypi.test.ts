import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { attestation, type PythonFile, sdist, wheel } from '../support/python-files.ts';
import { simplePage } from '../wire/pypi-request.ts';
import { ask } from './client.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());

const publishDocument = `mutation($input: PublishPackageInput!) { publishPackage(input: $input) { __typename ... on PublishPackagePayload {
  isNewVersion files { name attributes } version { id purl status licenses homepage repositoryUrl keywords authors readme
    dependencies { kind name requirement }
    metadata { __typename raw ... on PyPiMetadata { metadataVersion summary descriptionContentType licenseExpression classifiers requiresPython requiresDist providesExtra author projectUrls { label url } dynamic } } } }
  ... on UserError { message } } }`;

async function publish(files: PythonFile[], more: Record<string, unknown> = {}) {
  const uploads: string[] = [];
  for (const { fileName, bytes } of files) {
    const { createUpload } = await ask(app, 'developer', 'mutation($input: CreateUploadInput!) { createUpload(input: $input) { ... on CreateUploadPayload { upload { id url } } } }', { input: { namespace: 'acme/widgets', fileName } });
    const { id, url } = createUpload.upload;
    expect((await app.fetch(new URL(url).pathname, 'developer', { method: 'PUT', body: new Uint8Array(bytes) })).status).toBe(201);
    uploads.push(id);
  }
  return (await ask(app, 'developer', publishDocument, { input: { namespace: 'acme/widgets', format: 'PYPI', uploads, ...more } })).publishPackage;
}

const demo = {
  name: 'Acme.Demo',
  version: '1.0RC1',
  headers: [
    'Summary: A demo', 'Author: Ada', 'License-Expression: MIT', 'Keywords: one two', 'Requires-Python: >=3.8', 'Classifier: Programming Language :: Python :: 3', 'Requires-Dist: alpha>=1',
    "Requires-Dist: beta; extra == 'fast'", 'Provides-Extra: fast', 'Project-URL: Homepage, https://demo.example/', 'Project-URL: Source, https://git.demo.example/', 'Description-Content-Type: text/markdown',
  ],
  description: '# Demo\n',
};

it('publishes wheel, sdist and attestation at once, and shows all that they say', async () => {
  const file = wheel({ ...demo, tag: 'cp311-abi3-linux_x86_64', build: '7' });
  const source = await sdist({ ...demo, headers: ['Summary: not from here', 'Dynamic: Requires-Dist'] });
  const attested = { fileName: `${file.fileName}.publish.attestation`, bytes: Buffer.from(JSON.stringify(attestation(file))) };
  const published = await publish([source, attested, file]);
  expect(published).toMatchObject({
    isNewVersion: true,
    version: {
      purl: 'pkg:pypi/acme.demo@1.0rc1', status: 'PUBLISHED', licenses: ['MIT'], homepage: 'https://demo.example/', repositoryUrl: 'https://git.demo.example/', keywords: ['one', 'two'], authors: ['Ada'], readme: '# Demo\n',
      dependencies: [{ kind: 'runtime', name: 'alpha', requirement: '>=1' }, { kind: 'extra:fast', name: 'beta', requirement: "; extra == 'fast'" }],
      metadata: {
        __typename: 'PyPiMetadata', metadataVersion: '2.4', summary: 'A demo', descriptionContentType: 'text/markdown', licenseExpression: 'MIT', classifiers: ['Programming Language :: Python :: 3'], requiresPython: '>=3.8',
        requiresDist: ['alpha>=1', "beta; extra == 'fast'"], providesExtra: ['fast'], author: 'Ada', projectUrls: [{ label: 'Homepage', url: 'https://demo.example/' }, { label: 'Source', url: 'https://git.demo.example/' }], dynamic: [],
      },
    },
  });
  expect(published.files.map(({ name, attributes }: { name: string; attributes: { kind: string } }) => [name, attributes.kind])).toEqual(expect.arrayContaining([[file.fileName, 'wheel'], [source.fileName, 'sdist'], [attested.fileName, 'attestation']]));
  expect(published.files.find(({ name }: { name: string }) => name === file.fileName).attributes).toMatchObject({ pythonTags: ['cp311'], abiTags: ['abi3'], platformTags: ['linux_x86_64'], build: '7', requiresPython: '>=3.8' });

  // Installers see what is withdrawn here.
  const { yankVersion } = await ask(app, 'developer', 'mutation($input: YankVersionInput!) { yankVersion(input: $input) { ... on YankVersionPayload { version { status } } } }', { input: { versionId: published.version.id, reason: 'broken' } });
  expect(yankVersion.version.status).toBe('YANKED');
  const { files } = await simplePage(app, 'acme-demo');
  expect(files.map((listed) => [listed.filename, listed.yanked, listed.provenance !== null])).toEqual([[file.fileName, 'broken', true], [source.fileName, 'broken', false]]);
});

it('refuses what is not what it is said to be', async () => {
  const file = wheel({ name: 'told', version: '1.0' });
  expect(await publish([file], { name: 'other' })).toMatchObject({ __typename: 'InvalidPackage', message: 'The file is told 1.0, but other 1.0 was to be published.' });
  expect(await publish([file], { version: '2.0' })).toMatchObject({ __typename: 'InvalidPackage' });
  expect(await publish([file, wheel({ name: 'told', version: '2.0' })])).toMatchObject({ __typename: 'InvalidInput', message: 'The uploads belong to different packages or versions; publish them one by one.' });
  expect(await publish([{ ...file, fileName: 'forged-1.0-py3-none-any.whl' }])).toMatchObject({ __typename: 'InvalidPackage' });
  expect(await publish([file], { name: 'Told', version: '1.0.0' })).toMatchObject({ __typename: 'PublishPackagePayload' });
  expect(await publish([file])).toMatchObject({ __typename: 'FileExists' });
});
