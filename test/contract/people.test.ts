import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changePassword, registerUser, updateUser } from '../../src/access/manage-users.ts';
import { insertMember, setMember } from '../../src/access/members.ts';
import { openSession } from '../../src/access/sessions.ts';
import { addTeamMember, createTeam, deleteTeam, removeTeamMember, updateTeam } from '../../src/access/teams.ts';
import { createToken } from '../../src/access/tokens.ts';
import { createUser, findUser } from '../../src/access/users.ts';
import { anonymous } from '../../src/access/actor.ts';
import { PackageGrantTable } from '../../src/db/tables/access.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { password, type Person, type TestApp, userOf } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { actorWith, databases, node, openRegistry, publishAs, refusal } from './registry.ts';

const address = '192.0.2.1';

describe.for(databases)('people on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const reads = () => app.core.database.reads;
  /** What is thrown, and that nothing was written. */
  const refused = async (work: () => Promise<unknown>): Promise<string> => {
    const before = await countEverything(app.core);
    const thrown = await refusal(work());
    expect(await countEverything(app.core)).toEqual(before);
    return thrown;
  };
  const lastEvent = async () => (await reads().find(EventTable, { order: { id: 'DESC' }, take: 1 }))[0];
  const person = async (username: string, options: { isAdmin?: boolean } = {}) => {
    const user = await createUser(app.core, { username, password, ...options });
    const { secret } = await createToken(app.core, { userId: user.id, name: 'test' });
    return { user, secret, actor: () => Promise.resolve(app.core.authenticator.actorOf({ kind: 'secret', secret })) };
  };
  const session = (username: string) => openSession(app.core, anonymous, { username, password, address });
  const sessionActor = (secret: string) => Promise.resolve(app.core.authenticator.actorOf({ kind: 'session', secret }));

  const administration: [string, (as: Person) => Promise<unknown>][] = [
    ['makes users', async (as) => registerUser(app.core, await app.actor(as), { username: 'never' })],
    ['changes users', async (as) => updateUser(app.core, await app.actor(as), 'reader', { displayName: 'x' })],
    ['makes teams', async (as) => createTeam(app.core, await app.actor(as), { name: 'never' })],
    ['changes teams', async (as) => updateTeam(app.core, await app.actor(as), 'nothing', { description: 'x' })],
    ['deletes teams', async (as) => deleteTeam(app.core, await app.actor(as), 'nothing')],
    ['fills teams', async (as) => addTeamMember(app.core, await app.actor(as), 'nothing', 'reader')],
    ['empties teams', async (as) => removeTeamMember(app.core, await app.actor(as), 'nothing', 'reader')],
  ];
  test.for(administration)('nobody but an administrator %s', async ([, work]) => {
    expect(await refused(() => work('anonymous'))).toBe('Unauthenticated');
    for (const as of ['outsider', 'owner'] as const) expect(await refused(() => work(as))).toBe('Forbidden');
  });

  test('an administrator needs a credential that may administer, and an owner of the instance is none', async () => {
    const admin = await app.actor('admin');
    for (const scopes of [['READ'], ['READ', 'WRITE', 'DELETE']] as const) {
      expect(await refused(() => registerUser(app.core, { ...admin, scopes: new Set(scopes) }, { username: 'never' }))).toBe('Forbidden');
    }
    const limited = { ...admin, token: { ...admin.token, formats: new Set(['npm']) } } as typeof admin;
    expect(await refused(() => registerUser(app.core, limited, { username: 'never' }))).toBe('Forbidden');
    const owner = actorWith({ roles: new Map([[(await node(app.core, '')).id, 'OWNER']]) });
    expect(await refused(() => registerUser(app.core, owner, { username: 'never' }))).toBe('Forbidden');
  });

  test('makes and changes users, and tells of it without the password', async () => {
    const admin = await app.actor('admin');
    const made = await registerUser(app.core, admin, { username: 'Ada', displayName: 'Ada L.', password, isAdmin: true });
    expect(made).toMatchObject({ username: 'ada', displayName: 'Ada L.', isAdmin: true, isBlocked: false });
    expect(await findUser(reads(), 'ada')).toEqual(made);
    expect(await lastEvent()).toMatchObject({ type: 'USER_CREATED', actorId: admin.user?.id, payload: { userId: made.id, username: 'ada' } });
    const changed = await updateUser(app.core, admin, 'ADA', { displayName: 'Countess', password: 'another secret', isAdmin: false });
    expect(await findUser(reads(), 'ada')).toEqual(changed);
    expect(changed).toMatchObject({ displayName: 'Countess', isAdmin: false });
    expect(changed.passwordHash).not.toBe(made.passwordHash);
    const event = await lastEvent();
    expect(event).toMatchObject({ type: 'USER_CHANGED', payload: { userId: made.id, displayName: 'Countess', password: 'changed', isAdmin: false } });
    expect(JSON.stringify(event)).not.toContain('another secret');
    expect(await refused(() => updateUser(app.core, admin, 'ada', { displayName: 'Countess' }))).toBe('nothing');
  });

  test('refuses what makes no sense', async () => {
    const admin = await app.actor('admin');
    expect(await refused(() => registerUser(app.core, admin, { username: 'reader' }))).toBe('UserExists');
    expect(await refused(() => registerUser(app.core, admin, { username: 'a b' }))).toBe('InvalidName');
    expect(await refused(() => registerUser(app.core, admin, { username: 'x1', displayName: '' }))).toBe('InvalidInput');
    expect(await refused(() => registerUser(app.core, admin, { username: 'x1', displayName: 'é'.repeat(256) }))).toBe('InvalidInput');
    await registerUser(app.core, admin, { username: 'x1', displayName: 'é'.repeat(255), password: 'p'.repeat(1024) });
    expect(await refused(() => updateUser(app.core, admin, 'x1', { displayName: '' }))).toBe('InvalidInput');
    expect(await refused(() => updateUser(app.core, admin, 'x1', { password: 'p'.repeat(1025) }))).toBe('InvalidInput');
    expect(await refused(() => updateUser(app.core, admin, 'x1', { password: 'p'.repeat(7) }))).toBe('InvalidInput');
    expect(await refused(() => updateUser(app.core, admin, 'nobody', { isBlocked: true }))).toBe('NotFound');
  });

  test('a blocked user is out at once, with sessions and tokens, and only the tokens come back', async () => {
    const admin = await app.actor('admin');
    const victim = await person('victim');
    const opened = await session('victim');
    expect((await victim.actor()).user?.id).toBe(victim.user.id);
    expect((await sessionActor(opened.secret)).user?.id).toBe(victim.user.id);
    await updateUser(app.core, admin, 'victim', { isBlocked: true });
    expect(await refusal(victim.actor())).toBe('Unauthenticated');
    expect(await refusal(sessionActor(opened.secret))).toBe('Unauthenticated');
    expect(await refusal(session('victim'))).toBe('Unauthenticated');
    await updateUser(app.core, admin, 'victim', { isBlocked: false });
    expect((await victim.actor()).user?.id).toBe(victim.user.id);
    expect(await refusal(sessionActor(opened.secret))).toBe('Unauthenticated');
  });

  test('nobody locks out themselves or the last administrator', async () => {
    const admin = await app.actor('admin');
    for (const changes of [{ isAdmin: false }, { isBlocked: true }]) expect(await refused(() => updateUser(app.core, admin, 'admin', changes))).toBe('InvalidInput');
    const second = await person('second', { isAdmin: true });
    for (const changes of [{ isAdmin: false }, { isBlocked: true }]) expect(await refused(() => updateUser(app.core, admin, 'admin', changes))).toBe('InvalidInput');
    await updateUser(app.core, await second.actor(), 'second', { displayName: 'Second', isAdmin: true, isBlocked: false });
    await updateUser(app.core, admin, 'second', { isAdmin: false });
    expect((await second.actor()).user?.isAdmin).toBe(false);
  });

  test('administrators who demote each other at once leave one', async () => {
    for (let round = 0; round < 5; round++) {
      const names = [`duel-a${round}`, `duel-b${round}`] as const;
      const [a, b] = [await person(names[0], { isAdmin: true }), await person(names[1], { isAdmin: true })];
      const [actorA, actorB] = [await a.actor(), await b.actor()];
      const results = await Promise.allSettled([updateUser(app.core, actorA, names[1], { isAdmin: false }), updateUser(app.core, actorB, names[0], { isBlocked: true })]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    }
  });

  test('a new password ends the sessions: all, or when it is changed by oneself all others', async () => {
    const walker = await person('walker');
    const [first, second] = [await session('walker'), await session('walker')];
    const change = (actor: Parameters<typeof changePassword>[1], currentPassword: string, newPassword: string) => changePassword(app.core, actor, { currentPassword, newPassword, address });
    const mine = await sessionActor(first.secret);
    expect(await refused(() => change(mine, password, 'short'))).toBe('InvalidInput');
    expect(await refusal(change(mine, 'wrong password', 'new password'))).toBe('InvalidInput');
    expect(await refused(() => change(anonymous, password, 'new password'))).toBe('Unauthenticated');
    expect((await sessionActor(second.secret)).user?.username).toBe('walker');
    await change(mine, password, 'new password');
    expect((await sessionActor(first.secret)).user?.username).toBe('walker');
    expect(await refusal(sessionActor(second.secret))).toBe('Unauthenticated');
    expect(await refusal(session('walker'))).toBe('Unauthenticated');
    await updateUser(app.core, await app.actor('admin'), 'walker', { password });
    expect(await refusal(sessionActor(first.secret))).toBe('Unauthenticated');
    expect((await session('walker')).user.id).toBe(walker.user.id);
  });

  test('teams: made, renamed, filled, emptied', async () => {
    const admin = await app.actor('admin');
    const team = await createTeam(app.core, admin, { name: 'Core', description: 'what it is for' });
    expect(team).toMatchObject({ name: 'core', description: 'what it is for' });
    expect(await lastEvent()).toMatchObject({ type: 'TEAM_CHANGED', payload: { teamId: team.id, change: 'CREATED' } });
    expect(await refused(() => createTeam(app.core, admin, { name: 'CORE' }))).toBe('TeamExists');
    expect(await refused(() => createTeam(app.core, admin, { name: 'a b' }))).toBe('InvalidName');
    await createTeam(app.core, admin, { name: 'long', description: 'x'.repeat(1000) });
    expect(await refused(() => createTeam(app.core, admin, { name: 'longer', description: 'x'.repeat(1001) }))).toBe('InvalidInput');
    expect(await refused(() => updateTeam(app.core, admin, 'core', { name: 'long' }))).toBe('TeamExists');
    expect(await updateTeam(app.core, admin, 'core', { name: 'Kernel', description: null })).toMatchObject({ id: team.id, name: 'kernel', description: null });
    expect(await refused(() => updateTeam(app.core, admin, 'core', { description: 'x' }))).toBe('NotFound');
    await addTeamMember(app.core, admin, 'kernel', 'reader');
    expect(await refused(() => addTeamMember(app.core, admin, 'kernel', 'reader'))).toBe('nothing');
    expect(await refused(() => addTeamMember(app.core, admin, 'kernel', 'nobody'))).toBe('NotFound');
    await removeTeamMember(app.core, admin, 'kernel', 'reader');
    expect(await refused(() => removeTeamMember(app.core, admin, 'kernel', 'reader'))).toBe('NotFound');
  });

  test("a team's rights are its members' at once, and go with it, whole", async () => {
    const admin = await app.actor('admin');
    const published = await publishAs(app, { as: 'admin', name: 'granted' });
    const acme = await node(app.core, 'acme');
    const team = await createTeam(app.core, admin, { name: 'doomed' });
    await setMember(app.core, admin, { namespaceId: acme.id, teamId: team.id, role: 'DEVELOPER' });
    const grants = [team.id, (await userOf(app.core, 'reader'))?.id ?? ''].map((principalId) => ({ packageId: published.package.id, principalId, level: 'WRITE' as const, createdAt: 1 }));
    await app.core.database.tx((tx) => tx.insert(PackageGrantTable, grants));
    const joiner = await person('joiner');
    expect((await joiner.actor()).roles.size).toBe(0);
    await addTeamMember(app.core, admin, 'doomed', 'joiner');
    const inside = await joiner.actor();
    expect([inside.roles.get(acme.id), inside.grants.get(published.package.id)]).toEqual(['DEVELOPER', 'WRITE']);
    await removeTeamMember(app.core, admin, 'doomed', 'joiner');
    expect((await joiner.actor()).roles.size).toBe(0);
    await addTeamMember(app.core, admin, 'doomed', 'joiner');
    await deleteTeam(app.core, admin, 'doomed');
    const after = await joiner.actor();
    expect([after.roles.size, after.grants.size]).toEqual([0, 0]);
    for (const [table, column] of [['team_member', 'team_id'], ['team_membership', 'team_id'], ['package_grant', 'principal_id']] as const) {
      expect(await reads().query(`SELECT 1 FROM ${table} WHERE ${column} = ?`, [team.id])).toEqual([]);
    }
    expect(await reads().query('SELECT principal_id FROM package_grant WHERE package_id = ?', [published.package.id])).toHaveLength(1);
  });

  test('a user whose rights come from a member of several teams has the highest', async () => {
    const admin = await app.actor('admin');
    const acme = await node(app.core, 'acme');
    const climber = await person('climber');
    await insertMember(app.core, climber.user.id, acme.id, 'GUEST');
    for (const [name, role] of [['low', 'REPORTER'], ['high', 'MAINTAINER']] as const) {
      await createTeam(app.core, admin, { name });
      await setMember(app.core, admin, { namespaceId: acme.id, teamName: name, role });
      await addTeamMember(app.core, admin, name, 'climber');
    }
    expect((await climber.actor()).roles.get(acme.id)).toBe('MAINTAINER');
  });
});
