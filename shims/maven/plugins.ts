import type { JsonObject } from '../../src/formats/format.ts';
import { listRowsOf, type VersionRef } from '../../src/packages/document-rows.ts';
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
  const latest = await listLatestVersions(core, heads.map(({ id }) => id));
  const found = latest.map((ref) => ({ ...ref, facts: JSON.parse(ref.metadata) as JsonObject })).filter(({ facts }) => facts['packaging'] === 'maven-plugin');
  const prefixes = await listPrefixes(core, found);
  const pluginOf = new Map(found.map((plugin) => [plugin.packageId, plugin]));
  return heads.flatMap(({ id, name }) => {
    const plugin = pluginOf.get(id);
    if (!plugin) return [];
    const artifact = name.slice(group.length + 1);
    return [{ name: textOf(plugin.facts['name']) ?? artifact, prefix: prefixes.get(id) ?? textOf(plugin.facts['goalPrefix']) ?? defaultPrefixOf(artifact), artifact }];
  });
}

/** The prefixes that the jars of plugins say, by package. */
async function listPrefixes(core: Exchange['core'], plugins: readonly VersionRef[]): Promise<Map<string, string>> {
  const prefixes = new Map<string, string>();
  for (let from = 0; from < plugins.length; from += pageSize) {
    for (const { packageId, attributes } of await listRowsOf(core, plugins.slice(from, from + pageSize))) {
      const prefix = textOf((JSON.parse(attributes) as JsonObject)['goalPrefix']);
      if (prefix !== undefined) prefixes.set(packageId, prefix);
    }
  }
  return prefixes;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
