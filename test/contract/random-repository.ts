import type { EntityManager } from 'typeorm';
import type { Core } from '../../src/core.ts';
import { dayMs } from '../../src/days.ts';
import type { NamespaceRow } from '../../src/db/tables/namespace.ts';
import type { ProtectionRuleRow } from '../../src/db/tables/policy.ts';
import { newId } from '../../src/ids.ts';
import { createNamespace } from '../../src/namespaces/manage.ts';
import { findLatestVersionId } from '../../src/packages/summary.ts';
import { actorWith } from './registry.ts';

/** A version as it was made; the model judges it by these fields alone. */
export interface MadeVersion {
  id: string;
  version: string;
  publishedAt: number;
  downloads: (number | null)[];
  sizeBytes: number;
  tags: string[];
  isLive: boolean;
}

/** A package as it was made. */
export interface MadePackage {
  id: string;
  path: string;
  format: string;
  name: string;
  isLive: boolean;
  isRestricted: boolean;
  versions: MadeVersion[];
}

/** A protection rule as it was made. */
export type MadeRule = Pick<ProtectionRuleRow, 'target' | 'format' | 'namePattern' | 'pattern' | 'deleteRole' | 'isImmutable'> & { path: string };

/** A repository made at random. */
export interface Repository {
  nodes: Map<string, NamespaceRow>;
  packages: MadePackage[];
  rules: MadeRule[];
}

const content = 'a'.repeat(64);
const paths = ['acme', 'acme/widgets', 'acme/tools', 'acme/tools/deep', 'other'];

/** Numbers from 0 up to 1, the same for the same seed (mulberry32, https://github.com/cprosche/mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Fills an empty database with so many versions, by direct inserts. */
export async function makeRepository(core: Core, random: () => number, versionCount: number): Promise<Repository> {
  const admin = actorWith({ user: { id: 'usr_x', username: 'x', displayName: 'x', isAdmin: true } });
  const nodes = new Map<string, NamespaceRow>();
  for (const path of paths) {
    const slash = path.lastIndexOf('/');
    const place = { kind: paths.some((other) => other.startsWith(`${path}/`)) ? 'GROUP' : 'PROJECT', parentPath: path.slice(0, Math.max(0, slash)), slug: path.slice(slash + 1) } as const;
    nodes.set(path, await createNamespace(core, admin, place));
  }
  const packages = makePackages(core, random, versionCount);
  const rules = makeRules(random);
  await core.database.tx((tx) => insertPackages(core, tx, nodes, packages));
  await core.database.tx((tx) => insertRules(tx, nodes, rules));
  await core.database.tx((tx) => tagDefaults(core, tx, packages));
  return { nodes, packages, rules };
}

/** Takes everything away again, so that another can be made in the same database. */
export async function emptyRepository(core: Core): Promise<void> {
  await core.database.tx(async (tx) => {
    for (const table of ['cleanup_policy', 'protection_rule', 'event', 'tag', 'file', 'version', 'package', 'stored_blob']) await tx.query(`DELETE FROM ${table}`);
    for (const path of paths.toReversed()) await tx.query('DELETE FROM namespace WHERE path = ?', [path]);
  });
}

function makePackages(core: Core, random: () => number, versionCount: number): MadePackage[] {
  const packages: MadePackage[] = [];
  for (let made = 0; made < versionCount; ) {
    const format = pick(random, ['npm', 'generic']);
    const index = packages.length;
    const owner: MadePackage = {
      id: newId('package'),
      path: pick(random, paths),
      format,
      name: pick(random, [`lib-${index}`, `tool-${index}`, `LIB_${index}`]).toLowerCase(),
      isLive: random() > 0.05,
      isRestricted: random() < 0.07,
      versions: [],
    };
    // One is so large that it takes several steps.
    const wanted = Math.min(versionCount - made, index === 3 ? 330 : 1 + Math.floor(random() ** 3 * 60));
    const spellings = new Set<string>();
    while (spellings.size < wanted) spellings.add(spelling(random, format));
    owner.versions = [...spellings].map((version) => makeVersion(core, random, owner, version));
    made += wanted;
    packages.push(owner);
  }
  return packages;
}

function spelling(random: () => number, format: string): string {
  const number = () => Math.floor(random() * 12);
  const base = `${number()}.${number()}.${number()}`;
  const tail = pick(random, ['', '', `-beta.${number()}`, '-SNAPSHOT']);
  // Some that only formats without rules of their own take.
  return format.startsWith('gen') && random() < 0.3 ? `nightly-${Math.floor(random() * 1e6)}` : base + tail;
}

function makeVersion(core: Core, random: () => number, owner: MadePackage, version: string): MadeVersion {
  const now = core.clock.now();
  // Whole days: so that there are ties, and ages exactly at a limit.
  const publishedAt = now - Math.floor(random() * 120) * dayMs - (random() < 0.3 ? 1 : 0);
  const downloads = Array.from({ length: 1 + Math.floor(random() * 2) }, () =>
    random() < 0.4 ? null : Math.min(now, publishedAt + Math.floor(random() * 90) * dayMs),
  );
  return {
    id: newId('version'),
    version,
    publishedAt,
    downloads,
    sizeBytes: Math.floor(random() * 1e6),
    tags: random() < 0.05 ? [`t-${version}`.toLowerCase()] : [],
    isLive: owner.isLive && random() > 0.05,
  };
}

