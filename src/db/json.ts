import type { Condition } from './condition.ts';
import type { Dialect } from './dialect.ts';

/**
 * Whether a member of the JSON object in a text column is this value, or is a list that has it. The member is the caller's own word, of
 * letters and digits alone, and goes into the statement as it is.
 */
export function jsonMemberIs(dialect: Dialect, column: string, member: string, value: true | string): Condition {
  const path = pathOf(member);
  if (dialect === 'mysql') return { sql: `COALESCE(JSON_CONTAINS(${column}, ?, ${path}), 0) = 1`, parameters: [JSON.stringify(value)] };
  const each = `EXISTS (SELECT 1 FROM json_each(${column}, ${path}) j WHERE j.type =`;
  return value === true ? { sql: `${each} 'true')`, parameters: [] } : { sql: `${each} 'text' AND j.value = ?)`, parameters: [value] };
}

/**
 * Some members of the JSON object in a text column, as the text of a JSON object of their own; null for those that it does not have. What else it has, however much, stays
 * in the database. The members are the caller's own words, as above.
 */
export function jsonMembers(column: string, members: readonly string[]): string {
  const pairs = members.map((member) => `'${member}', JSON_EXTRACT(${column}, ${pathOf(member)})`);
  // As text, since one driver would read JSON itself, and the other not.
  return `CAST(JSON_OBJECT(${pairs.join(', ')}) AS CHAR)`;
}

function pathOf(member: string): string {
  if (!/^[A-Za-z0-9]+$/.test(member)) throw new Error(`"${member}" cannot be looked for`);
  return `'$.${member}'`;
}
