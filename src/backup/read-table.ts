import type { EntityManager } from 'typeorm';
import type { Parameter } from '../db/condition.ts';
import { type ListQuery, listPages } from '../db/keyset.ts';
import { isSqlite } from '../db/upsert.ts';
import type { Column, TableShape } from './columns.ts';

/** Rows that are read at a time at most. */
const mostRows = 1_000;
/** What they may have together of long texts, in bytes, unless it is a single row. */
const mostBytes = 4 * 1024 * 1024;

type Row = Record<string, unknown>;

/**
 * All rows of a table, some at a time, never more than a few megabytes of them whatever the table holds: where rows may be long it is asked
 * first how long the next ones are. Parents come before children, and events in the order in which they were written.
 */
export async function* readTable(reads: EntityManager, shape: TableShape): AsyncGenerator<Row[]> {
  const order = orderOf(reads, shape);
  const isLong = shape.columns.some((column) => column.isLong);
  const query = queryOf(shape, order, [...shape.columns.map(({ name }) => name), ...order]);
  for (let after: Parameter[] | undefined; ; ) {
    const limit = isLong ? await fittingRows(reads, shape, order, after) : mostRows;
    const { rows, hasMore } = await readPage<Row>(reads, query, limit, after);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (!hasMore || !last) return;
    after = order.map((name) => last[name] as Parameter);
  }
}

/** How many of the next rows fit into {@link mostBytes}; at least one. */
async function fittingRows(reads: EntityManager, shape: TableShape, order: readonly string[], after: Parameter[] | undefined): Promise<number> {
  const lengths = shape.columns.filter(({ isLong }) => isLong).map(({ name }: Column) => `COALESCE(OCTET_LENGTH(t.\`${name}\`), 0)`);
  const query = { ...queryOf(shape, order, []), select: `${lengths.join(' + ')} AS bytes` };
  const { rows } = await readPage<{ bytes: number }>(reads, query, mostRows, after);
  let bytes = 0;
  const overflowing = rows.findIndex((row) => (bytes += Number(row.bytes)) > mostBytes);
  return overflowing === -1 ? mostRows : Math.max(1, overflowing);
}

async function readPage<Found>(reads: EntityManager, query: ListQuery, limit: number, after: Parameter[] | undefined): Promise<{ rows: Found[]; hasMore: boolean }> {
  const pages = await listPages<Found>(reads, query, { limit, backward: false, after });
  return pages.get('') ?? { rows: [], hasMore: false };
}

function queryOf(shape: TableShape, order: readonly string[], columns: readonly string[]): ListQuery {
  const select = [...new Set(columns)].map((name) => `t.\`${name}\` AS \`${name}\``).join(', ');
  return { from: `\`${shape.name}\` t`, where: [], order: order.map((name) => ({ sql: `t.\`${name}\``, direction: 'ASC' })), select, key: '', row: '' };
}

/** The columns of a total order. */
function orderOf(reads: EntityManager, { name, columns }: TableShape): string[] {
  // A lineage begins with that of the parent.
  if (name === 'namespace') return ['lineage', 'id'];
  // Events that have no number yet get theirs in this order.
  if (name === 'event') return [isSqlite(reads) ? 'rowid' : 'place'];
  return columns.filter(({ isPrimary }) => isPrimary).map((column) => column.name);
}
