import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mintJobToken } from '../../../src/access/job-tokens.ts';
import { createNamespaceToken, type NodeTokenWish } from '../../../src/access/node-tokens.ts';
import { revokeToken } from '../../../src/access/end-token.ts';
import { updateUser } from '../../../src/access/manage-users.ts';
import { insertMember } from '../../../src/access/members.ts';
import { createOwnToken } from '../../../src/access/own-tokens.ts';
import { rotateToken } from '../../../src/access/rotate-token.ts';
import type { TokenWish } from '../../../src/access/token-rules.ts';
import { createUser } from '../../../src/access/users.ts';
import { password, type Registry } from '../../support/app.ts';
import { ask } from '../../graphql/client.ts';
import { overBackends } from '../over-backends.ts';
import { type Client, openClient, packageFolder } from './client.ts';

/** Configuration that makes npm use a token other than the one in its `.npmrc`. */
const using = (npm: Client, secret: string) => `--${npm.registry.replace('http:', '')}:_authToken=${secret}`;

async function deployToken(app: Registry, wish: Partial<NodeTokenWish> = {}): Promise<string> {
  const { namespace } = await ask(app, 'admin', '{ namespace(path: "acme") { id } }');
  const { secret } = await createNamespaceToken(app.core, await app.actor('maintainer'), { namespaceId: namespace.id, kind: 'DEPLOY', name: 'deploy-bot', scopes: ['READ', 'WRITE'], ...wish });
  return secret;
}

const logInAgain = 'npm error Unable to authenticate, your authentication token seems to be invalid.\nnpm error To correct this please try logging in again with:\nnpm error   npm login\n';

const published = (app: Registry, name: string) =>
  ask(app, 'reader', 'query($name: String!) { package(namespace: "acme", format: NPM, name: $name) { latestVersion { version build { pipelineUrl commit ref job } publishedBy { __typename displayName } } } }', { name });

