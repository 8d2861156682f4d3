import { delimiter, dirname } from 'node:path';
import type { TestProject } from 'vitest/node';
import { clientNames, findClient, type ClientName } from './clients.ts';
import { announce } from './commands.ts';
import { installMissingPackages, mayInstall } from './debian.ts';
import { findEmulator, startEmulator } from './emulator.ts';
import { findMariadb, startMariadb } from './mariadb.ts';
import { findNginx } from './nginx.ts';
import type { Tool } from './tools.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/**
 * Makes the machine ready for one test run: installs what is missing where that is allowed, starts MariaDB and the storage
 * emulator, and tells the tests where everything is (`inject`). What cannot be had ends up in `missing`; nothing here
 * makes a run fail. The returned function ends the services.
 */
export default async function setUpEnvironment(project: TestProject): Promise<() => Promise<void>> {
  requireNode(24);
  // Clients are `#!/usr/bin/env node` scripts and must run on the Node that runs the tests.
  process.env['PATH'] = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  const workspace = await openWorkspace();
  const missing: string[] = [];
  const install = await mayInstall();
  const failure = install ? await installMissingPackages() : null;

  const [mariadbUrl, gcsEndpoint, nginx, ...clients] = await Promise.all([
    start('mariadb', findMariadb(failure), startMariadb, workspace, missing),
    start('fake-gcs-server', findEmulator(install), startEmulator, workspace, missing),
    findNginx(install).then((tool) => noteMissing('nginx', tool, missing)),
    ...clientNames.map(async (name) => [name, noteMissing(name, await findClient(name, install), missing)] as const),
  ]);

  project.provide('workspace', workspace.directory);
  project.provide('mariadbUrl', mariadbUrl);
  project.provide('gcsEndpoint', gcsEndpoint);
  project.provide('nginx', nginx);
  project.provide('clients', Object.fromEntries(clients) as Partial<Record<ClientName, string>>);
  project.provide('missing', missing);
  for (const reason of missing) announce(`missing ${reason}`);
  return () => workspace.close();
}

/** The project pins its Node as a package; a run on another one would test something else. */
function requireNode(major: number): void {
  if (Number(process.versions.node.split('.')[0]) >= major) return;
  throw new Error(`Node ${major} or newer is needed, this is ${process.version}: use "npm test -- …" or "npx vitest".`);
}

async function start(
  name: string,
  tool: Promise<Tool>,
  startService: (program: string, workspace: Workspace) => Promise<string>,
  workspace: Workspace,
  missing: string[],
): Promise<string | undefined> {
  const program = noteMissing(name, await tool, missing);
  if (program === undefined) return undefined;
  return startService(program, workspace).catch((error: Error) => {
    missing.push(`${name}: ${error.message}`);
    return undefined;
  });
}

function noteMissing(name: string, tool: Tool, missing: string[]): string | undefined {
  if ('path' in tool) return tool.path;
  missing.push(`${name}: ${tool.missing}`);
  return undefined;
}
