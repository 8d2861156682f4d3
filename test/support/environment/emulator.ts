import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findGoTool, installGoTool } from './go.ts';
import { freePort, logTail, openLog, waitUntil } from './services.ts';
import type { Tool } from './tools.ts';
import type { Workspace } from './workspace.ts';

/** Needs Go 1.26 by its go.mod. Its version has no `v` in front. */
const emulator = {
  name: 'fake-gcs-server',
  version: '1.56.1',
  program: 'fake-gcs-server',
  module: 'github.com/fsouza/fake-gcs-server',
} as const;

/** The emulator of Google Cloud Storage: from the cache, built from source when `install`, else from the PATH. */
export function findEmulator(install: boolean): Promise<Tool> {
  return install ? installGoTool(emulator) : findGoTool(emulator);
}

/** Starts the emulator on a free port of 127.0.0.1, keeping objects in memory, and returns its endpoint. */
export async function startEmulator(program: string, workspace: Workspace): Promise<string> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const log = join(workspace.directory, 'emulator.log');
  const args = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'];
  args.push('-public-host', `127.0.0.1:${port}`, '-external-url', endpoint, '-log-level', 'warn');
  const child = spawn(program, args, { detached: true, stdio: ['ignore', openLog(log), openLog(log)] });
  workspace.adopt(child);
  await waitUntil(child, 20, () => logTail(log), async () => (await fetch(`${endpoint}/_internal/healthcheck`)).ok);
  return endpoint;
}
