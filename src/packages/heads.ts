import type { Node, Subject } from '../access/decide.ts';
import type { Visibility } from '../db/tables/namespace.ts';
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

type Waiting = { promise: Promise<PackageHead[]>; resolve: (heads: PackageHead[]) => void; reject: (error: unknown) => void };

/**
 * Reads all packages of a (format, name), oldest claim first, from whichever namespaces. Every call sees what was
 * committed before it: calls of the same turn of the event loop share one statement, nothing is remembered.
 */
export class PackageHeads {
  readonly #database: Database;
  readonly #waiting = new Map<string, Map<string, Waiting>>();

  constructor(database: Database) {
    this.#database = database;
  }

  list(format: string, normalizedName: string): Promise<PackageHead[]> {
    let names = this.#waiting.get(format);
    if (!names) {
      names = new Map();
      if (this.#waiting.size === 0) setImmediate(() => this.#flush());
      this.#waiting.set(format, names);
    }
    let waiting = names.get(normalizedName);
    if (!waiting) {
      waiting = Promise.withResolvers<PackageHead[]>();
      names.set(normalizedName, waiting);
    }
    return waiting.promise;
  }

  #flush(): void {
    const batches = [...this.#waiting];
    this.#waiting.clear();
    for (const [format, names] of batches) void this.#load(format, names);
  }

  async #load(format: string, names: Map<string, Waiting>): Promise<void> {
    try {
      const rows = await this.#select(format, [...names.keys()]);
      const byName = Map.groupBy(rows, (row) => row.normalized_name);
      for (const [name, { resolve }] of names) resolve((byName.get(name) ?? []).map(headOf));
    } catch (error) {
      for (const { reject } of names.values()) reject(error);
    }
  }

  #select(format: string, names: string[]): Promise<HeadRow[]> {
    // Lists are filled up to a power of two, so that there are few different statements to prepare.
    const size = 2 ** Math.ceil(Math.log2(names.length));
    const list = [...names, ...Array<string>(size - names.length).fill(names[0] ?? '')];
    return this.#database.reads.query(
      `SELECT ${headColumns} FROM package p JOIN namespace n ON n.id = p.namespace_id ` +
        `WHERE p.format = ? AND p.normalized_name IN (${list.map(() => '?').join(', ')}) ORDER BY p.created_at, p.id`,
      [format, ...list],
    );
  }
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
