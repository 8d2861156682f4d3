import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertMember } from '../../src/access/members.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import type { Visibility } from '../../src/db/tables/namespace.ts';
import { createNamespace, deleteNamespace, updateNamespace } from '../../src/namespaces/manage.ts';
import { findNamespaceByPath } from '../../src/namespaces/repository.ts';
import { type Person, type TestApp, userOf } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { databases, node, openRegistry, publishAs, refusal } from './registry.ts';

describe.for(databases)('namespaces on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const make = async (as: Person, path: string, options: { kind?: 'GROUP' | 'PROJECT'; visibility?: Visibility; name?: string } = {}) => {
    const slash = path.lastIndexOf('/');
    return createNamespace(app.core, await app.actor(as), { kind: 'GROUP', parentPath: path.slice(0, Math.max(0, slash)), slug: path.slice(slash + 1), ...options });
  };
  const paths = async (below: string): Promise<string[]> => {
    const rows: { path: string }[] = await app.core.database.reads.query('SELECT path FROM namespace WHERE lineage LIKE ? ORDER BY path', [`${(await node(app.core, below)).lineage}%`]);
    return rows.map(({ path }) => path);
  };
  /** What is thrown, and that nothing was written. */
  const refused = async (work: () => Promise<unknown>): Promise<string> => {
    const before = await countEverything(app.core);
    const thrown = await refusal(work());
    expect(await countEverything(app.core)).toEqual(before);
    return thrown;
  };

  test('a new one knows its place', async () => {
    const group = await make('admin', 'place', { visibility: 'PUBLIC', name: 'The place' });
    const child = await make('admin', 'place/sub', { visibility: 'INTERNAL' });
    const project = await make('admin', 'place/sub/proj', { kind: 'PROJECT' });
    const instance = await node(app.core, '');
    expect(group).toMatchObject({ parentId: instance.id, topId: group.id, lineage: `${instance.id}/${group.id}/`, name: 'The place', visibility: 'PUBLIC' });
    expect(child).toMatchObject({ parentId: group.id, topId: group.id, lineage: `${group.lineage}${child.id}/`, name: 'sub' });
    expect(project).toMatchObject({ kind: 'PROJECT', parentId: child.id, topId: group.id, path: 'place/sub/proj', visibility: 'PRIVATE' });
    expect(await findNamespaceByPath(app.core.database.reads, 'place/sub/proj')).toEqual(project);
  });

  test.for([
    ['a path that exists', 'admin', 'acme/widgets', 'NamespaceExists'],
    ['a parent that does not', 'admin', 'nowhere/x', 'NotFound'],
    ['a parent that does not, to somebody without rights', 'outsider', 'nowhere/x', 'NotFound'],
    ['a hidden parent', 'outsider', 'acme/x', 'NotFound'],
    ['anonymous callers', 'anonymous', 'acme/x', 'Unauthenticated'],
    ['anonymous callers, whether or not the parent exists', 'anonymous', 'nowhere/x', 'Unauthenticated'],
    ['a role below MAINTAINER', 'developer', 'acme/x', 'Forbidden'],
    ['the top level, to all but admins', 'owner', 'mine', 'Forbidden'],
    ['a project as parent', 'owner', 'acme/widgets/x', 'InvalidInput'],
    ['a format id', 'owner', 'acme/npm', 'InvalidName'],
    ['a format id still to come', 'owner', 'acme/maven', 'InvalidName'],
    ['api', 'owner', 'acme/api', 'InvalidName'],
    ['graphql', 'owner', 'acme/graphql', 'InvalidName'],
    ['v2', 'owner', 'acme/v2', 'InvalidName'],
    ['a dash', 'owner', 'acme/-', 'InvalidName'],
    ['capitals', 'owner', 'acme/Big', 'InvalidName'],
    ['spaces', 'owner', 'acme/a ', 'InvalidName'],
    ['dots', 'owner', 'acme/..', 'InvalidName'],
    ['nothing', 'owner', 'acme/', 'InvalidName'],
    ['65 characters', 'owner', `acme/${'a'.repeat(65)}`, 'InvalidName'],
  ] as const)('refuses %s', async ([, as, path, error]) => {
    expect(await refused(() => make(as, path))).toBe(error);
  });

  test('takes names up to the limits, and none past them', async () => {
    await make('owner', `acme/${'a'.repeat(64)}`);
    await make('owner', 'acme/named', { name: 'é'.repeat(255) });
    expect(await refused(() => make('owner', 'acme/named2', { name: 'é'.repeat(256) }))).toBe('InvalidInput');
    let path = 'deep';
    await make('admin', path);
    for (let depth = 2; depth <= 20; depth++) await make('admin', (path = `${path}/d`));
    expect((await node(app.core, path)).lineage.length).toBeLessThanOrEqual(640);
    expect(await refused(() => make('admin', `${path}/d`))).toBe('InvalidName');
  });

  test('makes one where twenty ask for the same', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => make('owner', 'acme/race')));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).constructor.name] : []));
    expect(new Set(errors)).toEqual(new Set(['NamespaceExists']));
  });

  test('a child is never more visible than its parent', async () => {
    await make('admin', 'shut', { visibility: 'INTERNAL' });
    expect(await refused(() => make('admin', 'shut/open', { visibility: 'PUBLIC' }))).toBe('InvalidInput');
    await make('admin', 'shut/same', { visibility: 'INTERNAL' });
    const same = await node(app.core, 'shut/same');
    expect(await refused(async () => updateNamespace(app.core, await app.actor('admin'), same.id, { visibility: 'PUBLIC' }))).toBe('InvalidInput');
  });

  test('closing a group closes what is in it, opening it opens nothing', async () => {
    const admin = await app.actor('admin');
    const top = await make('admin', 'door', { visibility: 'PUBLIC' });
    await make('admin', 'door/open', { visibility: 'PUBLIC' });
    await make('admin', 'door/open/int', { visibility: 'INTERNAL' });
    await make('admin', 'door/priv');
    const beside = await make('admin', 'door2', { visibility: 'PUBLIC' });
    await updateNamespace(app.core, admin, top.id, { visibility: 'INTERNAL' });
    const visibilities = async () => Promise.all(['door', 'door/open', 'door/open/int', 'door/priv'].map(async (path) => (await node(app.core, path)).visibility));
    expect(await visibilities()).toEqual(['INTERNAL', 'INTERNAL', 'INTERNAL', 'PRIVATE']);
    await updateNamespace(app.core, admin, top.id, { visibility: 'PUBLIC' });
    expect(await visibilities()).toEqual(['PUBLIC', 'INTERNAL', 'INTERNAL', 'PRIVATE']);
    expect((await node(app.core, beside.path)).visibility).toBe('PUBLIC');
  });

  test('closing a parent and opening its child at once never leaves the child more open', async () => {
    const admin = await app.actor('admin');
    for (let round = 0; round < 8; round++) {
      const parent = await make('admin', `duel${round}`, { visibility: 'PUBLIC' });
      const child = await make('admin', `duel${round}/child`);
      await Promise.allSettled([updateNamespace(app.core, admin, child.id, { visibility: 'PUBLIC' }), updateNamespace(app.core, admin, parent.id, { visibility: 'PRIVATE' })]);
      expect([(await node(app.core, parent.path)).visibility, (await node(app.core, child.path)).visibility]).toEqual(['PRIVATE', 'PRIVATE']);
    }
  });

  test('renaming moves the subtree and nothing else', async () => {
    const admin = await app.actor('admin');
    const top = await make('admin', 'old');
    for (const path of ['old/a', 'old/a/old', 'older', 'old-er', 'old/a/b']) await make('admin', path);
    await updateNamespace(app.core, admin, top.id, { slug: 'new' });
    expect(await paths('new')).toEqual(['new', 'new/a', 'new/a/b', 'new/a/old']);
    expect(await findNamespaceByPath(app.core.database.reads, 'old')).toBeNull();
    expect((await node(app.core, 'older')).path).toBe('older');
    const a = await node(app.core, 'new/a');
    await updateNamespace(app.core, admin, a.id, { slug: 'a1', name: 'A one', description: 'what it is' });
    expect(await paths('new')).toEqual(['new', 'new/a1', 'new/a1/b', 'new/a1/old']);
    expect(await node(app.core, 'new/a1')).toMatchObject({ name: 'A one', description: 'what it is' });
    expect(await refused(() => updateNamespace(app.core, admin, a.id, { slug: 'pypi' }))).toBe('InvalidName');
    await make('admin', 'new/taken');
    expect(await refused(() => updateNamespace(app.core, admin, a.id, { slug: 'taken' }))).toBe('NamespaceExists');
  });

  test('a rename that would make a path below too long is refused', async () => {
    const admin = await app.actor('admin');
    const top = await make('admin', 'short');
    let path = 'short';
    for (let index = 0; index < 3; index++) await make('admin', (path = `${path}/${'p'.repeat(64)}`));
    await make('admin', `${path}/${'q'.repeat(50)}`);
    expect(`${path}/${'q'.repeat(50)}`).toHaveLength(251);
    await updateNamespace(app.core, admin, top.id, { slug: 'shortened' });
    expect(await paths('shortened')).toHaveLength(5);
    expect(await refused(() => updateNamespace(app.core, admin, top.id, { slug: 'shortenedX'.toLowerCase() }))).toBe('InvalidName');
  });

  test.for([
    ['anonymous', 'Unauthenticated'],
    ['outsider', 'NotFound'],
    ['developer', 'Forbidden'],
  ] as const)('%s can neither change nor delete one: %s', async ([as, error]) => {
    const { id } = await node(app.core, 'acme/widgets');
    expect(await refused(async () => updateNamespace(app.core, await app.actor(as), id, { name: 'x' }))).toBe(error);
    expect(await refused(async () => deleteNamespace(app.core, await app.actor(as), id))).toBe(error);
  });

  test('the instance keeps its place', async () => {
    const admin = await app.actor('admin');
    const { id } = await node(app.core, '');
    expect(await refused(() => updateNamespace(app.core, admin, id, { slug: 'x' }))).toBe('InvalidInput');
    expect(await refused(() => deleteNamespace(app.core, admin, id))).toBe('InvalidInput');
    await updateNamespace(app.core, admin, id, { name: 'Our registry' });
    expect(await node(app.core, '')).toMatchObject({ name: 'Our registry', path: '' });
  });

  test('an empty one can be deleted, with its members', async () => {
    const admin = await app.actor('admin');
    const group = await make('admin', 'empty');
    const outsider = await userOf(app.core, 'outsider');
    await insertMember(app.core, outsider?.id ?? '', group.id, 'GUEST');
    await deleteNamespace(app.core, admin, group.id);
    expect(await findNamespaceByPath(app.core.database.reads, 'empty')).toBeNull();
    expect(await refused(() => deleteNamespace(app.core, admin, group.id))).toBe('NotFound');
    await make('admin', 'empty');
  });

  test('of several who delete one at once only the first does', async () => {
    const admin = await app.actor('admin');
    const group = await make('admin', 'contested');
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => refusal(deleteNamespace(app.core, admin, group.id))));
    expect(outcomes.sort()).toEqual(['NotFound', 'NotFound', 'NotFound', 'NotFound', 'nothing']);
    const told = await app.core.database.reads.find(EventTable, { where: { type: 'NAMESPACE_DELETED' } });
    expect(told.filter(({ payload }) => payload['path'] === 'contested')).toHaveLength(1);
  });

  test('one that holds something cannot', async () => {
    const admin = await app.actor('admin');
    await make('admin', 'full');
    const inner = await make('admin', 'full/inner');
    expect(await refused(async () => deleteNamespace(app.core, admin, (await node(app.core, 'full')).id))).toBe('NamespaceNotEmpty');
    await publishAs(app, { as: 'admin', namespace: 'full/inner' });
    expect(await refused(() => deleteNamespace(app.core, admin, inner.id))).toBe('NamespaceNotEmpty');
  });
});
