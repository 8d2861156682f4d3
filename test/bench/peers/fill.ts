import { randomBytes } from 'node:crypto';
import { largeFileBytes, largePackage, manyVersionsPackage, type NpmRegistry, type NpmVersion, npmVersion, publishRequest, smallFileBytes, smallPackage } from '../data.ts';
import { requestHead, runLoad } from '../load.ts';
import { pushImage } from '../oci-client.ts';

/** Dependencies of the project that `npm ci` installs. */
const dependencyCount = 200;

/** The size of a small tarball. */
export const tinyBytes = 1024;

/** Where a file lies that has no format. */
export const filePath = '/api/packages/generic/bench-file/1.0.0/file.bin';

/** What every server of a kind is given. */
export interface Data {
  /** One package each, in the order in which they are published. */
  npm: readonly NpmVersion[];
  dependencies: readonly NpmVersion[];
  smallBlob: Buffer;
  largeBlob: Buffer;
}

/** A server that takes data. */
interface Receiver extends NpmRegistry {
  port: number;
}

/** Makes the data of a run. */
export async function makeData(versions: number): Promise<Data> {
  const npm = [await npmVersion(smallPackage, '1.0.0', tinyBytes), await npmVersion(largePackage, '1.0.0', largeFileBytes)];
  for (let index = 0; index < versions; index += 1) npm.push(await npmVersion(manyVersionsPackage, `1.${index}.0`, 2 * tinyBytes));
  const dependencies: NpmVersion[] = [];
  for (let index = 0; index < dependencyCount; index += 1) {
    const [name, version] = [`bench-dependency-${index}`, '1.0.0'];
    dependencies.push(await npmVersion(name, version, smallFileBytes, { name, version, license: 'Apache-2.0', main: 'index.js' }));
  }
  return { npm, dependencies, smallBlob: randomBytes(smallFileBytes), largeBlob: randomBytes(largeFileBytes) };
}

/** Publishes all npm packages. Not every server can take versions of one package at the same time. */
export async function fillNpm(receiver: Receiver, { npm, dependencies }: Data, connections: number): Promise<void> {
  const all = [...npm, ...dependencies];
  await runLoad({ port: receiver.port, connections, status: 201, until: { requests: all.length }, request: (index) => publishRequest(all[index] as NpmVersion, receiver).pieces });
}

/** Pushes an image of both blobs. */
export async function fillOci(receiver: Receiver, { smallBlob, largeBlob }: Data): Promise<void> {
  await pushImage(receiver, [largeBlob, smallBlob]);
}

/** Uploads a file without a format. */
export async function fillFile({ port, headers }: Receiver, { largeBlob }: Data): Promise<void> {
  const pieces = [requestHead('PUT', filePath, { ...headers, 'content-length': largeBlob.length }), largeBlob];
  await runLoad({ port, connections: 1, status: 201, until: { requests: 1 }, request: () => pieces });
}
