import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setPackageAccess } from '../../../src/packages/access.ts';
import { createProtectionRule, type RuleTerms } from '../../../src/protection/manage.ts';
import { type Person, startApp, type TestApp } from '../../support/app.ts';
import { countEverything } from '../../support/leftovers.ts';
import { node } from '../../contract/registry.ts';
import { getPackument, npmPath, npmPublish } from '../npm-request.ts';

const base = npmPath('acme/widgets');

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await npmPublish(app, '@acme/core', '1.0.0');
  await npmPublish(app, '@acme/core', '1.1.0', { tags: { stable: '1.1.0' } });
  await rule({ namePattern: '@acme/core', publishRole: 'OWNER', deleteRole: 'OWNER' });
});
afterAll(() => app?.close());

async function rule(terms: Partial<RuleTerms>): Promise<void> {
  const all: RuleTerms = { target: 'PACKAGE', format: null, namePattern: '*', pattern: null, publishRole: null, deleteRole: null, isImmutable: false, ...terms };
  await createProtectionRule(app.core, await app.actor('owner'), (await node(app.core, 'acme')).id, all);
}

const send = (method: string, path: string, as: Person, body?: unknown) => app.fetch(`${base}/${path}`, as, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

/** The error of a refusal, which changed nothing. */
async function refused(reply: () => Promise<Response>): Promise<[number, string]> {
  const before = await countEverything(app.core);
  const response = await reply();
  expect(await countEverything(app.core)).toEqual(before);
  return [response.status, ((await response.json()) as { error: string }).error];
}

describe('a protected package', () => {
  const words = (doing: string) => `@acme/core is protected by the rule "@acme/core" of "acme": ${doing} needs the role OWNER.`;

  it('403 refuses a publish in words', async () => {
    expect(await refused(() => npmPublish(app, '@acme/core', '2.0.0', { as: 'maintainer' }))).toEqual([403, words('publishing')]);
    expect((await npmPublish(app, '@acme/core', '2.0.0', { as: 'owner' })).status).toBe(201);
  });

  it('403 refuses tags, deprecation and unpublishing', async () => {
    const { _rev, versions } = await getPackument(app, '@acme/core');
    const without = Object.fromEntries(Object.entries(versions).filter(([version]) => version !== '1.0.0'));
    expect(await refused(() => send('PUT', '-/package/@acme%2fcore/dist-tags/next', 'maintainer', '1.0.0'))).toEqual([403, words('setting its tags')]);
    expect(await refused(() => send('DELETE', '-/package/@acme%2fcore/dist-tags/stable', 'maintainer'))).toEqual([403, words('removing its tags')]);
    expect(await refused(() => send('PUT', '@acme%2fcore', 'maintainer', { versions: { '1.0.0': { deprecated: 'old' } } }))).toEqual([403, words('deprecating')]);
    expect(await refused(() => send('PUT', `@acme%2fcore/-rev/${_rev}`, 'maintainer', { versions: without }))).toEqual([403, words('deleting')]);
    expect(await refused(() => send('DELETE', `@acme%2fcore/-rev/${_rev}`, 'maintainer'))).toEqual([403, words('deleting')]);
  });

  it('a rule is no way to learn of packages: 404 and 401 come first', async () => {
    expect((await refused(() => npmPublish(app, '@acme/core', '3.0.0', { as: 'outsider' })))[0]).toBe(404);
    expect((await refused(() => npmPublish(app, '@acme/core', '3.0.0', { as: 'anonymous' })))[0]).toBe(401);
  });
});

it('403 before the body is read, also for generic files', async () => {
  await rule({ namePattern: 'tool', format: 'generic', publishRole: 'MAINTAINER' });
  const before = await countEverything(app.core);
  const response = await app.fetch('/api/packages/acme/widgets/generic/tool/1/a.txt', 'developer', { method: 'PUT', body: 'x' });
  expect([response.status, await response.text()]).toEqual([403, 'tool is protected by the rule "tool" of "acme": publishing needs the role MAINTAINER.\n']);
  expect(await countEverything(app.core)).toEqual(before);
  expect((await app.fetch('/api/packages/acme/widgets/generic/tool/1/a.txt', 'maintainer', { method: 'PUT', body: 'x' })).status).toBe(201);
});

describe('a package of its own access', () => {
  it('404 for members that are shut out, 200 for who was let in', async () => {
    await npmPublish(app, 'apart', '1.0.0');
    const { id } = (await app.core.heads.list('npm', 'apart'))[0] ?? { id: '' };
    await setPackageAccess(app.core, await app.actor('owner'), id, { inheritsFromNamespace: false, grants: [{ username: 'outsider', level: 'WRITE' }] });
    for (const path of ['apart', 'apart/1.0.0', 'apart/-/apart-1.0.0.tgz', '-/package/apart/dist-tags']) {
      for (const [as, status] of [['anonymous', 401], ['reader', 404], ['developer', 404], ['maintainer', 404], ['owner', 200], ['admin', 200], ['outsider', 200]] as const) {
        expect([path, as, (await send('GET', path, as)).status]).toEqual([path, as, status]);
      }
    }
    const missing = await (await send('GET', 'missing', 'maintainer')).text();
    expect((await (await send('GET', 'apart', 'maintainer')).text()).replaceAll('apart', 'missing')).toBe(missing);
    const found = async (as: Person) => ((await (await send('GET', '-/v1/search?text=apart', as)).json()) as { total?: number }).total;
    expect([await found('maintainer'), await found('owner')]).toEqual([0, 1]);
    // At the instance, since they see no namespace.
    const instance = async (path: string) => (await app.fetch(`${npmPath('')}/${path}`, 'outsider')).status;
    expect([await instance('apart'), await instance('@acme%2fcore')]).toEqual([200, 404]);
    expect((await npmPublish(app, 'apart', '1.1.0', { as: 'outsider' })).status).toBe(201);
    expect((await refused(() => npmPublish(app, 'apart', '1.2.0', { as: 'maintainer' })))[0]).toBe(403);
    expect((await refused(() => npmPublish(app, 'anew', '1.0.0', { as: 'outsider' })))[0]).toBe(404);
    const { _rev } = await getPackument(app, 'apart', { as: 'owner' });
    expect((await refused(() => send('DELETE', `apart/-rev/${_rev}`, 'outsider')))[0]).toBe(403);
    await setPackageAccess(app.core, await app.actor('owner'), id, { grants: [{ username: 'outsider', level: 'ADMIN' }] });
    expect((await send('DELETE', `apart/-rev/${_rev}`, 'outsider')).status).toBe(409);
    const now = (await getPackument(app, 'apart', { as: 'outsider' }))._rev;
    expect((await send('DELETE', `apart/-rev/${now}`, 'outsider')).status).toBe(200);
  });
});
