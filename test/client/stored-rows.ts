import type { Registry } from '../support/app.ts';

/** A row without what names it. */
export type StoredRow = Record<string, unknown>;

/** Columns that say which row it is, and when it came; the rest must be the same. */
const ownColumns = /^(id|seq|place|address|(?!published_by|actor).*_id|.*_at)$/;

const queries = {
  package: 'SELECT p.* FROM package p WHERE p.id = ?',
  version: 'SELECT v.* FROM version v WHERE v.package_id = ?',
  file: 'SELECT f.* FROM file f JOIN version v ON v.id = f.version_id WHERE v.package_id = ? ORDER BY f.name',
  dependency: 'SELECT d.* FROM dependency d JOIN version v ON v.id = d.version_id WHERE v.package_id = ? ORDER BY d.position',
  tag: 'SELECT t.* FROM tag t WHERE t.package_id = ? ORDER BY t.name',
  event: 'SELECT e.* FROM event e WHERE e.package_id = ? ORDER BY e.type',
};

/** The rows of the one package of a namespace, by table. */
export type StoredRows = Record<keyof typeof queries, StoredRow[]>;

/** Everything that is stored of the one package of a namespace, without what names the rows: the same by whatever way it was published. */
export async function storedRows({ core }: Registry, path: string): Promise<StoredRows> {
  const { reads } = core.database;
  const [found]: { id: string }[] = await reads.query('SELECT p.id FROM package p JOIN namespace n ON n.id = p.namespace_id WHERE n.path = ?', [path]);
  const entries = Object.entries(queries).map(async ([table, sql]): Promise<[string, StoredRow[]]> => {
    const rows: StoredRow[] = await reads.query(sql, [found?.id]);
    return [table, rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !ownColumns.test(column))))];
  });
  return Object.fromEntries(await Promise.all(entries)) as StoredRows;
}

/** How many rows each table has: that two lists are the same must not come from there being nothing in them. */
export function countRows(rows: Partial<StoredRows>): Record<string, number> {
  return Object.fromEntries(Object.entries(rows).map(([table, { length }]) => [table, length]));
}

/** Columns of the version that are empty. */
export function emptyColumns({ version: [row = {}] }: Pick<StoredRows, 'version'>): string[] {
  return Object.entries(row).filter(([, value]) => value === null || value === '' || value === '[]' || value === '{}').map(([column]) => column).sort();
}
