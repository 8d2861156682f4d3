import type { Actor } from '../../access/actor.ts';
import { readablePackages } from '../../access/visible-nodes.ts';
import type { Core } from '../../core.ts';
import { type Condition, isIn, whereAll } from '../../db/condition.ts';
import type { ListQuery } from '../../db/keyset.ts';
import type { BlobRow } from '../../db/tables/file.ts';
import { InvalidInput } from '../../errors.ts';
import { fileColumns, type FileRecord, isLiveFile, isLivePackage, isLiveVersion } from './records.ts';

const toNamespace = 'JOIN version v ON v.id = f.version_id JOIN package p ON p.id = v.package_id JOIN namespace n ON n.id = p.namespace_id';

/** Live files that the actor may read, by id. */
export async function loadFiles(core: Core, actor: Actor, ids: readonly string[]): Promise<Map<string, FileRecord>> {
  const { sql, parameters } = whereAll([isIn('f.id', ids), isLiveFile, isLiveVersion, isLivePackage, readablePackages(actor, core.database.dialect)]);
  const rows: FileRecord[] = await core.database.reads.query(`SELECT ${fileColumns} FROM file f ${toNamespace}${sql}`, parameters);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The files of versions, each version's by name. The caller has seen to it that the versions may be read. */
export async function loadFilesOfVersions(core: Core, versionIds: readonly string[]): Promise<Map<string, FileRecord[]>> {
  const { sql, parameters } = whereAll([isIn('f.version_id', versionIds), isLiveFile]);
  const rows: FileRecord[] = await core.database.reads.query(`SELECT ${fileColumns} FROM file f${sql} ORDER BY f.version_id, f.name`, parameters);
  return Map.groupBy(rows, ({ versionId }) => versionId);
}

/** Restricts files `f` to those with this content. Throws InvalidInput where it is no SHA-256 in hex, which MariaDB may refuse to compare. */
export function hasContent(sha256: string): Condition {
  if (!/^[0-9a-f]{64}$/i.test(sha256)) throw new InvalidInput('sha256', 'A SHA-256 has 64 hex digits.');
  return { sql: 'f.sha256 = ?', parameters: [sha256.toLowerCase()] };
}

/** Everywhere that this content appears and the actor may read, newest first. Throws what {@link hasContent} throws. */
export function contentListQuery(core: Core, actor: Actor, sha256: string): ListQuery {
  return {
    from: `file f ${toNamespace}`,
    where: [hasContent(sha256), isLiveFile, isLiveVersion, isLivePackage, readablePackages(actor, core.database.dialect)],
    order: [{ sql: 'f.id', direction: 'DESC' }],
    select: fileColumns,
    key: 'f.id AS id',
    row: 'JOIN file f ON f.id = hit.id',
  };
}

/** Digests and place of contents, by sha256. */
export type BlobRecord = Pick<BlobRow, 'sha256' | 'md5' | 'sha1' | 'sha512' | 'objectKey'>;

/** Contents by sha256. */
export async function loadBlobs(core: Core, sha256s: readonly string[]): Promise<Map<string, BlobRecord>> {
  const { sql, parameters } = whereAll([isIn('sha256', sha256s)]);
  const rows: BlobRecord[] = await core.database.reads.query(`SELECT sha256, md5, sha1, sha512, object_key AS objectKey FROM stored_blob${sql}`, parameters);
  return new Map(rows.map((row) => [row.sha256, row]));
}
