import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import type { EndpointTarget } from '../../../src/formats/format.ts';
import { type NupkgOptions, nupkg } from '../../support/nupkg.ts';
import type { Person, Registry } from '../../support/app.ts';
import { requireClient } from '../../support/environment/requirements.ts';
import { freshFolder } from '../../support/environment/temporary.ts';
import { type ClientResult, runClient } from '../run-client.ts';
import { codeOf } from '../snippet.ts';

/** Who runs a client, and which endpoint it is set up for. */
export interface NugetSetup {
  as: Person | 'a bad token';
  /** Path of the namespace; '' for the instance. */
  at?: string;
}

/** dotnet or nuget in a folder and with a home of its own. */
export interface NugetClient {
  folder: string;
  /** Absolute URL of the endpoint, as people are shown it. */
  url: string;
  /** Runs it; addresses of the endpoint begin with `<nuget>` in what comes back. */
  run(...args: string[]): Promise<ClientResult>;
  /** Runs a snippet of the format's as somebody pastes it into a shell. */
  paste(kind: 'configure' | 'publish' | 'install', title: string, target?: Omit<EndpointTarget, 'url'>): Promise<ClientResult>;
  /** Makes it forget the documents that it has read: it keeps them for half an hour. */
  forget(): Promise<void>;
}

/** Nobody listens there: a client that would ask any other host gets no answer. */
const nowhere = 'http://127.0.0.1:9';

/** Sets dotnet up as its user would, with the file that the endpoint's page shows. Skips the test where it is missing. */
export async function openDotnet(context: TestContext, app: Registry, setup: NugetSetup): Promise<NugetClient> {
  const client = await open(app, requireClient(context, 'dotnet'), setup, {});
  const config = client.snippet('configure', 'nuget.config').replace('<packageSources>', '<packageSources>\n    <clear />');
  const withoutCredential = config.replace(/ *<packageSourceCredentials>[\s\S]*<\/packageSourceCredentials>\n/, '');
  await writeFile(join(client.folder, 'nuget.config'), setup.as === 'anonymous' ? withoutCredential : config);
  return client;
}

/** Sets nuget of version 2 up. It formats what it prints for the width of its terminal, so it gets one, and what that adds is taken away. */
export async function openNuget2(context: TestContext, app: Registry, setup: NugetSetup): Promise<NugetClient> {
  const client = await open(app, requireClient(context, 'nuget'), setup, { TERM: 'xterm' });
  if (setup.as !== 'anonymous') {
    const { code, stdout } = await client.paste('configure', 'nuget 2');
    if (code !== 0) throw new Error(stdout);
  }
  return client;
}

/** Writes a package into a client's folder, under the name that clients give it. */
export async function writePackage({ folder }: NugetClient, id: string, version: string, options: NupkgOptions = {}): Promise<void> {
  await writeFile(join(folder, `${id}.${version}.nupkg`), nupkg(id, version, options));
}

type Opened = NugetClient & { snippet(kind: 'configure' | 'publish' | 'install', title: string, target?: Omit<EndpointTarget, 'url'>): string };

async function open(app: Registry, program: string, { as, at = '' }: NugetSetup, more: Record<string, string>): Promise<Opened> {
  const { path: home } = await freshFolder();
  const folder = join(home, 'work');
  const bin = join(home, 'bin');
  await Promise.all([mkdir(folder), mkdir(bin)]);
  const secret = as === 'anonymous' ? '' : as === 'a bad token' ? 'ept_wrong' : app.secrets[as];
  const url = `${app.url}/api/packages/${at === '' ? '' : `${at}/`}nuget`;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: home, DOTNET_CLI_HOME: home, NUGET_TOKEN: secret, HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost', ...more };
  await writeFile(join(bin, name), `#!/bin/sh\nexec ${program} "$@"\n`, { mode: 0o755 });
  const shell = async (command: string) => {
    const isTerminal = more['TERM'] !== undefined;
    const [tool, ...args] = isTerminal ? ['script', '-qec', `stty cols 300 rows 50; ${command}`, '/dev/null'] : ['sh', '-c', command];
    return tidied(url, await runClient(tool ?? 'sh', args, { cwd: folder, env, timeoutSeconds: 100 }));
  };
  const snippet: Opened['snippet'] = (kind, title, target = {}) => codeOf(app.core.formats.get('nuget').setup({ url, ...target }), kind, title);
  return {
    folder,
    url,
    snippet,
    run: (...args) => shell([name, ...args.map((arg) => `'${arg.replaceAll("'", "'\\''")}'`)].join(' ')),
    paste: (kind, title, target) => shell(snippet(kind, title, target)),
    async forget() {
      await rm(join(home, '.local/share/NuGet/v3-cache'), { recursive: true, force: true });
    },
  };
}

/** Without what a terminal is told, and with the endpoint under a name of its own. */
function tidied(url: string, { code, stdout, stderr }: ClientResult): ClientResult {
  const tidy = (text: string) =>
    text
      .replace(/\u001b(?:\[[0-9;?]*[A-Za-z]|[=>]|\][^\u0007]*\u0007)/g, '')
      .replaceAll('\r\n', '\n')
      .replaceAll(url, '<nuget>');
  return { code, stdout: tidy(stdout), stderr: tidy(stderr) };
}
