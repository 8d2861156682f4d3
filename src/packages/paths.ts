import type { Actor } from '../access/actor.ts';
import { checkServed } from '../access/disabled-formats.ts';
import { readablePackages } from '../access/visible-nodes.ts';
import type { Core } from '../core.ts';
import type { Format } from '../formats/format.ts';
import { getVisibleNamespace } from '../namespaces/read.ts';

/**
 * The packages of a format that the actor may read, each as the path of its namespace and its name behind it, in the order of their bytes. Those behind `after`,
 * which need not be there. It costs a look at every package of the format. Throws Forbidden where the format is switched off.
 */
export async function listPackagePaths(core: Core, actor: Actor, format: Format, { after = '', limit }: { after?: string; limit: number }): Promise<string[]> {
  checkServed(actor, await getVisibleNamespace(core, actor, ''), format.id);
  const readable = readablePackages(actor, core.database.dialect);
  const path = "CASE WHEN n.path = '' THEN p.name ELSE CONCAT(n.path, '/', p.name) END";
  const rows: { location: string }[] = await core.database.reads.query(
    `SELECT ${path} AS location FROM package p JOIN namespace n ON n.id = p.namespace_id WHERE p.format = ? AND p.deleted_at IS NULL AND ${readable.sql} AND ${path} > ? ORDER BY location LIMIT ?`,
    [format.id, ...readable.parameters, after, limit],
  );
  return rows.map((row) => row.location);
}
