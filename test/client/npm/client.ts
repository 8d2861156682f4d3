import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { TestContext } from 'vitest';
import { npmFormat } from '../../../shims/npm/format.ts';
import type { EndpointTarget } from '../../../src/formats/format.ts';
import type { Person, Registry } from '../../support/app.ts';
import { requireClient } from '../../support/environment/requirements.ts';
import { freshFolder } from '../../support/environment/temporary.ts';
import { withoutToday } from '../instants.ts';
import { type ClientResult, type ClientRun, runClient } from '../run-client.ts';
import { codeOf } from '../snippet.ts';

/** What a client needs to know of a registry; one without services of its own has the clock of the machine. */
export type Served = Pick<Registry, 'url' | 'secrets'> & Partial<Pick<Registry, 'core'>>;

/** Who runs a client, and which registry it is set up for. */
export interface ClientSetup {
  /** Whose token is in its configuration; `a bad token`: one that was never given out. */
  as: Person | 'a bad token';
  /** Path of the namespace whose endpoint is its registry; '' for the instance. */
  at?: string;
  /** Default: npm. */
  client?: 'npm' | 'pnpm' | 'yarn';
}

/** npm, pnpm or yarn with a home, a cache and a configuration of its own. */
export interface Client {
  /** Its registry's URL, with a slash at the end. */
  registry: string;
  /** The folder that it takes for its user's home; `.npmrc` is in it. */
  home: string;
  /** An empty project in which it runs, unless told otherwise. */
  project: string;
  /** Runs it; what it printed comes back as {@link tidied}. */
  run(args: readonly string[], options?: Partial<ClientRun>): Promise<ClientResult>;
  /** Runs a snippet of the format's as somebody pastes it into a shell, for a package where one is named. */
  paste(part: 'publish' | 'install', title: string, options?: Omit<EndpointTarget, 'url'> & Partial<Omit<ClientRun, 'env'>>): Promise<ClientResult>;
}

/** Nobody listens there: a client that would ask any other host gets no answer. */
const nowhere = 'http://127.0.0.1:9';

/** Sets a client up as its user would: with the `~/.npmrc` that the endpoint shows, and the token in the environment. Skips the test where the tool is missing. */
export async function openClient(context: TestContext, app: Served, { as, at = '', client = 'npm' }: ClientSetup): Promise<Client> {
  const program = requireClient(context, client);
  const folder = (await freshFolder()).path;
  const home = join(folder, 'home');
  const project = join(folder, 'project');
  await Promise.all([mkdir(home), mkdir(project)]);
  const url = `${app.url}/api/packages/${at === '' ? '' : `${at}/`}npm`;
  const secret = as === 'anonymous' ? undefined : as === 'a bad token' ? 'ept_wrong' : app.secrets[as];
  const setup = (target: Omit<EndpointTarget, 'url'> = {}) => npmFormat.setup({ url, ...target });
  const shown = codeOf(setup(), 'configure', client === 'yarn' ? '.npmrc (Yarn 1)' : '.npmrc (npm, pnpm)');
  // Whoever has no token leaves its line out.
  const config = secret === undefined ? shown.replace(/^.*:_authToken=.*\n/m, '') : shown;
  await writeFile(join(home, '.npmrc'), `${config}${client === 'yarn' ? '' : 'fund=false\nupdate-notifier=false\n'}`);
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', private: true, license: 'MIT' }));
  // pnpm calls npm for what it has no command of its own.
  const path = [dirname(requireClient(context, 'npm')), process.env['PATH']].join(delimiter);
  const env = {
    PATH: path,
    HOME: home,
    npm_config_globalconfig: join(home, 'global-npmrc'),
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: '127.0.0.1',
    ...(secret === undefined ? {} : { NPM_TOKEN: secret }),
  };
  return {
    registry: `${url}/`,
    home,
    project,
    paste: async (part, title, { package: name, version, ...options } = {}) => {
      const target = { ...(name === undefined ? {} : { package: name }), ...(version === undefined ? {} : { version }) };
      // On the PATH under its name, whatever is installed besides.
      const bin = join(folder, 'bin');
      await mkdir(bin, { recursive: true });
      await writeFile(join(bin, client), `#!/bin/sh\nexec "${program}" "$@"\n`, { mode: 0o755 });
      return tidied(app, await runClient('/bin/sh', ['-c', codeOf(setup(target), part, title)], { cwd: project, ...options, env: { ...env, PATH: [bin, path].join(delimiter) } }));
    },
    run: async (args, options = {}) => tidied(app, await runClient(program, args, { cwd: project, ...options, env: { ...env, ...options.env } })),
  };
}

/**
 * What a client printed without what differs from run to run: URLs begin with `<packages>`, durations and relative times are
 * `<time>`, the date is `<today>`, every space is a plain one, and npm's list of a tarball's contents and the name of its log file are left out.
 */
export function tidied(app: Served, { code, stdout, stderr }: ClientResult): ClientResult {
  return { code, stdout: tidy(app, stdout), stderr: tidy(app, stderr) };
}

function tidy(app: Served, text: string): string {
  return withoutToday(app.core?.clock.now() ?? Date.now(), text)
    .replaceAll(`${app.url}/api/packages`, '<packages>')
    .replace(/npm notice\nnpm notice package:[\s\S]*?total files: \d+\nnpm notice\n/g, '')
    .replace(/^npm error A complete log of this run can be found in: .*\n/gm, '')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/\b(in|PONG) [\d.]+(ms|s)\b/g, '$1 <time>')
    .replace(/^published .* by /gm, 'published <time> by ');
}

/** Makes a folder with a package in it, to be published; gives its path. */
export async function packageFolder(manifest: { name: string; version: string; [field: string]: unknown }, files: Record<string, string> = {}): Promise<string> {
  const { path } = await freshFolder();
  await writeFile(join(path, 'package.json'), `${JSON.stringify({ license: 'MIT', ...manifest }, null, 2)}\n`);
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(path, name), content)));
  return path;
}

/** Publishes a package that a test needs to be there, with npm; throws where that fails. */
export async function publishPackage(npm: Client, manifest: { name: string; version: string; [field: string]: unknown }, ...args: string[]): Promise<void> {
  const result = await npm.run(['publish', ...args], { cwd: await packageFolder(manifest) });
  if (result.code !== 0) throw new Error(`npm publish failed: ${result.stderr}`);
}
