import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { ask } from '../../graphql/client.ts';
import { digestOf, imageOf, indexOf, type TestImage } from '../../support/oci-image.ts';
import { overBackends } from '../over-backends.ts';
import { credsOf, type ImageClient, openImageClient, writeLayout } from './client.ts';
import { snippetsOf } from './snippets.ts';

const ok = { code: 0 };

/** Some packed archives of random bytes, since clients look into layers, with the digests that a configuration has of them unpacked. */
async function layersIn(client: ImageClient, name: string, count: number, sizeBytes: number): Promise<{ layers: Buffer[]; diffIds: string[] }> {
  const layers: Buffer[] = [];
  const diffIds: string[] = [];
  for (let index = 0; index < count; index++) {
    const folder = `${name}-${index}`;
    await mkdir(join(client.folder, folder), { recursive: true });
    await writeFile(join(client.folder, folder, `data-${index}`), randomBytes(sizeBytes));
    expect(await client.shell(`tar -cf ${folder}.tar -C ${folder} data-${index}`)).toMatchObject(ok);
    const archive = await readFile(join(client.folder, `${folder}.tar`));
    layers.push(gzipSync(archive));
    diffIds.push(digestOf(archive));
  }
  return { layers, diffIds };
}

/** An image of three such layers for a platform. */
async function imageFor(client: ImageClient, architecture: string): Promise<TestImage> {
  const { layers, diffIds } = await layersIn(client, architecture, 3, 200_000);
  return imageOf({ layers, config: { architecture, rootfs: { type: 'layers', diff_ids: diffIds }, config: { Labels: { 'org.opencontainers.image.description': `for ${architecture}` } } } });
}

