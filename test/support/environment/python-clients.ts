import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandResult, findProgram, runCommand } from './commands.ts';
import { type CachedTool, findCached, installCached, type Tool } from './tools.ts';

/** Python's clients, what builds packages for them, and the Python that has all of their modules. */
export const pythonClientNames = ['pip', 'twine', 'uv', 'pyproject-build', 'python'] as const;

/** One of them. */
export type PythonClientName = (typeof pythonClientNames)[number];

/** All in one folder, since they share what they depend on. */
const pinned = { pip: '26.3', twine: '7.0.0', uv: '0.13.9', build: '1.6.1', setuptools: '84.2.1' };

/** The module that each runs; uv is a program of its own. */
const modules: Record<PythonClientName, string | null> = { pip: '-m pip', twine: '-m twine', uv: null, 'pyproject-build': '-m build', python: '' };

/** Where a client is: in the cache, installed into it first where that is allowed. A virtual environment would remember its path, so they are put into a plain folder. */
export async function findPythonClient(name: PythonClientName, install: boolean): Promise<Tool> {
  const python = await findPython();
  if (python === null) return { missing: 'there is no Python 3.10 or newer with pip' };
  if (install) {
    all ??= installCached(clientsOf(python, 'pip'));
    const result = await all;
    if ('missing' in result) return result;
  }
  const path = await findCached(clientsOf(python, name));
  return path === null ? { missing: 'not in the cache' } : { path };
}

let all: Promise<Tool> | undefined;

function clientsOf(python: string, name: PythonClientName): CachedTool {
  const version = `${pinned.pip}-${pinned.twine}-${pinned.uv}-${pinned.build}-${pinned.setuptools}`;
  return { name: 'python-clients', version, program: `run/${name}`, install: (folder) => installInto(folder, python) };
}

async function installInto(folder: string, python: string): Promise<CommandResult> {
  const specs = Object.entries(pinned).map(([name, version]) => `${name}==${version}`);
  const installed = await runCommand(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-warn-script-location', '--target', join(folder, 'lib'), ...specs], { timeoutSeconds: 300 });
  if (!installed.ok) return installed;
  await mkdir(join(folder, 'run'));
  for (const name of pythonClientNames) {
    const program = modules[name] === null ? `"$lib/bin/${name}"` : `"${python}" ${modules[name]}`;
    const path = join(folder, 'run', name);
    await writeFile(path, `#!/bin/sh\nlib=$(dirname "$(dirname "$(readlink -f "$0")")")/lib\nPYTHONPATH="$lib" PYTHONDONTWRITEBYTECODE=1 exec ${program} "$@"\n`);
    await chmod(path, 0o755);
  }
  return installed;
}

/** The interpreter itself: what is on the PATH may be a script that looks for it by the user's settings. */
export async function findPython(): Promise<string | null> {
  for (const candidate of [await findProgram('python3'), '/usr/bin/python3']) {
    if (candidate === null) continue;
    const probe = await runCommand(candidate, ['-c', 'import sys, pip; assert sys.version_info >= (3, 10); print(sys.executable)'], { timeoutSeconds: 30 });
    if (probe.ok) return probe.output.trim().split('\n').at(-1) ?? null;
  }
  return null;
}
