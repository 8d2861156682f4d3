import { isObject } from './json.ts';

/** A person as npm's documents have them. */
export interface Person {
  name?: string;
  email?: string;
  url?: string;
}

/**
 * A person of package.json, written `Name <mail> (url)` or as an object
 * (https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-json.md#people-fields-author-contributors); undefined for
 * what is neither or says nothing.
 */
export function parsePerson(declared: unknown): Person | undefined {
  const given = typeof declared === 'string' ? fromText(declared) : isObject(declared) ? declared : {};
  const person: Person = {};
  const name = text(given.name);
  const email = text(given.email ?? given.mail);
  const url = text(given.url ?? given.web);
  if (name !== undefined) person.name = name;
  if (email !== undefined) person.email = email;
  if (url !== undefined) person.url = url;
  return Object.keys(person).length === 0 ? undefined : person;
}

/** People in a list, or one alone. */
export function parsePeople(declared: unknown): Person[] {
  const entries = Array.isArray(declared) ? declared : [declared];
  return entries.map(parsePerson).filter((person) => person !== undefined);
}

/** `Name <mail>`, or what there is of it. */
export function personText({ name, email, url }: Person): string {
  const mail = email === undefined ? undefined : `<${email}>`;
  return [name, mail].filter((part) => part !== undefined).join(' ') || (url ?? '');
}

function fromText(declared: string): { name?: unknown; email?: unknown; url?: unknown; mail?: unknown; web?: unknown } {
  // Each class excludes its own delimiters, so the time is linear whatever the text.
  return {
    name: /^[^(<]+/.exec(declared)?.[0],
    email: /<([^<>]+)>/.exec(declared)?.[1],
    url: /\(([^()]+)\)/.exec(declared)?.[1],
  };
}

function text(value: unknown): string | undefined {
  const trimmed = typeof value === 'string' ? value.trim() : '';
  return trimmed === '' ? undefined : trimmed;
}
