import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { anonymous } from '../../src/access/actor.ts';
import { changePassword } from '../../src/access/manage-users.ts';
import { openSession, sessionSeconds } from '../../src/access/sessions.ts';
import { countFailure, failureSubjects } from '../../src/access/sign-in-failures.ts';
import { signIn } from '../../src/access/sign-in.ts';
import { createUser } from '../../src/access/users.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { TooManyRequests } from '../../src/errors.ts';
import { password, type TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { databases, openRegistry, refusal } from './registry.ts';

const minute = 60_000;
const home = '192.0.2.1';

describe.for(databases)('signing in on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());
  beforeEach(() => app?.core.database.tx((tx) => tx.query('DELETE FROM sign_in_failure')));

  const test = it.skipIf(missing !== undefined);
  const attempt = (given: string, username = 'owner', address = home) => refusal(signIn(app.core, { username, password: given, address }));
  /** Wrong passwords of before, without their cost. */
  const fail = (times: number, username: string, address: string) =>
    app.core.database.tx(async (tx) => {
      for (let time = 0; time < times; time++) await countFailure(tx, failureSubjects(username, address), app.clock.now());
    });
  const failures = async (): Promise<number> => {
    const rows: { failures: number }[] = await app.core.database.reads.query('SELECT failures FROM sign_in_failure');
    return rows.reduce((sum, row) => sum + Number(row.failures), 0);
  };

  test('ten wrong passwords for a user name from an address, and not one more, not even the right one', async () => {
    for (let time = 0; time < 9; time++) expect(await attempt('wrong password')).toBe('Unauthenticated');
    expect(await attempt('wrong password', 'OWNER')).toBe('Unauthenticated');
    const before = await failures();
    expect(await attempt(password)).toBe('TooManyRequests');
    expect(await attempt('wrong password')).toBe('TooManyRequests');
    expect(await failures()).toBe(before);
    expect(await attempt(password, 'owner', '192.0.2.2')).toBe('nothing');
    expect(await attempt(password, 'reader')).toBe('nothing');
  });

  test('says how long to wait, and lets in again after that', async () => {
    await fail(10, 'owner', home);
    app.clock.advance(5 * minute);
    const error = await signIn(app.core, { username: 'owner', password, address: home }).catch((thrown: unknown) => thrown as TooManyRequests);
    expect(error).toBeInstanceOf(TooManyRequests);
    expect((error as TooManyRequests).retryAfterSeconds).toBe(600);
    app.clock.advance(10 * minute - 1);
    expect(await attempt(password)).toBe('TooManyRequests');
    app.clock.advance(1);
    expect(await attempt('wrong password')).toBe('Unauthenticated');
    expect(await attempt(password)).toBe('nothing');
  });

  test('the count begins anew after its time', async () => {
    await fail(9, 'owner', home);
    app.clock.advance(15 * minute);
    await fail(9, 'owner', home);
    expect(await attempt('wrong password')).toBe('Unauthenticated');
    expect(await attempt(password)).toBe('TooManyRequests');
  });

  test('the right password forgets the wrong ones of the pair, but not those of the address and the name', async () => {
    await fail(9, 'owner', home);
    expect(await attempt(password)).toBe('nothing');
    for (let time = 0; time < 10; time++) expect(await attempt('wrong password')).toBe('Unauthenticated');
    expect(await attempt(password)).toBe('TooManyRequests');
    const rows: { failures: number }[] = await app.core.database.reads.query('SELECT failures FROM sign_in_failure ORDER BY failures');
    expect(rows.map((row) => Number(row.failures))).toEqual([10, 19, 19]);
  });

  test('a hundred from one address, whatever the names', async () => {
    await fail(99, 'somebody', home);
    expect(await attempt('wrong password', 'reader')).toBe('Unauthenticated');
    expect(await attempt(password, 'reader')).toBe('TooManyRequests');
    expect(await attempt(password, 'reader', '192.0.2.2')).toBe('nothing');
  });

  test('a hundred for one name, whatever the addresses', async () => {
    await fail(99, 'reader', 'elsewhere');
    expect(await attempt('wrong password', 'reader')).toBe('Unauthenticated');
    expect(await attempt(password, 'reader', '192.0.2.3')).toBe('TooManyRequests');
    expect(await attempt(password, 'owner')).toBe('nothing');
  });

  test('names that are nobody count as well, and no name is stored as it was typed', async () => {
    for (let time = 0; time < 10; time++) expect(await attempt('wrong password', 'my-password-by-mistake')).toBe('Unauthenticated');
    expect(await attempt(password, 'my-password-by-mistake')).toBe('TooManyRequests');
    expect(await attempt('wrong password', 'x'.repeat(100_000))).toBe('Unauthenticated');
    expect(JSON.stringify(await app.core.database.reads.query('SELECT * FROM sign_in_failure'))).not.toContain('my-password');
  });

  test('a password is the same however its characters are put together, and in whatever case a name is typed', async () => {
    await createUser(app.core, { username: 'zoe', password: 'Zoë\u00a0sagt: 日本語 😀' });
    for (const typed of ['Zoë\u00a0sagt: 日本語 😀', 'Zoe\u0308 sagt: 日本語 😀']) {
      expect(await attempt(typed, 'ZOE')).toBe('nothing');
      const header = `Basic ${Buffer.from(`Zoe:${typed}`).toString('base64')}`;
      expect((await fetch(`${app.url}/api/packages/npm/-/whoami`, { headers: { authorization: header } })).status).toBe(200);
    }
    for (const wrong of ['Zoe sagt: 日本語 😀', 'zoë sagt: 日本語 😀', 'Zoë sagt: 日本語 😁']) expect(await attempt(wrong, 'zoe')).toBe('Unauthenticated');
    expect(await refusal(createUser(app.core, { username: 'halves', password: 'long enough \ud800' }))).toBe('InvalidInput');
  });

  test('of forty at once ten are looked at', async () => {
    const results = await Promise.all(Array.from({ length: 40 }, (_, index) => attempt(`wrong ${index}`)));
    expect(results.filter((result) => result === 'Unauthenticated')).toHaveLength(10);
    expect(results.filter((result) => result === 'TooManyRequests')).toHaveLength(30);
  });

  test('two processes that are asked at once look at one more at most', async () => {
    // The module a second time, as another process has it.
    vi.resetModules();
    const other = (await import('../../src/access/sign-in.ts')).signIn;
    expect(other).not.toBe(signIn);
    const results = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const error = await (index % 2 === 0 ? signIn : other)(app.core, { username: 'owner', password: `wrong ${index}`, address: home }).catch((thrown: unknown) => thrown);
        return (error as Error).constructor.name;
      }),
    );
    const seen = results.filter((result) => result === 'Unauthenticated').length;
    expect([10, 11]).toContain(seen);
    expect(results.filter((result) => result === 'TooManyRequests')).toHaveLength(40 - seen);
  });

  test('the same wrong Basic password again and again counts each time, and one address does not speak for another', async () => {
    const basic = (given: string, address: string) => refusal(Promise.resolve(app.core.authenticator.actorOf({ kind: 'password', username: 'owner', password: given, address })));
    for (let time = 0; time < 10; time++) expect(await basic('wrong password', home)).toBe('Unauthenticated');
    expect(await basic('wrong password', home)).toBe('TooManyRequests');
    expect(await basic(password, home)).toBe('TooManyRequests');
    expect(await basic(password, '192.0.2.2')).toBe('nothing');
    expect(await basic(password, home)).toBe('TooManyRequests');
  });

  test('changing the password counts in the same way', async () => {
    const actor = await app.actor('owner');
    const change = (currentPassword: string) => refusal(changePassword(app.core, actor, { currentPassword, newPassword: 'another password', address: home }));
    for (let time = 0; time < 10; time++) expect(await change('wrong password')).toBe('InvalidInput');
    expect(await change(password)).toBe('TooManyRequests');
    expect(await attempt(password)).toBe('TooManyRequests');
    app.clock.advance(15 * minute);
    expect(await attempt(password)).toBe('nothing');
  });

  test('a session lasts thirty days, and replaces the one it was opened with', async () => {
    const { core, clock } = app;
    const start = () => openSession(core, anonymous, { username: 'owner', password, address: home });
    const user = (secret: string) => Promise.resolve(core.authenticator.actorOf({ kind: 'session', secret })).then((actor) => actor.user?.username);
    const first = await start();
    expect(first.expiresAt).toBe(clock.now() + 30 * 24 * 60 * minute);
    expect(await core.database.reads.query('SELECT 1 FROM session WHERE secret_sha256 = ?', [first.secret])).toEqual([]);
    const actor = await core.authenticator.actorOf({ kind: 'session', secret: first.secret });
    const second = await openSession(core, actor, { username: 'reader', password, address: home });
    expect(await refusal(user(first.secret))).toBe('Unauthenticated');
    expect(await user(second.secret)).toBe('reader');
    clock.advance(sessionSeconds * 1000 - 1);
    core.authenticator.forget();
    expect(await user(second.secret)).toBe('reader');
    clock.advance(1);
    core.authenticator.forget();
    expect(await refusal(user(second.secret))).toBe('Unauthenticated');
  });

  test('a refused sign-in opens no session', async () => {
    await createUser(app.core, { username: 'tokens-only' });
    const before = (await countEverything(app.core))['session'];
    for (const [username, given] of [['owner', 'wrong password'], ['tokens-only', ''], ['tokens-only', password], ['nobody', password]] as const) {
      expect(await refusal(openSession(app.core, anonymous, { username, password: given, address: home }))).toBe('Unauthenticated');
    }
    expect((await countEverything(app.core))['session']).toBe(before);
  });

  test('the sweep removes what is over, and only that', async () => {
    const { core, clock } = app;
    await core.database.tx((tx) => tx.query('DELETE FROM session'));
    await openSession(core, anonymous, { username: 'owner', password, address: home });
    clock.advance(sessionSeconds * 1000 - 15 * minute);
    await fail(1, 'owner', 'old');
    clock.advance(15 * minute - 1);
    await openSession(core, anonymous, { username: 'owner', password, address: home });
    await sweep(core);
    const rows = async () => Promise.all(['session', 'sign_in_failure'].map(async (table) => (await core.database.reads.query(`SELECT 1 FROM ${table}`)).length));
    expect(await rows()).toEqual([2, 3]);
    clock.advance(1);
    await fail(1, 'owner', 'new');
    await sweep(core);
    expect(await rows()).toEqual([1, 3]);
  });
});
