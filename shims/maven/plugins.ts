import type { JsonObject } from '../../src/formats/format.ts';
import { listDocumentRows } from '../../src/packages/document-rows.ts';
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
  const latest = new Map((await listLatestVersions(core, heads.map(({ id }) => id))).map((found) => [found.packageId, found]));
  const plugins: PluginEntry[] = [];
  for (const { id, name } of heads) {
    const { version, metadata } = latest.get(id) ?? {};
    const facts = JSON.parse(metadata ?? '{}') as JsonObject;
    if (version === undefined || facts['packaging'] !== 'maven-plugin') continue;
    const artifact = name.slice(group.length + 1);
    const ofJar = (await listDocumentRows(core, id, version)).map(({ attributes }) => textOf((JSON.parse(attributes) as JsonObject)['goalPrefix']));
    plugins.push({ name: textOf(facts['name']) ?? artifact, prefix: ofJar.findLast((prefix) => prefix !== undefined) ?? textOf(facts['goalPrefix']) ?? defaultPrefixOf(artifact), artifact });
  }
  return plugins;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
