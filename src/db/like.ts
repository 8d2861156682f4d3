/** Ends every LIKE, so that both databases take the same character as escape. */
export const likeEscape = "ESCAPE '!'";

/** A LIKE pattern (for `LIKE ? ESCAPE '!'`) of whatever contains `text`, taken literally. */
export function containing(text: string): string {
  return `%${literal(text)}%`;
}

/** A LIKE pattern of whatever begins with `text`, taken literally. */
export function beginningWith(text: string): string {
  return `${literal(text)}%`;
}

function literal(text: string): string {
  return text.replace(/[!%_]/g, '!$&');
}
