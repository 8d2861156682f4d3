import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ociFormat } from '../../shims/oci/format.ts';
import { setPackageAccess } from '../../src/packages/access.ts';
import { locatePackage } from '../../src/packages/locate.ts';
import { deletePackage } from '../../src/packages/remove.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import type { Person, TestApp } from '../support/app.ts';
import { imageOf, putImage } from '../support/oci-image.ts';
import { databases, node, openRegistry, refusal } from './registry.ts';

describe.for(databases)('a path of namespace and package on $name', ({ open, missing }) => {
  let app: TestApp;
  const ids = new Map<string, string>();
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    await app.namespace('open', 'GROUP', 'PUBLIC');
    await app.namespace('open/inner', 'GROUP', 'PUBLIC');
    await app.namespace('open/lair', 'GROUP', 'PRIVATE');
    await app.namespace('open/lair/deep', 'PROJECT', 'PRIVATE');
    const claims = ['open:app', 'open:inner/app', 'open/inner:web', 'open/lair:app', 'open:lair/app', 'open:lair/gone', 'open/lair:gone', 'open/lair/deep:tool', 'open/inner:lair/app'];
    for (const claim of claims) {
      const [path = '', name = ''] = claim.split(':');
      app.clock.advance(1000);
      const published = await putImage(app.core, await app.actor('admin'), await node(app.core, path), name, imageOf({ layers: [claim] }));
      ids.set(claim, published.package.id);
    }
    const grants = [{ username: 'outsider', level: 'READ' as const }];
    for (const claim of ['open/lair:app', 'open/lair:gone', 'open/lair/deep:tool']) await setPackageAccess(app.core, await app.actor('admin'), ids.get(claim) ?? '', { grants });
    await deletePackage(app.core, await app.actor('admin'), ids.get('open/lair:gone') ?? '');
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  /** Where the path leads, and the package there: as asked for with what was read on the way, and once more without. */
  const locate = async (as: Person, path: string) => {
    const actor = await app.actor(as);
    const { namespacePath, name, claims } = await locatePackage(app.core, actor, ociFormat, path);
    const view = (known?: typeof claims) => getPackageInView(app.core, actor, namespacePath, ociFormat, name, 'READ', known).then(({ id }) => id, (error: Error) => error.constructor.name);
    const id = await view(claims);
    expect(await view()).toBe(id);
    return `${namespacePath}:${name} ${[...ids].find(([, known]) => known === id)?.[0] ?? id}`;
  };

  test.for<[string, string, Person, string]>([
    ['leads to the package of the longest namespace', 'open/app', 'anonymous', 'open:app open:app'],
    ['prefers a namespace that is there to a longer name', 'open/inner/app', 'anonymous', 'open/inner:app NotFound'],
    ['says that there is none where only the name is missing', 'open/inner/app', 'admin', 'open/inner:app NotFound'],
    ['finds the package of the node before any below', 'open/inner/web', 'anonymous', 'open/inner:web open/inner:web'],
    ['reads past a namespace that is hidden', 'open/lair/app', 'anonymous', 'open:lair/app open:lair/app'],
    ['takes a hidden one where the package in it may be known', 'open/lair/app', 'outsider', 'open/lair:app open/lair:app'],
    ['takes the longest for who may see it', 'open/lair/app', 'admin', 'open/lair:app open/lair:app'],
    ['reads past a hidden one whose package is deleted', 'open/lair/gone', 'outsider', 'open:lair/gone open:lair/gone'],
    ['stops at a deleted package of a namespace that may be seen', 'open/lair/gone', 'admin', 'open/lair:gone NotFound'],
    ['finds what is below a hidden namespace', 'open/lair/tool', 'outsider', 'open/lair:tool open/lair/deep:tool'],
    ['finds nothing below it for others', 'open/lair/tool', 'reader', 'open:lair/tool NotFound'],
    ['takes the rest for the name, slashes and all', 'open/inner/lair/app', 'anonymous', 'open/inner:lair/app open/inner:lair/app'],
    ['without a namespace is a name in the whole instance', 'web', 'anonymous', ':web open/inner:web'],
    ['of no namespace is a name', 'nowhere/web', 'admin', ':nowhere/web NotFound'],
  ])('%s', async ([, path, as, expected]) => {
    expect(await locate(as, path)).toBe(expected);
  });

  test('with as many parts as a name may have is looked up, too', async () => {
    const path = Array.from({ length: 120 }, () => 'a').join('/');
    expect(await refusal(locatePackage(app.core, await app.actor('admin'), ociFormat, path))).toBe('nothing');
  });

  test('of many that come at once is told each its own', async () => {
    const cases = [['open/app', 'open:app open:app'], ['open/lair/app', 'open:lair/app open:lair/app'], ['open/inner/web', 'open/inner:web open/inner:web'], ['open/inner/lair/app', 'open/inner:lair/app open/inner:lair/app']] as const;
    const asked = Array.from({ length: 40 }, (_, index) => cases[index % cases.length] ?? cases[0]);
    expect(await Promise.all(asked.map(([path]) => locate('anonymous', path)))).toEqual(asked.map(([, expected]) => expected));
  });
});
