import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revokeToken } from '../../src/access/end-token.ts';
import { createNamespaceToken } from '../../src/access/node-tokens.ts';
import { createOwnToken, personOf } from '../../src/access/own-tokens.ts';
import { loadTokens } from '../../src/access/queries/tokens.ts';
import { rotateToken } from '../../src/access/rotate-token.ts';
import { createToken } from '../../src/access/tokens.ts';
import { createUser } from '../../src/access/users.ts';
import { decide, type Node } from '../../src/access/decide.ts';
import { mintJobToken } from '../../src/access/job-tokens.ts';
import type { Core } from '../../src/core.ts';
import { instanceId } from '../../src/db/tables/namespace.ts';
import { Forbidden, NotFound, Unauthenticated } from '../../src/errors.ts';
import { TestClock } from '../support/clock.ts';
import { openCores } from './cores.ts';
import { databases } from './registry.ts';

const node: Node = { lineage: `${instanceId}/ns_A/`, visibility: 'PRIVATE', isPullOpen: false, disabledFormats: '' };
const subject = { format: 'npm', normalizedName: 'lib' };
const narrowing = { format: 'npm', package: { namespaceId: 'ns_A', normalizedName: 'lib' }, actions: ['READ' as const] };

describe.for(databases)('narrowed credentials on $name', ({ open, missing }) => {
  const clock = new TestClock();
  let one: Core;
  let two: Core;
  let close: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    if (missing !== undefined) return;
    const opened = await openCores(open, 2, clock);
    [one, two] = opened.cores as [Core, Core];
    close = opened.close;
  });
  afterAll(() => close?.());

  const test = it.skipIf(missing !== undefined);
  let people = 0;
  const tokenOf = async () => {
    const user = await createUser(one, { username: `person-${people++}`, isAdmin: true });
    return createToken(one, { userId: user.id, name: 'test' });
  };
  const secretOf = (secret: string) => ({ kind: 'secret', secret }) as const;

  test('are opened by every process, whichever of them needs a key first', async () => {
    const { secret } = await tokenOf();
    const narrow = (core: Core) => core.authenticator.narrow(secretOf(secret), [narrowing], 300);
    // SQLite would keep this process waiting for itself: it waits for a lock without letting anything else happen.
    const made = one.database.dialect === 'sqlite' ? [await narrow(one), await narrow(two)] : await Promise.all([one, two].map(narrow));
    for (const { token, expiresAt } of made) {
      expect(expiresAt).toBe(clock.now() + 300_000);
      for (const core of [one, two]) expect((await core.authenticator.actorOf(secretOf(token))).narrowedTo).toEqual([narrowing]);
    }
    expect(await one.database.reads.query('SELECT purpose FROM signing_key')).toHaveLength(1);
  });

  test('do what they are for and their owner may, and make nothing more', async () => {
    const { secret } = await tokenOf();
    const { token } = await one.authenticator.narrow(secretOf(secret), [narrowing], 300);
    const actor = await two.authenticator.actorOf(secretOf(token));
    expect(decide(actor, 'READ', node, subject)).toMatchObject({ allowed: true });
    for (const [action, at, what] of [
      ['PUBLISH', node, subject],
      ['READ', node, { ...subject, normalizedName: 'other' }],
      ['READ', node, { ...subject, format: 'generic' }],
      ['READ', { ...node, lineage: `${instanceId}/ns_B/` }, subject],
      ['READ', { ...node, lineage: `${node.lineage}ns_B/` }, subject],
      ['MANAGE', node, undefined],
      ['PUBLISH', node, undefined],
    ] as const) {
      expect(decide(actor, action, at, what)).toMatchObject({ allowed: false, visible: false, isNarrowedOff: true });
    }
    // What everybody may pull is nobody's to take away.
    expect(decide(actor, 'READ', { ...node, visibility: 'PUBLIC' }, { ...subject, normalizedName: 'other' })).toMatchObject({ allowed: true });
    expect([...actor.scopes]).toEqual(['READ']);
    await expect(one.authenticator.narrow(secretOf(token), [], 300)).rejects.toThrow(Unauthenticated);
    await expect(mintJobToken(one, { ...actor, token: { ...actor.token!, mintsJobs: true, namespaceId: instanceId } }, { name: 'job' })).rejects.toThrow(Forbidden);
  });

  test('leave what they stand for to its holder', async () => {
    const { secret, token: row } = await tokenOf();
    const { token } = await one.authenticator.narrow(secretOf(secret), [narrowing], 300);
    const actor = await two.authenticator.actorOf(secretOf(token));
    for (const named of [row.id, secret]) await expect(revokeToken(two, actor, named)).rejects.toThrow(NotFound);
    await expect(rotateToken(two, actor, row.id)).rejects.toThrow(NotFound);
    await expect(createOwnToken(two, actor, { name: 'more', scopes: ['READ'] })).rejects.toThrow(Forbidden);
    expect(() => personOf(actor)).toThrow(Forbidden);
    expect(await loadTokens(two, actor, [row.id])).toEqual(new Map());
    const owner = await one.authenticator.actorOf(secretOf(secret));
    const deploy = await createNamespaceToken(one, owner, { namespaceId: instanceId, kind: 'DEPLOY', name: 'deploy', scopes: ['READ'], mintsJobs: true });
    const minter = await one.authenticator.actorOf(secretOf(deploy.secret));
    const { token: job } = await mintJobToken(one, minter, { name: 'job' });
    const narrowed = await two.authenticator.narrow(secretOf(deploy.secret), [narrowing], 300);
    for (const { id } of [deploy.token, job]) await expect(revokeToken(two, await two.authenticator.actorOf(secretOf(narrowed.token)), id)).rejects.toThrow(NotFound);
    expect((await revokeToken(one, owner, row.id)).revokedAt).toBe(clock.now());
  });

  test('end with the secret that they were made of, and not before', async () => {
    const { secret, token: row } = await tokenOf();
    const { token } = await one.authenticator.narrow(secretOf(secret), [], 300);
    const owner = await one.authenticator.actorOf(secretOf(secret));
    await rotateToken(one, owner, row.id, 60);
    const forget = () => [one, two].forEach((core) => core.authenticator.forget());
    forget();
    expect((await two.authenticator.actorOf(secretOf(token))).token?.id).toBe(row.id);
    clock.advance(61_000);
    forget();
    await expect(two.authenticator.actorOf(secretOf(token))).rejects.toThrow(Unauthenticated);
  });

  test('are read to the letter, whatever means the same', async () => {
    const { token } = await one.authenticator.narrow(secretOf((await tokenOf()).secret), [narrowing], 300);
    // The last of 43 letters stands for four bits, so that four letters are read alike.
    const twin = String.fromCharCode((token.at(-1) ?? '').charCodeAt(0) + 1);
    for (const variant of [`${token}.`, `${token}.more`, `${token}=`, `${token}!`, `${token.slice(0, -1)}${twin}`]) {
      await expect(two.authenticator.actorOf(secretOf(variant)), variant).rejects.toThrow(Unauthenticated);
    }
    expect((await two.authenticator.actorOf(secretOf(token))).narrowedTo).toEqual([narrowing]);
  });

  test('of nobody take no place from those of others', async () => {
    const { token } = await one.authenticator.narrow(undefined, [narrowing], 300);
    const remembered = await two.authenticator.actorOf(secretOf(token));
    expect(remembered).toMatchObject({ user: undefined, token: undefined, narrowedTo: [narrowing] });
    expect(await two.authenticator.actorOf(secretOf(token))).not.toBe(remembered);
  });

  test('have room for the first packages of very many', async () => {
    const narrowings = Array.from({ length: 100 }, (_, index) => ({ ...narrowing, package: { namespaceId: 'ns_A', normalizedName: `${index}`.padStart(255, 'n') } }));
    const { token } = await one.authenticator.narrow(secretOf((await tokenOf()).secret), narrowings, 300);
    const { narrowedTo = [] } = await two.authenticator.actorOf(secretOf(token));
    expect(token.length).toBeLessThan(8 * 1024);
    expect(narrowedTo.length).toBeGreaterThan(10);
    expect(narrowedTo).toEqual(narrowings.slice(0, narrowedTo.length));
  });

  test('of a token that ends sooner end with that', async () => {
    const { secret } = await createToken(one, { userId: (await createUser(one, { username: 'brief' })).id, name: 'brief', expiresAt: clock.now() + 10_000 });
    expect((await one.authenticator.narrow(secretOf(secret), [], 300)).expiresAt).toBe(clock.now() + 10_000);
  });
});
