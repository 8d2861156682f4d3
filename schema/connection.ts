import type { EntityManager } from 'typeorm';
import type { Parameter } from '../src/db/condition.ts';
import { countRows, type ListQuery, listPages, type Page, type PageOfRows } from '../src/db/keyset.ts';
import { InvalidInput } from '../src/errors.ts';
import { defaultPageSize, maxPageSize } from './builder.ts';
import { readCursor, writeCursor } from './cursor.ts';

/** The arguments of every list, as Relay defines them (https://relay.dev/graphql/connections.htm). */
export interface PageArguments {
  first?: number | null | undefined;
  last?: number | null | undefined;
  after?: string | null | undefined;
  before?: string | null | undefined;
}

/** A page of a list as the Connection types read it; what is not asked for is not made. */
export interface Connection<Row> {
  nodes: Row[];
  edges: { node: Row; cursor: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  /** Rows of the whole list. */
  countAll: () => Promise<number>;
}

/** How the rows of a list are found and told apart. */
export interface ListDefinition<Row> {
  /** Name of the order: a cursor is good for one order only. */
  orderName: string;
  positionOf: (row: Row) => readonly Parameter[];
}

/** Reads the arguments; throws InvalidInput. */
export function pageOf(args: PageArguments, orderName: string): Page {
  const { first, last, after, before } = args;
  if (typeof first === 'number' && typeof last === 'number') throw new InvalidInput('last', 'Ask for the first or the last rows of a list, not for both.');
  for (const [field, size] of Object.entries({ first, last })) {
    if (typeof size === 'number' && (size < 0 || size > maxPageSize)) {
      throw new InvalidInput(field, `A page has 0 to ${maxPageSize} rows; read on from its last cursor.`);
    }
  }
  return {
    limit: last ?? first ?? defaultPageSize,
    backward: typeof last === 'number',
    after: typeof after === 'string' ? readCursor(after, orderName, 'after') : undefined,
    before: typeof before === 'string' ? readCursor(before, orderName, 'before') : undefined,
  };
}

/** A row whose cursor is made when it is asked for: most readers want the last one only, if any. */
class Edge<Row> {
  readonly node: Row;
  readonly #cursorOf: (row: Row) => string;

  constructor(node: Row, cursorOf: (row: Row) => string) {
    this.node = node;
    this.#cursorOf = cursorOf;
  }

  get cursor(): string {
    return this.#cursorOf(this.node);
  }
}

/** Makes a page into a connection. */
export function connectionOf<Row>({ rows, hasMore }: PageOfRows<Row>, page: Page, list: ListDefinition<Row>, countAll: () => Promise<number>): Connection<Row> {
  const cursorOf = (row: Row) => writeCursor(list.orderName, list.positionOf(row));
  const cursorAt = (at: number) => {
    const row = rows.at(at);
    return row === undefined ? null : cursorOf(row);
  };
  return {
    nodes: rows,
    get edges() {
      return rows.map((node) => new Edge(node, cursorOf));
    },
    pageInfo: {
      hasNextPage: page.backward ? page.before !== undefined : hasMore,
      hasPreviousPage: page.backward ? hasMore : page.after !== undefined,
      get startCursor() {
        return cursorAt(0);
      },
      get endCursor() {
        return cursorAt(-1);
      },
    },
    countAll,
  };
}

/** The one list of a query without parents. */
export async function listConnection<Row>(reads: EntityManager, query: ListQuery, args: PageArguments, list: ListDefinition<Row>): Promise<Connection<Row>> {
  const page = pageOf(args, list.orderName);
  const pages = await listPages<Row>(reads, query, page);
  const [found = { rows: [], hasMore: false }] = pages.values();
  return connectionOf(found, page, list, async () => [...(await countRows(reads, query)).values()][0] ?? 0);
}

/** Cost of a list: its page size multiplies what is below it. */
export function listComplexity({ first, last }: PageArguments): { field: number; multiplier: number } {
  return { field: 1, multiplier: Math.max(1, last ?? first ?? defaultPageSize) };
}
