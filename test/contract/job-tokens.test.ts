import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, anonymous } from '../../src/access/actor.ts';
import { revokeToken } from '../../src/access/end-token.ts';
import { type JobTokenWish, mintJobToken } from '../../src/access/job-tokens.ts';
import { createNamespaceToken, type NodeTokenWish } from '../../src/access/node-tokens.ts';
import { createOwnToken } from '../../src/access/own-tokens.ts';
import { rotateToken } from '../../src/access/rotate-token.ts';
import type { CreatedToken } from '../../src/access/tokens.ts';
import { type TokenScope, TokenTable } from '../../src/db/tables/credential.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { instanceId } from '../../src/db/tables/namespace.ts';
import { type Person, type TestApp, userOf } from '../support/app.ts';
import { databases, node, openRegistry, refusal } from './registry.ts';

const hour = 3_600_000;

describe.for(databases)('tokens of jobs, rotated and revoked, on $name', ({ open, missing }) => {
  let app: TestApp;
  let acme: string;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    acme = (await node(app.core, 'acme')).id;
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const actorOf = async (secret: string): Promise<Actor> => {
    app.core.authenticator.forget();
    return app.core.authenticator.actorOf({ kind: 'secret', secret });
  };
  const isGood = async (secret: string) => (await refusal(actorOf(secret))) === 'nothing';
  const who = async (as: Person | CreatedToken) => (typeof as === 'string' ? app.actor(as) : actorOf(as.secret));
  const make = async (as: Person | CreatedToken, wish: Partial<NodeTokenWish> = {}): Promise<CreatedToken> =>
    createNamespaceToken(app.core, await who(as), { namespaceId: acme, kind: 'DEPLOY', name: randomUUID(), scopes: ['READ', 'WRITE'], mintsJobs: true, ...wish });
  const mint = async (by: Person | CreatedToken, wish: Partial<JobTokenWish> = {}): Promise<CreatedToken> => mintJobToken(app.core, await who(by), { name: 'job 1', ...wish });
  const countTokens = () => app.core.database.reads.count(TokenTable);
  const stored = (id: string) => app.core.database.reads.findOneByOrFail(TokenTable, { id });
  const lastEvent = async () => (await app.core.database.reads.find(EventTable, { order: { id: 'DESC' }, take: 1 }))[0];

  async function unminted(work: () => Promise<unknown>): Promise<string> {
    const before = await countTokens();
    const name = await refusal(work());
    expect(await countTokens()).toBe(before);
    return name;
  }

  describe('mintJobToken', () => {
    test('inherits node, role and limits from the minter', async () => {
      const minter = await make('owner', { formats: ['npm', 'generic'], namePattern: '@acme/*' });
      const build = { pipelineUrl: 'https://ci.example.com/1', commit: 'abc', ref: 'main', job: '7' };
      const { token, secret } = await mint(minter, { build: { ...build } });
      expect(token).toMatchObject({ kind: 'JOB', role: 'DEVELOPER', namespaceId: acme, scopes: ['READ', 'WRITE'], formats: ['npm', 'generic'], namePattern: '@acme/*', mintsJobs: false, parentId: minter.token.id, createdById: minter.token.id, build });
      expect(token.expiresAt).toBe(app.clock.now() + hour);
      const actor = await actorOf(secret);
      expect([actor.user, actor.roles, actor.token?.build]).toEqual([undefined, new Map([[acme, 'DEVELOPER']]), build]);
      expect(await lastEvent()).toMatchObject({ type: 'TOKEN_CREATED', namespaceId: acme, actorId: minter.token.id, tokenId: minter.token.id, payload: { tokenId: token.id, kind: 'JOB' } });
    });

    test('narrows, and never widens', async () => {
      const minter = await make('owner', { formats: ['npm', 'generic'], namePattern: '@acme/*' });
      const narrow = await mint(minter, { scopes: ['READ'], formats: ['npm'], namePattern: '@acme/lib-*' });
      expect(narrow.token).toMatchObject({ scopes: ['READ'], formats: ['npm'], namePattern: '@acme/lib-*' });
      await mint(minter, { namePattern: '@acme/*' });
      await mint(minter, { namePattern: '@acme/lib' });
      for (const wish of [{ scopes: ['READ', 'DELETE'] }, { namePattern: '*' }, { namePattern: '@acm*/*' }, { namePattern: '@other/*' }] as Partial<JobTokenWish>[]) {
        expect(await unminted(async () => mint(minter, wish))).toBe('Forbidden');
      }
      const npmOnly = await make('owner', { formats: ['npm'] });
      expect(await unminted(async () => mint(npmOnly, { formats: ['npm', 'generic'] }))).toBe('Forbidden');
      expect((await mint(npmOnly, { namePattern: 'anything-*' })).token).toMatchObject({ formats: ['npm'], namePattern: 'anything-*' });
    });

    test('never has ADMIN, whatever its minter has', async () => {
      const minter = await make('owner', { kind: 'PROJECT', role: 'OWNER', scopes: ['READ', 'WRITE', 'ADMIN'] });
      expect((await mint(minter)).token).toMatchObject({ scopes: ['READ', 'WRITE'], role: 'OWNER' });
      expect(await unminted(async () => mint(minter, { scopes: ['READ', 'ADMIN'] }))).toBe('InvalidInput');
    });

    test.for<[number, string]>([[0, 'InvalidInput'], [1, 'nothing'], [86_400, 'nothing'], [86_401, 'InvalidInput'], [1.5, 'InvalidInput'], [-1, 'InvalidInput']])('for %d seconds: %s', async ([ttlSeconds, outcome]) => {
      const minter = await make('owner');
      if (outcome === 'nothing') expect((await mint(minter, { ttlSeconds })).token.expiresAt).toBe(app.clock.now() + ttlSeconds * 1000);
      else expect(await unminted(async () => mint(minter, { ttlSeconds }))).toBe(outcome);
    });

    test('ends with the minter at the latest', async () => {
      const minter = await make('owner', { expiresAt: app.clock.now() + 1000 });
      const job = await mint(minter);
      expect(job.token.expiresAt).toBe(minter.token.expiresAt);
      app.clock.advance(999);
      expect(await isGood(job.secret)).toBe(true);
      app.clock.advance(1);
      expect(await isGood(job.secret)).toBe(false);
    });

    test('does not outlive a minter that expires earlier than it did when it minted', async () => {
      const minter = await make('owner');
      const job = await mint(minter);
      await app.core.database.tx((tx) => tx.update(TokenTable, { id: minter.token.id }, { expiresAt: app.clock.now() }));
      expect(await isGood(job.secret)).toBe(false);
    });

    test.for([['a pipeline that is no URL', { pipelineUrl: 'javascript:alert(1)' }], ['a commit of 2,001 characters', { commit: 'x'.repeat(2001) }]] as const)('refuses %s', async ([, build]) => {
      const minter = await make('owner');
      expect(await unminted(async () => mint(minter, { build }))).toBe('InvalidInput');
      await mint(minter, { build: { commit: 'x'.repeat(2000), pipelineUrl: 'http://ci/1' } });
    });

    test('takes a token with that right', async () => {
      expect(await unminted(async () => mintJobToken(app.core, anonymous, { name: 'x' }))).toBe('Unauthenticated');
      for (const person of ['owner', 'admin'] as const) expect(await unminted(async () => mint(person))).toBe('Forbidden');
      const without = await make('owner', { mintsJobs: false });
      expect(await unminted(async () => mint(without))).toBe('Forbidden');
      const job = await mint(await make('owner'));
      expect(await unminted(async () => mint(job))).toBe('Forbidden');
      const minter = await make('owner');
      expect(await unminted(async () => mint(minter, { name: '' }))).toBe('InvalidInput');
      const remembered = await make('owner');
      const actor = await actorOf(remembered.secret);
      await revokeToken(app.core, await app.actor('owner'), remembered.token.id);
      expect(await unminted(async () => mintJobToken(app.core, actor, { name: 'late' }))).toBe('Unauthenticated');
    });
  });

  describe('rotateToken', () => {
    const rotate = async (as: Person | CreatedToken, { token }: CreatedToken, overlapSeconds?: number) => rotateToken(app.core, await who(as), token.id, overlapSeconds);

    async function unrotated(work: () => Promise<unknown>, { token }: CreatedToken): Promise<string> {
      const before = await stored(token.id);
      const name = await refusal(work());
      expect(await stored(token.id)).toEqual(before);
      return name;
    }

    test('gives a new secret, and the old one is no good at once', async () => {
      const made = await make('maintainer');
      const rotated = await rotate('owner', made);
      expect(rotated.token).toMatchObject({ id: made.token.id, hint: rotated.secret.slice(0, 8) });
      expect([await isGood(made.secret), await isGood(rotated.secret)]).toEqual([false, true]);
      expect(await lastEvent()).toMatchObject({ type: 'TOKEN_ROTATED', namespaceId: acme, payload: { tokenId: made.token.id } });
    });

    test('leaves the old one good for the overlap, and the one before it not', async () => {
      const first = await make('maintainer');
      const second = await rotate('maintainer', first, 10);
      app.clock.advance(9_999);
      expect([await isGood(first.secret), await isGood(second.secret)]).toEqual([true, true]);
      app.clock.advance(1);
      expect([await isGood(first.secret), await isGood(second.secret)]).toEqual([false, true]);
      const third = await rotate('maintainer', second, 10);
      const fourth = await rotate('maintainer', third, 10);
      expect([await isGood(second.secret), await isGood(third.secret), await isGood(fourth.secret)]).toEqual([false, true, true]);
    });

    test.for<[number, string]>([[0, 'nothing'], [604_800, 'nothing'], [604_801, 'InvalidInput'], [-1, 'InvalidInput'], [0.5, 'InvalidInput']])('overlaps for %d seconds: %s', async ([seconds, outcome]) => {
      const made = await make('owner');
      if (outcome === 'nothing') await rotate('owner', made, seconds);
      else expect(await unrotated(async () => rotate('owner', made, seconds), made)).toBe(outcome);
    });

    test('gives nobody more than they have', async () => {
      const ownersToken = await make('owner', { kind: 'PROJECT', role: 'OWNER', scopes: ['READ'] });
      expect(await unrotated(async () => rotate('maintainer', ownersToken), ownersToken)).toBe('Forbidden');
      const manager = await make('owner', { kind: 'PROJECT', role: 'MAINTAINER', scopes: ['READ', 'ADMIN'], mintsJobs: false, expiresAt: app.clock.now() + hour });
      const wide = await make('owner', { scopes: ['READ', 'WRITE'], mintsJobs: false, expiresAt: app.clock.now() + hour });
      const minting = await make('owner', { scopes: ['READ'], expiresAt: app.clock.now() + hour });
      const lasting = await make('owner', { scopes: ['READ'], mintsJobs: false });
      for (const token of [wide, minting, lasting]) expect(await unrotated(async () => rotate(manager, token), token)).toBe('Forbidden');
      await rotate(manager, await make('owner', { scopes: ['READ'], mintsJobs: false, expiresAt: app.clock.now() + hour }));
    });

    test("is for one's own with a credential that manages tokens and has as much", async () => {
      const own = async (scopes: TokenScope[], more = {}) => createOwnToken(app.core, await app.actor('reader'), { name: randomUUID(), scopes, ...more });
      const wide = await own(['READ', 'WRITE', 'ADMIN']);
      for (const weak of [await own(['READ', 'WRITE']), await own(['READ', 'ADMIN']), await own(['READ', 'WRITE', 'ADMIN'], { formats: ['npm'] })]) {
        expect(await unrotated(async () => rotate(weak, wide), wide)).toBe('Forbidden');
      }
      const plain = await own(['READ']);
      expect(await unrotated(async () => rotate(plain, plain), plain)).toBe('Forbidden');
      for (const other of ['owner', 'admin'] as const) expect(await unrotated(async () => rotate(other, wide), wide)).toBe('NotFound');
      const rotated = await rotate(wide, wide);
      expect([await isGood(wide.secret), await isGood(rotated.secret)]).toEqual([false, true]);
      expect(await lastEvent()).toMatchObject({ type: 'TOKEN_ROTATED', namespaceId: instanceId, payload: { tokenId: wide.token.id } });
    });

    test.for<[Person, string]>([['anonymous', 'Unauthenticated'], ['outsider', 'NotFound'], ['reader', 'NotFound'], ['developer', 'NotFound']])('is not for %s: %s, as if there were none', async ([person, outcome]) => {
      const made = await make('owner');
      expect(await unrotated(async () => rotate(person, made), made)).toBe(outcome);
      const words = (id: string) => app.actor(person).then((actor) => rotateToken(app.core, actor, id)).catch((error: unknown) => error);
      expect(await words(made.token.id)).toEqual(await words('tok_nothing'));
    });

    test('is for what still works and is no job', async () => {
      const minter = await make('owner');
      const job = await mint(minter);
      expect(await unrotated(async () => rotate('owner', job), job)).toBe('InvalidInput');
      await revokeToken(app.core, await app.actor('owner'), minter.token.id);
      expect(await unrotated(async () => rotate('owner', minter), minter)).toBe('NotFound');
      const gone = await make('owner', { expiresAt: app.clock.now() + 1 });
      app.clock.advance(1);
      expect(await unrotated(async () => rotate('owner', gone), gone)).toBe('NotFound');
    });

    test('of two at once leaves one secret and its predecessor', async () => {
      const made = await make('owner');
      const actor = await app.actor('owner');
      const both = await Promise.all([rotateToken(app.core, actor, made.token.id, 60), rotateToken(app.core, actor, made.token.id, 60)]);
      expect(await Promise.all(both.map(({ secret }) => isGood(secret)))).toEqual([true, true]);
      expect(await isGood(made.secret)).toBe(false);
    });
  });

  describe('revokeToken', () => {
    const revoke = async (as: Person | CreatedToken, { token }: CreatedToken) => revokeToken(app.core, await who(as), token.id);

    test.for<[Person, string]>([['anonymous', 'Unauthenticated'], ['outsider', 'NotFound'], ['reader', 'NotFound'], ['developer', 'NotFound'], ['maintainer', 'nothing'], ['owner', 'nothing'], ['admin', 'nothing']])('of a node by %s: %s', async ([person, outcome]) => {
      const made = await make('owner', { kind: 'PROJECT', role: 'OWNER' });
      expect(await refusal(revoke(person, made))).toBe(outcome);
      expect(await isGood(made.secret)).toBe(outcome !== 'nothing');
      if (outcome !== 'nothing') return;
      expect(await lastEvent()).toMatchObject({ type: 'TOKEN_REVOKED', namespaceId: acme, actorId: (await userOf(app.core, person))?.id, payload: { tokenId: made.token.id } });
      expect(await refusal(revoke(person, made))).toBe('NotFound');
    });

    test('every kind can end itself, and a minter what it minted', async () => {
      const minter = await make('owner', { formats: ['npm'], namePattern: 'x' });
      const [job, other] = [await mint(minter), await mint(minter)];
      expect(await refusal(revoke(job, other))).toBe('NotFound');
      await revoke(job, job);
      expect([await isGood(job.secret), await isGood(other.secret)]).toEqual([false, true]);
      await revoke(minter, other);
      expect([await isGood(other.secret), await isGood(minter.secret)]).toEqual([false, true]);
      const stranger = await make('owner');
      expect(await refusal(revoke(minter, stranger))).toBe('NotFound');
      expect(await isGood(stranger.secret)).toBe(true);
      await revoke(minter, minter);
      expect(await isGood(minter.secret)).toBe(false);
    });

    test('of a minter ends its jobs', async () => {
      const minter = await make('owner');
      const job = await mint(minter);
      await revoke('maintainer', minter);
      expect(await isGood(job.secret)).toBe(false);
      expect((await stored(job.token.id)).revokedAt).toBe(app.clock.now());
    });

    test.for(['', 'rubbish', 'tok_\u{1f600}', "'", 'x'.repeat(5000)])('of "%s" finds nothing', async (id) => {
      const admin = await app.actor('admin');
      expect(await refusal(revokeToken(app.core, admin, id))).toBe('NotFound');
      expect(await refusal(rotateToken(app.core, admin, id))).toBe('NotFound');
    });

    test("of somebody's own is for an admin only, and only with the scope ADMIN", async () => {
      const made = await createOwnToken(app.core, await app.actor('reader'), { name: 'mine' });
      const weakAdmin = await createOwnToken(app.core, await app.actor('admin'), { name: 'weak', scopes: ['READ', 'WRITE', 'DELETE'] });
      const limitedAdmin = await createOwnToken(app.core, await app.actor('admin'), { name: 'limited', formats: ['npm'] });
      for (const as of ['owner', weakAdmin, limitedAdmin] as const) expect(await refusal(revoke(as, made))).toBe('NotFound');
      expect(await isGood(made.secret)).toBe(true);
      await revoke('admin', made);
      expect(await isGood(made.secret)).toBe(false);
    });
  });
});
