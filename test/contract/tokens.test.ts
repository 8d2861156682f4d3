import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, anonymous } from '../../src/access/actor.ts';
import { createNamespaceToken, type NodeTokenWish } from '../../src/access/node-tokens.ts';
import { createOwnToken } from '../../src/access/own-tokens.ts';
import type { CreatedToken } from '../../src/access/tokens.ts';
import { decide } from '../../src/access/decide.ts';
import { tokenScopes, TokenTable } from '../../src/db/tables/credential.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { instanceId } from '../../src/db/tables/namespace.ts';
import { listDocumentRows } from '../../src/packages/document-rows.ts';
import { searchPackages } from '../../src/packages/search.ts';
import { type Person, type TestApp, userOf } from '../support/app.ts';
import { databases, node, openRegistry, publishAs, refusal } from './registry.ts';

describe.for(databases)('tokens on $name', ({ open, missing }) => {
  let app: TestApp;
  let acme: string;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    acme = (await node(app.core, 'acme')).id;
    await app.namespace('other');
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const actorOf = async (secret: string): Promise<Actor> => {
    app.core.authenticator.forget();
    return app.core.authenticator.actorOf({ kind: 'secret', secret });
  };
  const countTokens = () => app.core.database.reads.count(TokenTable);
  const lastEvent = async () => (await app.core.database.reads.find(EventTable, { order: { id: 'DESC' }, take: 1 }))[0];

  /** What a promise rejects with, in a word; fails where a token was made all the same. */
  async function refused(work: () => Promise<unknown>): Promise<string> {
    const before = await countTokens();
    const name = await refusal(work());
    expect(await countTokens()).toBe(before);
    return name;
  }

  describe('personal', () => {
    test('has the limits that were asked for', async () => {
      const expiresAt = app.clock.now() + 1000;
      const { token, secret } = await createOwnToken(app.core, await app.actor('owner'), { name: 'ci', scopes: ['READ', 'READ'], formats: ['npm'], namePattern: '@acme/*', expiresAt });
      expect(token).toMatchObject({ kind: 'PERSONAL', scopes: ['READ'], formats: ['npm'], namePattern: '@acme/*', expiresAt, namespaceId: null, role: null });
      const actor = await actorOf(secret);
      expect(actor.user?.username).toBe('owner');
      expect(actor.token).toMatchObject({ formats: new Set(['npm']), namePattern: '@acme/*', expiresAt });
      const owner = await userOf(app.core, 'owner');
      expect(await lastEvent()).toMatchObject({ type: 'TOKEN_CREATED', namespaceId: instanceId, actorId: owner?.id, payload: { tokenId: token.id, name: 'ci', kind: 'PERSONAL' } });
    });

    test('that is limited, or lacks ADMIN, makes none', async () => {
      const owner = await app.actor('owner');
      for (const limit of [{ formats: ['npm'] }, { namePattern: '*' }, { scopes: ['READ', 'WRITE', 'DELETE'] as const }]) {
        const { secret } = await createOwnToken(app.core, owner, { name: 'limited', ...limit });
        expect(await refused(async () => createOwnToken(app.core, await actorOf(secret), { name: 'x', scopes: ['READ'] }))).toBe('Forbidden');
      }
    });

    test('lives no longer than the one it was made with', async () => {
      const expiresAt = app.clock.now() + 60_000;
      const { secret } = await createOwnToken(app.core, await app.actor('owner'), { name: 'short', expiresAt });
      const short = await actorOf(secret);
      expect((await createOwnToken(app.core, short, { name: 'same' })).token.expiresAt).toBe(expiresAt);
      expect((await createOwnToken(app.core, short, { name: 'at it', expiresAt })).token.expiresAt).toBe(expiresAt);
      expect((await createOwnToken(app.core, short, { name: 'before', expiresAt: expiresAt - 1 })).token.expiresAt).toBe(expiresAt - 1);
      expect(await refused(async () => createOwnToken(app.core, short, { name: 'past it', expiresAt: expiresAt + 1 }))).toBe('InvalidInput');
    });

    test('is not made of nonsense', async () => {
      const owner = await app.actor('owner');
      for (const wish of [{ formats: [] }, { formats: ['npm', 'nonsense'] }, { namePattern: '' }, { namePattern: '*'.repeat(9) }, { namePattern: 'x'.repeat(256) }, { expiresAt: app.clock.now() }]) {
        expect(await refused(async () => createOwnToken(app.core, owner, { name: 'x', ...wish }))).toBe('InvalidInput');
      }
      await createOwnToken(app.core, owner, { name: 'x', namePattern: '*'.repeat(8) });
      await createOwnToken(app.core, owner, { name: 'x', namePattern: 'x'.repeat(255) });
    });
  });

  describe('of a node', () => {
    const make = async (as: Person | Actor, wish: Partial<NodeTokenWish> = {}): Promise<CreatedToken> =>
      createNamespaceToken(app.core, typeof as === 'string' ? await app.actor(as) : as, { namespaceId: acme, kind: 'DEPLOY', name: 'ci', scopes: ['READ'], ...wish });
    const manager = async (wish: Partial<NodeTokenWish> = {}) =>
      actorOf((await make('owner', { kind: 'PROJECT', role: 'MAINTAINER', scopes: ['READ', 'WRITE', 'ADMIN'], ...wish })).secret);

    test.for([
      [['READ'], 'REPORTER'],
      [['READ', 'WRITE'], 'DEVELOPER'],
      [['WRITE'], 'DEVELOPER'],
      [['READ', 'WRITE', 'DELETE'], 'MAINTAINER'],
      [['DELETE'], 'MAINTAINER'],
    ] as const)('for deployment with %j has the role %s', async ([scopes, role]) => {
      const { token, secret } = await make('maintainer', { scopes });
      expect(token).toMatchObject({ kind: 'DEPLOY', role, scopes, namespaceId: acme, userId: null, mintsJobs: false });
      const actor = await actorOf(secret);
      expect([actor.user, actor.token?.kind, actor.roles]).toEqual([undefined, 'DEPLOY', new Map([[acme, role]])]);
      expect(await lastEvent()).toMatchObject({ type: 'TOKEN_CREATED', namespaceId: acme, actorId: (await userOf(app.core, 'maintainer'))?.id, payload: { tokenId: token.id } });
    });

    test('is good at its node and below, and nowhere else', async () => {
      const actor = await actorOf((await make('owner', { kind: 'PROJECT', role: 'OWNER', scopes: tokenScopes })).secret);
      for (const path of ['acme', 'acme/widgets']) expect(decide(actor, 'OWN', await node(app.core, path)).allowed).toBe(true);
      expect(decide(actor, 'READ', await node(app.core, 'other'))).toMatchObject({ allowed: false, visible: false });
      expect(decide(actor, 'INSPECT', await node(app.core, '')).allowed).toBe(false);
    });

    test.for<[Person, string]>([['anonymous', 'Unauthenticated'], ['outsider', 'NotFound'], ['reader', 'Forbidden'], ['developer', 'Forbidden'], ['maintainer', 'nothing'], ['owner', 'nothing'], ['admin', 'nothing']])('as %s: %s', async ([person, outcome]) => {
      if (outcome === 'nothing') await make(person);
      else expect(await refused(async () => make(person))).toBe(outcome);
    });

    test('is refused alike where the node is hidden and where there is none', async () => {
      const hidden = await make('outsider').catch((error: unknown) => error);
      expect(await make('outsider', { namespaceId: 'ns_nothing' }).catch((error: unknown) => error)).toEqual(hidden);
      expect(hidden).toBeInstanceOf(Error);
    });

    test.for<[string, Partial<NodeTokenWish>]>([
      ['ADMIN for deployment', { scopes: ['READ', 'ADMIN'] }],
      ['a role for deployment', { role: 'REPORTER' }],
      ['no role', { kind: 'PROJECT' }],
      ['no scopes', { scopes: [] }],
      ['no formats', { formats: [] }],
      ['an unknown format', { formats: ['nonsense'] }],
      ['an empty pattern', { namePattern: '' }],
      ['no name', { name: '' }],
      ['the past', { expiresAt: 1 }],
    ])('is not made with %s', async ([, wish]) => {
      expect(await refused(async () => make('owner', wish))).toBe('InvalidInput');
    });

    test('has no role above that of its maker', async () => {
      expect((await make('maintainer', { kind: 'PROJECT', role: 'MAINTAINER', scopes: tokenScopes })).token.role).toBe('MAINTAINER');
      expect(await refused(async () => make('maintainer', { kind: 'PROJECT', role: 'OWNER', scopes: ['READ'] }))).toBe('Forbidden');
      expect((await make('owner', { kind: 'PROJECT', role: 'OWNER', scopes: ['READ'] })).token.role).toBe('OWNER');
    });

    test('has no scope that the credential of its maker lacks', async () => {
      const { secret } = await createOwnToken(app.core, await app.actor('owner'), { name: 'narrow', scopes: ['READ', 'ADMIN'] });
      const narrow = await actorOf(secret);
      expect(await refused(async () => make(narrow, { scopes: ['READ', 'WRITE'] }))).toBe('Forbidden');
      await make(narrow, { scopes: ['READ'] });
      const plain = await actorOf((await createOwnToken(app.core, await app.actor('owner'), { name: 'plain', scopes: ['READ', 'WRITE', 'DELETE'] })).secret);
      expect(await refused(async () => make(plain))).toBe('Forbidden');
      const limited = await actorOf((await createOwnToken(app.core, await app.actor('owner'), { name: 'limited', namePattern: '*' })).secret);
      expect(await refused(async () => make(limited))).toBe('Forbidden');
    });

    test('that manages makes none more powerful than itself', async () => {
      const expiresAt = app.clock.now() + 60_000;
      const actor = await manager({ expiresAt });
      expect((await make(actor, { kind: 'PROJECT', role: 'MAINTAINER', scopes: ['READ', 'WRITE', 'ADMIN'] })).token).toMatchObject({ expiresAt, createdById: actor.token?.id });
      expect(await refused(async () => make(actor, { kind: 'PROJECT', role: 'OWNER' }))).toBe('Forbidden');
      expect(await refused(async () => make(actor, { scopes: ['READ', 'DELETE'] }))).toBe('Forbidden');
      expect(await refused(async () => make(actor, { expiresAt: expiresAt + 1 }))).toBe('InvalidInput');
      expect(await refused(async () => make(actor, { mintsJobs: true }))).toBe('Forbidden');
      expect(await refused(async () => make(actor, { namespaceId: instanceId }))).toBe('Forbidden');
      expect(await refused(async () => make(actor, { namespaceId: (await node(app.core, 'other')).id }))).toBe('NotFound');
      expect((await make(await manager({ mintsJobs: true }), { mintsJobs: true })).token.mintsJobs).toBe(true);
    });

    test('has no tokens of its own', async () => {
      const actor = await manager();
      expect(await refused(async () => createOwnToken(app.core, actor, { name: 'x', scopes: ['READ'] }))).toBe('Forbidden');
      expect(await refused(async () => createOwnToken(app.core, anonymous, { name: 'x' }))).toBe('Unauthenticated');
    });

    test('publishes what it is for, in its own name', async () => {
      const { token, secret } = await make('maintainer', { scopes: ['READ', 'WRITE'], formats: ['npm'], namePattern: 'tok-*' });
      const outsider = app.secrets.outsider;
      app.secrets.outsider = secret;
      try {
        const { version } = await publishAs(app, { as: 'outsider', name: 'tok-lib' });
        expect(version.publishedById).toBe(token.id);
        expect(await lastEvent()).toMatchObject({ type: 'PACKAGE_PUBLISHED', actorId: token.id, tokenId: token.id });
        expect(await listDocumentRows(app.core, version.packageId)).toMatchObject([{ publishedBy: token.name }]);
        const found = await searchPackages(app.core, await actorOf(secret), { namespacePath: 'acme', format: 'npm', words: ['tok-lib'], offset: 0, limit: 1 });
        expect(found).toMatchObject({ total: 1, packages: [{ name: 'tok-lib', publishedBy: token.name }] });
        expect(await refusal(publishAs(app, { as: 'outsider', name: 'tok-lib', format: 'generic' }))).toBe('Forbidden');
        expect(await refusal(publishAs(app, { as: 'outsider', name: 'by-token' }))).toBe('Forbidden');
      } finally {
        app.secrets.outsider = outsider;
      }
    });

    test('goes with its node', async () => {
      const { id } = await app.namespace('short-lived');
      const { secret } = await make('admin', { namespaceId: id });
      await app.core.database.tx((tx) => tx.query('DELETE FROM namespace WHERE id = ?', [id]));
      expect(await refusal(actorOf(secret))).toBe('Unauthenticated');
    });
  });
});
