import { InvalidInput } from '../../src/errors.ts';
import type { SearchField, SearchInput } from '../../src/packages/search.ts';
import { lowerId } from './name.ts';

/** A search as its words, and what is looked for in one field alone. */
export type SearchText = Pick<SearchInput, 'words' | 'fields' | 'terms'> & Partial<Pick<SearchInput, 'names'>>;

const maxWords = 20;
const maxLength = 1_000;

const fieldOf = new Map<string, SearchField>([
  ['id', 'name'],
  ['title', 'name'],
  ['description', 'description'],
  ['summary', 'description'],
  ['tag', 'keywords'],
  ['tags', 'keywords'],
  ['author', 'authors'],
  ['authors', 'authors'],
]);

/**
 * The words of a search. `packageid:x` is the package of that id, `id:`, `title:`, `description:`, `tags:` and `author:` stand before what is
 * looked for in one field, as on nuget.org; what is between quotes belongs together. Throws InvalidInput where there is too much.
 */
export function parseSearchText(text: string): SearchText {
  if (text.length > maxLength) throw new InvalidInput('q', `A search has at most ${maxLength} characters.`);
  const words: string[] = [];
  const terms: { field: SearchField; text: string }[] = [];
  const names: string[] = [];
  for (const [, qualifier, quoted, plain = ''] of text.matchAll(/(?:([A-Za-z]+):)?(?:"([^"]*)"|([^\s"]+))/g)) {
    const value = quoted ?? plain;
    const field = qualifier === undefined ? undefined : fieldOf.get(qualifier.toLowerCase());
    if (qualifier?.toLowerCase() === 'packageid') names.push(lowerId(value));
    else if (field !== undefined) terms.push({ field, text: value });
    else words.push(qualifier === undefined ? value : `${qualifier}:${value}`);
  }
  if (words.length + terms.length + names.length > maxWords) throw new InvalidInput('q', `A search has at most ${maxWords} words.`);
  return { words: words.filter((word) => word !== ''), terms, fields: ['name', 'description', 'keywords'], ...(names.length > 0 ? { names } : {}) };
}

/** Whether a client reads SemVer 2.0.0 (`semVerLevel=2.0.0`, https://learn.microsoft.com/nuget/api/search-query-service-resource). */
export function readsSemVer2(query: URLSearchParams): boolean {
  return /^[2-9](?:\.\d+)*$/.test(query.get('semVerLevel')?.replaceAll("'", '') ?? '');
}

/** Whether a query says yes, in any letters. */
export function isTrue(text: string | null): boolean {
  return text?.toLowerCase() === 'true';
}
