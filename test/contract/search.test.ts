import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listDocumentRows, listRowsOf, listVersionFiles } from '../../src/packages/document-rows.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import { listOffered, type SearchInput, searchPackages, searchVersions } from '../../src/packages/search.ts';
import { setVersionStatus } from '../../src/packages/status.ts';
import type { VersionFacts } from '../../src/formats/format.ts';
import { NotFound } from '../../src/errors.ts';
import type { Person, TestApp } from '../support/app.ts';
import { databases, openRegistry, publishAs } from './registry.ts';

describe.for(databases)('search on $name', ({ missing, open }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    const put = async (name: string, version: string, facts: Partial<VersionFacts> = {}, namespace = 'acme/widgets') => {
      app.clock.advance(1000);
      return publishAs(app, { as: 'admin', namespace, name, version, facts });
    };
    await put('red-fox', '1.0.0', { description: 'An animal', keywords: ['forest', 'first'], authors: ['Ada'], metadata: { isOld: true, kinds: ['mammal'] } });
    await put('red-fox', '1.1.0', { description: 'An animal', keywords: ['forest', 'fast'], authors: ['Ada'], metadata: { isOld: false, kinds: ['mammal', 'predator'] } });
    await put('red-fox', '2.0.0-beta.1', { description: 'An animal', keywords: ['forest'], metadata: { kinds: ['mammal'] } });
    await put('fox', '1.0.0-alpha', { description: 'red, too', authors: ['Bob'] });
    await put('foxglove', '1.0.0', { description: 'A plant of the forest', keywords: ['plant'], metadata: { isOld: true } });
    const { package: gone } = await put('gone-fox', '1.0.0');
    await setVersionStatus(app.core, await app.actor('admin'), gone.id, [{ version: '1.0.0', change: 'HIDE' }]);
    // The same name below two groups: the oldest claim is what it means above both.
    await app.namespace('other', 'PROJECT', 'PUBLIC');
    await app.namespace('secret', 'PROJECT', 'PRIVATE');
    await put('foxglove', '9.0.0', {}, 'other');
    await put('shared-fox', '1.0.0', { description: 'hidden one' }, 'secret');
    await put('shared-fox', '2.0.0', { description: 'open one' }, 'other');
  }, 60_000);
  afterAll(() => app?.close());

  const found = async (input: Partial<SearchInput>, as: Person = 'reader') => {
    const { packages, total } = await searchPackages(app.core, await app.actor(as), { namespacePath: 'acme', format: 'npm', words: [], offset: 0, limit: 10, ...input });
    return [total, ...packages.map(({ name, version }) => `${name} ${version}`)];
  };

  it.for<[string, Partial<SearchInput>, (string | number)[]]>([
    ['the very name first, then those that begin so; pre-releases only where there is nothing else', { words: ['fox'] }, [3, 'fox 1.0.0-alpha', 'foxglove 1.0.0', 'red-fox 1.1.0']],
    ['without pre-releases', { words: ['fox'], prereleases: 'never' }, [2, 'foxglove 1.0.0', 'red-fox 1.1.0']],
    ['with pre-releases like any others', { words: ['fox'], prereleases: 'equal' }, [3, 'fox 1.0.0-alpha', 'foxglove 1.0.0', 'red-fox 1.1.0']],
    ['every word, each in any field', { words: ['red', 'fox'] }, [2, 'fox 1.0.0-alpha', 'red-fox 1.1.0']],
    ['in names alone', { words: ['red'], fields: ['name'] }, [1, 'red-fox 1.1.0']],
    ['in keywords, too', { words: ['forest'], fields: ['name', 'description', 'keywords'] }, [2, 'foxglove 1.0.0', 'red-fox 1.1.0']],
    ['a text in one field', { terms: [{ field: 'authors', text: 'bob' }] }, [1, 'fox 1.0.0-alpha']],
    ['a text in the keywords of the latest version', { terms: [{ field: 'keywords', text: 'fast' }] }, [1, 'red-fox 1.1.0']],
    ['the same, whichever versions are offered', { terms: [{ field: 'keywords', text: 'fast' }], metadata: [{ member: 'isOld', is: true }] }, [1, 'red-fox 1.0.0']],
    ['but none of an older one alone', { terms: [{ field: 'keywords', text: 'first' }] }, [0]],
    ['by names', { names: ['fox', 'red-fox', 'none'] }, [2, 'fox 1.0.0-alpha', 'red-fox 1.1.0']],
    ['by no names', { names: [] }, [0]],
    ['what the metadata say', { metadata: [{ member: 'isOld', is: true }] }, [2, 'foxglove 1.0.0', 'red-fox 1.0.0']],
    ['what the metadata must not say', { metadata: [{ member: 'isOld', is: true, not: true }] }, [2, 'fox 1.0.0-alpha', 'red-fox 1.1.0']],
    ['a value in a list', { metadata: [{ member: 'kinds', is: 'predator' }] }, [1, 'red-fox 1.1.0']],
    ['a page', { offset: 1, limit: 1 }, [3, 'foxglove 1.0.0']],
    ['the total alone', { limit: 0 }, [3]],
    ['by name, the other way round', { order: 'name', isReversed: true }, [3, 'red-fox 1.1.0', 'foxglove 1.0.0', 'fox 1.0.0-alpha']],
    ['the newest first', { order: 'published' }, [3, 'foxglove 1.0.0', 'fox 1.0.0-alpha', 'red-fox 1.1.0']],
    ['the oldest first', { order: 'published', isReversed: true, prereleases: 'never' }, [2, 'red-fox 1.1.0', 'foxglove 1.0.0']],
    ['no wildcards', { words: ['%'] }, [0]],
  ])('finds %s', async ([, input, expected], context) => {
    if (missing !== undefined) return context.skip(missing);
    expect(await found(input)).toEqual(expected);
  });

  it('takes pre-releases for the latest where they are wanted like others, and there is no tag', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    for (const version of ['1.0.0', '2.0.0-beta']) await publishAs(app, { format: 'generic', name: 'untagged', version, files: { a: version } });
    const latest = (prereleases: 'last' | 'never' | 'equal') => found({ format: 'generic', words: ['untagged'], prereleases });
    expect([await latest('last'), await latest('never'), await latest('equal')]).toEqual([[1, 'untagged 1.0.0'], [1, 'untagged 1.0.0'], [1, 'untagged 2.0.0-beta']]);
  });

  it('shows every name once, and what the caller may read of it', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    expect(await found({ namespacePath: '', words: ['foxglove'] })).toEqual([1, 'foxglove 1.0.0']);
    expect(await found({ namespacePath: '', words: ['foxglove'] }, 'outsider')).toEqual([1, 'foxglove 9.0.0']);
    expect(await found({ namespacePath: '', words: ['shared'] }, 'outsider')).toEqual([1, 'shared-fox 2.0.0']);
    expect(await found({ namespacePath: '', words: ['shared'] }, 'admin')).toEqual([1, 'shared-fox 1.0.0']);
  });

  it('lists versions by themselves', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const listed = async (input: Partial<SearchInput>) => {
      const { versions, total } = await searchVersions(app.core, await app.actor('reader'), { namespacePath: 'acme', format: 'npm', words: [], offset: 0, limit: 10, order: 'name', ...input });
      return [total, ...versions.map(({ version }) => version)];
    };
    expect(await listed({ words: ['fox'] })).toEqual([5, '1.0.0-alpha', '1.0.0', '1.0.0', '1.1.0', '2.0.0-beta.1']);
    expect(await listed({ words: ['red'], prereleases: 'never', offset: 1, limit: 1 })).toEqual([2, '1.1.0']);
    expect(await listed({ metadata: [{ member: 'isOld', is: true }] })).toEqual([2, '1.0.0', '1.0.0']);
  });

  it('reads of packages what lists and pages need', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const head = await getPackageInView(app.core, await app.actor('reader'), 'acme', app.core.formats.get('npm'), 'red-fox');
    const other = await getPackageInView(app.core, await app.actor('reader'), 'acme', app.core.formats.get('npm'), 'fox');
    const offered = await listOffered(app.core, [head.id, other.id], { prereleases: 'never' });
    expect(offered.map(({ version }) => version)).toEqual(['1.0.0', '1.1.0']);
    expect((await listVersionFiles(app.core, head.id)).map(({ version, isPrerelease, fileName }) => [version, isPrerelease, fileName])).toEqual([
      ['1.0.0', false, 'red-fox-1.0.0.tgz'], ['1.1.0', false, 'red-fox-1.1.0.tgz'], ['2.0.0-beta.1', true, 'red-fox-2.0.0-beta.1.tgz'],
    ]);
    expect((await listDocumentRows(app.core, head.id, ['1.1.0', '9.9.9'])).map(({ version }) => version)).toEqual(['1.1.0']);
    expect(await listDocumentRows(app.core, head.id, [])).toEqual([]);
    const rows = await listRowsOf(app.core, [{ packageId: head.id, normalizedVersion: '1.0.0' }, { packageId: other.id, normalizedVersion: '1.0.0-alpha' }, { packageId: other.id, normalizedVersion: '1.0.0' }]);
    expect(rows.map(({ packageId, version }) => [packageId === head.id, version]).sort()).toEqual([[false, '1.0.0-alpha'], [true, '1.0.0']]);
  });

  it('a file that is nothing by itself joins a version that is there, and makes none', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const accompanying = { as: 'admin', format: 'generic', name: 'tool', version: '1', input: { accompanies: true } } as const;
    await expect(publishAs(app, { ...accompanying, files: { 'a.sym': 'symbols' } })).rejects.toThrow(NotFound);
    await publishAs(app, { ...accompanying, input: {}, files: { a: 'bytes' } });
    const { isNewVersion } = await publishAs(app, { ...accompanying, files: { 'a.sym': 'symbols' } });
    expect(isNewVersion).toBe(false);
  });
});
