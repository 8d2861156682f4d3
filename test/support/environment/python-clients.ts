import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandResult, findProgram, runCommand } from './commands.ts';
import { type CachedTool, findCached, installCached, type Tool } from './tools.ts';

/** Packages that share a folder, pinned, and the programs that they have: each the arguments of Python, or null for a program of its own. */
interface Group {
  name: string;
  packages: Record<string, string>;
  programs: Record<string, string | null>;
}

const tools = {
  name: 'python-clients',
  packages: { pip: '26.3', twine: '7.0.0', uv: '0.13.9', build: '1.6.1', setuptools: '84.2.1' },
  // And the Python that has all of their modules.
  programs: { pip: '-m pip', twine: '-m twine', uv: null, 'pyproject-build': '-m build', python: '' },
} satisfies Group;

const publishers = { name: 'python-publishers', packages: { flit: '4.2.0', poetry: '2.5.1' }, programs: { flit: '-m flit', poetry: '-m poetry' } } satisfies Group;

/** One of Python's clients, or what builds packages for them. */
export type PythonClientName = keyof typeof tools.programs | keyof typeof publishers.programs;

export const pythonClientNames = [...Object.keys(tools.programs), ...Object.keys(publishers.programs)] as readonly PythonClientName[];

/** Where a client is: in the cache, installed into it first where that is allowed. A virtual environment would remember its path, so they are put into plain folders. */
export async function findPythonClient(name: PythonClientName, install: boolean): Promise<Tool> {
  const python = await findPython();
  if (python === null) return { missing: 'there is no Python 3.10 or newer with pip' };
  const group: Group = name in tools.programs ? tools : publishers;
  const tool = toolOf(group, name, python);
  if (install) {
    // All programs of a group come at once, whichever is asked for first.
    const installing = installed.get(group.name) ?? installCached(tool);
    installed.set(group.name, installing);
    const result = await installing;
    if ('missing' in result) return result;
  }
  const path = await findCached(tool);
  return path === null ? { missing: 'not in the cache' } : { path };
}

const installed = new Map<string, Promise<Tool>>();

function toolOf(group: Group, program: string, python: string): CachedTool {
  return { name: group.name, version: Object.values(group.packages).join('-'), program: `run/${program}`, install: (folder) => installInto(folder, group, python) };
}

async function installInto(folder: string, { packages, programs }: Group, python: string): Promise<CommandResult> {
  const specs = Object.entries(packages).map(([name, version]) => `${name}==${version}`);
  const result = await runCommand(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-warn-script-location', '--target', join(folder, 'lib'), ...specs], { timeoutSeconds: 300 });
  if (!result.ok) return result;
  await mkdir(join(folder, 'run'));
  for (const [name, args] of Object.entries(programs)) {
    const program = args === null ? `"$lib/bin/${name}"` : `"${python}" ${args}`;
    const path = join(folder, 'run', name);
    await writeFile(path, `#!/bin/sh\nlib=$(dirname "$(dirname "$(readlink -f "$0")")")/lib\nPYTHONPATH="$lib" PYTHONDONTWRITEBYTECODE=1 exec ${program} "$@"\n`);
    await chmod(path, 0o755);
  }
  return result;
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
