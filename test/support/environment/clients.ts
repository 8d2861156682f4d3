import { findProgram, runCommand } from './commands.ts';
import { dotnet } from './dotnet.ts';
import { findGoTool, type GoTool, installGoTool } from './go.ts';
import { coursier, findIvy, mavenTree } from './java-clients.ts';
import { findPythonClient, pythonClientNames } from './python-clients.ts';
import { findCached, installCached, readVersion, type CachedTool, type Tool } from './tools.ts';

/** The real clients that tests run; the versions are pinned, so that a client's change never turns a green suite red. */
export const clientNames = [
  'npm', 'pnpm', 'yarn', 'curl', 'git', 'chromium',
  'mvn', 'gradle', 'java', 'javac', 'ivy', 'maven-tree', 'coursier',
  ...pythonClientNames,
  'dotnet', 'nuget',
  'skopeo', 'buildah', 'podman', 'crane', 'oras', 'regctl', 'helm', 'oci-conformance', 'docker-registry',
] as const;

/** Those that are no programs but something that one is given. */
export const clientFiles: readonly ClientName[] = ['ivy', 'maven-tree', 'coursier'];

/** One of the real clients. */
export type ClientName = (typeof clientNames)[number];

const pinned: Partial<Record<ClientName, string>> = { npm: '11.21.2', pnpm: '9.15.9', yarn: '1.22.22' };

/** Those that the project puts together by itself. */
const ownTools: Partial<Record<ClientName, CachedTool>> = { dotnet, 'maven-tree': mavenTree, coursier };

/** Clients that are built from source. */
const goTools: Partial<Record<ClientName, GoTool>> = {
  crane: { name: 'crane', version: '0.20.6', program: 'crane', module: 'github.com/google/go-containerregistry/cmd/crane' },
  oras: { name: 'oras', version: '1.2.3', program: 'oras', module: 'oras.land/oras/cmd/oras' },
  regctl: { name: 'regctl', version: '0.8.3', program: 'regctl', module: 'github.com/regclient/regclient/cmd/regctl' },
  helm: { name: 'helm', version: '3.18.6', program: 'helm', module: 'helm.sh/helm/v3/cmd/helm' },
  'oci-conformance': { name: 'oci-conformance', version: '0.0.0-20260831232431-97274622c111', program: 'conformance', module: 'github.com/opencontainers/distribution-spec/conformance' },
};

/**
 * Where a client is. Those that are npm packages are installed into the cache when this machine may be installed on;
 * otherwise the one on the PATH will do if its major version is the pinned one.
 */
export async function findClient(name: ClientName, install: boolean): Promise<Tool> {
  const own = ownTools[name];
  if (own) return pinnedTool(own, install);
  const goTool = goTools[name];
  if (goTool) return install ? installGoTool(goTool) : findGoTool(goTool);
  if (name === 'ivy') return orMissing(await findIvy());
  const python = pythonClientNames.find((client) => client === name);
  if (python !== undefined) return findPythonClient(python, install);
  const version = pinned[name];
  if (version === undefined) return onPath(name);
  const tool = npmPackage(name, version);
  if (install) return installCached(tool);
  const cached = await findCached(tool);
  return cached === null ? onPath(name, version) : { path: cached };
}

/** One that must be the pinned one, since others have other words for the same. */
async function pinnedTool(tool: CachedTool, install: boolean): Promise<Tool> {
  if (install) return installCached(tool);
  const path = await findCached(tool);
  return path === null ? { missing: `${tool.name} ${tool.version} is not in the cache` } : { path };
}

async function onPath(name: ClientName, version?: string): Promise<Tool> {
  const path = await findProgram(name);
  if (path === null || version === undefined) return orMissing(path);
  const found = await readVersion(path, '--version');
  const sameMajor = found?.split('.')[0] === version.split('.')[0];
  return sameMajor ? { path } : { missing: `the one on the PATH is ${found ?? 'broken'}, ${version} is needed` };
}

function orMissing(path: string | null): Tool {
  return path === null ? { missing: 'not on the PATH' } : { path };
}

function npmPackage(name: string, version: string): CachedTool {
  return {
    name,
    version,
    program: `node_modules/.bin/${name}`,
    install: (folder) =>
      runCommand('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`], {
        timeoutSeconds: 300,
        cwd: folder,
      }),
  };
}
