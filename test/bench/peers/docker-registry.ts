import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, waitUntil } from '../../support/environment/services.ts';
import { ask } from '../oci-client.ts';
import { endProcess, type Place, type Running, startPinned } from '../processes.ts';

/**
 * Starts Debian's docker-registry as its manual's deployment of one server without a proxy: files in a folder (`filesystem`), no cache in front of
 * them but its own of descriptors, errors logged and nothing else, nobody asked for a credential.
 */
export async function startDockerRegistry(place: Place, folder: string): Promise<Running & { port: number }> {
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
  const child = startPinned(place, 'docker-registry', ['serve', config]);
  await waitUntil(child, 10, async () => 'see above', () => ask({ port, headers: {} }, 'GET', '/v2/', 200).then(() => true));
  return { port, pid: child.pid ?? 0, stop: () => endProcess(child) };
}
