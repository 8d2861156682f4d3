import type { Condition } from '../db/condition.ts';
import type { Dialect } from '../db/dialect.ts';
import { likeEscape } from '../db/like.ts';
import { InvalidInput } from '../errors.ts';

const maxStars = 8;

/**
 * Whether a name matches a pattern in which `*` stands for any text, also none; everything else means itself, case and all.
 * Takes time in proportion to the name, whatever the pattern.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let from = first.length;
  for (const part of rest) {
    const at = name.indexOf(part, from);
    if (at === -1 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}

/** The same rule as {@link matchesPattern} in SQL. */
export function matchesPatternSql(dialect: Dialect, column: string, pattern: string): Condition {
  // SQLite's LIKE folds case; its GLOB does not, but takes `?` and `[` as well.
  if (dialect === 'sqlite') return { sql: `${column} GLOB ?`, parameters: [pattern.replace(/[?[]/g, '[$&]')] };
  return { sql: `${column} LIKE ? ${likeEscape}`, parameters: [pattern.replace(/[!%_]/g, '!$&').replaceAll('*', '%')] };
}

/**
 * Throws InvalidInput where a pattern is empty, too long or all too dear to look for, or has what no name can have and databases read
 * each in their own way: halves of characters and control characters.
 */
export function checkPattern(field: string, pattern: string): void {
  if (!pattern.isWellFormed() || /\p{Cc}/u.test(pattern)) throw new InvalidInput(field, 'A pattern has no control characters and no halves of characters.');
  if (pattern === '' || pattern.length > 255 || pattern.split('*').length > maxStars + 1) {
    throw new InvalidInput(field, `A pattern has 1 to 255 characters, at most ${maxStars} of them "*", which stands for any text.`);
  }
}
