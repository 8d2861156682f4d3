import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clearFailures, countFailure, failureSubjects } from '../../../src/access/sign-in-failures.ts';
import { password } from '../../support/app.ts';
import { sinceNow } from '../instants.ts';
import { overBackends } from '../over-backends.ts';
import { type Client, openClient, packageFolder } from './client.ts';

const signedOut = 'npm error code ENEEDAUTH\nnpm error need auth This command requires you to be logged in.\nnpm error need auth You need to authorize this machine using `npm adduser`\n';
const signInAgain =
  'npm error code E401\nnpm error Unable to authenticate, your authentication token seems to be invalid.\nnpm error To correct this please try logging in again with:\nnpm error   npm login\n';
const dayMs = 24 * 60 * 60 * 1000;
const nameAndPassword = [['Username:', 'owner'], ['Password:', password]] as const;

overBackends((registry) => {
  it.for([{ at: 'acme/widgets' }, { at: 'acme' }, { at: '' }])('tells at "$at" who asks, and answers pings', async ({ at }, context) => {
    const npm = await openClient(context, registry(), { as: 'reader', at });
    const url = `<packages>/${at === '' ? '' : `${at}/`}npm/`;

    expect(await npm.run(['whoami'])).toEqual({ code: 0, stdout: 'reader\n', stderr: '' });
    expect(await npm.run(['ping'])).toEqual({ code: 0, stdout: '', stderr: `npm notice PING ${url}\nnpm notice PONG <time>\n` });
  });

  it('tells somebody without a token, or with a bad one, to sign in', async (context) => {
    const nobody = await openClient(context, registry(), { as: 'anonymous' });
    expect(await nobody.run(['whoami'])).toEqual({ code: 1, stdout: '', stderr: signedOut });

    const stranger = await openClient(context, registry(), { as: 'a bad token' });
    expect(await stranger.run(['whoami'])).toEqual({ code: 1, stdout: '', stderr: `npm notice The token is mistyped or incomplete.\n${signInAgain}` });
  });

  it.for([{ kind: 'legacy', args: ['--auth-type=legacy'] }, { kind: 'web (which falls back)', args: [] }])(
    'signs in, $kind; what was given out is revoked by signing out',
    async ({ args }, context) => {
      const npm = await openClient(context, registry(), { as: 'anonymous', at: 'acme' });

      expect(await npm.run(['login', ...args], { answers: nameAndPassword })).toEqual({
        code: 0,
        stdout: 'Username: Password: \nLogged in on <packages>/acme/npm/.\n',
        stderr: 'npm notice Log in on <packages>/acme/npm/\n',
      });
      const token = await savedToken(npm);
      expect(token).toMatch(/^ept_/);
      expect(await npm.run(['whoami'])).toEqual({ code: 0, stdout: 'owner\n', stderr: '' });

      expect(await npm.run(['logout'])).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(await savedToken(npm)).toBeUndefined();
      await registry().forgetRights();
      expect(await npm.run(['whoami'])).toEqual({ code: 1, stdout: '', stderr: signedOut });
      expect(await npm.run(['whoami', `--${npm.registry.replace('http:', '')}:_authToken=${token}`])).toEqual({
        code: 1,
        stdout: '',
        stderr: `npm notice The token is unknown or revoked.\n${signInAgain}`,
      });
    },
  );

  it('says that the password is wrong', async (context) => {
    const npm = await openClient(context, registry(), { as: 'anonymous', at: 'acme' });

    const result = await npm.run(['login', '--auth-type=legacy'], { answers: [['Username:', 'owner'], ['Password:', 'wrong']] });
    expect(result).toEqual({
      code: 1,
      stdout: 'Username: Password: \n',
      stderr: `npm notice Log in on <packages>/acme/npm/\nnpm notice Wrong user name or password.\n${signInAgain}`,
    });
    expect(await savedToken(npm)).toBeUndefined();
  });

  it('says at once that there were too many wrong passwords', async (context) => {
    const { core } = registry();
    const subjects = failureSubjects('reader', '127.0.0.1');
    await core.database.tx(async (tx) => {
      for (let time = 0; time < 10; time++) await countFailure(tx, subjects, core.clock.now());
    });
    const npm = await openClient(context, registry(), { as: 'anonymous', at: 'acme' });
    const result = await npm.run(['login', '--auth-type=legacy'], { answers: [['Username:', 'reader'], ['Password:', password]], timeoutSeconds: 30 });
    expect(result).toEqual({
      code: 1,
      stdout: 'Username: Password: \n',
      stderr: expect.stringContaining(
        'npm notice Log in on <packages>/acme/npm/\nnpm error code E403\nnpm error 403 403 Forbidden - PUT <packages>/acme/npm/-/user/org.couchdb.user:reader - Too many wrong passwords; try again in 15 minutes.\n',
      ),
    });
    await core.database.tx((tx) => clearFailures(tx, subjects));
  });

  it('creates, lists and revokes tokens', async (context) => {
    const npm = await openClient(context, registry(), { as: 'owner', at: 'acme' });

    const created = await npm.run(['token', 'create', '--name=ci'], { answers: [['password:', password]] });
    expect(created).toMatchObject({ code: 0, stderr: '' });
    const secret = /Created token (ept_\w+)\n/.exec(created.stdout)?.[1] ?? '';
    const asNew = [`--${npm.registry.replace('http:', '')}:_authToken=${secret}`];
    expect(await npm.run(['whoami', ...asNew])).toEqual({ code: 0, stdout: 'owner\n', stderr: '' });

    const list = await npm.run(['token', 'list']);
    expect(list).toMatchObject({ code: 0, stderr: '' });
    const [, hint, id] = /^Token (ept_\w+)… with id (tok_\w+) name ci created <today>$/m.exec(list.stdout) ?? [];
    expect(secret.startsWith(hint ?? 'none')).toBe(true);
    expect(list.stdout).not.toContain(secret);

    expect(await npm.run(['token', 'revoke', id ?? ''])).toEqual({ code: 0, stdout: 'Removed 1 token\n', stderr: '' });
    await registry().forgetRights();
    expect((await npm.run(['token', 'list'])).stdout).not.toContain('name ci');
    expect((await npm.run(['whoami', ...asNew])).stderr).toContain('npm notice The token is unknown or revoked.\n');
  });

  it('makes tokens that may only read, and that expire', async (context) => {
    const npm = await openClient(context, registry(), { as: 'owner', at: 'acme' });
    const asked = ['--packages-and-scopes-permission=read-only', '--expires=3', `--password=${password}`];

    const isSinceThen = sinceNow(registry());
    const { code, stdout } = await npm.run(['token', 'create', '--name=reading', ...asked]);
    const expires = /^Created token ept_\w+\nexpires: (.*)\n$/.exec(stdout)?.[1] ?? '';
    expect([code, new Date(Date.parse(expires) - 3 * dayMs)]).toEqual([0, expect.toSatisfy(isSinceThen)]);
    const secret = /ept_\w+/.exec(stdout)?.[0] ?? '';
    const asNew = [`--${npm.registry.replace('http:', '')}:_authToken=${secret}`];
    const cwd = await packageFolder({ name: '@acme/by-reader', version: '1.0.0' });
    const publish = await npm.run(['publish', ...asNew], { cwd });
    expect(publish.stderr).toContain('npm error 403 403 Forbidden - PUT <packages>/acme/npm/@acme%2fby-reader - This token lacks the scope WRITE needed to publish here.\n');
    const revoke = await npm.run(['token', 'revoke', (await tokenId(npm, 'test')), ...asNew]);
    expect(revoke.stderr).toContain('This token lacks the scope ADMIN needed to manage tokens.\n');
    expect(await npm.run(['whoami'])).toEqual({ code: 0, stdout: 'owner\n', stderr: '' });
  });

  it('makes no token where it cannot keep the limits asked for, nor with a wrong password', async (context) => {
    const npm = await openClient(context, registry(), { as: 'owner', at: 'acme' });
    const before = (await npm.run(['token', 'list'])).stdout;

    expect(await npm.run(['token', 'create', '--cidr=10.0.0.0/8', `--password=${password}`])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'npm error code E400\nnpm error 400 Bad Request - POST <packages>/acme/npm/-/npm/v1/tokens - Tokens cannot be limited by cidr whitelist here.\n',
    });
    const wrong = await npm.run(['token', 'create', '--password=wrong']);
    expect(wrong).toEqual({ code: 1, stdout: '', stderr: `npm notice Wrong user name or password.\n${signInAgain}` });
    expect((await npm.run(['token', 'list'])).stdout).toBe(before);
  });
});

/** The token that npm keeps for its registry. */
async function savedToken(npm: Client): Promise<string | undefined> {
  return /:_authToken=(.*)/.exec(await readFile(join(npm.home, '.npmrc'), 'utf8'))?.[1];
}

async function tokenId(npm: Client, name: string): Promise<string> {
  const { stdout } = await npm.run(['token', 'list', '--json']);
  const tokens: { key: string; name: string }[] = JSON.parse(stdout);
  return tokens.find((token) => token.name === name)?.key ?? 'none';
}