function makeRules(random: () => number): MadeRule[] {
  return Array.from({ length: 8 }, () => {
    const target = pick(random, ['VERSION', 'VERSION', 'PACKAGE', 'TAG'] as const);
    const isImmutable = target !== 'PACKAGE' && random() < 0.5;
    return {
      path: pick(random, paths),
      target,
      format: pick(random, [null, null, 'npm', 'generic']),
      namePattern: pick(random, target === 'PACKAGE' ? ['lib-1*', 'tool-2*'] : ['*', 'lib*', '*-1*', 'lib_*']),
      pattern: target === 'PACKAGE' ? null : pick(random, ['1.*', '2.*.0', '*-beta*', 'nightly-*', 't-*']),
      // A role to publish keeps nothing from being deleted.
      deleteRole: isImmutable || random() < 0.2 ? null : pick(random, ['DEVELOPER', 'OWNER'] as const),
      isImmutable,
    };
  });
}

function pick<Value>(random: () => number, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)] as Value;
}

async function insertPackages(core: Core, tx: EntityManager, nodes: Map<string, NamespaceRow>, packages: readonly MadePackage[]): Promise<void> {
  const now = core.clock.now();
  await insert(tx, 'stored_blob', [{ sha256: content, size_bytes: 1, md5: 'a', sha1: 'a', sha512: 'a', object_key: 'a', created_at: now, referenced_at: now }]);
  await insert(tx, 'package', packages.map(({ id, path, format, name, isLive, isRestricted }) => ({
    id, namespace_id: nodes.get(path)?.id ?? '', top_id: nodes.get(path)?.topId ?? '', format, name, normalized_name: name, revision: 1,
    created_at: now, updated_at: now, deleted_at: isLive ? null : now, is_restricted: isRestricted ? 1 : 0,
  })));
  await insert(tx, 'version', packages.flatMap((owner) => owner.versions.map(({ id, version, publishedAt, sizeBytes, isLive }, index) => ({
    id, package_id: owner.id, version, normalized_version: version,
    sort_key: core.formats.get(owner.format).sortKey(version, 0), is_prerelease: core.formats.get(owner.format).isPrerelease(version) ? 1 : 0,
    status: ['PUBLISHED', 'PUBLISHED', 'DEPRECATED', 'HIDDEN', 'YANKED'][index % 5] ?? '', licenses: '[]', keywords: '[]', authors: '[]', metadata: '{}',
    size_bytes: sizeBytes, published_at: publishedAt, deleted_at: isLive ? null : now, tombstone: isLive ? '' : id,
  }))));
  await insert(tx, 'file', packages.flatMap((owner) => owner.versions.flatMap((version) => version.downloads.map((lastAt, index) => ({
    id: newId('file'), version_id: version.id, name: `f${index}`, sha256: content, size_bytes: index === 0 ? version.sizeBytes : 0, content_type: 'text/plain',
    attributes: '{}', uploaded_at: version.publishedAt, download_count: 0, last_downloaded_at: lastAt, tombstone: '',
  })))));
  await insert(tx, 'tag', packages.flatMap((owner) => owner.versions.flatMap(({ id, tags, isLive }) => (isLive ? tags : []).map((name) => ({ package_id: owner.id, name, version_id: id, updated_at: now })))));
  await tx.query('DELETE FROM namespace_usage');
  await tx.query(`INSERT INTO namespace_usage (namespace_id, size_bytes, packages, versions, files) ${usageSql}`);
}

/** What each node has, counted anew. */
export const usageSql =
  'SELECT p.namespace_id AS namespace_id, COALESCE(SUM((SELECT SUM(f.size_bytes) FROM file f WHERE f.version_id = v.id)), 0) AS size_bytes, ' +
  'COUNT(DISTINCT p.id) AS packages, COUNT(v.id) AS versions, COALESCE(SUM((SELECT COUNT(*) FROM file f WHERE f.version_id = v.id)), 0) AS files ' +
  "FROM package p LEFT JOIN version v ON v.package_id = p.id AND v.tombstone = '' WHERE p.deleted_at IS NULL GROUP BY p.namespace_id ORDER BY p.namespace_id";

async function insertRules(tx: EntityManager, nodes: Map<string, NamespaceRow>, rules: readonly MadeRule[]): Promise<void> {
  await insert(tx, 'protection_rule', rules.map(({ path, target, format, namePattern, pattern, deleteRole, isImmutable }) => ({
    id: newId('protectionRule'), namespace_id: nodes.get(path)?.id ?? '', target, format, name_pattern: namePattern, pattern,
    publish_role: 'OWNER', delete_role: deleteRole, is_immutable: isImmutable ? 1 : 0, created_at: 0,
  })));
}

/** As every publish leaves it: formats with a default tag have it at their latest version. */
async function tagDefaults(core: Core, tx: EntityManager, packages: readonly MadePackage[]): Promise<void> {
  for (const owner of packages) {
    const { defaultTag } = core.formats.get(owner.format);
    const latest = defaultTag === undefined ? undefined : await findLatestVersionId(tx, owner.id);
    const version = owner.versions.find(({ id }) => id === latest);
    if (defaultTag === undefined || !version) continue;
    version.tags.push(defaultTag);
    await insert(tx, 'tag', [{ package_id: owner.id, name: defaultTag, version_id: version.id, updated_at: 0 }]);
  }
}

async function insert(tx: EntityManager, table: string, rows: readonly Record<string, string | number | null>[]): Promise<void> {
  for (let from = 0; from < rows.length; from += 500) {
    const chunk = rows.slice(from, from + 500);
    const columns = Object.keys(chunk[0] ?? {});
    const values = chunk.map(() => `(${columns.map(() => '?').join(', ')})`).join(', ');
    await tx.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${values}`, chunk.flatMap((row) => columns.map((column) => row[column])));
  }
}
