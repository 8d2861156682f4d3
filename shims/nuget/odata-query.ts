import { InvalidInput } from '../../src/errors.ts';
import type { SearchOrder } from '../../src/packages/search.ts';
import { wholeNumber } from '../kit/query-number.ts';
import { parseFilter, type ODataExpression } from './odata-filter.ts';
import { isTrue, readsSemVer2 } from './query.ts';

/** So many entries a page of a feed has. */
export const feedPageSize = 100;
const maxSkip = 1_000_000;

/** In which order entries are wanted. */
export interface FeedOrder {
  by: Exclude<SearchOrder, 'relevance'> | 'version';
  isDescending: boolean;
}

/** What the query of a v2 address asks for. */
export interface FeedQuery {
  filter: ODataExpression | undefined;
  /** Undefined: as it comes. */
  order: FeedOrder | undefined;
  skip: number;
  /** Undefined: all, in pages. */
  top: number | undefined;
  hasInlineCount: boolean;
  readsSemVer2: boolean;
  includesPrereleases: boolean;
  searchTerm: string;
}

/**
 * Reads the options of OData (https://www.odata.org/documentation/odata-version-2-0/uri-conventions/, section 4) and the parameters of
 * `Search()`. Throws InvalidInput.
 */
export function parseFeedQuery(query: URLSearchParams): FeedQuery {
  const filter = query.get('$filter')?.trim() ?? '';
  const top = query.get('$top');
  return {
    filter: filter === '' ? undefined : parseFilter(filter),
    order: parseOrder(query.get('$orderby') ?? ''),
    skip: wholeNumber(query.get('$skip'), 0, maxSkip),
    top: top === null ? undefined : wholeNumber(top, feedPageSize, maxSkip),
    hasInlineCount: query.get('$inlinecount')?.toLowerCase() === 'allpages',
    readsSemVer2: readsSemVer2(query),
    includesPrereleases: isTrue(query.get('includePrerelease')),
    searchTerm: unquoted(query.get('searchTerm') ?? ''),
  };
}

/** A text parameter of an OData function: in quotes, those within doubled. */
export function unquoted(text: string): string {
  return /^'.*'$/s.test(text) ? text.slice(1, -1).replaceAll("''", "'") : text;
}

const orders: Record<string, FeedOrder['by']> = {
  id: 'name',
  title: 'name',
  version: 'version',
  normalizedversion: 'version',
  downloadcount: 'downloads',
  versiondownloadcount: 'downloads',
  published: 'published',
  lastupdated: 'published',
  lastedited: 'published',
  created: 'published',
};

/** The first key decides: those that clients add only make an order of equals. */
function parseOrder(text: string): FeedOrder | undefined {
  // Older clients order by title or id so.
  const [first = ''] = text.replace(/concat\(\s*Title\s*,\s*Id\s*\)/i, 'Id').split(',');
  if (first.trim() === '') return undefined;
  const [, name = '', way = 'asc'] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(first) ?? [];
  const by = Object.hasOwn(orders, name.toLowerCase()) ? orders[name.toLowerCase()] : undefined;
  if (by === undefined) throw new InvalidInput('$orderby', `Packages cannot be ordered by "${first.trim().slice(0, 50)}" here.`);
  return { by, isDescending: way.toLowerCase() === 'desc' };
}
