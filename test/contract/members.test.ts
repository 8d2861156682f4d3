import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateUser } from '../../src/access/manage-users.ts';
import { insertMember, removeMember, setMember } from '../../src/access/members.ts';
import { type MemberRecord, memberListQuery } from '../../src/access/queries/members.ts';
import { addTeamMember, createTeam, removeTeamMember } from '../../src/access/teams.ts';
import { createUser } from '../../src/access/users.ts';
import { listPages } from '../../src/db/keyset.ts';
import { type Role, roles } from '../../src/db/tables/access.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { deleteNamespace, updateNamespace } from '../../src/namespaces/manage.ts';
import { type Person, type TestApp, userOf } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { databases, node, openRegistry, refusal } from './registry.ts';

describe.for(databases)('members on $name', ({ open, missing }) => {
  let app: TestApp;
  let acme: string;
  let widgets: string;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    acme = (await node(app.core, 'acme')).id;
    widgets = (await node(app.core, 'acme/widgets')).id;
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const everyRole = async () => app.core.database.reads.query('SELECT user_id, namespace_id, role FROM membership ORDER BY user_id, namespace_id');
  /** What is thrown, and that nothing was written. */
  const refused = async (work: () => Promise<unknown>): Promise<string> => {
    const before = [await countEverything(app.core), await everyRole()];
    const thrown = await refusal(work());
    expect([await countEverything(app.core), await everyRole()]).toEqual(before);
    return thrown;
  };
  const roleOf = async (username: string, namespaceId: string): Promise<Role | undefined> => {
    const [row] = await app.core.database.reads.query('SELECT m.role FROM membership m JOIN user u ON u.id = m.user_id WHERE u.username = ? AND m.namespace_id = ?', [username, namespaceId]);
    return row?.role;
  };
  const set = async (as: Person, username: string, role: Role, namespaceId = widgets) => setMember(app.core, await app.actor(as), { namespaceId, username, role });
  const remove = async (as: Person, username: string, namespaceId = widgets) => removeMember(app.core, await app.actor(as), { namespaceId, username });
  let count = 0;
  const somebody = async (role?: Role, namespaceId = widgets): Promise<string> => {
    const { id, username } = await createUser(app.core, { username: `somebody${count++}` });
    if (role) await insertMember(app.core, id, namespaceId, role);
    return username;
  };

  test('a role is given, changed and taken, at once and with an event', async () => {
    const owner = await app.actor('owner');
    const username = 'outsider';
    expect(await set('owner', username, 'REPORTER')).toMatchObject({ kind: 'USER', role: 'REPORTER', namespace: { path: 'acme/widgets' } });
    expect((await app.actor('outsider')).roles.get(widgets)).toBe('REPORTER');
    await set('owner', username, 'DEVELOPER');
    expect((await app.actor('outsider')).roles.get(widgets)).toBe('DEVELOPER');
    const userId = (await userOf(app.core, 'outsider'))?.id;
    const events = () => app.core.database.reads.find(EventTable, { where: { namespaceId: widgets }, order: { id: 'DESC' }, take: 1 });
    expect((await events())[0]).toMatchObject({ type: 'MEMBER_SET', actorId: owner.user?.id, payload: { kind: 'USER', principalId: userId, role: 'DEVELOPER', previousRole: 'REPORTER' } });
    expect(await refused(() => set('owner', username, 'DEVELOPER'))).toBe('nothing');
    await remove('owner', username);
    expect((await app.actor('outsider')).roles.size).toBe(0);
    expect((await events())[0]).toMatchObject({ type: 'MEMBER_REMOVED', payload: { principalId: userId, previousRole: 'DEVELOPER' } });
    expect(await refused(() => remove('owner', username))).toBe('NotFound');
  });

  test.for([
    ['anonymous', 'Unauthenticated'],
    ['outsider', 'NotFound'],
    ['reader', 'Forbidden'],
    ['developer', 'Forbidden'],
  ] as const)('%s gives and takes nothing: %s', async ([as, error]) => {
    const username = await somebody('GUEST');
    expect(await refused(() => set(as, username, 'REPORTER'))).toBe(error);
    expect(await refused(() => remove(as, username))).toBe(error);
    // Nor do they learn who is there: a user who is not is refused in the same way.
    expect(await refused(() => set(as, 'nobody-at-all', 'REPORTER'))).toBe(error);
  });

  test('nobody gives, changes or takes a role above their own', async () => {
    for (const role of roles) {
      const isAllowed = role !== 'OWNER';
      const username = await somebody();
      expect(await refusal(set('maintainer', username, role))).toBe(isAllowed ? 'nothing' : 'Forbidden');
      expect(await roleOf(username, widgets)).toBe(isAllowed ? role : undefined);
      const has = await somebody(role);
      expect(await refusal(set('maintainer', has, 'GUEST'))).toBe(isAllowed ? 'nothing' : 'Forbidden');
      expect(await roleOf(has, widgets)).toBe(isAllowed ? 'GUEST' : 'OWNER');
      const leaves = await somebody(role);
      expect(await refusal(remove('maintainer', leaves))).toBe(isAllowed ? 'nothing' : 'Forbidden');
      expect(await roleOf(leaves, widgets)).toBe(isAllowed ? undefined : 'OWNER');
    }
    const username = await somebody();
    await set('owner', username, 'OWNER');
    await set('owner', username, 'GUEST');
  });

  test('a role given here gives nothing above', async () => {
    const local = await createUser(app.core, { username: 'local' });
    await insertMember(app.core, local.id, widgets, 'OWNER');
    const actor = await app.core.authenticator.actorOfUser(local);
    await setMember(app.core, actor, { namespaceId: widgets, username: 'outsider', role: 'GUEST' });
    await removeMember(app.core, actor, { namespaceId: widgets, username: 'outsider' });
    expect(await refused(() => setMember(app.core, actor, { namespaceId: acme, username: 'outsider', role: 'GUEST' }))).toBe('NotFound');
    expect(await refused(() => setMember(app.core, { ...actor, scopes: new Set(['READ', 'WRITE', 'DELETE']) }, { namespaceId: widgets, username: 'outsider', role: 'GUEST' }))).toBe('Forbidden');
  });

  test('says what is wrong with a name', async () => {
    expect(await refused(() => set('owner', 'nobody-at-all', 'GUEST'))).toBe('InvalidInput');
    const owner = await app.actor('owner');
    expect(await refused(() => setMember(app.core, owner, { namespaceId: widgets, teamName: 'no-team', role: 'GUEST' }))).toBe('InvalidInput');
    expect(await refused(() => setMember(app.core, owner, { namespaceId: widgets, role: 'GUEST' }))).toBe('InvalidInput');
    expect(await refused(() => setMember(app.core, owner, { namespaceId: widgets, username: 'reader', teamName: 'no-team', role: 'GUEST' }))).toBe('InvalidInput');
    expect(await refused(() => setMember(app.core, owner, { namespaceId: 'ns_nothing', username: 'reader', role: 'GUEST' }))).toBe('NotFound');
  });

  test('only an administrator takes the last owner of a top-level namespace, and none that is blocked counts', async () => {
    expect(await refused(() => remove('owner', 'owner', acme))).toBe('InvalidInput');
    expect(await refused(() => set('owner', 'owner', 'MAINTAINER', acme))).toBe('InvalidInput');
    const admin = await app.actor('admin');
    const second = await somebody('OWNER', acme);
    await updateUser(app.core, admin, second, { isBlocked: true });
    expect(await refused(() => remove('owner', 'owner', acme))).toBe('InvalidInput');
    await updateUser(app.core, admin, second, { isBlocked: false });
    await set('owner', 'owner', 'MAINTAINER', acme);
    await set('admin', 'owner', 'OWNER', acme);
    await remove('owner', second, acme);
    // Below there are owners above.
    const below = await somebody('OWNER');
    await remove('owner', below);
    await remove('admin', 'owner', acme);
    expect(await roleOf('owner', acme)).toBeUndefined();
    await set('admin', 'owner', 'OWNER', acme);
  });

  test('a team that owns counts as long as somebody is in it', async () => {
    const admin = await app.actor('admin');
    const team = await createTeam(app.core, admin, { name: 'owners' });
    expect(await setMember(app.core, await app.actor('owner'), { namespaceId: acme, teamName: 'OWNERS', role: 'OWNER' })).toMatchObject({ kind: 'TEAM', principalId: team.id });
    expect(await refused(() => remove('owner', 'owner', acme))).toBe('InvalidInput');
    await addTeamMember(app.core, admin, 'owners', 'outsider');
    expect(await refused(async () => removeMember(app.core, await app.actor('maintainer'), { namespaceId: acme, teamName: 'owners' }))).toBe('Forbidden');
    await remove('owner', 'owner', acme);
    await set('admin', 'owner', 'OWNER', acme);
    await removeTeamMember(app.core, admin, 'owners', 'outsider');
    await removeMember(app.core, await app.actor('owner'), { namespaceId: acme, teamId: team.id });
    expect((await app.actor('outsider')).roles.size).toBe(0);
  });

  test('two owners who remove each other at once leave one', async () => {
    for (let round = 0; round < 5; round++) {
      const top = await app.namespace(`twins${round}`, 'GROUP');
      const users = await Promise.all(['a', 'b'].map((name) => createUser(app.core, { username: `twin-${name}${round}` })));
      for (const { id } of users) await insertMember(app.core, id, top.id, 'OWNER');
      const actors = await Promise.all(users.map((user) => app.core.authenticator.actorOfUser(user)));
      const results = await Promise.allSettled(actors.map((actor, index) => removeMember(app.core, actor, { namespaceId: top.id, userId: users[1 - index]?.id ?? '' })));
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    }
  });

  test('lists own and inherited members by name, a page at a time, for several nodes as for one', async () => {
    const group = await app.namespace('listed', 'GROUP');
    const inner = await app.namespace('listed/inner', 'PROJECT');
    const other = await app.namespace('listed/other', 'PROJECT');
    const admin = await app.actor('admin');
    await createTeam(app.core, admin, { name: 'm-team' });
    const give = (namespaceId: string, name: { username?: string; teamName?: string }, role: Role) => setMember(app.core, admin, { namespaceId, ...name, role });
    await give(group.id, { username: 'reader' }, 'REPORTER');
    await give(group.id, { teamName: 'm-team' }, 'GUEST');
    await give(inner.id, { username: 'reader' }, 'OWNER');
    await give(inner.id, { username: 'developer' }, 'DEVELOPER');
    await give(other.id, { username: 'owner' }, 'OWNER');
    const list = async (nodes: { id: string; lineage: string }[], includeInherited: boolean, limit = 10, after?: (string | number)[]) => {
      const pages = await listPages<MemberRecord>(app.core.database.reads, memberListQuery(nodes, includeInherited), { limit, backward: false, after });
      return nodes.map(({ id }) => pages.get(id)?.rows.map((row) => `${row.principalName} ${row.kind} ${row.role} ${row.namespaceId === id ? 'own' : 'above'}`));
    };
    const ownOfInner = ['developer USER DEVELOPER own', 'reader USER OWNER own'];
    const allOfInner = ['developer USER DEVELOPER own', 'm-team TEAM GUEST above', 'reader USER REPORTER above', 'reader USER OWNER own'];
    const allOfOther = ['m-team TEAM GUEST above', 'owner USER OWNER own', 'reader USER REPORTER above'];
    expect(await list([inner], false)).toEqual([ownOfInner]);
    expect(await list([inner, other], false)).toEqual([ownOfInner, ['owner USER OWNER own']]);
    expect((await list([inner], true))[0]?.toSorted()).toEqual(allOfInner.toSorted());
    expect((await list([inner, other], true)).map((rows) => rows?.toSorted())).toEqual([allOfInner.toSorted(), allOfOther.toSorted()]);
    expect(await list([other], true, 10, ['m-team', 'zzz', 'zzz'])).toEqual([allOfOther.slice(1)]);
    expect(await list([inner], true, 1)).toEqual([allOfInner.slice(0, 1)]);
  });

  test('a namespace is renamed, opened and deleted by owners only, the rest by maintainers', async () => {
    const open = await app.namespace('acme/mine', 'GROUP');
    const maintainer = await app.actor('maintainer');
    await updateNamespace(app.core, maintainer, open.id, { name: 'Mine', description: 'x', visibility: 'PRIVATE', slug: 'mine' });
    for (const changes of [{ slug: 'yours' }, { visibility: 'INTERNAL' }] as const) {
      expect(await refused(() => updateNamespace(app.core, maintainer, open.id, changes))).toBe('Forbidden');
    }
    expect(await refused(() => deleteNamespace(app.core, maintainer, open.id))).toBe('Forbidden');
    const owner = await app.actor('owner');
    await updateNamespace(app.core, owner, open.id, { slug: 'yours' });
    await deleteNamespace(app.core, owner, open.id);
  });
});
