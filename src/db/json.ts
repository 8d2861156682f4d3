import type { Condition } from './condition.ts';
import type { Dialect } from './dialect.ts';

/**
 * Whether a member of the JSON object in a text column is this value, or is a list that has it. The member is the caller's own word, of
 * letters and digits alone, and goes into the statement as it is.
 */
export function jsonMemberIs(dialect: Dialect, column: string, member: string, value: true | string): Condition {
  if (!/^[A-Za-z0-9]+$/.test(member)) throw new Error(`"${member}" cannot be looked for`);
  const path = `'$.${member}'`;
  if (dialect === 'mysql') return { sql: `COALESCE(JSON_CONTAINS(${column}, ?, ${path}), 0) = 1`, parameters: [JSON.stringify(value)] };
  const each = `EXISTS (SELECT 1 FROM json_each(${column}, ${path}) j WHERE j.type =`;
  return value === true ? { sql: `${each} 'true')`, parameters: [] } : { sql: `${each} 'text' AND j.value = ?)`, parameters: [value] };
}
