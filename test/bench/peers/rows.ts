import { largePackage, manyVersionsPackage, npmGzipHeaders, type NpmRegistry, packagePath, smallPackage, tarballPath } from '../data.ts';
import { digestOf, ociTypes, repository, type Way } from '../oci-client.ts';
import { type Data, filePath } from './fill.ts';

/** What people run today. */
export type PeerName = 'Verdaccio' | 'docker-registry' | 'nginx';

/** How the registry's figure has to be to the peer's. */
export type Target = { atLeast: number } | { atMost: number };

interface Common {
  name: string;
  peer: PeerName;
  target: Target;
}

/** A response that is read again and again. */
export interface ReadRow extends Common {
  kind: 'read';
  unit: 'req/s' | 'MB/s';
  connections: number;
  path(registry: NpmRegistry, data: Data): string;
  headers: Record<string, string>;
}

/** Packages of 1 KB, all new, published by so many clients at once. */
export interface PublishRow extends Common {
  kind: 'publish';
  unit: 'req/s';
  connections: number;
}

/** Blobs of 64 MB, all new, pushed one after the other. */
export interface PushRow extends Common {
  kind: 'push';
  unit: 'MB/s';
  way: Way;
}

/** The time that `npm ci` takes with a cold cache; and what it costs the server. */
export interface InstallRow extends Common {
  kind: 'npm ci';
  unit: 's';
  cpu: { name: string; target: Target };
}

/** Memory in use after a start and one request. */
export interface IdleRow extends Common {
  kind: 'idle';
  unit: 'MB';
}

/** A line of the comparison. */
export type Row = ReadRow | PublishRow | PushRow | InstallRow | IdleRow;

const small = { kind: 'read', unit: 'req/s', connections: 32 } as const;
const large = { kind: 'read', unit: 'MB/s', connections: 4 } as const;

/** Everything that is compared. */
export const rows: readonly Row[] = [
  { ...small, name: 'npm packument, 1 version', peer: 'Verdaccio', target: { atLeast: 4 }, path: ({ npmPath }) => packagePath(smallPackage, npmPath), headers: npmGzipHeaders },
  { ...small, name: 'npm packument, 500 versions', peer: 'Verdaccio', target: { atLeast: 40 }, path: ({ npmPath }) => packagePath(manyVersionsPackage, npmPath), headers: npmGzipHeaders },
  { ...small, name: 'npm tarball, 1 KB', peer: 'Verdaccio', target: { atLeast: 3 }, path: ({ npmPath }) => tarballPath(smallPackage, '1.0.0', npmPath), headers: {} },
  { ...large, name: 'npm tarball, 64 MB', peer: 'Verdaccio', target: { atLeast: 3 }, path: ({ npmPath }) => tarballPath(largePackage, '1.0.0', npmPath), headers: {} },
  { kind: 'publish', unit: 'req/s', name: 'npm publish, 1 KB, 8 clients', peer: 'Verdaccio', target: { atLeast: 2 }, connections: 8 },
  { kind: 'npm ci', unit: 's', name: 'npm ci, 200 packages, cold cache', peer: 'Verdaccio', target: { atMost: 1 }, cpu: { name: 'the same, CPU seconds of the server', target: { atMost: 0.5 } } },
  { ...small, name: 'OCI manifest', peer: 'docker-registry', target: { atLeast: 5 }, path: () => `/v2/${repository}/manifests/latest`, headers: ociTypes },
  { ...small, name: 'OCI blob, 10 KB', peer: 'docker-registry', target: { atLeast: 5 }, path: (_, { smallBlob }) => `/v2/${repository}/blobs/${digestOf(smallBlob)}`, headers: ociTypes },
  { ...large, name: 'OCI blob, 64 MB', peer: 'docker-registry', target: { atLeast: 1.5 }, path: (_, { largeBlob }) => `/v2/${repository}/blobs/${digestOf(largeBlob)}`, headers: ociTypes },
  { kind: 'push', unit: 'MB/s', name: 'OCI upload of 64 MB, by PATCH as Docker does', peer: 'docker-registry', target: { atLeast: 1 }, way: 'PATCH' },
  { kind: 'push', unit: 'MB/s', name: 'OCI upload of 64 MB, in one PUT', peer: 'docker-registry', target: { atLeast: 1 }, way: 'monolithic' },
  { kind: 'push', unit: 'MB/s', name: 'OCI upload of 64 MB, in 16 chunks', peer: 'docker-registry', target: { atLeast: 1 }, way: '16 chunks' },
  { ...large, name: 'file of 64 MB', peer: 'nginx', target: { atLeast: 0.85 }, path: () => filePath, headers: {} },
  { kind: 'idle', unit: 'MB', name: 'memory when idle', peer: 'Verdaccio', target: { atMost: 1.25 } },
];
