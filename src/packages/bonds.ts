import type { EntityManager } from 'typeorm';
import { isIn, whereAll } from '../db/condition.ts';
import type { VersionRow } from '../db/tables/package.ts';
import { ContentMissing, InUse, NotRestorable } from '../errors.ts';
import type { Format, VersionFacts } from '../formats/format.ts';
import type { FormatRegistry } from '../formats/registry.ts';

/** That one version names another one of its package, both live. */
export interface Bond {
  versionId: string;
  /** As `Bonds` of the format says. */
  kind: 'needs' | 'about';
  otherId: string;
}

const chunk = 500;

/** Throws ContentMissing unless the versions are there that a new one needs. The caller holds the package's lock. */
export async function checkNeeds(tx: EntityManager, format: Format, packageId: string, { dependencies = [] }: VersionFacts): Promise<void> {
  const kinds = format.bonds?.needs ?? [];
  const needed = [...new Set(dependencies.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name))];
  for (let from = 0; from < needed.length; from += chunk) {
    const some = needed.slice(from, from + chunk);
    const { sql, parameters } = whereAll([{ sql: "package_id = ? AND tombstone = ''", parameters: [packageId] }, isIn('normalized_version', some)]);
    const rows: { version: string }[] = await tx.query(`SELECT normalized_version AS version FROM version${sql}`, parameters);
    const there = new Set(rows.map(({ version }) => version));
    const missing = some.find((version) => !there.has(version));
    if (missing !== undefined) throw new ContentMissing(missing);
  }
}

/** Throws InUse where other live versions need one of these. The caller holds the package's lock. */
export async function checkNotNeeded(tx: EntityManager, format: Format, packageId: string, versions: readonly Pick<VersionRow, 'id' | 'version' | 'normalizedVersion'>[]): Promise<void> {
  const kinds = format.bonds?.needs ?? [];
  if (kinds.length === 0) return;
  const going = new Set(versions.map(({ id }) => id));
  for (const { version, normalizedVersion } of versions) {
    const { sql, parameters } = whereAll([
      { sql: "d.format = ? AND d.normalized_name = ? AND v.package_id = ? AND v.tombstone = ''", parameters: [format.id, normalizedVersion, packageId] },
      isIn('d.kind', kinds),
    ]);
    const users: { id: string; version: string }[] = await tx.query(`SELECT v.id, v.version FROM dependency d JOIN version v ON v.id = d.version_id${sql} ORDER BY v.id`, parameters);
    const user = users.find(({ id }) => !going.has(id));
    if (user) throw new InUse(`${version} is part of ${user.version}; delete that first.`);
  }
}

/** How the live versions of packages hang together; packages of formats without bonds are passed over. */
export async function listBonds(manager: EntityManager, formats: FormatRegistry, packages: readonly { id: string; format: string }[]): Promise<Bond[]> {
  const bonds: Bond[] = [];
  for (const [id, owners] of Map.groupBy(packages, ({ format }) => format)) {
    const { needs = [], about = [] } = formats.get(id).bonds ?? {};
    if (needs.length + about.length === 0) continue;
    const { sql, parameters } = whereAll([isIn('v.package_id', owners.map((owner) => owner.id)), { sql: "v.tombstone = ''", parameters: [] }, isIn('d.kind', [...needs, ...about])]);
    const rows: { versionId: string; kind: string; otherId: string }[] = await manager.query(
      'SELECT v.id AS versionId, d.kind AS kind, o.id AS otherId FROM version v JOIN dependency d ON d.version_id = v.id ' +
        `JOIN version o ON o.package_id = v.package_id AND o.normalized_version = d.normalized_name AND o.tombstone = ''${sql}`,
      parameters,
    );
    for (const { kind, ...bond } of rows) bonds.push({ ...bond, kind: needs.includes(kind) ? 'needs' : 'about' });
  }
  return bonds;
}

/** Throws NotRestorable where a version that comes back needs others that are not there. The caller holds the package's lock. */
export async function checkNeedsAgain(tx: EntityManager, format: Format, { id, packageId, version }: Pick<VersionRow, 'id' | 'packageId' | 'version'>): Promise<void> {
  const kinds = format.bonds?.needs ?? [];
  if (kinds.length === 0) return;
  const { sql, parameters } = whereAll([
    { sql: 'd.version_id = ?', parameters: [id] },
    isIn('d.kind', kinds),
    { sql: "NOT EXISTS (SELECT 1 FROM version v WHERE v.package_id = ? AND v.normalized_version = d.normalized_name AND v.tombstone = '')", parameters: [packageId] },
  ]);
  const [missing]: { name: string }[] = await tx.query(`SELECT d.name AS name FROM dependency d${sql} ORDER BY d.position LIMIT 1`, parameters);
  if (missing) throw new NotRestorable(`${version} is made of ${missing.name}, which is not there; restore that first.`);
}
