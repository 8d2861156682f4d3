import type { CleanupPolicyRow } from '../db/tables/policy.ts';
import { checkPattern } from '../access/name-pattern.ts';
import { InvalidInput } from '../errors.ts';
import { checkRegex } from '../settings/pattern.ts';

const maxNameLength = 255;
const maxKept = 100_000;
const maxDays = 36_500;

/** What a policy says, apart from where and since when. */
export type PolicyRules = Pick<
  CleanupPolicyRow,
  'name' | 'target' | 'isEnabled' | 'formats' | 'namePattern' | 'keepNewest' | 'olderThanDays' | 'notDownloadedForDays' | 'removePattern' | 'keepPattern'
>;

/** What is left out stays as it is, or gets its default; null takes a condition away. */
export type PolicyChanges = { [Field in keyof PolicyRules]?: PolicyRules[Field] | null | undefined };

const defaults: PolicyRules = {
  name: 'Cleanup',
  target: 'VERSION',
  isEnabled: true,
  formats: null,
  namePattern: null,
  keepNewest: 1,
  olderThanDays: null,
  notDownloadedForDays: null,
  removePattern: null,
  keepPattern: null,
};

/**
 * A policy with changes, or a new one. Throws InvalidInput where a field makes no sense, or where nothing would say what may go: age,
 * downloads, a pattern, or how many of the newest are to be kept (given, and not 0).
 */
export function changedRules(known: PolicyRules | undefined, changes: PolicyChanges): PolicyRules {
  const base = known ?? defaults;
  const change = <Field extends keyof PolicyRules>(field: Field): PolicyRules[Field] => {
    const value = changes[field];
    return value === undefined ? base[field] : value === null ? defaults[field] : (value as PolicyRules[Field]);
  };
  const rules: PolicyRules = {
    name: change('name'),
    target: change('target'),
    isEnabled: change('isEnabled'),
    formats: change('formats'),
    namePattern: change('namePattern'),
    keepNewest: change('keepNewest'),
    olderThanDays: change('olderThanDays'),
    notDownloadedForDays: change('notDownloadedForDays'),
    removePattern: change('removePattern'),
    keepPattern: change('keepPattern'),
  };
  checkFields(rules);
  const wasByNewest = known !== undefined && !hasCondition(known);
  const isByNewest = rules.keepNewest > 0 && (wasByNewest || typeof changes.keepNewest === 'number');
  if (!hasCondition(rules) && !isByNewest) {
    throw new InvalidInput('keepNewest', 'Say what may go: give olderThanDays, notDownloadedForDays, removePattern, or a keepNewest of 1 or more.');
  }
  return rules;
}

/** Whether something else than the number of versions kept says what may go. */
function hasCondition({ olderThanDays, notDownloadedForDays, removePattern }: PolicyRules): boolean {
  return olderThanDays !== null || notDownloadedForDays !== null || removePattern !== null;
}

function checkFields(rules: PolicyRules): void {
  const { name, formats, namePattern, removePattern, keepPattern } = rules;
  if (name === '' || name.length > maxNameLength) throw new InvalidInput('name', `A name has 1 to ${maxNameLength} characters.`);
  if (formats?.length === 0) throw new InvalidInput('formats', 'Name a format; for all of them leave it out.');
  if (namePattern !== null) checkPattern('namePattern', namePattern);
  checkNumber('keepNewest', rules.keepNewest, rules.target === 'BUILD' ? 1 : 0, maxKept);
  for (const field of ['olderThanDays', 'notDownloadedForDays'] as const) {
    const days = rules[field];
    if (days !== null) checkNumber(field, days, 1, maxDays);
  }
  if (removePattern !== null) checkRegex('removePattern', removePattern);
  if (keepPattern !== null) checkRegex('keepPattern', keepPattern);
}

function checkNumber(field: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) throw new InvalidInput(field, `It is a whole number from ${least} to ${most}.`);
}
