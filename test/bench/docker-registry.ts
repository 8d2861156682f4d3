import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from '../support/environment/commands.ts';
import { freePort, waitUntil } from '../support/environment/services.ts';
import { ask, type OciServer } from './oci-client.ts';
import { endProcess, type Place, type Running, startPinned } from './processes.ts';

/**
 * Starts Debian's docker-registry as its manual's deployment of one server without a proxy: files in a folder (`filesystem`), no cache in front of
 * them but its own of descriptors, errors logged and nothing else, nobody asked for a credential. Undefined where it is not installed.
 */
export async function startDockerRegistry(place: Place, folder: string): Promise<(OciServer & Running) | undefined> {
  const program = await findProgram('docker-registry');
  if (program === null) return undefined;
  const port = await freePort();
  const files = join(folder, 'docker-registry');
  await mkdir(files, { recursive: true });
  const config = join(folder, 'docker-registry.yml');
  await writeFile(
    config,
    `version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: ${files}}, cache: {blobdescriptor: inmemory}}
http: {addr: "127.0.0.1:${port}"}
`,
  );
  const child = startPinned(place, program, ['serve', config]);
  const server = { port, headers: {} };
  await waitUntil(child, 10, async () => 'see above', () => ask(server, 'GET', '/v2/', 200).then(() => true));
  return { ...server, pid: child.pid ?? 0, stop: () => endProcess(child) };
}
