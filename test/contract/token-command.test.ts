import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TokenTable } from '../../src/db/tables/credential.ts';
import { type TokenOptions, tokenCreate } from '../../src/token-command.ts';
import { type TestApp, userOf } from '../support/app.ts';
import { databases, node, openRegistry, refusal } from './registry.ts';

const hour = 3_600_000;

describe.for(databases)('entrepot token create on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);

  test('makes a token of a user, with limits', async () => {
    const { token, secret } = await tokenCreate(app.core, { name: 'ci', user: 'Reader', scopes: 'read, WRITE', formats: 'NPM,generic', packages: '@acme/*', days: '0.5' });
    expect(token).toMatchObject({ kind: 'PERSONAL', userId: (await userOf(app.core, 'reader'))?.id, scopes: ['READ', 'WRITE'], formats: ['npm', 'generic'], namePattern: '@acme/*', expiresAt: app.clock.now() + 12 * hour });
    expect((await app.core.authenticator.actorOf({ kind: 'secret', secret })).user?.username).toBe('reader');
  });

  test('makes a token of a namespace', async () => {
    const deploy = await tokenCreate(app.core, { name: 'd', namespace: 'acme/widgets', kind: 'deploy', scopes: 'read,write', 'mints-jobs': true });
    expect(deploy.token).toMatchObject({ kind: 'DEPLOY', role: 'DEVELOPER', mintsJobs: true, namespaceId: (await node(app.core, 'acme/widgets')).id, userId: null, createdById: null });
    const project = await tokenCreate(app.core, { name: 'p', namespace: '', kind: 'project', role: 'owner', scopes: 'admin' });
    expect(project.token).toMatchObject({ kind: 'PROJECT', role: 'OWNER', scopes: ['ADMIN'], mintsJobs: false, expiresAt: null });
  });

  test.for<[string, TokenOptions]>([
    ['no name', { user: 'reader' }],
    ['nobody', { name: 'x' }],
    ['a user and a namespace', { name: 'x', user: 'reader', namespace: 'acme' }],
    ['an unknown user', { name: 'x', user: 'nobody' }],
    ['an unknown namespace', { name: 'x', namespace: 'nowhere', kind: 'deploy', scopes: 'read' }],
    ['an unknown scope', { name: 'x', user: 'reader', scopes: 'read,all' }],
    ['an unknown kind', { name: 'x', namespace: 'acme', kind: 'job', scopes: 'read' }],
    ['an unknown role', { name: 'x', namespace: 'acme', kind: 'project', role: 'boss', scopes: 'read' }],
    ['no kind', { name: 'x', namespace: 'acme', scopes: 'read' }],
    ['no scopes for a namespace', { name: 'x', namespace: 'acme', kind: 'deploy' }],
    ['a role for a user', { name: 'x', user: 'reader', role: 'owner' }],
    ['no days', { name: 'x', user: 'reader', days: '0' }],
    ['days that are no number', { name: 'x', user: 'reader', days: 'soon' }],
    ['more days than there are', { name: 'x', user: 'reader', days: '1e300' }],
  ])('refuses %s', async ([, options]) => {
    const before = await app.core.database.reads.count(TokenTable);
    expect(await refusal(tokenCreate(app.core, options))).toBe('UsageError');
    expect(await app.core.database.reads.count(TokenTable)).toBe(before);
  });

  test.for<[string, TokenOptions]>([
    ['an unknown format', { name: 'x', user: 'reader', formats: 'nonsense' }],
    ['an empty pattern', { name: 'x', user: 'reader', packages: '' }],
    ['ADMIN for deployment', { name: 'x', namespace: 'acme', kind: 'deploy', scopes: 'admin' }],
    ['a role for deployment', { name: 'x', namespace: 'acme', kind: 'deploy', role: 'owner', scopes: 'read' }],
    ['no role for a project', { name: 'x', namespace: 'acme', kind: 'project', scopes: 'read' }],
  ])('refuses %s as the API does', async ([, options]) => {
    const before = await app.core.database.reads.count(TokenTable);
    expect(await refusal(tokenCreate(app.core, options))).toBe('InvalidInput');
    expect(await app.core.database.reads.count(TokenTable)).toBe(before);
  });
});
