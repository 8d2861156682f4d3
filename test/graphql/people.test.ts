import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PackageGrantTable } from '../../src/db/tables/access.ts';
import { type Person, startApp, type TestApp, userOf } from '../support/app.ts';
import { ask, backends, put, query } from './client.ts';

const persons: Person[] = ['anonymous', 'outsider', 'reader', 'developer', 'maintainer', 'owner', 'admin'];

describe.for(backends)('people by GraphQL on $name', ({ open, missing }) => {
  let app: TestApp;
  let acme: string;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await startApp({ backend: await open() });
    acme = (await ask(app, 'admin', '{ namespace(path: "acme") { id } }')).namespace.id;
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const codes = async (as: Person, document: string, variables: Record<string, unknown> = {}) =>
    (await query(app, as, document, variables)).errors?.map(({ extensions }) => extensions.code);
  const mutate = async (as: Person, name: string, input: Record<string, unknown>, selection: string) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const document = `mutation($input: ${type}Input!) { ${name}(input: $input) { __typename ... on ${type}Payload { ${selection} } ... on UserError { code message } } }`;
    const { data, errors } = await query(app, as, document, { input });
    return errors ? { code: errors[0]?.extensions.code } : data[name];
  };

  test('administrators make and change users; what they are refused is data', async () => {
    const user = 'user { username displayName isAdmin isBlocked hasPassword }';
    expect(await mutate('admin', 'createUser', { username: 'Ada', displayName: 'Ada L.' }, user)).toEqual({
      __typename: 'CreateUserPayload',
      user: { username: 'ada', displayName: 'Ada L.', isAdmin: false, isBlocked: false, hasPassword: false },
    });
    expect(await mutate('admin', 'updateUser', { username: 'ada', password: 'long enough', isBlocked: true }, user)).toMatchObject({
      user: { displayName: 'Ada L.', isBlocked: true, hasPassword: true },
    });
    expect(await mutate('admin', 'createUser', { username: 'ada' }, user)).toMatchObject({ __typename: 'UserExists', code: 'USER_EXISTS' });
    expect(await mutate('admin', 'createUser', { username: 'a b' }, user)).toMatchObject({ __typename: 'InvalidName' });
    expect(await mutate('admin', 'updateUser', { username: 'admin', isAdmin: false }, user)).toMatchObject({ __typename: 'InvalidInput' });
    expect(await mutate('admin', 'updateUser', { username: 'nobody' }, user)).toEqual({ code: 'NOT_FOUND' });
    expect(await mutate('owner', 'createUser', { username: 'eve' }, user)).toEqual({ code: 'FORBIDDEN' });
    expect(await mutate('anonymous', 'updateUser', { username: 'reader', isAdmin: true }, user)).toEqual({ code: 'UNAUTHENTICATED' });
    expect(await mutate('owner', 'updateUser', { username: 'owner', isAdmin: true }, user)).toEqual({ code: 'FORBIDDEN' });
    expect((await ask(app, 'admin', '{ user(username: "owner") { isAdmin } }')).user.isAdmin).toBe(false);
  });

  test('a blocked user loses access with the answer', async () => {
    await mutate('admin', 'updateUser', { username: 'outsider', isBlocked: true }, 'user { id }');
    expect(await codes('outsider', '{ viewer { credential } }')).toEqual(['UNAUTHENTICATED']);
    await mutate('admin', 'updateUser', { username: 'outsider', isBlocked: false }, 'user { id }');
    expect((await ask(app, 'outsider', '{ viewer { user { username } } }')).viewer.user.username).toBe('outsider');
  });

  test('administrators list users a page at a time; nobody else does', async () => {
    const document = 'query($after: String, $search: String) { users(first: 3, after: $after, search: $search) { totalCount nodes { username createdAt } pageInfo { endCursor hasNextPage } } }';
    const first = (await ask(app, 'admin', document)).users;
    expect(first.nodes.map(({ username }: { username: string }) => username)).toEqual(['ada', 'admin', 'developer']);
    expect(first).toMatchObject({ totalCount: 7, pageInfo: { hasNextPage: true } });
    const next = (await ask(app, 'admin', document, { after: first.pageInfo.endCursor })).users;
    expect(next.nodes.map(({ username }: { username: string }) => username)).toEqual(['maintainer', 'outsider', 'owner']);
    expect((await ask(app, 'admin', document, { search: 'DA L' })).users.nodes).toMatchObject([{ username: 'ada' }]);
    for (const person of ['outsider', 'owner'] as const) {
      const { data, errors } = await query(app, person, document);
      expect([data, errors?.[0]?.extensions.code]).toEqual([{ users: null }, 'FORBIDDEN']);
    }
    expect(await codes('anonymous', document)).toEqual(['UNAUTHENTICATED']);
  });

  test('others find only themselves, and see of others no more than their names', async () => {
    const document = 'query($name: String!) { user(username: $name) { username isAdmin isBlocked hasPassword createdAt } }';
    expect((await ask(app, 'reader', document, { name: 'READER' })).user).toMatchObject({ username: 'reader', isAdmin: false, isBlocked: false, hasPassword: true });
    for (const person of ['anonymous', 'reader', 'owner'] as const) {
      for (const name of ['developer', 'nobody']) expect((await ask(app, person, document, { name })).user).toBeNull();
    }
    expect((await ask(app, 'admin', document, { name: 'developer' })).user).toMatchObject({ username: 'developer', isAdmin: false });
    const members = '{ namespace(path: "acme") { members { nodes { user { username isAdmin isBlocked hasPassword createdAt } } } } }';
    const { nodes } = (await ask(app, 'reader', members)).namespace.members;
    for (const { user } of nodes) {
      if (user.username === 'reader') expect(user.isAdmin).toBe(false);
      else expect(user).toEqual({ username: user.username, isAdmin: null, isBlocked: null, hasPassword: null, createdAt: null });
    }
    expect(nodes).toHaveLength(4);
  });

  test('teams are named to every user; who is in one only to those in it and administrators', async () => {
    const team = 'team { name description members { totalCount nodes { username } } }';
    expect(await mutate('admin', 'createTeam', { name: 'Core', description: 'all of it' }, team)).toMatchObject({ team: { name: 'core', members: { totalCount: 0 } } });
    expect(await mutate('admin', 'createTeam', { name: 'core' }, team)).toMatchObject({ __typename: 'TeamExists', code: 'TEAM_EXISTS' });
    for (const username of ['reader', 'developer']) await mutate('admin', 'addTeamMember', { teamName: 'core', username }, team);
    expect(await mutate('admin', 'addTeamMember', { teamName: 'core', username: 'nobody' }, team)).toEqual({ code: 'NOT_FOUND' });
    const names = '{ teams(search: "ALL OF") { totalCount nodes { name description } } team(name: "Core") { id } }';
    for (const person of ['outsider', 'reader', 'admin'] as const) {
      expect(await ask(app, person, names)).toMatchObject({ teams: { totalCount: 1, nodes: [{ name: 'core', description: 'all of it' }] }, team: { id: expect.any(String) } });
    }
    expect((await query(app, 'anonymous', names)).data).toEqual({ teams: null, team: null });
    const inside = '{ teams { nodes { name members { nodes { username } } } } }';
    for (const person of ['reader', 'admin'] as const) {
      expect((await ask(app, person, inside)).teams.nodes).toEqual([{ name: 'core', members: { nodes: [{ username: 'developer' }, { username: 'reader' }] } }]);
    }
    const hidden = await query(app, 'owner', inside);
    expect([hidden.data.teams.nodes, hidden.errors?.[0]?.extensions.code]).toEqual([[{ name: 'core', members: null }], 'FORBIDDEN']);
    const { team: { id } } = await ask(app, 'admin', '{ team(name: "core") { id } }');
    const node = 'query($id: ID!) { node(id: $id) { ... on Team { name } } }';
    expect((await ask(app, 'outsider', node, { id })).node).toEqual({ name: 'core' });
    expect((await ask(app, 'anonymous', node, { id })).node).toBeNull();
    expect(await mutate('owner', 'deleteTeam', { teamName: 'core' }, 'deletedTeamId')).toEqual({ code: 'FORBIDDEN' });
    await mutate('admin', 'removeTeamMember', { teamName: 'core', username: 'developer' }, team);
    expect((await query(app, 'developer', inside)).data.teams.nodes[0].members).toBeNull();
    expect(await mutate('admin', 'updateTeam', { teamName: 'core', name: 'kernel', description: null }, 'team { name description }')).toMatchObject({ team: { name: 'kernel', description: null } });
    expect(await mutate('admin', 'deleteTeam', { teamName: 'kernel' }, 'deletedTeamId')).toEqual({ __typename: 'DeleteTeamPayload', deletedTeamId: id });
  });

  test('members are given, listed with where they come from, and taken', async () => {
    await mutate('admin', 'createTeam', { name: 'crew' }, 'team { id }');
    const widgets = (await ask(app, 'admin', '{ namespace(path: "acme/widgets") { id } }')).namespace.id;
    const membership = 'membership { role user { username } team { name } namespace { path } }';
    expect(await mutate('maintainer', 'setMember', { namespaceId: widgets, teamName: 'crew', role: 'DEVELOPER' }, membership)).toEqual({
      __typename: 'SetMemberPayload',
      membership: { role: 'DEVELOPER', user: null, team: { name: 'crew' }, namespace: { path: 'acme/widgets' } },
    });
    expect(await mutate('maintainer', 'setMember', { namespaceId: widgets, username: 'outsider', role: 'GUEST' }, membership)).toMatchObject({ membership: { role: 'GUEST', user: { username: 'outsider' }, team: null } });
    expect(await mutate('maintainer', 'setMember', { namespaceId: widgets, username: 'outsider', role: 'OWNER' }, membership)).toEqual({ code: 'FORBIDDEN' });
    expect(await mutate('maintainer', 'setMember', { namespaceId: widgets, username: 'nobody', role: 'GUEST' }, membership)).toMatchObject({ __typename: 'InvalidInput' });
    expect(await mutate('owner', 'removeMember', { namespaceId: acme, username: 'owner' }, 'namespace { id }')).toMatchObject({ __typename: 'InvalidInput' });
    const document = `query($inherited: Boolean) { namespace(path: "acme/widgets") { members(includeInherited: $inherited) { totalCount nodes { role user { username } team { name } namespace { path } } } } }`;
    const list = async (as: Person, inherited: boolean) => {
      const { members } = (await ask(app, as, document, { inherited })).namespace;
      const rows = members.nodes.map(({ role, user, team, namespace }: any) => `${user?.username ?? team.name} ${role} ${namespace?.path}`);
      expect(members.totalCount).toBe(rows.length);
      return rows;
    };
    expect(await list('reader', false)).toEqual(['crew DEVELOPER acme/widgets', 'outsider GUEST acme/widgets']);
    const all = ['crew DEVELOPER acme/widgets', 'developer DEVELOPER acme', 'maintainer MAINTAINER acme', 'outsider GUEST acme/widgets', 'owner OWNER acme', 'reader REPORTER acme'];
    expect(await list('reader', true)).toEqual(all);
    // A guest sees the namespace, but not who is in it.
    const { data, errors } = await query(app, 'outsider', document);
    expect([data.namespace.members, errors?.[0]?.extensions.code]).toEqual([null, 'FORBIDDEN']);
    // Who is a member here only is not told of the namespaces above.
    await mutate('maintainer', 'setMember', { namespaceId: widgets, username: 'outsider', role: 'REPORTER' }, membership);
    expect(await list('outsider', true)).toEqual(all.map((row) => row.replace('GUEST', 'REPORTER').replace(/ acme$/, ' undefined')));
    expect(await mutate('maintainer', 'removeMember', { namespaceId: widgets, username: 'outsider' }, 'namespace { path }')).toEqual({ __typename: 'RemoveMemberPayload', namespace: { path: 'acme/widgets' } });
    expect(await mutate('maintainer', 'removeMember', { namespaceId: widgets, username: 'outsider' }, 'namespace { path }')).toEqual({ code: 'NOT_FOUND' });
    await mutate('maintainer', 'removeMember', { namespaceId: widgets, teamName: 'crew' }, 'namespace { path }');
    expect(await list('reader', false)).toEqual([]);
  });

  test('the members of a public namespace are nobody else\'s business', async () => {
    await app.namespace('open', 'GROUP', 'PUBLIC');
    const document = '{ namespace(path: "open") { path members { nodes { role } } } }';
    for (const [person, code] of [['anonymous', 'UNAUTHENTICATED'], ['outsider', 'FORBIDDEN']] as const) {
      const { data, errors } = await query(app, person, document);
      expect([data.namespace, errors?.[0]?.extensions.code]).toEqual([{ path: 'open', members: null }, code]);
    }
    expect((await ask(app, 'admin', document)).namespace.members.nodes).toEqual([]);
  });

  test('says what the caller may do', async () => {
    const published = await put(app, 'acme/widgets', { name: 'rights' });
    const rights = 'viewerCan { read publish delete inspect manage own }';
    const document = `{ namespace(path: "acme/widgets") { viewerRole ${rights} package(format: NPM, name: "rights") { viewerRole ${rights} } } }`;
    const flags = (...granted: string[]) => Object.fromEntries(['read', 'publish', 'delete', 'inspect', 'manage', 'own'].map((name) => [name, granted.includes(name)]));
    const expected: Partial<Record<Person, [string, object]>> = {
      reader: ['REPORTER', flags('read', 'inspect')],
      developer: ['DEVELOPER', flags('read', 'inspect', 'publish')],
      maintainer: ['MAINTAINER', flags('read', 'inspect', 'publish', 'delete', 'manage')],
      owner: ['OWNER', flags('read', 'inspect', 'publish', 'delete', 'manage', 'own')],
      admin: ['OWNER', flags('read', 'inspect', 'publish', 'delete', 'manage', 'own')],
    };
    for (const person of persons) {
      const { namespace } = await ask(app, person, document);
      const [viewerRole, viewerCan] = expected[person] ?? [];
      expect(namespace).toEqual(viewerRole === undefined ? null : { viewerRole, viewerCan, package: { viewerRole, viewerCan } });
    }
    expect((await ask(app, 'anonymous', `{ instance { viewerRole ${rights} } }`)).instance).toEqual({ viewerRole: null, viewerCan: flags('read') });
    // A grant on the package alone, in a namespace that its holder does not see; and a package that has left its namespace's roles.
    const outsider = (await userOf(app.core, 'outsider'))?.id ?? '';
    await app.core.database.tx(async (tx) => {
      await tx.insert(PackageGrantTable, { packageId: published.package.id, principalId: outsider, level: 'WRITE', createdAt: 1 });
      await tx.query('UPDATE package SET is_restricted = 1 WHERE id = ?', [published.package.id]);
    });
    app.core.authenticator.forget();
    const own = `query($id: ID!) { node(id: $id) { ... on Package { namespace { path } viewerRole ${rights} } } }`;
    const at = async (as: Person) => (await ask(app, as, own, { id: published.package.id })).node;
    expect(await at('outsider')).toEqual({ namespace: null, viewerRole: 'DEVELOPER', viewerCan: flags('read', 'inspect', 'publish') });
    expect(await at('maintainer')).toBeNull();
    expect(await at('owner')).toMatchObject({ viewerRole: 'OWNER', viewerCan: { own: true } });
  });
});
