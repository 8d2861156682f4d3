import type { Actor } from '../access/actor.ts';
import { checkServed } from '../access/disabled-formats.ts';
import { readablePackages, servedOrNot } from '../access/visible-nodes.ts';
import type { Core } from '../core.ts';
import { type Condition, containsText, isIn, type Parameter, whereAll } from '../db/condition.ts';
import type { Dialect } from '../db/dialect.ts';
import { beginningWith, likeEscape } from '../db/like.ts';
import { placeholders } from '../db/upsert.ts';
import { getVisibleNamespace } from '../namespaces/read.ts';
import { isOffered, latestFirst, type VersionWish } from './offered.ts';

/** Where a text can be looked for: in what the package's latest version says, authors in any version. */
export type SearchField = 'name' | 'description' | 'keywords' | 'authors';

/** Best match first (the very name, then names that begin with the text, then the rest by name), or by something else. */
export type SearchOrder = 'relevance' | 'name' | 'downloads' | 'published';

export interface SearchInput extends VersionWish {
  namespacePath: string;
  format: string;
  /** Every word must stand in one of the fields; no words: all packages. */
  words: readonly string[];
  /** Where the words may stand; default: the name or the description. */
  fields?: readonly SearchField[];
  /** More texts, each of which must stand in a field of its own. */
  terms?: readonly { field: SearchField; text: string }[];
  /** Only packages with these names, normalised; default: any. */
  names?: readonly string[];
  /** Default: relevance. */
  order?: SearchOrder;
  /** The other way round; what is most downloaded or newest comes first without. */
  isReversed?: boolean;
  offset: number;
  limit: number;
}

/** A package found, with what its default tag's version (or else its latest), of those that are offered, says of itself. */
export interface FoundPackage {
  id: string;
  name: string;
  description: string | null;
  version: string;
  normalizedVersion: string;
  publishedAt: number;
  /** A user's name, or that of a token without one. */
  publishedBy: string | null;
  /** JSON texts. */
  keywords: string;
  authors: string;
  metadata: string;
  homepage: string | null;
  repositoryUrl: string | null;
  /** Of all its files together. */
  downloads: number;
}

/** A version that is offered, of a package found. */
export interface OfferedVersion {
  packageId: string;
  version: string;
  normalizedVersion: string;
}

/**
 * Packages of one format below a namespace that the actor may read and that have a version to offer, each name once: the one that
 * `getPackageInView` gives for it. `total` counts all that match. Throws what getVisibleNamespace throws, and Forbidden where the format is
 * switched off.
 */
export async function searchPackages(core: Core, actor: Actor, input: SearchInput): Promise<{ packages: FoundPackage[]; total: number }> {
  const { hits, order } = await matching(core, actor, input);
  const { reads } = core.database;
  const found: { id: string; total: number }[] = await reads.query(
    `SELECT hit.id, COUNT(*) OVER () AS total ${hits.sql} ORDER BY ${order.sql} LIMIT ? OFFSET ?`,
    [...hits.parameters, ...order.parameters, input.limit, input.offset],
  );
  // A page without rows tells how many there are only where it is the first.
  const tells = found.length > 0 || (input.offset === 0 && input.limit > 0);
  const [first = { total: 0 }] = tells ? found : await reads.query(`SELECT COUNT(*) AS total ${hits.sql}`, [...hits.parameters]);
  return { packages: await loadFound(core, input, found.map(({ id }) => id)), total: Number(first.total) };
}

/** As {@link searchPackages}, but every version that is offered is counted and listed by itself: those of one package together, oldest first. */
export async function searchVersions(core: Core, actor: Actor, input: SearchInput): Promise<{ versions: OfferedVersion[]; total: number }> {
  const { hits, order, offered } = await matching(core, actor, input);
  const { reads } = core.database;
  const from = `FROM (SELECT hit.* ${hits.sql}) hit JOIN version w ON w.package_id = hit.id WHERE ${offered.sql}`;
  const parameters = [...hits.parameters, ...offered.parameters];
  const [count] = await reads.query(`SELECT COUNT(*) AS total ${from}`, [...parameters]);
  const versions = await reads.query(
    `SELECT hit.id AS packageId, w.version, w.normalized_version AS normalizedVersion ${from} ORDER BY ${order.sql}, w.sort_key LIMIT ? OFFSET ?`,
    [...parameters, ...order.parameters, input.limit, input.offset],
  );
  return { versions, total: Number(count.total) };
}

/** The versions of packages that are offered, oldest first. The caller has seen to it that the actor may read them. */
export async function listOffered(core: Core, packageIds: readonly string[], wish: VersionWish): Promise<OfferedVersion[]> {
  const offered = isOffered(core.database.dialect, wish);
  const these = isIn('w.package_id', packageIds);
  return core.database.reads.query(
    `SELECT w.package_id AS packageId, w.version, w.normalized_version AS normalizedVersion FROM version w WHERE ${these.sql} AND ${offered.sql} ORDER BY w.package_id, w.sort_key`,
    [...these.parameters, ...offered.parameters],
  );
}

function downloadsOfPackage(alias: string): string {
  return `(SELECT COALESCE(SUM(f.download_count), 0) FROM version x JOIN file f ON f.version_id = x.id WHERE x.package_id = ${alias}.id AND x.tombstone = '' AND f.tombstone = '')`;
}

const tables = 'package p JOIN namespace n ON n.id = p.namespace_id';

