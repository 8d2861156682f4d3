import { afterAll, describe, expect, it } from 'vitest';
import { bootstrap } from '../../src/access/bootstrap.ts';
import { updateUser } from '../../src/access/manage-users.ts';
import { revokeToken } from '../../src/access/end-token.ts';
import { rotateToken } from '../../src/access/rotate-token.ts';
import { createUser } from '../../src/access/users.ts';
import type { Core } from '../../src/core.ts';
import { TestClock } from '../support/clock.ts';
import { countEverything } from '../support/leftovers.ts';
import { openCores } from './cores.ts';
import { databases, refusal } from './registry.ts';

const given = 'given-by-the-operator';

describe.for(databases)('the first start on $name', ({ name, open, missing }) => {
  const opened: { close: () => Promise<void> }[] = [];
  /** Two processes of a server that has never been started. */
  const start = async (adminToken?: string): Promise<[Core, Core]> => {
    const fresh = await openCores(open, 2, new TestClock());
    opened.push(fresh);
    for (const core of fresh.cores) core.config = { ...core.config, adminToken };
    return fresh.cores as [Core, Core];
  };
  afterAll(() => Promise.all(opened.map((one) => one.close())));

  const test = it.skipIf(missing !== undefined);
  const actorOf = (core: Core, secret: string) => Promise.resolve(core.authenticator.actorOf({ kind: 'secret', secret }));

  test('makes an administrator with a token that may do everything; the next makes nothing', async () => {
    const [core, next] = await start();
    const secret = (await bootstrap(core)) ?? '';
    expect(secret).toMatch(/^ept_\w{38}$/);
    const actor = await actorOf(core, secret);
    expect(actor.user).toMatchObject({ username: 'admin', isAdmin: true });
    expect([[...actor.scopes], actor.token?.expiresAt, actor.token?.formats]).toEqual([['READ', 'WRITE', 'DELETE', 'ADMIN'], null, undefined]);
    const before = await countEverything(core);
    expect(await bootstrap(next)).toBeUndefined();
    expect(await countEverything(core)).toEqual(before);
  });

  test('tells of both in the log of events', async () => {
    const [core] = await start();
    await bootstrap(core);
    const rows: { type: string }[] = await core.database.reads.query('SELECT type FROM event ORDER BY id');
    expect(rows.map(({ type }) => type)).toEqual(['USER_CREATED', 'TOKEN_CREATED']);
  });

  // SQLite waits for a lock without letting anything else of the process run.
  it.skipIf(missing !== undefined || name === 'SQLite')('of two processes at once is one', async () => {
    const cores = await start();
    const secrets = (await Promise.all(cores.map((core) => bootstrap(core)))).filter((secret) => secret !== undefined);
    expect(secrets).toHaveLength(1);
    const { user, access_token: tokens } = await countEverything(cores[0]);
    expect([user, tokens]).toEqual([1, 1]);
  });

  test('takes the secret that it is given, of which next to nothing can be seen afterwards', async () => {
    const [core] = await start(given);
    expect(await bootstrap(core)).toBe(given);
    expect((await actorOf(core, given)).user?.isAdmin).toBe(true);
    const [{ hint }] = await core.database.reads.query('SELECT hint FROM access_token');
    expect(hint).toBe('gi');
  });

  test('is the only one to take it: what was rotated out, revoked or changed does not come back', async () => {
    const [core, next] = await start(given);
    await bootstrap(core);
    const actor = await actorOf(core, given);
    const { secret } = await rotateToken(core, actor, actor.token?.id ?? '');
    const last = await rotateToken(core, await actorOf(core, secret), actor.token?.id ?? '');
    const before = await countEverything(core);
    expect(await bootstrap(next)).toBeUndefined();
    expect(await refusal(actorOf(next, given))).toBe('Unauthenticated');
    await revokeToken(core, await actorOf(core, last.secret), actor.token?.id ?? '');
    next.config = { ...next.config, adminToken: 'another-of-the-operator' };
    expect(await bootstrap(next)).toBeUndefined();
    expect(await refusal(actorOf(next, 'another-of-the-operator'))).toBe('Unauthenticated');
    expect(await countEverything(core)).toEqual({ ...before, event: (before['event'] ?? 0) + 1 });
  });

  test('leaves an administrator alone who was demoted', async () => {
    const [core, next] = await start(given);
    await bootstrap(core);
    const boss = await createUser(core, { username: 'boss', isAdmin: true });
    await updateUser(core, await core.authenticator.actorOfUser(boss), 'admin', { isAdmin: false });
    expect(await bootstrap(next)).toBeUndefined();
    expect((await actorOf(next, given)).user?.isAdmin).toBe(false);
  });
});
