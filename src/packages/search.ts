import type { Actor } from '../access/actor.ts';
import { checkServed } from '../access/disabled-formats.ts';
import { readablePackages } from '../access/visible-nodes.ts';
import type { Core } from '../core.ts';
import { type Condition, containsText } from '../db/condition.ts';
import { beginningWith, likeEscape } from '../db/like.ts';
import { placeholders } from '../db/upsert.ts';
import { getVisibleNamespace } from '../namespaces/read.ts';
import { latestStatuses } from './summary.ts';

export interface SearchInput {
  namespacePath: string;
  format: string;
  /** Every word must stand in the name or the description; no words: all packages. */
  words: readonly string[];
  offset: number;
  limit: number;
}

/** A package found, with what its default tag's version (or else its latest) says of itself. */
export interface FoundPackage {
  id: string;
  name: string;
  description: string | null;
  version: string;
  publishedAt: number;
  /** A user's name, or that of a token without one. */
  publishedBy: string | null;
  /** JSON texts. */
  keywords: string;
  homepage: string | null;
  repositoryUrl: string | null;
}

/**
 * Packages of one format below a namespace that the actor may read, best match first: the very name, then names that
 * begin with the text, then the rest by name. Throws what getVisibleNamespace throws.
 */
export async function searchPackages(core: Core, actor: Actor, input: SearchInput): Promise<{ packages: FoundPackage[]; total: number }> {
  const { namespacePath, format, words, offset, limit } = input;
  checkServed(actor, await getVisibleNamespace(core, actor, namespacePath), format);
  const { reads } = core.database;
  const readable = readablePackages(actor, core.database.dialect);
  const matches = words.map((word) => either(containsText('p.name', word), containsText('p.description', word)));
  const from =
    'FROM package p JOIN namespace n ON n.id = p.namespace_id WHERE p.format = ? AND p.deleted_at IS NULL ' +
    `AND ${readable.sql} AND (n.path = ? OR n.path LIKE ? ${likeEscape})` +
    matches.map(({ sql }) => ` AND ${sql}`).join('');
  const below = namespacePath === '' ? '%' : beginningWith(`${namespacePath}/`);
  const parameters = [format, ...readable.parameters, namespacePath, below, ...matches.flatMap(({ parameters }) => parameters)];
  const text = words.join(' ').toLowerCase();
  const [count] = await reads.query(`SELECT COUNT(*) AS total ${from}`, parameters);
  const ids: { id: string }[] = await reads.query(
    `SELECT p.id ${from} ORDER BY CASE WHEN p.normalized_name = ? THEN 0 WHEN p.normalized_name LIKE ? ${likeEscape} THEN 1 ELSE 2 END, p.normalized_name, p.id LIMIT ${limit} OFFSET ${offset}`,
    [...parameters, text, beginningWith(text)],
  );
  return { packages: await loadFound(core, core.formats.get(format).defaultTag ?? '', ids.map(({ id }) => id)), total: Number(count.total) };
}

function either(a: Condition, b: Condition): Condition {
  return { sql: `(${a.sql} OR ${b.sql})`, parameters: [...a.parameters, ...b.parameters] };
}

/** In the order of the ids; packages without a version that counts as latest are left out. */
async function loadFound(core: Core, defaultTag: string, ids: string[]): Promise<FoundPackage[]> {
  if (ids.length === 0) return [];
  const rows: FoundPackage[] = await core.database.reads.query(
    'SELECT p.id, p.name, v.description, v.version, v.published_at AS publishedAt, COALESCE(u.username, a.name) AS publishedBy, v.keywords, v.homepage, v.repository_url AS repositoryUrl ' +
      `FROM package p JOIN version v ON v.id = COALESCE((SELECT x.id FROM tag t JOIN version x ON x.id = t.version_id ` +
      `WHERE t.package_id = p.id AND t.name = ? AND x.status IN (${latestStatuses})), (SELECT w.id FROM version w WHERE w.package_id = p.id AND w.tombstone = '' ` +
      `AND w.status IN (${latestStatuses}) ORDER BY w.is_prerelease, w.sort_key DESC LIMIT 1)) ` +
      `LEFT JOIN user u ON u.id = v.published_by_id LEFT JOIN access_token a ON a.id = v.published_by_id WHERE p.id IN (${placeholders(ids)})`,
    [defaultTag, ...ids],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
