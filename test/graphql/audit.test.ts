import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createToken } from '../../src/access/tokens.ts';
import { deleteNamespace } from '../../src/namespaces/manage.ts';
import { node, publishAs } from '../contract/registry.ts';
import { numbered } from '../support/event-log.ts';
import { password, startApp, type TestApp, userOf } from '../support/app.ts';
import { ask, backends, query } from './client.ts';

const fields =
  'type occurredAt cursor path address actorId actor { displayName __typename } token { id name kind } namespace { path } details';

describe.for(backends)('Namespace.audit on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await startApp({ backend: await open(), env: { TRUST_PROXY: 'true' } });
    await set('acme', { auditEvents: { value: true } });
  }, 60_000);
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const set = async (path: string, settings: object) =>
    ask(app, 'admin', 'mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) { __typename } }', { input: { namespaceId: (await node(app.core, path)).id, ...settings } });
  const audit = async (path: string, args: object = {}, selection = fields) => {
    await numbered(app.core);
    const document = `query($path: String!, $filter: AuditFilter, $first: Int, $after: String) { namespace(path: $path) { audit(filter: $filter, first: $first, after: $after) { totalCount nodes { ${selection} } pageInfo { hasNextPage endCursor } } } }`;
    return query(app, 'owner', document, { path, ...args });
  };
  const newest = async (path = 'acme') => (await audit(path, { first: 1 })).data.namespace.audit.nodes[0];
  const put = (name: string, secret: string, address: string) =>
    fetch(`${app.url}/api/packages/acme/widgets/generic/${name}/1/a.txt`, { method: 'PUT', body: name, headers: { authorization: `Bearer ${secret}`, 'x-forwarded-for': `192.0.2.99, ${address}` } });

  test('tells who did what, with what, from where and when', async () => {
    expect((await put('tool', app.secrets.owner, '2001:0DB8::0001:2')).status).toBe(201);
    const { user, token } = await app.actor('owner');
    expect(await newest()).toEqual({
      type: 'PACKAGE_PUBLISHED',
      occurredAt: new Date(app.clock.now()).toISOString(),
      cursor: expect.stringMatching(/^e[0-9a-z]{11}$/),
      path: 'acme/widgets',
      address: '2001:db8::1:2',
      actorId: user?.id,
      actor: { displayName: 'owner', __typename: 'User' },
      token: { id: token?.id, name: 'test', kind: 'PERSONAL' },
      namespace: { path: 'acme/widgets' },
      details: { format: 'generic', name: 'tool', version: '1', files: ['a.txt'], tags: [] },
    });
  });

  test('tells of tokens without a user, also where they are gone', async () => {
    const doomed = await app.namespace('acme/doomed');
    const { token, secret } = await createToken(app.core, { kind: 'PROJECT', name: 'robot', namespaceId: doomed.id, role: 'MAINTAINER', scopes: ['ADMIN'] });
    const renamed = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query: `mutation { updateNamespace(input: { namespaceId: "${doomed.id}", name: "Doomed" }) { __typename } }` }),
    });
    expect(await renamed.json()).toEqual({ data: { updateNamespace: { __typename: 'UpdateNamespacePayload' } } });
    const event = { type: 'NAMESPACE_UPDATED', path: 'acme/doomed', address: '127.0.0.1', actorId: token.id };
    expect(await newest()).toMatchObject({ ...event, actor: { displayName: 'robot', __typename: 'TokenActor' }, token: { id: token.id, name: 'robot', kind: 'PROJECT' } });
    await deleteNamespace(app.core, await app.actor('owner'), doomed.id);
    const { nodes } = (await audit('acme', { filter: { actor: token.id } })).data.namespace.audit;
    expect(nodes).toMatchObject([{ ...event, actor: null, token: { id: token.id, name: null, kind: null }, namespace: null }]);
  });

  test('tells of the operator and the registry that no request did it', async () => {
    const { id } = await node(app.core, 'acme/widgets');
    await createToken(app.core, { kind: 'DEPLOY', name: 'by hand', namespaceId: id, role: 'REPORTER', scopes: ['READ'] });
    expect(await newest()).toMatchObject({ type: 'TOKEN_CREATED', actorId: null, actor: null, token: null, address: null, details: { name: 'by hand' } });
  });

  test('knows the address of a browser that signs in and goes on in one operation', async () => {
    const { id } = await node(app.core, 'acme/widgets');
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '198.51.100.7' },
      body: JSON.stringify({
        query: `mutation { signIn(input: { username: "owner", password: "${password}" }) { __typename } updateNamespace(input: { namespaceId: "${id}", description: "d" }) { __typename } }`,
      }),
    });
    expect(await response.json()).toMatchObject({ data: { updateNamespace: { __typename: 'UpdateNamespacePayload' } } });
    expect(await newest()).toMatchObject({ type: 'NAMESPACE_UPDATED', address: '198.51.100.7', actor: { displayName: 'owner' }, token: null });
  });

  test('knows the address of a client on a WebSocket', async () => {
    const { id } = await node(app.core, 'acme/widgets');
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers: { 'x-forwarded-for': '2001:db8:1:2:3:4:5:6' } });
    const answer = await new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${app.secrets.owner}` } })));
      socket.on('message', (raw) => {
        const { type, payload } = JSON.parse(String(raw));
        const change = { query: `mutation { updateNamespace(input: { namespaceId: "${id}", description: "by socket" }) { __typename } }` };
        if (type === 'connection_ack') socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: change }));
        if (type === 'next' || type === 'error') resolve(payload);
      });
    });
    socket.terminate();
    expect(answer).toEqual({ data: { updateNamespace: { __typename: 'UpdateNamespacePayload' } } });
    expect(await newest()).toMatchObject({ type: 'NAMESPACE_UPDATED', address: '2001:db8:1:2:3:4:5:6', actor: { displayName: 'owner' }, token: { name: 'test' } });
  });

  test('says in its details what was changed', async () => {
    const group = await app.namespace('acme/detailed', 'GROUP', 'PRIVATE');
    const inner = await app.namespace('acme/detailed/inner');
    const { id: reader } = await userOf(app.core, 'reader').then((user) => user ?? { id: '' });
    const mutate = async (name: string, input: object) => {
      const { [name]: result } = await ask(app, 'owner', `mutation($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename ... on UserError { message } } }`, { input });
      expect(result).not.toHaveProperty('message');
      return (await newest()).details;
    };
    expect(await mutate('createGroup', { parent: 'acme/detailed', slug: 'made' })).toEqual({ path: 'acme/detailed/made', kind: 'GROUP', visibility: 'PRIVATE' });
    expect(await mutate('updateNamespace', { namespaceId: group.id, name: 'In detail', description: 'all of it' })).toMatchObject({ path: 'acme/detailed', changed: ['name', 'description'] });
    await app.core.database.tx((tx) => tx.query("UPDATE namespace SET visibility = 'INTERNAL' WHERE id IN (?, ?)", [group.id, inner.id]));
    expect(await mutate('updateNamespace', { namespaceId: group.id, visibility: 'PRIVATE' })).toMatchObject({ changed: ['visibility'], visibility: 'PRIVATE', closedBelow: 1 });
    expect(await mutate('setMember', { namespaceId: group.id, username: 'reader', role: 'DEVELOPER' })).toEqual({ kind: 'USER', principalId: reader, name: 'reader', role: 'DEVELOPER', previousRole: null });
    expect(await mutate('removeMember', { namespaceId: group.id, username: 'reader' })).toEqual({ kind: 'USER', principalId: reader, name: 'reader', previousRole: 'DEVELOPER' });
    const token = await mutate('createNamespaceToken', { namespaceId: group.id, kind: 'DEPLOY', name: 'ci', scopes: ['READ', 'WRITE'], formats: ['NPM'], namePattern: '@acme/*', expiresAt: '2040-01-01T00:00:00Z', mintsJobs: true });
    expect(token).toMatchObject({ name: 'ci', kind: 'DEPLOY', role: 'DEVELOPER', scopes: ['READ', 'WRITE'], formats: ['npm'], namePattern: '@acme/*', mintsJobs: true, expiresAt: Date.UTC(2040, 0, 1) });
    expect(await mutate('rotateToken', { tokenId: token.tokenId, overlapSeconds: 60 })).toMatchObject({ tokenId: token.tokenId, overlapSeconds: 60 });
    await createToken(app.core, { kind: 'JOB', name: 'job', namespaceId: group.id, role: 'DEVELOPER', scopes: ['READ'], parentId: token.tokenId });
    expect(await mutate('revokeToken', { tokenId: token.tokenId })).toMatchObject({ tokenId: token.tokenId, mintedTokens: 1 });
    expect(await mutate('setCleanupPolicy', { namespaceId: group.id, name: 'old', isEnabled: false, olderThanDays: 90, keepNewest: 3 })).toMatchObject({ change: 'CREATED', name: 'old', isEnabled: false, olderThanDays: 90, keepNewest: 3 });
    const { package: owner } = await publishAs(app, { as: 'owner', name: 'granted' });
    expect(await mutate('setPackageAccess', { packageId: owner.id, grants: [{ username: 'reader', level: 'WRITE' }] })).toMatchObject({ name: 'granted', grants: [{ principalId: reader, name: 'reader', level: 'WRITE' }] });
  });

  test('is read page by page, with a count, filtered', async () => {
    const { totalCount, nodes } = (await audit('acme', { first: 100 }, 'type cursor')).data.namespace.audit;
    expect(totalCount).toBe(nodes.length);
    const paged: unknown[] = [];
    for (let after = null, more = true; more; ) {
      const page: any = (await audit('acme', { first: 2, after }, 'type cursor')).data.namespace.audit;
      paged.push(...page.nodes);
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(paged).toEqual(nodes);
    const filter = { types: ['PACKAGE_PUBLISHED'], actor: 'owner', package: { format: 'GENERIC', name: 'tool' }, from: '2030-01-01T00:00:00Z', to: '2031-01-01T00:00:00Z' };
    expect((await audit('acme', { filter }, 'details')).data.namespace.audit).toMatchObject({ totalCount: 1, nodes: [{ details: { name: 'tool' } }] });
    expect((await audit('acme', { filter: { ...filter, to: '2030-01-01T00:00:00Z' } })).data.namespace.audit.totalCount).toBe(0);
    expect((await audit('acme', { after: 'nonsense' })).errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
  });

  test('is refused in words where it is switched off', async () => {
    await set('acme/widgets', { auditEvents: { value: false } });
    const { data, errors } = await audit('acme/widgets');
    expect([data, errors?.[0]?.extensions.code, errors?.[0]?.message]).toEqual([{ namespace: { audit: null } }, 'FORBIDDEN', expect.stringContaining('auditEvents')]);
    // Who may not see it is told nothing of that.
    const { errors: toMaintainer } = await query(app, 'maintainer', '{ namespace(path: "acme/widgets") { audit { totalCount } } }');
    expect(toMaintainer?.[0]?.message).toContain('You need the role OWNER');
    await set('acme/widgets', { auditEvents: { value: null } });
  });
});
