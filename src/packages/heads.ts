import type { Node, Subject } from '../access/decide.ts';
import type { Visibility } from '../db/tables/namespace.ts';
import { batched } from '../db/batch.ts';
import { isIn } from '../db/condition.ts';
import type { Database } from '../db/database.ts';

/** What a read needs to know of a package before anything else: whose it is, where it lives, and its revision. */
export interface PackageHead {
  id: string;
  name: string;
  revision: number;
  createdAt: number;
  updatedAt: number;
  isDeleted: boolean;
  namespaceId: string;
  node: Node & { path: string };
  /** What a decision on it needs. */
  subject: Required<Subject>;
}

/** A row of {@link headColumns}. */
export interface HeadRow {
  id: string;
  name: string;
  normalized_name: string;
  revision: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  namespace_id: string;
  path: string;
  lineage: string;
  visibility: Visibility;
  is_pull_open: number | boolean;
  disabled_formats: string;
  is_restricted: number | boolean;
  package_visibility: Visibility | null;
  format: string;
}

/** What a head is read from, of package `p` and its namespace `n`. */
export const headColumns =
  'p.id, p.name, p.normalized_name, p.revision, p.created_at, p.updated_at, p.deleted_at, p.namespace_id, p.format, p.is_restricted, p.visibility AS package_visibility, n.path, n.lineage, n.visibility, n.is_pull_open, n.disabled_formats';

interface Name {
  format: string;
  normalizedName: string;
}

/** A page of names in one statement. */
const maxNames = 512;

/**
 * Reads all packages of a (format, name), oldest claim first, from whichever namespaces. Every call sees what was
 * committed before it: calls that come together share one statement, nothing is remembered.
 */
export class PackageHeads {
  readonly #find: (name: Name) => Promise<PackageHead[] | undefined>;

  constructor(database: Database) {
    const idOf = ({ format, normalizedName }: Name) => `${format} ${normalizedName}`;
    this.#find = batched(idOf, async (names) => {
      const byFormat = [...Map.groupBy(names, ({ format }) => format)];
      const rows = await Promise.all(byFormat.map(([format, some]) => select(database, format, some.map(({ normalizedName }) => normalizedName))));
      return Map.groupBy(rows.flat().map(headOf), ({ subject }) => idOf(subject));
    }, maxNames);
  }

  async list(format: string, normalizedName: string): Promise<PackageHead[]> {
    return (await this.#find({ format, normalizedName })) ?? [];
  }
}

function select(database: Database, format: string, names: readonly string[]): Promise<HeadRow[]> {
  const { sql, parameters } = isIn('p.normalized_name', names);
  return database.reads.query(
    `SELECT ${headColumns} FROM package p JOIN namespace n ON n.id = p.namespace_id WHERE p.format = ? AND ${sql} ORDER BY p.created_at, p.id`,
    [format, ...parameters],
  );
}

/** The head that a row tells. */
export function headOf(row: HeadRow): PackageHead {
  return {
    id: row.id,
    name: row.name,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    isDeleted: row.deleted_at !== null,
    namespaceId: row.namespace_id,
    node: { path: row.path, lineage: row.lineage, visibility: row.visibility, isPullOpen: Boolean(row.is_pull_open), disabledFormats: row.disabled_formats },
    subject: {
      format: row.format,
      normalizedName: row.normalized_name,
      access: { id: row.id, isRestricted: Boolean(row.is_restricted), visibility: row.package_visibility },
    },
  };
}
