import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runCommand } from '../../support/environment/commands.ts';
import { type Sample, wholeFile } from './archives.ts';

const root = join(import.meta.dirname, '../../..');
const maxBytes = 1_000_000;

/** Where the tests' own clients have real packages lying about. */
const patterns: Record<string, string[]> = { nuget: ['.cache/tools/**/*.nupkg'], pypi: ['.cache/tools/**/*.whl', '.cache/tools/**/*.tar.gz'], maven: ['.cache/tools/**/*.pom', '.cache/tools/**/*.jar', '.cache/tools/**/*.module'] };

/** Some real packages of a format: what npm packs of our own dependencies, and what came with the clients of the tests, as far as those have been installed. */
export async function realArchives(format: string, most: number): Promise<Sample[]> {
  if (format === 'npm') return packed(['semver', 'lru-cache', 'ulid'].slice(0, most));
  const found = (patterns[format] ?? []).flatMap((pattern) => globSync(pattern, { cwd: root }).sort().slice(0, 40));
  const samples: Sample[] = [];
  for (const path of found) {
    if (samples.length >= most) break;
    if ((await stat(join(root, path))).size <= maxBytes) samples.push(wholeFile(basename(path), await readFile(join(root, path))));
  }
  return samples;
}

async function packed(names: readonly string[]): Promise<Sample[]> {
  const folder = await mkdtemp(join(tmpdir(), 'entrepot-real-'));
  try {
    const folders = names.map((name) => join(root, 'node_modules', name));
    await runCommand('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder, ...folders], { timeoutSeconds: 60 });
    return await Promise.all(globSync('*.tgz', { cwd: folder }).map(async (file) => wholeFile(file, await readFile(join(folder, file)))));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
