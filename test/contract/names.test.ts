import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setPackageAccess } from '../../src/packages/access.ts';
import { listNames, type NamesInput } from '../../src/packages/names.ts';
import { deletePackage } from '../../src/packages/remove.ts';
import { updateSettings } from '../../src/settings/update.ts';
import type { Person, TestApp } from '../support/app.ts';
import { databases, node, openRegistry, publishAs, refusal } from './registry.ts';

describe.for(databases)('the names of a format at a namespace on $name', ({ open, missing }) => {
  let app: TestApp;
  const ids = new Map<string, string>();
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    await app.namespace('open', 'GROUP', 'PUBLIC');
    await app.namespace('openings', 'GROUP', 'PUBLIC');
    for (const [namespace, name] of [
      ['acme/widgets', 'org.acme'], ['open', 'b'], ['open', 'a-1'], ['open', 'A-1'], ['open', 'a_1'], ['open', 'a%1'], ['open', 'a-10'], ['openings', 'z'], ['acme', 'b'], ['acme/widgets', 'secret'], ['openings', 'b'],
    ] as const) {
      app.clock.advance(1000);
      ids.set(`${namespace} ${name}`, (await publishAs(app, { as: 'admin', format: 'generic', namespace, name: name.replace('%', '+') })).package.id);
    }
    await publishAs(app, { as: 'admin', namespace: 'open', name: 'of-npm' });
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const page = async (as: Person, namespacePath: string, input: Partial<NamesInput> = {}) => {
    const { heads, next } = await listNames(app.core, await app.actor(as), { namespacePath, format: app.core.formats.get('generic'), limit: 100, ...input });
    return { names: heads.map(({ name }) => name), ids: heads.map(({ id }) => id), next };
  };
  const names = async (as: Person, namespacePath: string, input: Partial<NamesInput> = {}) => (await page(as, namespacePath, input)).names;

  test('are those that the caller may read, each once, by code point', async () => {
    expect(await names('anonymous', '')).toEqual(['A-1', 'a+1', 'a-1', 'a-10', 'a_1', 'b', 'z']);
    expect(await names('reader', '')).toEqual(['A-1', 'a+1', 'a-1', 'a-10', 'a_1', 'b', 'org.acme', 'secret', 'z']);
    expect(await names('anonymous', 'open')).toEqual(['A-1', 'a+1', 'a-1', 'a-10', 'a_1', 'b']);
    expect(await names('reader', 'acme')).toEqual(['b', 'org.acme', 'secret']);
    expect(await names('reader', 'acme/widgets')).toEqual(['org.acme', 'secret']);
    expect(await refusal(names('anonymous', 'acme'))).toBe('Unauthenticated');
    expect(await refusal(names('outsider', 'acme'))).toBe('NotFound');
    expect(await refusal(names('admin', 'nowhere'))).toBe('NotFound');
  });

  test('mean the package that the name means there', async () => {
    expect((await page('anonymous', '', { prefix: 'b' })).ids).toEqual([ids.get('open b')]);
    expect((await page('reader', 'acme', { prefix: 'b' })).ids).toEqual([ids.get('acme b')]);
    expect((await page('anonymous', 'openings', { prefix: 'b' })).ids).toEqual([ids.get('openings b')]);
    // An older one of that name that was deleted still stands before the others, in a list as in a look-up.
    await deletePackage(app.core, await app.actor('admin'), ids.get('open b') ?? '');
    expect(await names('anonymous', '', { prefix: 'b' })).toEqual([]);
    expect(await names('anonymous', 'openings', { prefix: 'b' })).toEqual(['b']);
  });

  test('begin with a prefix, taken literally and by case', async () => {
    expect(await names('anonymous', '', { prefix: 'a' })).toEqual(['a+1', 'a-1', 'a-10', 'a_1']);
    expect(await names('anonymous', '', { prefix: 'a_' })).toEqual(['a_1']);
    expect(await names('anonymous', '', { prefix: 'A' })).toEqual(['A-1']);
    expect(await names('anonymous', '', { prefix: 'é' })).toEqual([]);
    expect(await names('anonymous', '', { prefix: 'a-1' })).toEqual(['a-1', 'a-10']);
  });

  test('come in pages that go on by name', async () => {
    expect(await page('anonymous', 'open', { limit: 2 })).toMatchObject({ names: ['A-1', 'a+1'], next: 'a+1' });
    expect(await page('anonymous', 'open', { limit: 2, after: 'a+1' })).toMatchObject({ names: ['a-1', 'a-10'], next: 'a-10' });
    expect(await page('anonymous', 'open', { limit: 2, after: 'a-10' })).toMatchObject({ names: ['a_1'], next: undefined });
    expect(await page('anonymous', 'open', { limit: 5, after: 'a-0' })).toMatchObject({ names: ['a-1', 'a-10', 'a_1'], next: undefined });
    expect(await page('anonymous', 'open', { after: 'zz' })).toMatchObject({ names: [], next: undefined });
  });

  test('leave out what is restricted, and are refused where the format is switched off', async () => {
    const admin = await app.actor('admin');
    await setPackageAccess(app.core, admin, ids.get('acme/widgets secret') ?? '', { inheritsFromNamespace: false });
    expect(await names('reader', 'acme/widgets')).toEqual(['org.acme']);
    await updateSettings(app.core, admin, (await node(app.core, 'openings')).id, { formats: [{ format: app.core.formats.get('generic'), settings: { enabled: { value: false } } }] });
    expect(await names('reader', '', { prefix: 'z' })).toEqual([]);
    expect(await refusal(names('reader', 'openings'))).toBe('Forbidden');
    expect(await refusal(names('anonymous', 'openings'))).toBe('Unauthenticated');
  });
});
