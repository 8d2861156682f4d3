import { InvalidInput } from '../../src/errors.ts';
import type { VersionWish } from '../../src/packages/offered.ts';
import type { SearchField, SearchInput } from '../../src/packages/search.ts';
import { lowerId } from './name.ts';
import type { ODataExpression } from './odata-filter.ts';
import type { FeedQuery } from './odata-query.ts';
import { parseSearchText } from './query.ts';

/** A feed's query as a search. */
export interface FeedSearch extends Omit<SearchInput, 'namespacePath' | 'format' | 'offset' | 'limit'> {
  /** Whether one version stands for its package, not all of them. */
  isLatestOnly: boolean;
}

/** What a filter asks for, gathered part by part. */
interface Gathered {
  latest?: 'release' | 'absolute';
  noPrereleases?: boolean;
  names?: string[];
  terms: { field: SearchField; text: string }[];
  words: string[];
}

/**
 * The query of a feed of many packages as a search. Of filters it knows those that clients send: latest versions, no pre-releases, ids, and texts
 * within ids, descriptions and tags. Throws InvalidInput for others: to answer without them would be another answer.
 */
export function feedSearch(query: FeedQuery, { isSearch }: { isSearch: boolean }): FeedSearch {
  const text = parseSearchText(query.searchTerm);
  const found: Gathered = { terms: [], words: [] };
  if (query.filter) gather(query.filter, found);
  if (found.latest === 'absolute' && found.noPrereleases) throw unsupported();
  const isRelease = found.latest === 'release' || found.noPrereleases || (isSearch && !query.includesPrereleases);
  const names = [text.names, found.names].filter((list) => list !== undefined);
  const [first, second] = names;
  const { order } = query;
  return {
    ...text,
    words: [...text.words, ...found.words],
    terms: [...(text.terms ?? []), ...found.terms],
    ...(first === undefined ? {} : { names: second === undefined ? first : first.filter((name) => second.includes(name)) }),
    ...wish(isRelease ? 'never' : 'equal', query.readsSemVer2),
    isLatestOnly: found.latest !== undefined,
    // Clients that page must always see the same order.
    order: order === undefined ? (isSearch ? 'relevance' : 'name') : order.by === 'version' ? 'name' : order.by,
    isReversed: order === undefined || order.by === 'version' ? false : order.isDescending === (order.by === 'name'),
  };
}

/** Which versions a feed has. */
export function wish(prereleases: NonNullable<VersionWish['prereleases']>, readsSemVer2: boolean): VersionWish {
  return { prereleases, metadata: readsSemVer2 ? [] : [{ member: 'isSemVer2', is: true, not: true }] };
}

/**
 * The ids that a filter is limited to, in lower case; undefined where it is not. Of one package everything can be asked, since there
 * the filter is worked out version by version.
 */
export function idOfFilter(filter: ODataExpression | undefined): string | undefined {
  if (filter?.kind !== 'binary') return undefined;
  if (filter.operator === 'and') return idOfFilter(filter.left) ?? idOfFilter(filter.right);
  return idOf(filter);
}

function gather(expression: ODataExpression, found: Gathered): void {
  if (expression.kind === 'binary' && expression.operator === 'and') {
    gather(expression.left, found);
    gather(expression.right, found);
    return;
  }
  const flag = flagOf(expression);
  if (flag?.name === 'islatestversion' && flag.is) setLatest(found, 'release');
  else if (flag?.name === 'isabsolutelatestversion' && flag.is) setLatest(found, 'absolute');
  else if (flag?.name === 'isprerelease' && !flag.is) found.noPrereleases = true;
  else if (!(flag?.name === 'listed' && flag.is) && !isNotNull(expression)) gatherText(alternatives(expression), found);
}

/** A version may be both, but which ones are no search tells. */
function setLatest(found: Gathered, latest: 'release' | 'absolute'): void {
  if (found.latest !== undefined && found.latest !== latest) throw unsupported();
  found.latest = latest;
}

/** `Id eq 'a' or Id eq 'b'`, or one text in any of several properties. */
function gatherText(parts: readonly ODataExpression[], found: Gathered): void {
  const ids = parts.map(idOf).filter((id) => id !== undefined);
  if (ids.length === parts.length) {
    found.names = found.names ? found.names.filter((name) => ids.includes(name)) : ids;
    return;
  }
  const texts = parts.map(textOf).filter((text) => text !== undefined);
  const [first] = texts;
  if (!first || texts.length < parts.length || texts.some(({ text }) => text !== first.text)) throw unsupported();
  if (texts.length === 1) found.terms.push(first);
  else found.words.push(first.text);
}

function alternatives(expression: ODataExpression): ODataExpression[] {
  if (expression.kind !== 'binary' || expression.operator !== 'or') return [expression];
  return [...alternatives(expression.left), ...alternatives(expression.right)];
}

/** `IsLatestVersion`, `IsLatestVersion eq true`, `not IsPrerelease`. */
function flagOf(expression: ODataExpression): { name: string; is: boolean } | undefined {
  if (expression.kind === 'property') return { name: expression.name.toLowerCase(), is: true };
  if (expression.kind === 'not') {
    const flag = flagOf(expression.of);
    return flag && { ...flag, is: !flag.is };
  }
  if (expression.kind !== 'binary' || expression.operator !== 'eq') return undefined;
  const { left, right } = expression;
  if (left.kind !== 'property' || right.kind !== 'literal' || typeof right.value !== 'boolean') return undefined;
  return { name: left.name.toLowerCase(), is: right.value };
}

function idOf(expression: ODataExpression): string | undefined {
  if (expression.kind !== 'binary' || expression.operator !== 'eq') return undefined;
  const { left, right } = expression;
  if (propertyOf(left) !== 'id' || right.kind !== 'literal' || typeof right.value !== 'string') return undefined;
  return lowerId(right.value);
}

const fields = new Map<string, SearchField>([['id', 'name'], ['title', 'name'], ['description', 'description'], ['summary', 'description'], ['tags', 'keywords'], ['authors', 'authors']]);

/** `substringof('x',tolower(Id))`, also with `Id ne null` before it. */
function textOf(expression: ODataExpression): { field: SearchField; text: string } | undefined {
  if (expression.kind === 'binary' && expression.operator === 'and' && isNotNull(expression.left)) return textOf(expression.right);
  if (expression.kind !== 'call' || expression.name !== 'substringof') return undefined;
  const [text, property] = expression.args;
  const field = fields.get((property && propertyOf(property)) ?? '');
  if (text?.kind !== 'literal' || typeof text.value !== 'string' || field === undefined) return undefined;
  // Clients put spaces around tags, which were one text once.
  return { field, text: text.value.trim() };
}

function isNotNull(expression: ODataExpression): boolean {
  return expression.kind === 'binary' && expression.operator === 'ne' && expression.left.kind === 'property' && expression.right.kind === 'literal' && expression.right.value === null;
}

/** The name in lower case, through `tolower(…)`. */
function propertyOf(expression: ODataExpression): string | undefined {
  if (expression.kind === 'property') return expression.name.toLowerCase();
  const [inner] = expression.kind === 'call' && ['tolower', 'toupper', 'trim'].includes(expression.name) ? expression.args : [];
  return inner && propertyOf(inner);
}

function unsupported(): InvalidInput {
  return new InvalidInput('$filter', 'Many packages at once can be filtered by IsLatestVersion, IsAbsoluteLatestVersion, IsPrerelease, Id and substringof(…) alone.');
}
