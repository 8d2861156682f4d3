import type { EntityManager } from 'typeorm';
import { InvalidInput } from '../errors.ts';
import { type Condition, isIn, type Parameter, whereAll } from './condition.ts';
import { isIncomparableText } from './driver-errors.ts';

export type Direction = 'ASC' | 'DESC';

/** A column of the order of a list. */
export interface SortColumn {
  sql: string;
  direction: Direction;
}

/** Which part of a list is wanted. A position is the values of the order's columns in one row. */
export interface Page {
  limit: number;
  /** Whether it is the last rows that are wanted, not the first. */
  backward: boolean;
  after?: readonly Parameter[] | undefined;
  before?: readonly Parameter[] | undefined;
}

/** A list, or one list for each of several parents. */
export interface ListQuery {
  /** Tables and joins. */
  from: string;
  where: readonly Condition[];
  /** A total order: the last column is unique. */
  order: readonly SortColumn[];
  /** Columns of the result, each with its alias; only of the table that `row` joins. */
  select: string;
  /** Key of a row, each column with an alias, and the join that finds the row by it again from `hit`. */
  key: string;
  row: string;
  /** The column that tells whose list a row is in. */
  parent?: { sql: string; ids: readonly string[] };
}

/** The rows of a page in the list's order, and whether there are more beyond its end (its start, if it is read backward). */
export interface PageOfRows<Row> {
  rows: Row[];
  hasMore: boolean;
}

/**
 * Reads a page by its position, never by counting rows, so that it costs the same anywhere in the list and does not shift when
 * rows come or go. For several parents it is one statement, too: the same page of each one's list. Throws InvalidInput for a position
 * that no row of it can have.
 */
export async function listPages<Row>(reads: EntityManager, query: ListQuery, page: Page): Promise<Map<string, PageOfRows<Row>>> {
  try {
    return await readPages<Row>(reads, query, page);
  } catch (error) {
    const forged = (['after', 'before'] as const).find((bound) => page[bound]?.some((value) => /[^\x00-\x7f]/.test(String(value))));
    throw forged !== undefined && isIncomparableText(error) ? new InvalidInput(forged, 'This is no cursor of this list.') : error;
  }
}

async function readPages<Row>(reads: EntityManager, query: ListQuery, page: Page): Promise<Map<string, PageOfRows<Row>>> {
  const ids = query.parent?.ids ?? [''];
  const order = page.backward ? query.order.map(reversed) : query.order;
  const orderBy = order.map(({ sql, direction }) => `${sql} ${direction}`).join(', ');
  const { sql: where, parameters } = whereAll([...query.where, ...parentCondition(query), ...bounds(query.order, page)]);
  if (ids.length === 1) {
    const rows: Row[] = await reads.query(`SELECT ${query.select} FROM ${query.from}${where} ORDER BY ${orderBy} LIMIT ?`, [...parameters, page.limit + 1]);
    return new Map([[ids[0] ?? '', pageOf(rows, page)]]);
  }
  const parent = query.parent?.sql ?? '';
  const ranked =
    `SELECT ${query.key}, ${parent} AS parent_id, ROW_NUMBER() OVER (PARTITION BY ${parent} ORDER BY ${orderBy}) AS place ` +
    `FROM ${query.from}${where}`;
  const rows: (Row & { parentId: string })[] = await reads.query(
    `SELECT hit.parent_id AS parentId, ${query.select} FROM (${ranked}) hit ${query.row} WHERE hit.place <= ? ORDER BY hit.parent_id, hit.place`,
    [...parameters, page.limit + 1],
  );
  const byParent = Map.groupBy(rows, ({ parentId }) => parentId);
  return new Map(ids.map((id) => [id, pageOf<Row>(byParent.get(id) ?? [], page)]));
}

/** How many rows the lists have, by parent ('' without one), whatever the page. */
export async function countRows(reads: EntityManager, query: ListQuery): Promise<Map<string, number>> {
  const { sql: where, parameters } = whereAll([...query.where, ...parentCondition(query)]);
  const parent = query.parent;
  const rows: { parentId: string; total: number }[] = await reads.query(
    `SELECT ${parent ? parent.sql : "''"} AS parentId, COUNT(*) AS total FROM ${query.from}${where}${parent ? ` GROUP BY ${parent.sql}` : ''}`,
    parameters,
  );
  return new Map(rows.map(({ parentId, total }) => [parentId, Number(total)]));
}

function parentCondition({ parent }: ListQuery): Condition[] {
  return parent ? [isIn(parent.sql, parent.ids)] : [];
}

function bounds(order: readonly SortColumn[], page: Page): Condition[] {
  return [
    ...(page.after ? [beyond(order, page.after)] : []),
    ...(page.before ? [beyond(order.map(reversed), page.before)] : []),
  ];
}

/**
 * Rows that come after a position. `a >= ? AND (a > ? OR (a = ? AND …))` rather than a comparison of tuples, which MySQL does
 * not turn into a range of an index.
 */
function beyond(order: readonly SortColumn[], position: readonly Parameter[]): Condition {
  const [first, ...others] = order;
  const [value, ...rest] = position;
  if (!first || value === undefined) return { sql: '1 = 0', parameters: [] };
  const comparison = first.direction === 'ASC' ? '>' : '<';
  if (others.length === 0) return { sql: `${first.sql} ${comparison} ?`, parameters: [value] };
  const next = beyond(others, rest);
  return {
    sql: `${first.sql} ${comparison}= ? AND (${first.sql} ${comparison} ? OR (${next.sql}))`,
    parameters: [value, value, ...next.parameters],
  };
}

function reversed({ sql, direction }: SortColumn): SortColumn {
  return { sql, direction: direction === 'ASC' ? 'DESC' : 'ASC' };
}

function pageOf<Row>(found: Row[], { limit, backward }: Page): PageOfRows<Row> {
  const hasMore = found.length > limit;
  const rows = hasMore ? found.slice(0, limit) : found;
  return { rows: backward ? rows.reverse() : rows, hasMore };
}
