import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { tar } from '../support/npm-tarball.ts';
import { requestHead, runLoad } from './load.ts';

/** The admin of the measured registry. */
export const adminToken = 'bench-admin-secret';
export const authorization = { authorization: `Bearer ${adminToken}` };

/** Packages that are read. */
export const smallPackage = '@bench/one';
export const manyVersionsPackage = '@bench/thousand';
export const fiftyVersionsPackage = '@bench/fifty';
export const largePackage = '@bench/large';

export const smallFileBytes = 10 * 1024;
export const largeFileBytes = 64 * 1024 * 1024;

/** The npm endpoint of the instance. */
export const npmPath = '/api/packages/npm';

/** As npm asks for a packument; it takes that gzipped, too. */
export const npmHeaders = { accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*', 'user-agent': 'npm/11.6.2 node/v24.21.0 linux x64 workspaces/false' };
export const npmGzipHeaders = { ...npmHeaders, 'accept-encoding': 'gzip' };

/** `PUT /{name}` as npm sends it. */
export interface PublishRequest {
  pieces: readonly Buffer[];
}

/** The path of a package below npm's endpoint: its scope's slash is encoded, as npm does it. */
export function packagePath(name: string, endpoint = npmPath): string {
  return `${endpoint}/${name.replace('/', '%2f')}`;
}

/** The path of a tarball. */
export function tarballPath(name: string, version: string, endpoint = npmPath): string {
  return `${endpoint}/${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
}

/** A registry that npm publishes to. */
export interface NpmRegistry {
  /** Path of the endpoint, without a slash at its end. */
  npmPath: string;
  /** With the credential. */
  headers: Record<string, string>;
}

const own: NpmRegistry = { npmPath, headers: authorization };

/** A version of a package, the same wherever it is published. */
export interface NpmVersion {
  name: string;
  version: string;
  manifest: object;
  tarball: Buffer;
  /** As a lock file has it. */
  integrity: string;
}

/** Makes a version with a manifest of usual size and a tarball of about `sizeBytes`, which does not compress. */
export async function npmVersion(name: string, version: string, sizeBytes: number, manifest: object = manifestOf(name, version)): Promise<NpmVersion> {
  const archive = await tar([
    ['package/package.json', JSON.stringify(manifest, null, 2)],
    ['package/index.js', randomBytes(Math.max(0, sizeBytes - 800))],
  ]);
  const tarball = gzipSync(archive, { level: 1 });
  return { name, version, manifest, tarball, integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}` };
}

/** The publish of a version. */
export function publishRequest(version: NpmVersion, registry: NpmRegistry = own): PublishRequest {
  const body = publishBody(version, registry);
  const { npmPath: endpoint, headers } = registry;
  return { pieces: [requestHead('PUT', packagePath(version.name, endpoint), { ...headers, 'content-type': 'application/json', 'content-length': body.length }), body] };
}

/** What a publish sends. */
export function publishBody({ name, version, manifest, tarball, integrity }: NpmVersion, { npmPath: endpoint }: Pick<NpmRegistry, 'npmPath'> = own): Buffer {
  const shasum = createHash('sha1').update(tarball).digest('hex');
  const dist = { shasum, integrity, tarball: `http://localhost${tarballPath(name, version, endpoint)}` };
  const document = {
    _id: name,
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
    access: null,
    _attachments: { [`${name}-${version}.tgz`]: { content_type: 'application/octet-stream', data: tarball.toString('base64'), length: tarball.length } },
  };
  return Buffer.from(JSON.stringify(document));
}

/** A publish of a fresh version. */
export async function npmPublish(name: string, version: string, sizeBytes: number): Promise<PublishRequest> {
  return publishRequest(await npmVersion(name, version, sizeBytes));
}

/** A dozen dependencies, scripts and links, as a library of some age has them. */
function manifestOf(name: string, version: string) {
  return {
    name,
    version,
    description: 'A package that exists to be measured',
    license: 'Apache-2.0',
    main: 'index.js',
    types: 'index.d.ts',
    bin: { bench: 'index.js' },
    engines: { node: '>=20' },
    keywords: ['bench', 'package', 'registry'],
    author: 'A Person <person@example.org>',
    homepage: 'https://example.org/bench',
    repository: { type: 'git', url: 'git+https://example.org/bench.git' },
    scripts: { build: 'tsc -p .', test: 'node --test', prepare: 'npm run build' },
    dependencies: Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`@example/dependency-${index}`, `^${index + 1}.${index}.0`])),
    devDependencies: Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`example-tool-${index}`, `~2.${index}.1`])),
  };
}

/** What one generic upload sends; the first bytes of each are its own, so that no two have the same content. */
export function genericUpload(content: Buffer, index: number): readonly Buffer[] {
  const own = Buffer.from(`${index} ${Date.now()}`.padEnd(32));
  const path = `/api/packages/generic/bench-upload/1.${index}/file.bin`;
  return [requestHead('PUT', path, { ...authorization, 'content-length': content.length }), own, content.subarray(own.length)];
}

/** Sends publishes over so many connections, and waits for all. Throws where one does not answer 201. */
function sendPublishes(port: number, requests: readonly PublishRequest[], connections: number) {
  return runLoad({ port, connections, status: 201, until: { requests: requests.length }, request: (index) => requests[index]?.pieces ?? [] });
}

/** Fills a fresh registry with the packages that are read. */
export async function loadData(port: number, versions: number): Promise<void> {
  const singles = await Promise.all([npmPublish(smallPackage, '1.0.0', smallFileBytes), npmPublish(largePackage, '1.0.0', largeFileBytes)]);
  await sendPublishes(port, singles, 1);
  const fifty = await Promise.all(Array.from({ length: 50 }, (_, index) => npmPublish(fiftyVersionsPackage, `1.${index}.0`, 2048)));
  const many = await Promise.all(Array.from({ length: versions }, (_, index) => npmPublish(manyVersionsPackage, `1.${index}.0`, 2048)));
  await sendPublishes(port, [...fifty, ...many], 4);
}
