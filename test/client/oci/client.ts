import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { password, type Person, type Registry } from '../../support/app.ts';
import type { ClientName } from '../../support/environment/clients.ts';
import { digestOf, type TestImage } from '../../support/oci-image.ts';
import { requireClient } from '../../support/environment/requirements.ts';
import { freshFolder } from '../../support/environment/temporary.ts';
import { type ClientResult, runClient } from '../run-client.ts';

/** A client of images in a home of its own. */
export interface ImageClient {
  /** Its home, in which it runs; a policy file that signs off everything lies in it. */
  folder: string;
  /** As repositories begin: the registry's host, without the protocol. */
  host: string;
  /** Runs the program; `$HOST` in an argument is the host. */
  run(...args: string[]): Promise<ClientResult>;
  /** Runs a line of a snippet in a shell, with the program in its path. */
  shell(script: string, env?: Record<string, string>): Promise<ClientResult>;
}

/** Sets a program up in a fresh home, or in one that another uses; skips the test where it is missing. */
export async function openImageClient(context: TestContext, registry: Registry, program: ClientName, home?: string): Promise<ImageClient> {
  const path = requireClient(context, program);
  const folder = home ?? (await freshFolder()).path;
  const config = join(folder, '.config', 'containers');
  await mkdir(config, { recursive: true });
  await writeFile(join(config, 'policy.json'), '{"default":[{"type":"insecureAcceptAnything"}]}');
  // No overlay file system, no session of a desktop, nothing of this machine's own images.
  await writeFile(join(config, 'storage.conf'), `[storage]\ndriver = "vfs"\nrunroot = "${folder}/run"\ngraphroot = "${folder}/storage"\n`);
  const env = {
    PATH: `${join(path, '..')}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    DOCKER_CONFIG: join(folder, '.docker'),
    CONTAINERS_STORAGE_CONF: join(config, 'storage.conf'),
    BUILDAH_ISOLATION: 'chroot',
  };
  await mkdir(join(folder, '.docker'), { recursive: true });
  // Some look for the file before anybody has logged in.
  if (home === undefined) await writeFile(join(folder, '.docker', 'config.json'), '{}');
  const host = new URL(registry.url).host;
  return {
    folder,
    host,
    run: (...args) => runClient(path, args.map((arg) => arg.replaceAll('$HOST', host)), { cwd: folder, env }),
    shell: (script, more = {}) => runClient('sh', ['-ec', script], { cwd: folder, env: { ...env, ...more } }),
  };
}

/** A user and a token for `--creds`, or the user's password. */
export function credsOf(registry: Registry, person: Exclude<Person, 'anonymous'>, by: 'token' | 'password' = 'token'): string {
  return `${person}:${by === 'token' ? registry.secrets[person] : password}`;
}

/** Writes an image of random content as an OCI layout, several platforms of it as an index, for clients to push. */
export async function writeLayout(folder: string, name: string, images: readonly TestImage[], tagged: TestImage): Promise<void> {
  const blobs = join(folder, name, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  for (const content of [...images.flatMap((image) => [image.manifest, ...image.blobs]), tagged.manifest]) await writeFile(join(blobs, digestOf(content).slice('sha256:'.length)), content);
  await writeFile(join(folder, name, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const descriptor = { mediaType: tagged.mediaType, digest: tagged.digest, size: Buffer.byteLength(tagged.manifest), annotations: { 'org.opencontainers.image.ref.name': 'latest' } };
  await writeFile(join(folder, name, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }));
}