/** Which packages match, as `FROM … hit WHERE …` with their id and normalized_name, and an order of those. */
async function matching(core: Core, actor: Actor, input: SearchInput): Promise<{ hits: Condition; order: Condition; offered: Condition }> {
  const { namespacePath, format, words, fields = ['name', 'description'], terms = [], names } = input;
  checkServed(actor, await getVisibleNamespace(core, actor, namespacePath), format);
  const { dialect } = core.database;
  const offered = isOffered(dialect, input);
  const texts = [...words.map((text) => fields.map((field) => stands(dialect, field, text, offered))), ...terms.map(({ field, text }) => [stands(dialect, field, text, offered)])].map(anyOf);
  const below = namespacePath === '' ? '%' : beginningWith(`${namespacePath}/`);
  const among = ({ sql, parameters }: Condition): Condition => ({ sql: `p.format = ? AND ${sql} AND (n.path = ? OR n.path LIKE ? ${likeEscape})`, parameters: [format, ...parameters, namespacePath, below] });
  const inView = among(readablePackages(actor, dialect));
  const claims = among(servedOrNot(actor, dialect));
  // As a value: for an EXISTS MariaDB may collect the packages of all versions there are, once for every search.
  const has = { sql: `(SELECT 1 FROM version w WHERE w.package_id = p.id AND ${offered.sql} LIMIT 1) = 1`, parameters: offered.parameters };
  // What leaves least comes first, and what asks for each package anew last.
  const { sql, parameters } = whereAll([{ sql: 'p.deleted_at IS NULL', parameters: [] }, ...(names ? [isIn('p.normalized_name', names)] : []), ...texts, inView, has]);
  // Below a top-level group every name is there once; where a view has several, the oldest claim is what the name means.
  const first = {
    sql: `NOT EXISTS (SELECT 1 FROM ${tables} WHERE p.normalized_name = hit.normalized_name AND (p.created_at < hit.created_at OR (p.created_at = hit.created_at AND p.id < hit.id)) AND ${claims.sql})`,
    parameters: claims.parameters,
  };
  const only = whereAll(namespacePath === '' ? [first] : []);
  // With a limit the inner one stays by itself: merged with the outer, MariaDB asks for older claims before it looks at any text.
  const hits = { sql: `FROM (SELECT p.id, p.normalized_name, p.created_at FROM ${tables}${sql} LIMIT ${Number.MAX_SAFE_INTEGER}) hit${only.sql}`, parameters: [...parameters, ...only.parameters] };
  return { hits, order: orderOf(input, offered), offered };
}

function orderOf({ order = 'relevance', isReversed = false, words }: SearchInput, offered: Condition): Condition {
  const way = isReversed === (order === 'downloads' || order === 'published') ? '' : ' DESC';
  const name = `hit.normalized_name${order === 'name' ? way : ''}, hit.id`;
  if (order === 'name') return { sql: name, parameters: [] };
  if (order === 'downloads') return { sql: `${downloadsOfPackage('hit')}${way}, ${name}`, parameters: [] };
  if (order === 'published') return { sql: `(SELECT MAX(w.published_at) FROM version w WHERE w.package_id = hit.id AND ${offered.sql})${way}, ${name}`, parameters: offered.parameters };
  const text = words.join(' ').toLowerCase();
  const rank = `CASE WHEN hit.normalized_name = ? THEN 0 WHEN hit.normalized_name LIKE ? ${likeEscape} THEN 1 ELSE 2 END`;
  return { sql: `${rank}${way}, ${name}`, parameters: [text, beginningWith(text)] };
}

function stands(dialect: Dialect, field: SearchField, text: string, offered: Condition): Condition {
  if (field !== 'authors') return containsText(dialect, `p.${field}`, text);
  const { sql, parameters } = containsText(dialect, `w.${field}`, text);
  // The text first: few have it, and to read a format's metadata takes longer.
  return { sql: `EXISTS (SELECT 1 FROM version w WHERE w.package_id = p.id AND ${sql} AND ${offered.sql})`, parameters: [...parameters, ...offered.parameters] };
}

function anyOf(conditions: readonly Condition[]): Condition {
  const parameters: Parameter[] = conditions.flatMap((condition) => condition.parameters);
  return { sql: `(${conditions.map(({ sql }) => sql).join(' OR ')})`, parameters };
}

/** In the order of the ids; packages that lost their last version meanwhile are left out. */
async function loadFound(core: Core, { format, ...wish }: SearchInput, ids: string[]): Promise<FoundPackage[]> {
  if (ids.length === 0) return [];
  const { dialect, reads } = core.database;
  const defaultTag = core.formats.get(format).defaultTag ?? '';
  const offered = isOffered(dialect, wish);
  const rows: FoundPackage[] = await reads.query(
    'SELECT p.id, p.name, v.description, v.version, v.normalized_version AS normalizedVersion, v.published_at AS publishedAt, COALESCE(u.username, a.name) AS publishedBy, ' +
      `v.keywords, v.authors, v.metadata, v.homepage, v.repository_url AS repositoryUrl, ${downloadsOfPackage('p')} AS downloads ` +
      'FROM package p JOIN version v ON v.id = COALESCE((SELECT w.id FROM tag t JOIN version w ON w.id = t.version_id ' +
      `WHERE t.package_id = p.id AND t.name = ? AND ${offered.sql}), (SELECT w.id FROM version w WHERE w.package_id = p.id ` +
      `AND ${offered.sql} ORDER BY ${latestFirst(wish)} LIMIT 1)) ` +
      `LEFT JOIN user u ON u.id = v.published_by_id LEFT JOIN access_token a ON a.id = v.published_by_id WHERE p.id IN (${placeholders(ids)})`,
    [defaultTag, ...offered.parameters, ...offered.parameters, ...ids],
  );
  const byId = new Map(rows.map((row) => [row.id, { ...row, downloads: Number(row.downloads) }]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
