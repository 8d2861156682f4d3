import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import type { Parameter } from '../db/condition.ts';
import { forUpdate, placeholders } from '../db/upsert.ts';
import { record } from '../events/record.ts';
import { keepDownloads } from '../packages/keep-downloads.ts';
import { restorableUntilSql } from '../packages/restorable.ts';
import { beginGrace } from './adopt.ts';

const batch = 200;

/** What a purge has removed. */
export interface PurgeReport {
  purgedFiles: number;
  purgedVersions: number;
}

/** In SQL: the rows called `alias`, in a namespace `n`, whose time to be restored is over. */
interface Due {
  sql: (alias: string) => string;
  parameters: readonly Parameter[];
}

/**
 * Removes the rows of files and versions whose time to be restored is over, as their namespace sets it, or with `retentionMs` that long
 * after they were deleted. Their content goes with the sweep, after its grace. Packages stay as tombstones, so that their names stay claimed, and so do
 * sums of their downloads.
 */
export async function purgeDeleted(core: Core, now: number, retentionMs?: number): Promise<PurgeReport> {
  const due: Due =
    retentionMs === undefined
      ? // The first half is what the index knows.
        { sql: (alias) => `${alias}.deleted_at <= ? AND ${restorableUntilSql(alias)} <= ?`, parameters: [now, now] }
      : { sql: (alias) => `${alias}.deleted_at <= ?`, parameters: [now - retentionMs] };
  const purgedVersions = await purge(core, 'version', due, now);
  const purgedFiles = await purge(core, 'file', due, now);
  return { purgedFiles, purgedVersions };
}

const sources = {
  version: { alias: 'v', from: 'version v' },
  file: { alias: 'f', from: 'file f JOIN version v ON v.id = f.version_id' },
} as const;

type Kind = keyof typeof sources;

/** Goes through what is due by the index of when it was deleted, and purges package by package. */
async function purge(core: Core, kind: Kind, due: Due, now: number): Promise<number> {
  const { alias, from } = sources[kind];
  let count = 0;
  let after = { deletedAt: 0, id: '' };
  for (;;) {
    const rows: { id: string; deletedAt: number; packageId: string }[] = await core.database.reads.query(
      `SELECT ${alias}.id AS id, ${alias}.deleted_at AS deletedAt, v.package_id AS packageId FROM ${from} JOIN package p ON p.id = v.package_id JOIN namespace n ON n.id = p.namespace_id ` +
        `WHERE ${due.sql(alias)} AND ${alias}.tombstone <> '' AND ${alias}.deleted_at >= ? AND (${alias}.deleted_at > ? OR ${alias}.id > ?) ` +
        `ORDER BY ${alias}.deleted_at, ${alias}.id LIMIT ${batch}`,
      [...due.parameters, after.deletedAt, after.deletedAt, after.id],
    );
    const last = rows.at(-1);
    if (!last) return count;
    after = last;
    for (const packageId of new Set(rows.map((row) => row.packageId))) count += await purgePackage(core, packageId, kind, due, now);
  }
}

async function purgePackage(core: Core, packageId: string, kind: Kind, due: Due, now: number): Promise<number> {
  let count = 0;
  for (;;) {
    const purged = await core.database.tx((tx) => purgeBatch(tx, packageId, kind, due, now));
    count += purged;
    if (purged < batch) return count;
  }
}

interface DueRow {
  id: string;
  version: string;
  fileName: string | null;
  namespaceId: string;
  format: string;
  name: string;
}

/** Under the package's lock, which a restore takes, too, it is judged once more what is due. */
async function purgeBatch(tx: EntityManager, packageId: string, kind: Kind, due: Due, now: number): Promise<number> {
  const { alias, from } = sources[kind];
  await tx.query(`SELECT id FROM package WHERE id = ?${forUpdate(tx)}`, [packageId]);
  const rows: DueRow[] = await tx.query(
    `SELECT ${alias}.id AS id, v.version AS version, ${kind === 'file' ? 'f.name' : 'NULL'} AS fileName, p.namespace_id AS namespaceId, p.format AS format, p.name AS name ` +
      `FROM ${from} JOIN package p ON p.id = v.package_id JOIN namespace n ON n.id = p.namespace_id ` +
      `WHERE v.package_id = ? AND ${due.sql(alias)} AND ${alias}.tombstone <> '' ORDER BY ${alias}.id LIMIT ${batch}`,
    [packageId, ...due.parameters],
  );
  const [first] = rows;
  if (!first) return 0;
  const ids = rows.map(({ id }) => id);
  const list = placeholders(ids);
  const contents: { sha256: string }[] = await tx.query(`SELECT sha256 FROM file WHERE ${kind === 'version' ? 'version_id' : 'id'} IN (${list})`, ids);
  await beginGrace(tx, contents.map(({ sha256 }) => sha256), now);
  if (kind === 'version') await tx.query(`DELETE FROM file WHERE version_id IN (${list})`, ids);
  await tx.query(`DELETE FROM ${kind} WHERE id IN (${list})`, ids);
  await keepDownloads(tx, kind, ids);
  const what = kind === 'version' ? { versions: rows.map(({ version }) => version) } : { files: rows.map(({ version, fileName }) => ({ version, file: fileName })) };
  const payload = { format: first.format, name: first.name, ...what };
  await record(tx, { type: 'PURGED', namespaceId: first.namespaceId, packageId, actor: undefined, occurredAt: now, payload });
  return rows.length;
}
