import type { Core } from '../core.ts';

/** Something that must hold of what is stored, whatever happens. */
export interface Rule {
  /** What holds, for people: `every file has its blob`. */
  title: string;
  /** Where it does not, each in words that are the same when it is found once more; in no order. */
  violations(core: Core): AsyncIterable<string>;
}

/** A rule in SQL: each row of the answer is a violation, told by `words`. */
export function sqlRule<Row>(title: string, sql: string | ((core: Core) => { sql: string; parameters: (string | number)[] }), words: (row: Row) => string): Rule {
  return {
    title,
    async *violations(core) {
      const query = typeof sql === 'string' ? { sql, parameters: [] } : sql(core);
      const rows: Row[] = await core.database.reads.query(`${query.sql} LIMIT ${mostOfRule}`, query.parameters);
      for (const row of rows) yield words(row);
    },
  };
}

/** So many violations of one rule are told; a thousand more would say nothing new. */
export const mostOfRule = 1_000;
