import type { Core } from '../core.ts';

/** Where a rule does not hold. */
export interface Violation {
  /** Of what it does not hold: the same each time that it is found, whatever is counted there meanwhile. */
  of: string;
  /** For people. */
  words: string;
}

/** Something that must hold of what is stored, whatever happens. */
export interface Rule {
  /** What holds, for people: `every file has its blob`. */
  title: string;
  /** Where it does not, in no order. */
  violations(core: Core): AsyncIterable<Violation>;
}

/** So many violations of one rule are told; a thousand more would say nothing new. */
export const mostOfRule = 1_000;

/** A rule in SQL: each row of the answer is a violation, of what its `id` names, told by `words`. */
export function sqlRule<Row extends { id: string | number }>(
  title: string,
  sql: string | ((core: Core) => { sql: string; parameters: (string | number)[] }),
  words: (row: Row) => string,
): Rule {
  return {
    title,
    async *violations(core) {
      const query = typeof sql === 'string' ? { sql, parameters: [] } : sql(core);
      const rows: Row[] = await core.database.reads.query(`${query.sql} LIMIT ${mostOfRule}`, query.parameters);
      for (const row of rows) yield { of: String(row.id), words: words(row) };
    },
  };
}
