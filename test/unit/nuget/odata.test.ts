import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type ODataValue, parseFilter } from '../../../shims/nuget/odata-filter.ts';
import { parseFeedQuery, unquoted } from '../../../shims/nuget/odata-query.ts';
import { feedSearch, idOfFilter } from '../../../shims/nuget/feed-search.ts';
import { foldKeys } from '../../../shims/nuget/routes.ts';
import { EntrepotError, InvalidInput } from '../../../src/errors.ts';

const thing: Record<string, ODataValue> = { Id: "It's Me", Version: '1.0.0', IsLatestVersion: true, IsPrerelease: false, Downloads: 7, Published: Date.UTC(2020, 0, 2), Nothing: null };
const holds = (filter: string) => evaluate(parseFilter(filter), (name) => thing[name] ?? null);

describe('a $filter', () => {
  it.for([
    ['IsLatestVersion', true],
    ['IsLatestVersion eq true', true],
    ['IsLatestVersion and IsPrerelease', false],
    ['IsPrerelease or IsLatestVersion', true],
    ['not IsPrerelease', true],
    ['not (IsPrerelease or IsLatestVersion)', false],
    // `and` binds tighter than `or`.
    ['IsLatestVersion or IsPrerelease and IsPrerelease', true],
    ["Id eq 'It''s Me'", true],
    ["tolower(Id) eq 'it''s me'", true],
    ["substringof('S M',toupper(Id))", true],
    ["startswith(Id,'It') and endswith(Id,'Me')", true],
    ["trim(' x ') eq 'x'", true],
    ['Downloads gt 6 and Downloads ge 7 and Downloads lt 8 and Downloads le 7L', true],
    ['Downloads eq 8', false],
    ["Published gt datetime'2020-01-01T00:00:00' and Published lt datetime'2020-01-03T00:00:00Z'", true],
    ['Nothing eq null', true],
    ['Nothing ne null', false],
    ['Nothing gt 1', false],
    ["Id gt 5", false],
    ['1 eq 1', true],
    ['  ( ( IsLatestVersion ) )  ', true],
    ['ISLATEST eq NULL AND NOT false', true],
  ] as const)('%s', ([filter, expected]) => {
    expect(holds(filter)).toBe(expected);
  });

  it.for(['', 'and', 'Id eq', 'eq 1', '(Id', 'Id)', "'open", 'Id eq 1 eq', 'substringof(Id)', "startswith(Id,'a','b')", 'drop(Id)', 'Id eq 1;', "datetime'never'", 'not', '()', 'Id, Id', '$filter', `${'not '.repeat(50)}Id`, '('.repeat(40), 'a '.repeat(600), 'x'.repeat(5000)])('none: %s', (filter) => {
    expect(() => parseFilter(filter)).toThrow(InvalidInput);
  });

  it('is understood or refused, whatever it is', () => {
    const words = fc.constantFrom('Id', 'eq', 'ne', 'and', 'or', 'not', '(', ')', ',', "'a'", "''", '1', '-1.5', 'true', 'null', 'tolower(', "substringof('x',Id)", ' ', "datetime'2020-01-01'", '__proto__', 'constructor(');
    fc.assert(
      fc.property(fc.oneof(fc.array(words, { maxLength: 30 }).map((parts) => parts.join(' ')), fc.string({ maxLength: 60 })), (filter) => {
        try {
          holds(filter);
        } catch (error) {
          expect(error).toBeInstanceOf(EntrepotError);
        }
      }),
    );
  });
});

describe('a query', () => {
  const parse = (query: string) => parseFeedQuery(new URLSearchParams(query));

  it('is read with its defaults', () => {
    expect(parse('')).toMatchObject({ filter: undefined, order: undefined, skip: 0, top: undefined, hasInlineCount: false, readsSemVer2: false, includesPrereleases: false, searchTerm: '' });
    expect(parse("$skip=5&$top=3&$orderby=Published desc,Id&$inlinecount=allpages&semVerLevel='2.0.0'&includePrerelease=True&searchTerm='it''s'")).toMatchObject({
      skip: 5, top: 3, order: { by: 'published', isDescending: true }, hasInlineCount: true, readsSemVer2: true, includesPrereleases: true, searchTerm: "it's",
    });
    expect(parse('$skip=-1&$top=x&$orderby=concat(Title,Id),Id')).toMatchObject({ skip: 0, top: 100, order: { by: 'name', isDescending: false } });
    expect([unquoted("'a'"), unquoted('a'), unquoted("''"), unquoted("'")]).toEqual(['a', 'a', '', "'"]);
    expect(() => parse('$orderby=Secret')).toThrow(InvalidInput);
  });

  const search = (query: string, isSearch = false) => feedSearch(parse(query), { isSearch });

  it('becomes a search', () => {
    expect(search('$filter=IsLatestVersion')).toMatchObject({ isLatestOnly: true, prereleases: 'never', order: 'name', isReversed: false });
    expect(search('$filter=IsAbsoluteLatestVersion&semVerLevel=2.0.0')).toMatchObject({ isLatestOnly: true, prereleases: 'equal', metadata: [] });
    expect(search('$orderby=DownloadCount desc')).toMatchObject({ isLatestOnly: false, prereleases: 'equal', order: 'downloads', isReversed: false });
    expect(search('$orderby=Id desc')).toMatchObject({ order: 'name', isReversed: true });
    expect(search('$orderby=Published')).toMatchObject({ order: 'published', isReversed: true });
    expect(search("searchTerm='a tags:b packageid:C'", true)).toMatchObject({ words: ['a'], terms: [{ field: 'keywords', text: 'b' }], names: ['c'], prereleases: 'never', order: 'relevance' });
    expect(search("$filter=Id eq 'A' or Id eq 'b'")).toMatchObject({ names: ['a', 'b'] });
    expect(search("$filter=(Id eq 'A' or Id eq 'b') and (Id eq 'B' or Id eq 'c')")).toMatchObject({ names: ['b'] });
    expect(search("$filter=Listed eq true and substringof('x',tolower(Authors))")).toMatchObject({ terms: [{ field: 'authors', text: 'x' }] });
  });

  it('is of one package where it names one', () => {
    expect(["Id eq 'A'", "tolower(Id) eq 'a' and IsLatestVersion", "IsLatestVersion and (Version eq '1' and Id eq 'A')", "Id eq 'a' or Id eq 'b'", "Id ne 'a'", 'IsLatestVersion'].map((filter) => idOfFilter(parseFilter(filter)))).toEqual(['a', 'a', 'a', undefined, undefined, undefined]);
  });
});

it('keys and calls in an address become segments', () => {
  const fold = (path: string) => foldKeys(path.split('/')).join('/');
  expect(fold("api/v2/Packages(Id='A.B',Version='1.0')")).toBe('api/v2/Packages/A.B/1.0');
  expect(fold("api/v2/Packages(Version='1.0', Id='A.B')")).toBe('api/v2/Packages/A.B/1.0');
  expect(fold('api/v2/Packages()/$count')).toBe('api/v2/Packages/$count');
  expect(fold('api/v2/FindPackagesById()')).toBe('api/v2/FindPackagesById');
  for (const same of ["api/v2/Packages(Id='A')", "api/v2/Packages(Id='A',Id='B')", "api/v2/Search(Id='A',Version='1')", 'api/v2/Other()', 'v3/Packages()', 'api/v2']) expect(fold(same)).toBe(same);
});
