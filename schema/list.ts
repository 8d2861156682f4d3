import type { GraphQLResolveInfo } from 'graphql';
import { countRows, type ListQuery, listPages, type PageOfRows } from '../src/db/keyset.ts';
import { type Connection, connectionOf, type PageArguments, pageOf } from './connection.ts';
import { type Context, loaderOf } from './context.ts';
import { asksForRowField } from './selection.ts';

/** A list that every parent of a kind has, with the arguments of its field. */
export interface ParentList<Parent, Arguments, Row> {
  /** Unique among the lists of the schema. */
  name: string;
  idOf: (parent: Parent) => string;
  /** The lists of several parents in one query. */
  query: (context: Context, parents: readonly Parent[], args: Arguments) => ListQuery;
  /** Name of the order: a cursor is good for one order only. */
  orderName: (args: Arguments) => string;
  positionOf: (args: Arguments, row: Row) => readonly (string | number)[];
  /**
   * A field of the rows that is loaded with them where the operation asks for it, so that its resolver has it at hand: a promise
   * for each of some thousand rows costs more than the rows.
   */
  ahead?: { field: string; load: (context: Context, rows: readonly Row[]) => Promise<void> };
}

/**
 * Defines a list that is read for all parents at once: fields of the same arguments, in whatever places of an operation, share one
 * statement, and so do their counts.
 */
export function defineList<Parent, Arguments, Row>({ name, idOf, query, orderName, positionOf, ahead }: ParentList<Parent, Arguments, Row>) {
  return function list(context: Context, parent: Parent, args: Arguments & PageArguments, info: GraphQLResolveInfo): Promise<Connection<Row>> {
    const order = orderName(args);
    const page = pageOf(args, order);
    const isAhead = ahead !== undefined && asksForRowField(info, ahead.field);
    const signature = `${name} ${isAhead} ${JSON.stringify(args)}`;
    const { reads } = context.core.database;
    const pages = loaderOf<Parent, PageOfRows<Row>>(context, signature, loadPages, idOf);
    const definition = { orderName: order, positionOf: (row: Row) => positionOf(args, row) };
    return pages.load(parent).then((found) => connectionOf(found ?? { rows: [], hasMore: false }, page, definition, countAll));

    async function loadPages(_context: Context, parents: readonly Parent[]): Promise<Map<string, PageOfRows<Row>>> {
      const found = await byParent(parents, (all) => listPages<Row>(reads, all, page));
      if (isAhead) await ahead.load(context, [...found.values()].flatMap(({ rows }) => rows));
      return found;
    }

    async function countAll(): Promise<number> {
      const counts = loaderOf<Parent, number>(
        context,
        `count ${name} ${JSON.stringify({ ...args, first: 0, last: 0, after: 0, before: 0 })}`,
        (_context, parents) => byParent(parents, (all) => countRows(reads, all)),
        idOf,
      );
      return (await counts.load(parent)) ?? 0;
    }

    async function byParent<Value>(parents: readonly Parent[], read: (all: ListQuery) => Promise<Map<string, Value>>): Promise<Map<string, Value>> {
      const all = query(context, parents, args);
      const values = await read(all);
      const [first] = parents;
      // A query for one parent may do without naming it.
      return all.parent || first === undefined ? values : new Map([...values.values()].map((value) => [idOf(first), value]));
    }
  };
}
