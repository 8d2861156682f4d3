import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask } from '../../graphql/client.ts';
import { descriptorOf, digestOf, imageOf, manifestType, type TestImage } from '../../support/oci-image.ts';
import { overBackends } from '../over-backends.ts';
import { openImageClient, writeLayout } from './client.ts';

const selection = `version description licenses homepage repositoryUrl keywords authors readme tags dependencies { kind name requirement }
  files { name sizeBytes contentType md5 sha1 sha256 sha512 attributes }
  metadata { raw ... on OciMetadata { kind mediaType artifactType annotations { name value } config { digest mediaType sizeBytes } layers { digest mediaType sizeBytes }
    image { author user cmd env exposedPorts labels { name value } } platforms { os architecture variant } subject { digest } } }`;

overBackends((registry) => {
  /** Uploads the content and publishes it by GraphQL. */
  async function publishByGraphql(name: string, { manifest, blobs }: Pick<TestImage, 'manifest' | 'blobs'>, more: object = {}) {
    const uploads: string[] = [];
    for (const [index, content] of [...blobs, manifest].entries()) {
      const { createUpload } = await ask(registry(), 'developer', 'mutation($input: CreateUploadInput!) { createUpload(input: $input) { ... on CreateUploadPayload { upload { id } } } }', { input: { namespace: 'acme/widgets', fileName: `file-${index}` } });
      expect((await registry().fetch(`/api/uploads/${createUpload.upload.id}`, 'developer', { method: 'PUT', body: content as BodyInit })).status).toBe(201);
      uploads.push(createUpload.upload.id);
    }
    const { publishPackage } = await ask(
      registry(),
      'developer',
      `mutation($input: PublishPackageInput!) { publishPackage(input: $input) { __typename ... on UserError { message } ... on PublishPackagePayload { isNewVersion version { ${selection} } } } }`,
      { input: { namespace: 'acme/widgets', format: 'OCI', name, uploads, ...more } },
    );
    return publishPackage;
  }
  const shown = async (name: string) => (await ask(registry(), 'reader', `query($name: String!) { namespace(path: "acme/widgets") { package(format: OCI, name: $name) { latestVersion { ${selection} } } } }`, { name })).namespace.package.latestVersion;

  it('an image is the same whether skopeo or publishPackage brings it', async (context) => {
    const client = await openImageClient(context, registry(), 'skopeo');
    const image = imageOf({
      layers: ['one layer', 'another layer'],
      config: { author: 'Ann', config: { User: '1000', Cmd: ['/bin/app'], Env: ['A=1'], ExposedPorts: { '80/tcp': {} }, Labels: { 'org.opencontainers.image.licenses': 'MIT', team: 'blue' } }, rootfs: { type: 'layers', diff_ids: [] } },
      fields: { annotations: { 'org.opencontainers.image.description': 'the same', 'org.opencontainers.image.source': 'https://example.com/source' } },
    });
    await writeLayout(client.folder, 'layout', [image], image);
    const push = await client.run('copy', '--preserve-digests', '--dest-tls-verify=false', '--dest-creds', `x:${registry().secrets.developer}`, 'oci:layout:latest', 'docker://$HOST/acme/widgets/by-skopeo:v1');
    expect(push).toMatchObject({ code: 0 });
    const published = await publishByGraphql('by-graphql', image, { tags: ['v1'] });
    expect(published).toMatchObject({ __typename: 'PublishPackagePayload', isNewVersion: true });
    expect(published.version).toEqual(await shown('by-skopeo'));
    expect(published.version).toMatchObject({ version: digestOf(image.manifest), description: 'the same', licenses: ['MIT'], tags: ['v1'], metadata: { kind: 'IMAGE', platforms: [{ os: 'linux', architecture: 'amd64', variant: null }] } });

    expect(await client.run('copy', '--src-tls-verify=false', '--src-creds', `x:${registry().secrets.reader}`, 'docker://$HOST/acme/widgets/by-graphql:v1', 'dir:back')).toMatchObject({ code: 0 });
    expect(await readFile(join(client.folder, 'back', 'manifest.json'), 'utf8')).toBe(image.manifest);
  });

  it('what the repository has need not be uploaded again; an index and a referrer come alone', async () => {
    const image = imageOf({ layers: ['base'] });
    await publishByGraphql('layered', image);
    const more = imageOf({ layers: ['base', 'more'] });
    expect(await publishByGraphql('layered', { ...more, blobs: more.blobs.filter((blob) => blob === 'more') })).toMatchObject({ isNewVersion: true });
    const signature = imageOf({ layers: ['signed'], fields: { artifactType: 'application/vnd.cncf.notary.signature', subject: descriptorOf(image.manifest, manifestType) } });
    expect(await publishByGraphql('layered', signature, { version: signature.digest })).toMatchObject({ version: { version: signature.digest, metadata: { kind: 'SIGNATURE', subject: { digest: image.digest } } } });
    // A signature is no later version of what it signs.
    expect((await shown('layered')).version).toBe(more.digest);
    expect(await publishByGraphql('layered', { manifest: image.manifest, blobs: ['a stray file'] })).toEqual({ __typename: 'InvalidPackage', message: 'The manifest does not list file-0; upload only what it does.' });
    expect(await publishByGraphql('layered', { manifest: 'no manifest', blobs: [] })).toMatchObject({ __typename: 'InvalidPackage' });
  });
});
