import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withFiles as backends, type OpenBackend } from '../support/environment/backends.ts';
import { adminSecret, ask, type ServerProcess, startServer } from './server-process.ts';

describe.for(backends)('two servers on one $name', { timeout: 120_000 }, ({ open, missing }) => {
  let backend: OpenBackend;
  let first: ServerProcess;
  let second: ServerProcess;
  let namespaceId: string;
  beforeAll(async () => {
    if (missing !== undefined) return;
    backend = await open();
    first = await startServer(backend.env);
    second = await startServer(backend.env);
    const { createGroup } = await ask(first, adminSecret, 'mutation { createGroup(input: { slug: "acme" }) { ... on CreateGroupPayload { group { id } } } }');
    namespaceId = createGroup.group.id;
  }, 60_000);
  afterAll(async () => {
    await first?.kill();
    await second?.kill();
    await backend?.close();
  });

  const test = it.skipIf(missing !== undefined);

  /** What the second server answers to a look at the private group: over GraphQL its status and whether it is there, by npm its status. */
  async function answers(secret: string): Promise<unknown[]> {
    const authorization = `Bearer ${secret}`;
    const graphql = await fetch(`${second.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization }, body: '{"query":"{ namespace(path: \\"acme\\") { path } }"}' });
    const { data } = (await graphql.json()) as { data?: { namespace: object | null } };
    const npm = await fetch(`${second.url}/api/packages/acme/npm/-/v1/search?text=x`, { headers: { authorization } });
    await npm.body?.cancel();
    return [graphql.status, data?.namespace != null, npm.status];
  }

  const admin = (query: string, variables: object) => ask(first, adminSecret, query, variables);
  const revoke = (tokenId: string) => admin('mutation($tokenId: ID!) { revokeToken(input: { tokenId: $tokenId }) { ... on RevokeTokenPayload { revokedTokenId } } }', { tokenId });

  async function deployToken(): Promise<{ id: string; secret: string }> {
    const { createNamespaceToken: made } = await admin(
      'mutation($namespaceId: ID!) { createNamespaceToken(input: { namespaceId: $namespaceId, kind: DEPLOY, name: "deploy", scopes: [READ], mintsJobs: true }) { ... on CreateNamespaceTokenPayload { secret token { id } } } }',
      { namespaceId },
    );
    return { id: made.token.id, secret: made.secret };
  }

  /** Uses a credential at the second server until it is remembered there, takes the right away at the first, and looks again one second later. */
  async function outcome(secret: string, takeAway: () => Promise<unknown>): Promise<unknown[]> {
    for (let time = 0; time < 3; time++) expect(await answers(secret)).toEqual([200, true, 200]);
    await takeAway();
    await sleep(1000);
    return answers(secret);
  }

  test('a token that was revoked at one is refused at the other', async () => {
    const { id, secret } = await deployToken();
    expect(await outcome(secret, () => revoke(id))).toEqual([401, false, 401]);
  });

  test('so is the job that it minted', async () => {
    const minter = await deployToken();
    const { mintJobToken } = await ask(first, minter.secret, 'mutation { mintJobToken(input: { name: "job" }) { ... on MintJobTokenPayload { secret } } }');
    expect(await outcome(mintJobToken.secret, () => revoke(minter.id))).toEqual([401, false, 401]);
  });

  test('so is the old secret of one that was rotated', async () => {
    const { id, secret } = await deployToken();
    const rotate = () => admin('mutation($id: ID!) { rotateToken(input: { tokenId: $id }) { ... on RotateTokenPayload { secret } } }', { id });
    expect(await outcome(secret, rotate)).toEqual([401, false, 401]);
  });

  test('so is a user who was blocked', async () => {
    const secret = await member('blocked');
    const block = () => admin('mutation { updateUser(input: { username: "blocked", isBlocked: true }) { __typename } }', {});
    expect(await outcome(secret, block)).toEqual([401, false, 401]);
  });

  test('a member who was removed sees no more than a stranger', async () => {
    const secret = await member('leaver');
    const remove = () => admin('mutation($namespaceId: ID!) { removeMember(input: { namespaceId: $namespaceId, username: "leaver" }) { __typename } }', { namespaceId });
    expect(await outcome(secret, remove)).toEqual([200, false, 404]);
  });

  /** The token that a new member of the group gets by signing in. */
  async function member(username: string): Promise<string> {
    await admin(
      `mutation($username: String!, $namespaceId: ID!) {
        createUser(input: { username: $username, password: "correct horse battery" }) { __typename }
        setMember(input: { namespaceId: $namespaceId, username: $username, role: REPORTER }) { __typename }
      }`,
      { username, namespaceId },
    );
    const response = await fetch(`${first.url}/api/packages/npm/-/user/org.couchdb.user:${username}`, { method: 'PUT', body: JSON.stringify({ name: username, password: 'correct horse battery' }) });
    return ((await response.json()) as { token: string }).token;
  }
});
