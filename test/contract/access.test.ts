import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anonymous } from '../../src/access/actor.ts';
import { revokeToken } from '../../src/access/end-token.ts';
import { createOwnToken } from '../../src/access/own-tokens.ts';
import { createToken, listTokens } from '../../src/access/tokens.ts';
import { insertMember } from '../../src/access/members.ts';
import { signIn } from '../../src/access/sign-in.ts';
import { createUser } from '../../src/access/users.ts';
import { UserTable } from '../../src/db/tables/access.ts';
import { password, type TestApp } from '../support/app.ts';
import { databases, node, openRegistry, refusal } from './registry.ts';

describe.for(databases)('access on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);

  test('a token is good until it expires or is revoked', async () => {
    const user = await createUser(app.core, { username: 'Tokens', password });
    const { token, secret } = await createToken(app.core, { userId: user.id, name: 't', scopes: ['READ'], expiresAt: app.clock.now() + 1000 });
    const use = async () => {
      app.core.authenticator.forget();
      return app.core.authenticator.actorOf({ kind: 'secret', secret });
    };
    const actor = await use();
    expect([actor.user?.username, actor.token?.id, [...actor.scopes]]).toEqual(['tokens', token.id, ['READ']]);
    const [stored] = await app.core.database.reads.query('SELECT * FROM access_token WHERE id = ?', [token.id]);
    expect(JSON.stringify(stored)).not.toContain(secret);
    expect((await listTokens(app.core, user.id)).map(({ id }) => id)).toEqual([token.id]);
    app.clock.advance(999);
    await use();
    app.clock.advance(1);
    expect(await refusal(use())).toBe('Unauthenticated');
    expect(await listTokens(app.core, user.id)).toEqual([]);
    const other = await createToken(app.core, { userId: user.id, name: 'u' });
    expect(await refusal(revokeToken(app.core, await app.actor('owner'), other.token.id))).toBe('NotFound');
    const self = await app.core.authenticator.actorOfUser(user);
    await revokeToken(app.core, self, other.secret);
    expect(await refusal(Promise.resolve(app.core.authenticator.actorOf({ kind: 'secret', secret: other.secret })))).toBe('Unauthenticated');
    expect(await refusal(revokeToken(app.core, self, other.token.id))).toBe('NotFound');
  });

  test('a token passes on no more than it has', async () => {
    const full = await app.actor('owner');
    const made = await createOwnToken(app.core, full, { name: 'narrow', scopes: ['READ', 'ADMIN'] });
    const narrow = await app.core.authenticator.actorOf({ kind: 'secret', secret: made.secret });
    expect(await refusal(createOwnToken(app.core, narrow, { name: 'x', scopes: ['WRITE'] }))).toBe('Forbidden');
    expect((await createOwnToken(app.core, narrow, { name: 'same' })).token.scopes.sort()).toEqual(['ADMIN', 'READ']);
    expect(await refusal(createOwnToken(app.core, { ...narrow, scopes: new Set(['READ']) }, { name: 'x' }))).toBe('Forbidden');
    expect(await refusal(createOwnToken(app.core, anonymous, { name: 'x' }))).toBe('Unauthenticated');
    expect(await refusal(createOwnToken(app.core, full, { name: '' }))).toBe('InvalidInput');
    expect(await refusal(createOwnToken(app.core, full, { name: 'x'.repeat(256) }))).toBe('InvalidInput');
    expect(await refusal(createOwnToken(app.core, full, { name: 'x', expiresAt: app.clock.now() }))).toBe('InvalidInput');
    await revokeToken(app.core, { ...narrow, scopes: new Set(['READ']) }, made.token.id);
    expect(await refusal(Promise.resolve(app.core.authenticator.actorOf({ kind: 'secret', secret: made.secret })))).toBe('Unauthenticated');
  });

  test('passwords', async () => {
    const { database } = app.core;
    const enter = (username: string, given: string) => signIn(app.core, { username, password: given, address: '192.0.2.1' });
    expect((await enter('OWNER', password)).username).toBe('owner');
    for (const [username, wrong] of [['owner', 'wrong password'], ['owner', ''], ['nobody', password], ['owner ', password], ['admin', password]] as const) {
      expect(await refusal(enter(username, wrong))).toBe('Unauthenticated');
    }
    const user = await createUser(app.core, { username: 'blocked', password });
    const { secret } = await createToken(app.core, { userId: user.id, name: 't' });
    await database.tx((tx) => tx.update(UserTable, { id: user.id }, { isBlocked: true }));
    expect(await refusal(enter('blocked', password))).toBe('Unauthenticated');
    expect(await refusal(Promise.resolve(app.core.authenticator.actorOf({ kind: 'secret', secret })))).toBe('Unauthenticated');
  });

  test('user names are unique whatever their case, and checked', async () => {
    await createUser(app.core, { username: 'Unique' });
    expect(await refusal(createUser(app.core, { username: 'uNIQUE' }))).toBe('UserExists');
    for (const username of ['', 'a b', '-a', 'a-', 'é', 'x'.repeat(65), 'a\n']) expect(await refusal(createUser(app.core, { username }))).toBe('InvalidName');
    expect(await refusal(createUser(app.core, { username: 'short', password: '1234567' }))).toBe('InvalidInput');
    await createUser(app.core, { username: 'x'.repeat(64), password: '12345678' });
  });

  test('a role is replaced, not added', async () => {
    const user = await createUser(app.core, { username: 'climber' });
    const { id } = await node(app.core, 'acme');
    await insertMember(app.core, user.id, id, 'OWNER');
    await insertMember(app.core, user.id, id, 'GUEST');
    expect(await app.core.database.reads.query('SELECT role FROM membership WHERE user_id = ?', [user.id])).toEqual([{ role: 'GUEST' }]);
  });
});
