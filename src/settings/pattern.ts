import { RE2JS, RE2JSSyntaxException } from 're2js';
import { InvalidInput } from '../errors.ts';

const maxLength = 255;
/** Steps of the compiled pattern: each costs time for every character of a name. */
const maxSteps = 1_000;
const maxCompiled = 500;

const compiled = new Map<string, RE2JS>();

/**
 * Whether a whole text matches a regular expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax), which takes time in
 * proportion to the text: no backtracking. The pattern has passed {@link checkRegex}.
 */
export function matchesRegex(pattern: string, text: string): boolean {
  return compile(pattern).matches(text);
}

/** Throws InvalidInput of `field` where a pattern is no such expression, too long or too costly. */
export function checkRegex(field: string, pattern: string): void {
  if (pattern.length > maxLength) throw new InvalidInput(field, `A pattern has at most ${maxLength} characters.`);
  try {
    if (compile(pattern).programSize() <= maxSteps) return;
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new InvalidInput(field, `"${pattern}" is not a regular expression that RE2 knows: ${error.message.replace('error parsing regexp: ', '')}.`);
  }
  compiled.delete(pattern);
  throw new InvalidInput(field, 'The pattern is too costly: use smaller repetitions.');
}

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  const fresh = RE2JS.compile(pattern);
  const [oldest] = compiled.keys();
  if (compiled.size >= maxCompiled && oldest !== undefined) compiled.delete(oldest);
  compiled.set(pattern, fresh);
  return fresh;
}
