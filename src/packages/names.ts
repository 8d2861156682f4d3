import type { Actor } from '../access/actor.ts';
import { decide } from '../access/decide.ts';
import { checkServed } from '../access/disabled-formats.ts';
import { readablePackages } from '../access/visible-nodes.ts';
import type { Core } from '../core.ts';
import { subtreeOf, whereAll } from '../db/condition.ts';
import type { Format } from '../formats/format.ts';
import { getVisibleNamespace } from '../namespaces/read.ts';
import type { PackageHead } from './heads.ts';
import { findInView } from './view.ts';

/** Which names are wanted. */
export interface NamesInput {
  namespacePath: string;
  format: Format;
  /** What the normalised names begin with; default: all. */
  prefix?: string;
  /** Only names behind this one, which need not be there. */
  after?: string;
  /** How many at most, from 1. */
  limit: number;
}

/** A page of packages, by normalised name in the order of its code points. */
export interface NamesPage {
  heads: PackageHead[];
  /** What to go on after; undefined at the end of the list. A page may have fewer than `limit` packages and not be the last. */
  next: string | undefined;
}

/** Follows every name that begins with a prefix: no text has a higher character. */
const highest = '\u{10ffff}';

/**
 * The packages of a format that the actor may read at a namespace, each name once: the very package that `getPackageInView` gives for it. For
 * root indices, catalogues and listings. Read by name, never by counting, so a page costs the same anywhere and does not shift when names
 * come or go. Throws what getVisibleNamespace throws, and Forbidden where the format is switched off.
 */
export async function listNames(core: Core, actor: Actor, { namespacePath, format, prefix = '', after, limit }: NamesInput): Promise<NamesPage> {
  const namespace = await getVisibleNamespace(core, actor, namespacePath);
  checkServed(actor, namespace, format.id);
  const { sql, parameters } = whereAll([
    { sql: 'p.format = ? AND p.deleted_at IS NULL', parameters: [format.id] },
    readablePackages(actor, core.database.dialect),
    ...(namespacePath === '' ? [] : [subtreeOf('n', namespace.lineage)]),
    ...(prefix === '' ? [] : [{ sql: 'p.normalized_name >= ? AND p.normalized_name < ?', parameters: [prefix, prefix + highest] }]),
    ...(after === undefined ? [] : [{ sql: 'p.normalized_name > ?', parameters: [after] }]),
  ]);
  const rows: { name: string }[] = await core.database.reads.query(
    `SELECT DISTINCT p.normalized_name AS name FROM package p JOIN namespace n ON n.id = p.namespace_id${sql} ORDER BY p.normalized_name LIMIT ?`,
    [...parameters, limit + 1],
  );
  const names = rows.slice(0, limit).map(({ name }) => name);
  const heads = await Promise.all(names.map(async (name) => findInView(actor, namespacePath, await core.heads.list(format.id, name))));
  return {
    // Where an older package of the name stands before a readable one, the name does not mean the latter.
    heads: heads.filter((head) => head !== undefined).filter(({ node, subject }) => decide(actor, 'READ', node, subject).allowed),
    next: rows.length > limit ? names.at(-1) : undefined,
  };
}