overBackends((registry) => {
  it('publishes and installs with a deploy token', async (context) => {
    const app = registry();
    const npm = await openClient(context, app, { as: 'anonymous', at: 'acme/widgets' });
    const token = using(npm, await deployToken(app));
    const cwd = await packageFolder({ name: '@acme/deployed', version: '1.0.0' }, { 'index.js': 'module.exports = 1;\n' });

    expect(await npm.run(['whoami', token])).toEqual({ code: 0, stdout: 'deploy-bot\n', stderr: '' });
    expect(await npm.run(['publish', token], { cwd })).toMatchObject({ code: 0, stdout: '+ @acme/deployed@1.0.0\n' });
    expect(await npm.run(['install', '@acme/deployed', token])).toMatchObject({ code: 0 });
    expect(await readFile(join(npm.project, 'node_modules/@acme/deployed/index.js'), 'utf8')).toBe('module.exports = 1;\n');
    expect((await published(app, '@acme/deployed')).package.latestVersion).toEqual({ version: '1.0.0', build: null, publishedBy: { __typename: 'TokenActor', displayName: 'deploy-bot' } });
    expect((await npm.run(['view', '@acme/deployed', token])).stdout).toContain('by deploy-bot');

    const refused = await npm.run(['token', 'list', token]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('npm error 403 403 Forbidden - GET <packages>/acme/widgets/npm/-/npm/v1/tokens - This token belongs to no user; sign in as one, or use a personal token.\n');
  });

  it('publishes and installs only what a limited token is for, and says so', async (context) => {
    const app = registry();
    const npm = await openClient(context, app, { as: 'anonymous', at: 'acme/widgets' });
    const token = using(npm, await deployToken(app, { namePattern: '@acme/limited-*' }));

    const good = await packageFolder({ name: '@acme/limited-one', version: '1.0.0' });
    expect(await npm.run(['publish', token], { cwd: good })).toMatchObject({ code: 0, stdout: '+ @acme/limited-one@1.0.0\n' });
    expect(await npm.run(['install', '@acme/limited-one', token])).toMatchObject({ code: 0 });

    const bad = await packageFolder({ name: '@acme/other', version: '1.0.0' });
    const refused = await npm.run(['publish', token], { cwd: bad });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('This token is good only for packages that match "@acme/limited-*".\n');
    expect((await published(app, '@acme/other')).package).toBeNull();
    const developer = using(npm, app.secrets.developer);
    expect(await npm.run(['publish', developer], { cwd: bad })).toMatchObject({ code: 0 });
    expect(await npm.run(['install', '@acme/other', token])).toMatchObject({ code: 1 });
  });

  it('leaves the build of a job token on what it publishes', async (context) => {
    const app = registry();
    const npm = await openClient(context, app, { as: 'anonymous', at: 'acme/widgets' });
    const minter = await app.core.authenticator.actorOf({ kind: 'secret', secret: await deployToken(app, { mintsJobs: true }) });
    const build = { pipelineUrl: 'https://ci.example.com/42', commit: '0123456789abcdef', ref: 'main', job: 'release' };
    const { secret } = await mintJobToken(app.core, minter, { name: 'pipeline 42', build });
    const cwd = await packageFolder({ name: '@acme/built', version: '2.0.0' });

    expect(await npm.run(['publish', using(npm, secret)], { cwd })).toMatchObject({ code: 0, stdout: '+ @acme/built@2.0.0\n' });
    expect((await published(app, '@acme/built')).package.latestVersion).toEqual({ version: '2.0.0', build, publishedBy: { __typename: 'TokenActor', displayName: 'pipeline 42' } });
    expect(await npm.run(['install', '@acme/built', using(npm, secret)])).toMatchObject({ code: 0 });
  });

  it('says of a token for another format what it is for', async (context) => {
    const npm = await openClient(context, registry(), { as: 'anonymous', at: 'acme/widgets' });
    const token = using(npm, await deployToken(registry(), { formats: ['generic'] }));
    const refused = await npm.run(['publish', token], { cwd: await packageFolder({ name: '@acme/other-format', version: '1.0.0' }) });
    expect(refused.stderr).toContain('npm error code E403\nnpm error 403 403 Forbidden - PUT <packages>/acme/widgets/npm/@acme%2fother-format - This token is not good for npm packages.\n');
    expect((await npm.run(['install', '@acme/other-format', token])).stderr).toContain(' - This token is not good for npm packages.\n');
    expect((await published(registry(), '@acme/other-format')).package).toBeNull();
  });

  it('says why a token no longer works', async (context) => {
    const app = registry();
    const { core } = app;
    const npm = await openClient(context, app, { as: 'anonymous', at: 'acme/widgets' });
    const user = await createUser(core, { username: 'leaver', password });
    const [{ id }] = await core.database.reads.query("SELECT id FROM namespace WHERE path = 'acme'");
    await insertMember(core, user.id, id, 'DEVELOPER');
    const actor = await core.authenticator.actorOfUser(user);
    const make = (wish: Partial<TokenWish> = {}) => createOwnToken(core, actor, { name: 't', ...wish });
    const minter = async () => core.authenticator.actorOf({ kind: 'secret', secret: await deployToken(app, { mintsJobs: true }) });
    const ended = await minter();
    const [revoked, rotated, blocked, expired] = [await make(), await make(), await make(), await make({ expiresAt: core.clock.now() + 1000 })];
    const job = await mintJobToken(core, await minter(), { name: 'job', ttlSeconds: 1 });
    const orphan = await mintJobToken(core, ended, { name: 'job' });
    await revokeToken(core, actor, revoked.token.id);
    await rotateToken(core, actor, rotated.token.id);
    await revokeToken(core, ended, ended.token?.id ?? '');
    await updateUser(core, await app.actor('admin'), 'leaver', { isBlocked: true });
    await app.pass(1000);
    await app.forgetRights();
    core.authenticator.forget();

    const cwd = await packageFolder({ name: '@acme/late', version: '1.0.0' });
    for (const [secret, words] of [
      [revoked.secret, 'The token is unknown or revoked.'],
      [rotated.secret, 'The token was rotated; use its new secret.'],
      [expired.secret, 'The token has expired.'],
      [job.secret, 'The token has expired.'],
      [orphan.secret, 'The token is unknown or revoked.'],
      [blocked.secret, 'The user of this token is blocked.'],
    ] as const) {
      const { code, stdout, stderr } = await npm.run(['publish', using(npm, secret)], { cwd });
      expect([code, stdout, stderr.replace(/^npm notice Publishing to .*\n/m, '')]).toEqual([1, '', `npm notice ${words}\nnpm error code E401\n${logInAgain}`]);
    }
    expect(await npm.run(['install', '@acme/late', using(npm, expired.secret)])).toEqual({ code: 1, stdout: '', stderr: `npm notice The token has expired.\nnpm error code E401\n${logInAgain}` });
    expect((await published(app, '@acme/late')).package).toBeNull();
  });

  it('makes tokens that are for one scope', async (context) => {
    const app = registry();
    const npm = await openClient(context, app, { as: 'developer', at: 'acme/widgets' });
    const created = await npm.run(['token', 'create', '--name=scoped', '--scopes=@acme', `--password=${password}`]);
    expect(created).toMatchObject({ code: 0 });
    const token = using(npm, /ept_\w+/.exec(created.stdout)?.[0] ?? '');

    expect(await npm.run(['publish', token], { cwd: await packageFolder({ name: '@acme/by-scoped', version: '1.0.0' }) })).toMatchObject({ code: 0 });
    const refused = await npm.run(['publish', token], { cwd: await packageFolder({ name: 'by-scoped', version: '1.0.0' }) });
    expect(refused.stderr).toContain('This token is good only for packages that match "@acme/*".\n');
    expect((await published(app, 'by-scoped')).package).toBeNull();

    const many = await npm.run(['token', 'create', '--name=many', '--packages=a', '--packages=b', `--password=${password}`]);
    expect(many.stderr).toContain('A token is for one package, or one scope, or all packages here; make one for each.\n');
  });
});
