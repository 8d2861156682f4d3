import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../support/environment/commands.ts';
import { freePort, waitUntil } from '../../support/environment/services.ts';
import { type CachedTool, installCached, type Tool } from '../../support/environment/tools.ts';
import { exchange } from '../exchange.ts';
import { endProcess, type Place, startPinned } from '../processes.ts';
import { type Contender, startContender } from './contender.ts';

/**
 * Its own defaults, but for: nothing is fetched from elsewhere, nobody looks at pages, a large package may be published, credentials are
 * signed tokens (checked without a look at passwords), and only warnings are logged.
 */
const configuration = `storage: ./storage
auth: {htpasswd: {file: ./htpasswd}}
security: {api: {jwt: {sign: {expiresIn: 7d}}}}
uplinks: {}
packages: {'**': {access: $all, publish: $authenticated, unpublish: $authenticated}}
web: {enable: false}
max_body_size: 200mb
log: {type: stdout, format: json, level: warn}
`;

/** Verdaccio's latest release, installed with npm into the cache of tools. */
export async function findVerdaccio(): Promise<Tool & { version: string }> {
  const asked = await runCommand('npm', ['view', 'verdaccio', 'version'], { timeoutSeconds: 60 });
  const version = asked.output.trim();
  if (!asked.ok || !/^\d+\.\d+\.\d+$/.test(version)) return { missing: `npm does not tell its latest version: ${version.slice(-200)}`, version: '' };
  return { ...(await installCached(verdaccio(version))), version };
}

function verdaccio(version: string): CachedTool {
  // One of its packages depends on a tag of node-fetch, which mirrors of npm's registry do not always have.
  const manifest = { private: true, dependencies: { verdaccio: version }, overrides: { 'node-fetch': '^2.7.0' } };
  return {
    name: 'verdaccio',
    version,
    program: 'node_modules/verdaccio/bin/verdaccio',
    async install(folder) {
      await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
      return runCommand('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { timeoutSeconds: 300, cwd: folder });
    },
  };
}

/** Starts Verdaccio on an empty folder, on the Node that runs the registry, with a user who may publish. */
export async function startVerdaccio(place: Place, program: string, version: string, folder: string): Promise<Contender> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'config.yaml');
  await writeFile(file, configuration);
  const headers: Record<string, string> = {};
  const contender = await startContender({ name: `Verdaccio ${version}`, npmPath: '', headers }, async () => {
    const port = await freePort();
    const args = [program, '--config', file, '--listen', `127.0.0.1:${port}`];
    // Its warnings about root are none of the bench's business.
    const env = { ...process.env, NODE_ENV: 'production', NODE_NO_WARNINGS: '1' };
    const child = startPinned(place, process.execPath, args, { env, cwd: folder });
    await waitUntil(child, 30, async () => 'see above', async () => (await exchange({ port, path: '/-/ping' })).status === 200);
    return { port, pid: child.pid ?? 0, stop: () => endProcess(child) };
  });
  const user = { name: 'bench', password: 'bench-user-secret' };
  const { status, body } = await exchange({ port: contender.port, method: 'PUT', path: `/-/user/org.couchdb.user:${user.name}`, headers: { 'content-type': 'application/json' }, body: JSON.stringify(user) });
  if (status !== 201) throw new Error(`Verdaccio makes no user: ${status} ${body.toString()}`);
  headers['authorization'] = `Bearer ${(JSON.parse(body.toString()) as { token: string }).token}`;
  return contender;
}
