import { InvalidName } from '../../src/errors.ts';

/** Letters and digits, with `.`, `-` and `_` between them (https://packaging.python.org/en/latest/specifications/name-normalization/#name-format). */
const valid = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?$/;

/** The form in which two spellings of a project name are equal (PEP 503): lower case, each run of `-`, `_` and `.` one `-`. */
export function normalizeName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/** Throws InvalidName unless a project may be called so. */
export function validateName(name: string): void {
  if (valid.test(name)) return;
  throw new InvalidName(name, `"${name.slice(0, 100)}" can't be a project name: it must be 1 to 255 letters, digits and . _ -, and begin and end with a letter or digit.`);
}
