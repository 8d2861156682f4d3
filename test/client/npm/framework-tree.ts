import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { compare } from 'semver';
import { lastLines, runCommand } from '../../support/environment/commands.ts';
import { freshFolder } from '../../support/environment/temporary.ts';

/** One package of a dependency tree, as the public registry has it. */
export interface TreePackage {
  name: string;
  version: string;
  /** The file that holds its tarball. */
  tarball: string;
  /** `latest` for the highest version of the tree, something else for the others. */
  tag: string;
}

/**
 * Fetches everything that a package depends on, itself included, from the registry that this machine's npm is set up for.
 * Returns the reason where that cannot be reached.
 */
export async function fetchTree(spec: string): Promise<TreePackage[] | string> {
  const npm = inject('clients').npm ?? 'npm';
  const { path: cwd } = await freshFolder();
  await writeFile(join(cwd, 'package.json'), JSON.stringify({ name: 'tree', private: true }));
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--fetch-retries=0'];
  const resolved = await runCommand(npm, ['install', '--package-lock-only', ...quiet, spec], { cwd, timeoutSeconds: 120 });
  if (!resolved.ok) return `skipped, ${spec} cannot be fetched: ${lastLines(resolved.output)}`;
  const packages = listPackages(JSON.parse(await readFile(join(cwd, 'package-lock.json'), 'utf8')));
  const tarballs = join(cwd, 'tarballs');
  await mkdir(tarballs);
  const specs = packages.map(({ name, version }) => `${name}@${version}`);
  const packed = await runCommand(npm, ['pack', '--ignore-scripts', '--pack-destination', tarballs, ...specs], { cwd, timeoutSeconds: 120 });
  if (!packed.ok) return `skipped, the dependencies of ${spec} cannot be fetched: ${lastLines(packed.output)}`;
  return packages.map((found) => ({ ...found, tarball: join(tarballs, `${found.name.replace('@', '').replace('/', '-')}-${found.version}.tgz`) }));
}

interface Lockfile {
  packages: Record<string, { name?: string; version?: string }>;
}

/** What a lockfile (https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-lock-json.md) names, each version once. */
function listPackages({ packages }: Lockfile): Omit<TreePackage, 'tarball'>[] {
  const versions = new Map<string, Set<string>>();
  for (const [path, { name = path.replace(/^.*node_modules\//, ''), version }] of Object.entries(packages)) {
    if (path !== '' && version !== undefined) versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  return [...versions].flatMap(([name, found]) => {
    const ordered = [...found].sort(compare);
    return ordered.map((version) => ({ name, version, tag: version === ordered.at(-1) ? 'latest' : 'earlier' }));
  });
}
