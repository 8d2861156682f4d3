import { NotFound, Unauthenticated } from '../../src/errors.ts';
import { send } from '../../src/http/send.ts';
import { listFileRows, listVersionRows } from '../../src/packages/document-rows.ts';
import type { PackageHead } from '../../src/packages/heads.ts';
import { listNames } from '../../src/packages/names.ts';
import { isListed } from '../../src/packages/summary.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import type { Exchange } from '../kit/shim.ts';
import { mavenFormat } from './format.ts';
import { type ListingEntry, renderListing } from './listing.ts';
import { parsePath, segmentsOf } from './path.ts';

/** A folder of groups and artifacts lists at most so many. */
const maxNames = 1000;
/** So many names are read at a time: children have few below them, or very many. */
const pageSize = 250;

/**
 * `GET /{folder}/` as HTML: the versions of an artifact, the files of a version, or else groups and artifacts. What clients find there they
 * could find by metadata, too, so hidden and withdrawn versions are left out. Not cached: few ask, and only Ivy and Gradle without metadata do.
 */
export async function sendListing(exchange: Exchange, folder: readonly string[]): Promise<void> {
  const entries = (await ofVersion(exchange, folder)) ?? (await ofArtifact(exchange, folder)) ?? (await ofGroup(exchange, folder));
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'private, no-cache' };
  send(exchange.response, 200, headers, renderListing(folder.join('/'), entries, folder.length === 0));
}

/** The files of a version, or of a folder in it; undefined where there is none such. */
async function ofVersion(exchange: Exchange, folder: readonly string[]): Promise<ListingEntry[] | undefined> {
  // A file in the folder would be of this version.
  const meant = parsePath([...folder, 'file']);
  if (meant?.kind !== 'file') return undefined;
  const { group, artifact, version } = meant;
  const head = await findHead(exchange, group, artifact);
  const rows = head ? (await listFileRows(exchange.core, head.id, version)).filter(isListed) : [];
  const entries = new Map<string, ListingEntry>();
  for (const row of rows) {
    const inside = segmentsOf({ group, artifact, version, fileName: row.fileName }).slice(segmentsOf({ group, artifact, version, fileName: meant.fileName }).length - 1);
    const [name, ...deeper] = isWithin(row.fileName, meant.fileName) ? inside : [];
    if (name === undefined) continue;
    entries.set(name, deeper.length > 0 ? { name, isFolder: true } : { name, isFolder: false, sizeBytes: row.sizeBytes, uploadedAtMs: row.uploadedAt });
  }
  return entries.size === 0 ? undefined : [...entries.values()];
}

/** Whether a file lies in the folder of another. */
function isWithin(fileName: string, other: string): boolean {
  return fileName.startsWith(other.slice(0, other.lastIndexOf('/') + 1));
}

/** The versions of an artifact; undefined where there is none such. */
async function ofArtifact(exchange: Exchange, folder: readonly string[]): Promise<ListingEntry[] | undefined> {
  const head = folder.length < 2 ? undefined : await findHead(exchange, folder.slice(0, -1).join('.'), folder.at(-1) ?? '');
  if (!head) return undefined;
  const rows = (await listVersionRows(exchange.core, head.id)).filter(isListed);
  return rows.map(({ version }) => ({ name: version, isFolder: true }));
}

/** The groups and artifacts right below a group; throws as for a package that is not there where there are none. */
async function ofGroup({ core, actor, namespacePath }: Exchange, folder: readonly string[]): Promise<ListingEntry[]> {
  const group = folder.join('.');
  const found = new Set<string>();
  for (const prefix of group === '' ? [''] : [`${group}.`, `${group}:`]) {
    const isArtifact = prefix.endsWith(':');
    const childOf = (name: string) => (isArtifact ? name.slice(prefix.length) : (/^[^.:]+/.exec(name.slice(prefix.length))?.[0] ?? ''));
    for (let after: string | undefined; found.size < maxNames; ) {
      const { heads, next } = await listNames(core, actor, { namespacePath, format: mavenFormat, prefix, limit: pageSize, ...(after === undefined ? {} : { after }) });
      for (const { name } of heads) found.add(childOf(name));
      if (next === undefined) break;
      const last = childOf(next);
      // On behind all that is below this child, once it is found.
      after = isArtifact || !found.has(last) ? next : `${next.slice(0, prefix.length + last.length + 1)}\u{10ffff}`;
    }
  }
  if (found.size === 0 && group !== '') await getPackageInView(core, actor, namespacePath, mavenFormat, group);
  return [...found].sort().slice(0, maxNames).map((name) => ({ name, isFolder: true }));
}

async function findHead({ core, actor, namespacePath }: Exchange, group: string, artifact: string): Promise<PackageHead | undefined> {
  return getPackageInView(core, actor, namespacePath, mavenFormat, `${group}:${artifact}`).catch((error: unknown) => {
    if (error instanceof NotFound || error instanceof Unauthenticated) return undefined;
    throw error;
  });
}
