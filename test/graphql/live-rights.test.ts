import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createToken } from '../../src/access/tokens.ts';
import { createUser } from '../../src/access/users.ts';
import { record } from '../../src/events/record.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Transport, transports } from '../support/live.ts';
import { ask, backends, put } from './client.ts';

const document = 'subscription { events(filter: { types: [PACKAGE_PUBLISHED] }) { ... on VersionEvent { packageName versionName } } }';

let number = 0;

/*
 * Each change is followed by an event that the listener may see in any case: when that has come, what came before it in the log has been told,
 * or never will be.
 */
describe.for(backends)('rights of a running subscription on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await startApp({ backend: await open() });
    await app.namespace('open', 'PROJECT', 'PUBLIC');
  }, 60_000);
  afterAll(() => app?.close());

  /** A user with a token and a private project, who listens. */
  async function listener(transport: Transport) {
    const name = `listener-${number++}`;
    const user = await createUser(app.core, { username: name, password: 'correct horse battery' });
    const node = await app.namespace(`acme/${name}`);
    const { secret, token } = await createToken(app.core, { userId: user.id, name: 'live' });
    const subscription = await transports[transport]({ url: app.url, secret, query: document });
    const member = (role: string | undefined) =>
      role === undefined
        ? ask(app, 'owner', 'mutation($n: ID!, $u: String!) { removeMember(input: { namespaceId: $n, username: $u }) { __typename } }', { n: node.id, u: name })
        : ask(app, 'owner', `mutation($n: ID!, $u: String!) { setMember(input: { namespaceId: $n, username: $u, role: ${role} }) { __typename } }`, { n: node.id, u: name });
    const publish = (version: string, path = node.path) => put(app, path, { name: `${name}${path === node.path ? '' : '-elsewhere'}`, version });
    /** What has been told of the packages of this listener, when everything before this call has been. */
    const told = async () => {
      const sign = `sign-${number++}`;
      await put(app, 'open', { name: sign });
      for (let count = 1; ; count++) {
        const results = await subscription.count(count);
        if (results.at(-1)?.data.events.packageName === sign) break;
      }
      // Heartbeats have no name.
      return subscription.results.map(({ data }) => data.events).filter(({ packageName }) => packageName?.startsWith(name)).map(({ versionName }) => versionName);
    };
    await told();
    return { name, user, node, token, subscription, member, publish, told };
  }

  describe.for(Object.keys(transports) as Transport[])('over %s', (transport) => {
    const test = it.skipIf(missing !== undefined);

    test('whoever gets a role hears from then on, and no more when it is taken', async () => {
      const { subscription, member, publish, told } = await listener(transport);
      await publish('1.0.0');
      expect(await told()).toEqual([]);
      await member('REPORTER');
      await publish('1.1.0');
      expect(await told()).toEqual(['1.1.0']);
      await member(undefined);
      await publish('1.2.0');
      expect(await told()).toEqual(['1.1.0']);
      subscription.close();
    });

    test.for([
      ['the token is revoked', ({ token }: Listener) => ask(app, 'admin', 'mutation($id: ID!) { revokeToken(input: { tokenId: $id }) { __typename } }', { id: token.id })],
      ['the user is blocked', ({ user }: Listener) => ask(app, 'admin', 'mutation($name: String!) { updateUser(input: { username: $name, isBlocked: true }) { __typename } }', { name: user.username })],
    ] as const)('ends when %s', async ([, takeAway]) => {
      const them = await listener(transport);
      await takeAway(them);
      expect(await them.subscription.ended).toEqual({ complete: true });
      expect(them.subscription.results.at(-1)?.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    });

    test('what becomes private is no longer told', async () => {
      const { subscription, publish, told, name } = await listener(transport);
      const open = await app.namespace(`internal-${name}`, 'PROJECT', 'INTERNAL');
      await publish('1.0.0', open.path);
      expect(await told()).toEqual(['1.0.0']);
      await ask(app, 'admin', 'mutation($id: ID!) { updateNamespace(input: { namespaceId: $id, visibility: PRIVATE }) { __typename } }', { id: open.id });
      await publish('1.1.0', open.path);
      expect(await told()).toEqual(['1.0.0']);
      subscription.close();
    });

    test('a package that leaves the rights of its namespace is no longer told of', async () => {
      const { subscription, member, publish, told } = await listener(transport);
      await member('REPORTER');
      const { package: owner } = await publish('1.0.0');
      expect(await told()).toEqual(['1.0.0']);
      await ask(app, 'owner', 'mutation($id: ID!) { setPackageAccess(input: { packageId: $id, inheritsFromNamespace: false }) { __typename } }', { id: owner.id });
      await publish('1.1.0');
      expect(await told()).toEqual(['1.0.0']);
      subscription.close();
    });

    test('a team that loses a member, and one that loses its role', async () => {
      const { subscription, publish, told, node, name } = await listener(transport);
      const team = `team-${name}`;
      await ask(app, 'admin', 'mutation($name: String!) { createTeam(input: { name: $name }) { __typename } }', { name: team });
      const join = (verb: string) => ask(app, 'admin', `mutation($team: String!, $user: String!) { ${verb}(input: { teamName: $team, username: $user }) { __typename } }`, { team, user: name });
      await ask(app, 'owner', 'mutation($n: ID!, $t: String!) { setMember(input: { namespaceId: $n, teamName: $t, role: REPORTER }) { __typename } }', { n: node.id, t: team });
      await join('addTeamMember');
      await publish('1.0.0');
      expect(await told()).toEqual(['1.0.0']);
      await join('removeTeamMember');
      await publish('1.1.0');
      expect(await told()).toEqual(['1.0.0']);
      subscription.close();
    });

    test('a registry that is switched off tells nothing', async () => {
      const { subscription, node, member, publish, told, name } = await listener(transport);
      await member('REPORTER');
      const { package: owner } = await publish('1.0.0');
      expect(await told()).toEqual(['1.0.0']);
      await ask(app, 'owner', 'mutation($id: ID!) { updateSettings(input: { namespaceId: $id, registryEnabled: { value: false } }) { __typename } }', { id: node.id });
      // Nobody can publish there any more: as if it had been on its way.
      await app.core.database.tx((tx) =>
        record(tx, { type: 'PACKAGE_PUBLISHED', namespaceId: node.id, packageId: owner.id, actor: undefined, occurredAt: 1, payload: { format: 'npm', name, version: '9.0.0', files: [], tags: [] } }),
      );
      expect(await told()).toEqual(['1.0.0']);
      subscription.close();
    });
  });
});

/** What the tests need of a listener to take something away from them. */
interface Listener {
  token: { id: string };
  user: { username: string };
}
