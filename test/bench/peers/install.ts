import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { lastLines } from '../../support/environment/commands.ts';
import type { Workspace } from '../../support/environment/workspace.ts';
import { type NpmVersion, tarballPath } from '../data.ts';
import type { Contender } from './contender.ts';

/** A project with a lock file. */
export interface Project {
  /** npm. */
  program: string;
  workspace: Workspace;
  dependencies: readonly NpmVersion[];
}

let installations = 0;

/** Installs the project from a server with nothing in the cache, as a pipeline does; returns the seconds that it took. */
export async function installAll(contender: Contender, project: Project): Promise<number> {
  const folder = join(project.workspace.directory, `install-${(installations += 1)}`);
  await writeProject(folder, contender, project.dependencies);
  try {
    const startedAt = performance.now();
    await runNpm(folder, project);
    return (performance.now() - startedAt) / 1000;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeProject(folder: string, { port, npmPath, headers }: Contender, dependencies: readonly NpmVersion[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const host = `127.0.0.1:${port}`;
  const root = { name: 'bench-project', version: '1.0.0', dependencies: Object.fromEntries(dependencies.map(({ name, version }) => [name, version])) };
  const locked = dependencies.map(({ name, version, integrity }) => [`node_modules/${name}`, { version, resolved: `http://${host}${tarballPath(name, version, npmPath)}`, integrity, license: 'Apache-2.0' }]);
  const token = headers['authorization']?.replace('Bearer ', '');
  await writeFile(join(folder, 'package.json'), JSON.stringify(root));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ name: root.name, version: root.version, lockfileVersion: 3, requires: true, packages: { '': root, ...Object.fromEntries(locked) } }));
  await writeFile(join(folder, '.npmrc'), `registry=http://${host}${npmPath}/\n${token === undefined ? '' : `//${host}${npmPath}/:_authToken=${token}\n`}`);
}

/** Beside the server's processor, where the bench itself runs. It ends with the bench. */
async function runNpm(folder: string, { program, workspace }: Project): Promise<void> {
  const env = {
    // npm runs on the Node that runs the bench.
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: folder,
    npm_config_cache: join(folder, 'cache'),
    npm_config_globalconfig: join(folder, 'global-npmrc'),
  };
  const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--no-update-notifier', '--loglevel=error'];
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  workspace.adopt(child);
  child.ref();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`npm ci ends with ${code}: ${lastLines(output)}`);
}
