import { InvalidInput } from '../errors.ts';
import { bytesOfText, type Dialect } from './dialect.ts';
import { containing, likeEscape } from './like.ts';

const maxFragment = 255;

/** A value bound to a `?`. */
export type Parameter = string | number;

/** A piece of a WHERE clause with its parameters. */
export interface Condition {
  sql: string;
  parameters: readonly Parameter[];
}

/**
 * `column IN (?, …)`, never empty. Lists are filled up to a power of two by repeating the first value, so that there are
 * few different statements to prepare.
 */
export function isIn(column: string, values: readonly Parameter[]): Condition {
  const [first] = values;
  if (first === undefined) return { sql: '1 = 0', parameters: [] };
  if (values.length === 1) return { sql: `${column} = ?`, parameters: [first] };
  const size = 2 ** Math.ceil(Math.log2(values.length));
  const parameters = [...values, ...Array<Parameter>(size - values.length).fill(first)];
  return { sql: `${column} IN (${parameters.map(() => '?').join(', ')})`, parameters };
}

/**
 * Whether a text column contains the fragment, whatever the case of its ASCII letters; `%` and `_` mean themselves. Throws
 * InvalidInput where the fragment is longer than anything that is searched for.
 */
export function containsText(dialect: Dialect, column: string, fragment: string): Condition {
  if (fragment.length > maxFragment) throw new InvalidInput('filter', `A text to search for has at most ${maxFragment} characters.`);
  return { sql: `LOWER(${column}) LIKE ${bytesOfText(dialect)} ${likeEscape}`, parameters: [containing(fragment.toLowerCase())] };
}

/**
 * Whether the namespace row called `alias` is the node of that lineage or below it. As a range, since LIKE takes the `_` of ids for any
 * character and so has no use for the index.
 */
export function subtreeOf(alias: string, lineage: string): Condition {
  // The character that follows the final `/` in ASCII.
  return { sql: `${alias}.lineage >= ? AND ${alias}.lineage < ?`, parameters: [lineage, `${lineage.slice(0, -1)}0`] };
}

/** ` WHERE a AND b` with the parameters of both; nothing where there are no conditions. */
export function whereAll(conditions: readonly Condition[]): { sql: string; parameters: Parameter[] } {
  if (conditions.length === 0) return { sql: '', parameters: [] };
  return {
    sql: ` WHERE ${conditions.map(({ sql }) => `(${sql})`).join(' AND ')}`,
    parameters: conditions.flatMap(({ parameters }) => parameters),
  };
}
