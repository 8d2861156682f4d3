/** The JSON text of a value that has one. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value);
}

/**
 * A JSON object of members whose values are JSON text already. Names may be anything, `__proto__` included, and keep their order,
 * which plain objects don't do for names that look like numbers.
 */
export function jsonMembers(members: readonly (readonly [name: string, valueText: string])[]): string {
  let text = '';
  for (const [name, valueText] of members) text += `${text === '' ? '{' : ','}${JSON.stringify(name)}:${valueText}`;
  return text === '' ? '{}' : `${text}}`;
}