overBackends((registry) => {
  const tags = async (client: ImageClient, repository: string, creds: string): Promise<string[]> => {
    const { stdout, ...rest } = await client.run('list-tags', '--tls-verify=false', '--creds', creds, `docker://$HOST/${repository}`);
    expect(rest).toMatchObject(ok);
    return (JSON.parse(stdout) as { Tags: string[] }).Tags;
  };

  it('skopeo logs in, pushes, inspects, lists, pulls, copies and deletes, by the snippets', async (context) => {
    const client = await openImageClient(context, registry(), 'skopeo');
    const image = await imageFor(client, 'amd64');
    await writeLayout(client.folder, 'layout', [image], image);
    const values = { 'your token': registry().secrets.developer, image: 'team/skopeo', tag: '1.0', source: 'oci:layout:latest', destination: 'dir:back' };
    const { configure, publish, install } = await snippetsOf(registry(), 'acme/widgets', 'Skopeo', values);
    const login = await client.shell(`TOKEN=${registry().secrets.developer}\n${configure}`);
    expect(login).toMatchObject({ code: 0, stdout: expect.stringContaining('Login Succeeded') });
    expect(await client.shell(publish)).toMatchObject(ok);
    expect(await client.shell(install)).toMatchObject(ok);
    expect(await readFile(join(client.folder, 'back', 'manifest.json'), 'utf8')).toBe(image.manifest);
    for (const blob of image.blobs) expect((await readFile(join(client.folder, 'back', digestOf(blob).slice('sha256:'.length)))).equals(Buffer.from(blob))).toBe(true);

    const inspected = await client.run('inspect', '--tls-verify=false', 'docker://$HOST/acme/widgets/team/skopeo:1.0');
    expect(JSON.parse(inspected.stdout)).toMatchObject({ Digest: image.digest, RepoTags: ['1.0'], Architecture: 'amd64' });
    expect(await client.run('copy', '--src-tls-verify=false', '--dest-tls-verify=false', 'docker://$HOST/acme/widgets/team/skopeo:1.0', 'docker://$HOST/acme/copied:2.0')).toMatchObject(ok);
    expect(await tags(client, 'acme/copied', credsOf(registry(), 'reader'))).toEqual(['2.0']);
    // Only maintainers delete; the words are the registry's.
    const denied = await client.run('delete', '--tls-verify=false', 'docker://$HOST/acme/copied:2.0');
    expect(denied).toMatchObject({ code: 1, stderr: expect.stringContaining('You need the role MAINTAINER or higher to delete here.') });
    expect(await client.run('delete', '--tls-verify=false', '--creds', credsOf(registry(), 'maintainer'), 'docker://$HOST/acme/copied:2.0')).toMatchObject(ok);
    const gone = await client.run('inspect', '--tls-verify=false', 'docker://$HOST/acme/copied:2.0');
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringMatching(/name unknown|manifest unknown/) });
  });

  it('skopeo copies an image of several platforms in by digest and back, with equal bytes', async (context) => {
    const client = await openImageClient(context, registry(), 'skopeo');
    const parts = [await imageFor(client, 'amd64'), await imageFor(client, 'arm64')];
    const index = indexOf(parts);
    await writeLayout(client.folder, 'multi', parts, index);
    const creds = credsOf(registry(), 'developer');
    const target = `docker://$HOST/acme/widgets/multi@${index.digest}`;
    expect(await client.run('copy', '--all', '--preserve-digests', '--dest-tls-verify=false', '--dest-creds', creds, 'oci:multi:latest', target)).toMatchObject(ok);
    expect(await client.run('copy', '--all', '--preserve-digests', '--src-tls-verify=false', '--src-creds', creds, target, 'oci:again:latest')).toMatchObject(ok);
    const [before, after] = [join(client.folder, 'multi', 'blobs', 'sha256'), join(client.folder, 'again', 'blobs', 'sha256')];
    expect((await readdir(after)).sort()).toEqual((await readdir(before)).sort());
    for (const file of await readdir(before)) expect((await readFile(join(after, file))).equals(await readFile(join(before, file)))).toBe(true);

    const shown = await ask(registry(), 'reader', `{ namespace(path: "acme/widgets") { package(format: OCI, name: "multi") { latestVersion { version metadata { ... on OciMetadata { kind platforms { os architecture } manifests { digest version { description } } } } } } } }`);
    expect(shown.namespace.package.latestVersion).toMatchObject({
      version: index.digest,
      metadata: { kind: 'INDEX', manifests: [{ digest: parts[0]?.digest, version: { description: 'for amd64' } }, { digest: parts[1]?.digest, version: { description: 'for arm64' } }] },
    });
  });

  it('buildah builds, pushes and pulls, by the snippets', async (context) => {
    const client = await openImageClient(context, registry(), 'buildah');
    await writeFile(join(client.folder, 'hello.txt'), 'hello');
    const built = await client.shell('name=$(buildah from scratch); buildah copy $name hello.txt /hello.txt; buildah config --label a=b --cmd /hello $name; buildah commit $name built:1');
    expect(built).toMatchObject(ok);
    const values = { 'your token': '', image: 'buildah', tag: '1.0', 'local image': 'built:1' };
    const { configure, publish, install } = await snippetsOf(registry(), 'acme/widgets', 'Buildah', values);
    expect(await client.shell(`TOKEN=${registry().secrets.developer}\n${configure}\n${publish}`)).toMatchObject(ok);
    // A second time there is nothing to send, and nothing to refuse.
    expect(await client.shell(publish)).toMatchObject(ok);
    expect(await client.shell(publish.replace('push', 'push --format v2s2').replace(':1.0', ':docker'))).toMatchObject(ok);
    expect(await client.shell(`buildah rmi --all --force\n${install}\nbuildah inspect --type image acme 2>/dev/null || buildah images --json`)).toMatchObject({ code: 0, stdout: expect.stringContaining('acme/widgets/buildah:1.0') });
  });

  it('podman pulls and pushes, by the snippets', async (context) => {
    const client = await openImageClient(context, registry(), 'podman');
    const values = { 'your token': '', image: 'podman', tag: '1.0', 'local image': 'localhost/built:1' };
    const { configure, publish, install } = await snippetsOf(registry(), 'acme/widgets', 'Podman', values);
    await writeFile(join(client.folder, 'Containerfile'), 'FROM scratch\nLABEL a=b\n');
    const built = await client.shell('podman --cgroup-manager=cgroupfs build -q -t localhost/built:1 .');
    expect(built).toMatchObject(ok);
    expect(await client.shell(`TOKEN=${registry().secrets.developer}\n${configure}\n${publish}\npodman rmi --all --force\n${install}\npodman images`)).toMatchObject({ code: 0, stdout: expect.stringContaining('acme/widgets/podman') });
  });
});
