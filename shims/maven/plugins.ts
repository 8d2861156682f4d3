import type { JsonObject } from '../../src/formats/format.ts';
import type { PackageHead } from '../../src/packages/heads.ts';
import { listLatestVersions } from '../../src/packages/latest.ts';
import { listNames } from '../../src/packages/names.ts';
import type { Exchange } from '../kit/shim.ts';
import { mavenFormat } from './format.ts';
import { defaultPrefixOf, type PluginEntry } from './metadata.ts';

const pageSize = 500;
/** A group has at most so many artifacts that are looked at for plugins. */
const maxArtifacts = 5000;

/** The Maven plugins of a group that the caller may read, by artifact. */
export async function listGroupPlugins({ core, actor, namespacePath }: Exchange, group: string): Promise<PluginEntry[]> {
  const heads: PackageHead[] = [];
  for (let after: string | undefined; heads.length < maxArtifacts; ) {
    const page = await listNames(core, actor, { namespacePath, format: mavenFormat, prefix: `${group}:`, limit: pageSize, ...(after === undefined ? {} : { after }) });
    heads.push(...page.heads);
    after = page.next;
    if (after === undefined) break;
  }
  const latest = new Map((await listLatestVersions(core, heads.map(({ id }) => id))).map(({ packageId, metadata }) => [packageId, JSON.parse(metadata) as JsonObject]));
  return heads.flatMap(({ id, name }) => {
    const metadata = latest.get(id) ?? {};
    if (metadata['packaging'] !== 'maven-plugin') return [];
    const artifact = name.slice(group.length + 1);
    return [{ name: textOf(metadata['name']) ?? artifact, prefix: textOf(metadata['goalPrefix']) ?? defaultPrefixOf(artifact), artifact }];
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
