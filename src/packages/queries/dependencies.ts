import type { Actor } from '../../access/actor.ts';
import { readablePackages } from '../../access/visible-nodes.ts';
import type { Core } from '../../core.ts';
import { isIn, whereAll } from '../../db/condition.ts';
import type { ListQuery } from '../../db/keyset.ts';
import type { DependencyRow } from '../../db/tables/package.ts';
import { isLivePackage, isLiveVersion } from './records.ts';

/** A dependency that a version declares. */
export type DependencyRecord = DependencyRow;

const columns =
  'd.version_id AS versionId, d.position AS position, d.format AS format, d.kind AS kind, d.name AS name, ' +
  'd.normalized_name AS normalizedName, d.requirement AS requirement';

/** The dependencies of versions, in the order of their declaration. */
export async function loadDependencies(core: Core, versionIds: readonly string[]): Promise<Map<string, DependencyRecord[]>> {
  const { sql, parameters } = whereAll([isIn('d.version_id', versionIds)]);
  const rows: DependencyRecord[] = await core.database.reads.query(
    `SELECT ${columns} FROM dependency d${sql} ORDER BY d.version_id, d.position`,
    parameters,
  );
  return Map.groupBy(rows, ({ versionId }) => versionId);
}

/**
 * The declarations that name packages of a format, in versions that the actor may read, those of the newest version first; a
 * list for each name.
 */
export function dependentListQuery(core: Core, actor: Actor, format: string, normalizedNames: readonly string[]): ListQuery {
  return {
    from: 'dependency d JOIN version v ON v.id = d.version_id JOIN package p ON p.id = v.package_id JOIN namespace n ON n.id = p.namespace_id',
    where: [{ sql: 'd.format = ?', parameters: [format] }, isLiveVersion, isLivePackage, readablePackages(actor, core.database.dialect)],
    order: [
      { sql: 'd.version_id', direction: 'DESC' },
      { sql: 'd.position', direction: 'ASC' },
    ],
    select: columns,
    key: 'd.version_id AS version_id, d.position AS position',
    row: 'JOIN dependency d ON d.version_id = hit.version_id AND d.position = hit.position',
    parent: { sql: 'd.normalized_name', ids: normalizedNames },
  };
}
