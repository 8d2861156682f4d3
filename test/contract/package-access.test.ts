import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainOnNode, explainOnPackage } from '../../src/access/explain.ts';
import { addTeamMember, createTeam, deleteTeam } from '../../src/access/teams.ts';
import { effectiveVisibility } from '../../src/access/visibility.ts';
import { PackageGrantTable, UserTable } from '../../src/db/tables/access.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { PackageTable } from '../../src/db/tables/package.ts';
import { updateNamespace } from '../../src/namespaces/manage.ts';
import { type AccessChanges, setPackageAccess } from '../../src/packages/access.ts';
import { deletePackage } from '../../src/packages/remove.ts';
import { searchPackages } from '../../src/packages/search.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import { createProtectionRule } from '../../src/protection/manage.ts';
import { type SettingChanges, updateSettings } from '../../src/settings/update.ts';
import { createUpload } from '../../src/uploads/create.ts';
import type { Person, TestApp } from '../support/app.ts';
import { actorWith, databases, node, openRegistry, publishAs, refusal } from './registry.ts';

describe.for(databases)('access to single packages on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const reads = () => app.core.database.reads;
  const stored = async (packageId: string) => {
    const { isRestricted, visibility } = await reads().findOneByOrFail(PackageTable, { id: packageId });
    const grants: { name: string; level: string }[] = await reads().query(
      'SELECT COALESCE(u.username, t.name) AS name, g.level FROM package_grant g LEFT JOIN user u ON u.id = g.principal_id LEFT JOIN team t ON t.id = g.principal_id WHERE g.package_id = ? ORDER BY name',
      [packageId],
    );
    return { isRestricted, visibility, grants: grants.map(({ name, level }) => `${name} ${level}`) };
  };
  const set = async (packageId: string, changes: AccessChanges, as: Person = 'owner') => setPackageAccess(app.core, await app.actor(as), packageId, changes);
  const view = async (as: Person, name: string, path = 'acme/widgets') => refusal(getPackageInView(app.core, await app.actor(as), path, app.core.formats.get('npm'), name));

  test('is replaced as a whole, and what is left out stays', async () => {
    const { package: owner } = await publishAs(app, { name: 'replaced' });
    await createTeam(app.core, await app.actor('admin'), { name: 'builders' });
    const { revision } = await reads().findOneByOrFail(PackageTable, { id: owner.id });
    await set(owner.id, { inheritsFromNamespace: false, grants: [{ username: 'Outsider', level: 'READ' }, { teamName: 'builders', level: 'ADMIN' }] });
    expect(await stored(owner.id)).toEqual({ isRestricted: true, visibility: null, grants: ['builders ADMIN', 'outsider READ'] });
    const { createdAt } = await reads().findOneByOrFail(PackageGrantTable, { packageId: owner.id, level: 'READ' });
    app.clock.advance(10);
    await set(owner.id, { visibility: 'PRIVATE' });
    expect(await stored(owner.id)).toEqual({ isRestricted: true, visibility: 'PRIVATE', grants: ['builders ADMIN', 'outsider READ'] });
    await set(owner.id, { grants: [{ username: 'outsider', level: 'WRITE' }, { username: 'developer', level: 'READ' }] });
    expect(await stored(owner.id)).toEqual({ isRestricted: true, visibility: 'PRIVATE', grants: ['developer READ', 'outsider WRITE'] });
    expect((await reads().findOneByOrFail(PackageGrantTable, { packageId: owner.id, level: 'WRITE' })).createdAt).toBe(createdAt);
    await set(owner.id, { inheritsFromNamespace: true, visibility: null, grants: [] });
    expect(await stored(owner.id)).toEqual({ isRestricted: false, visibility: null, grants: [] });
    expect((await reads().findOneByOrFail(PackageTable, { id: owner.id })).revision).toBe(revision + 4);
    const [event] = await reads().find(EventTable, { where: { type: 'ACCESS_CHANGED' }, order: { id: 'DESC' }, take: 1 });
    expect(event).toMatchObject({ packageId: owner.id, payload: { inheritsFromNamespace: true, visibility: null, grants: [] } });
  });

  test.for<[string, AccessChanges]>([
    ['username', { grants: [{ username: 'nobody-there', level: 'READ' }] }],
    ['teamName', { grants: [{ username: 'reader', level: 'READ' }, { teamName: 'none', level: 'READ' }] }],
    ['username', { grants: [{ level: 'READ' }] }],
    ['username', { grants: [{ username: 'reader', teamName: 'builders', level: 'READ' }] }],
    ['grants', { grants: [{ username: 'reader', level: 'READ' }, { username: 'READER', level: 'ADMIN' }] }],
    ['visibility', { inheritsFromNamespace: false, visibility: 'INTERNAL' }],
    ['visibility', { visibility: 'PUBLIC' }],
  ])('InvalidInput of %s: %j', async ([field, changes]) => {
    const { package: owner } = await publishAs(app, { format: 'generic', name: 'invalid', files: { a: String(Math.random()) } });
    await set(owner.id, { grants: [{ username: 'outsider', level: 'READ' }] });
    const before = [await stored(owner.id), await reads().findOneByOrFail(PackageTable, { id: owner.id })];
    await expect(set(owner.id, changes)).rejects.toMatchObject({ code: 'INVALID_INPUT', field });
    expect([await stored(owner.id), await reads().findOneByOrFail(PackageTable, { id: owner.id })]).toEqual(before);
  });

  test('takes 200 grants and no more', async () => {
    const { package: owner } = await publishAs(app, { name: 'many-grants' });
    const users = Array.from({ length: 200 }, (_, index) => ({ id: `usr_many${index}`, username: `many${index}`, displayName: 'm', passwordHash: null, isAdmin: false, isBlocked: false, createdAt: 0 }));
    await app.core.database.tx((tx) => tx.insert(UserTable, users));
    await set(owner.id, { grants: users.map(({ username }) => ({ username, level: 'READ' })) });
    const more = [...users, { username: 'reader' }].map(({ username }) => ({ username, level: 'READ' as const }));
    await expect(set(owner.id, { grants: more })).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'grants' });
    expect((await stored(owner.id)).grants).toHaveLength(200);
  });

  test.for<[Person, string]>([['anonymous', 'Unauthenticated'], ['outsider', 'NotFound'], ['reader', 'Forbidden'], ['developer', 'Forbidden'], ['maintainer', 'nothing'], ['owner', 'nothing'], ['admin', 'nothing']])(
    '%s changes it: %s',
    async ([as, error]) => {
      const { package: owner } = await publishAs(app, { name: `by-${as}` });
      expect(await refusal(set(owner.id, { grants: [{ username: 'outsider', level: 'READ' }] }, as))).toBe(error);
      expect((await stored(owner.id)).grants).toEqual(error === 'nothing' ? ['outsider READ'] : []);
    },
  );

  test('who has a grant and no role reads, publishes and deletes just that package', async () => {
    const { package: owner } = await publishAs(app, { name: 'given' });
    await publishAs(app, { name: 'hidden' });
    const as = 'outsider';
    const found = async () => (await searchPackages(app.core, await app.actor(as), { namespacePath: '', format: 'npm', words: ['given'], offset: 0, limit: 10 })).packages.map(({ name }) => name);
    const attempts = async () => ({
      view: await view(as, 'given'),
      above: await view(as, 'given', ''),
      found: await found(),
      publish: await refusal(publishAs(app, { as, name: 'given', version: `1.0.${app.clock.now()}` })),
      upload: await refusal(createUpload(app.core, await app.actor(as), { namespacePath: 'acme/widgets', fileName: 'x.tgz' })),
      access: await refusal(set(owner.id, { visibility: 'PRIVATE' }, as)),
      other: await view(as, 'hidden'),
      otherPublish: await refusal(publishAs(app, { as, name: 'hidden', version: '9.0.0' })),
      otherNew: await refusal(publishAs(app, { as, name: 'brand-new', version: '9.0.0' })),
    });
    const shut = { view: 'NotFound', above: 'NotFound', found: [], publish: 'NotFound', upload: 'NotFound', access: 'NotFound', other: 'NotFound', otherPublish: 'NotFound', otherNew: 'NotFound' };
    expect(await attempts()).toEqual(shut);
    await set(owner.id, { grants: [{ username: as, level: 'READ' }] });
    const reading = { ...shut, view: 'nothing', above: 'nothing', found: ['given'], publish: 'Forbidden', access: 'Forbidden' };
    expect(await attempts()).toEqual(reading);
    await set(owner.id, { grants: [{ username: as, level: 'WRITE' }] });
    const writing = { ...reading, publish: 'nothing', upload: 'nothing' };
    app.clock.advance(1);
    expect(await attempts()).toEqual(writing);
    expect(await refusal(deletePackage(app.core, await app.actor(as), owner.id))).toBe('Forbidden');
    await set(owner.id, { inheritsFromNamespace: false, grants: [{ username: as, level: 'ADMIN' }] });
    app.clock.advance(1);
    expect(await attempts()).toEqual({ ...writing, access: 'nothing' });
    await deletePackage(app.core, await app.actor(as), owner.id);
  });

  test('out of inheritance the members are shut out, owners and administrators are not', async () => {
    const { package: owner } = await publishAs(app, { name: 'apart' });
    await set(owner.id, { inheritsFromNamespace: false });
    for (const as of ['outsider', 'reader', 'developer', 'maintainer'] as const) {
      expect([as, await view(as, 'apart'), await view(as, 'apart', '')]).toEqual([as, 'NotFound', 'NotFound']);
      expect(await refusal(set(owner.id, { inheritsFromNamespace: true }, as))).toBe('NotFound');
      expect(await refusal(deletePackage(app.core, await app.actor(as), owner.id))).toBe('NotFound');
    }
    for (const as of ['owner', 'admin'] as const) expect([as, await view(as, 'apart')]).toEqual([as, 'nothing']);
    await set(owner.id, { grants: [{ username: 'maintainer', level: 'READ' }] });
    expect([await view('maintainer', 'apart'), await refusal(deletePackage(app.core, await app.actor('maintainer'), owner.id))]).toEqual(['nothing', 'Forbidden']);
  });

  test('teams give their grants to their members, and take them along', async () => {
    const admin = await app.actor('admin');
    const { package: owner } = await publishAs(app, { name: 'of-team' });
    await createTeam(app.core, admin, { name: 'readers' });
    await set(owner.id, { grants: [{ teamName: 'readers', level: 'READ' }] });
    expect(await view('outsider', 'of-team')).toBe('NotFound');
    await addTeamMember(app.core, admin, 'readers', 'outsider');
    expect(await view('outsider', 'of-team')).toBe('nothing');
    const why = (await explainOnPackage(app.core, await app.actor('owner'), owner.id, { username: 'outsider' }))[0];
    expect(why).toMatchObject({ action: 'READ', allowed: true, role: 'REPORTER', roleFromId: null, reason: 'The role REPORTER allows to read here. The role REPORTER comes from the grant READ on the package through the team "readers".' });
    await deleteTeam(app.core, admin, 'readers');
    expect([await view('outsider', 'of-team'), (await stored(owner.id)).grants]).toEqual(['NotFound', []]);
  });

  test('visibility of its own: never more open than the namespace, also when that closes later', async () => {
    const open = await app.namespace('open-access', 'PROJECT', 'PUBLIC');
    const { package: owner } = await publishAs(app, { as: 'admin', namespace: 'open-access', name: 'own-visibility' });
    const seenBy = async () => {
      const [anonymous, ...others] = await Promise.all((['anonymous', 'outsider', 'admin'] as const).map((as) => view(as, 'own-visibility', 'open-access')));
      return [anonymous === (await view('anonymous', 'not-there', 'open-access')) ? 'like nothing' : anonymous, ...others];
    };
    const admin = await app.actor('admin');
    expect(await seenBy()).toEqual(['nothing', 'nothing', 'nothing']);
    for (const [changes, seen] of [
      [{ visibility: 'INTERNAL' }, ['like nothing', 'nothing', 'nothing']],
      [{ visibility: 'PRIVATE' }, ['like nothing', 'NotFound', 'nothing']],
      [{ inheritsFromNamespace: false, visibility: null }, ['like nothing', 'NotFound', 'nothing']],
      [{ visibility: 'PUBLIC' }, ['nothing', 'nothing', 'nothing']],
    ] as const) {
      await set(owner.id, changes, 'admin');
      expect([changes, await seenBy()]).toEqual([changes, seen]);
    }
    await updateNamespace(app.core, admin, open.id, { visibility: 'INTERNAL' });
    expect((await stored(owner.id)).visibility).toBe('PUBLIC');
    expect(await seenBy()).toEqual(['like nothing', 'nothing', 'nothing']);
  });

  test('an owner can see why', async () => {
    const owner = await app.actor('owner');
    const { id } = await node(app.core, 'acme/widgets');
    const why = async (username: string) => Object.fromEntries((await explainOnNode(app.core, owner, id, { username })).map(({ action, allowed, reason }) => [action, `${allowed ? 'yes' : 'no'}: ${reason}`]));
    expect(await why('developer')).toEqual({
      READ: 'yes: The role DEVELOPER allows to read here. The role DEVELOPER comes from "acme".',
      PUBLISH: 'yes: The role DEVELOPER allows to publish here. The role DEVELOPER comes from "acme".',
      DELETE: 'no: It takes the role MAINTAINER or higher to delete here. The role DEVELOPER comes from "acme".',
      INSPECT: 'yes: The role DEVELOPER allows to see how this is set up. The role DEVELOPER comes from "acme".',
      MANAGE: 'no: It takes the role MAINTAINER or higher to manage this. The role DEVELOPER comes from "acme".',
      OWN: 'no: It takes the role OWNER or higher to do this. The role DEVELOPER comes from "acme".',
    });
    expect((await why('outsider'))['READ']).toBe('no: It takes the role REPORTER or higher to read here. There is no role here.');
    expect((await why('admin'))['OWN']).toBe('yes: The role OWNER allows to do this. Administrators of this server count as OWNER everywhere.');
    await expect(explainOnNode(app.core, owner, id, { username: 'nobody-there' })).rejects.toMatchObject({ field: 'username' });
    await expect(explainOnNode(app.core, owner, id, { tokenId: (await app.actor('developer')).token?.id ?? '' })).rejects.toMatchObject({ field: 'tokenId' });
    expect((await explainOnNode(app.core, owner, id, { tokenId: owner.token?.id ?? '' })).every(({ allowed }) => allowed)).toBe(true);
    for (const [as, error] of [['anonymous', 'Unauthenticated'], ['outsider', 'NotFound'], ['developer', 'Forbidden']] as const) {
      expect(await refusal(explainOnNode(app.core, await app.actor(as), id, { username: 'reader' }))).toBe(error);
    }
  });

  test('of a node: what is switched off, and by whom', async () => {
    await app.namespace('acme/quiet');
    const { id } = await node(app.core, 'acme/quiet');
    const [owner, admin] = [await app.actor('owner'), await app.actor('admin')];
    const why = async (as = owner) => Object.fromEntries((await explainOnNode(app.core, as, id, { username: 'developer' })).map(({ action, allowed, reason }) => [action, `${allowed ? 'yes' : 'no'}: ${reason}`]));
    const change = async (path: string, changes: SettingChanges) => updateSettings(app.core, admin, (await node(app.core, path)).id, changes);
    const npm = (value: boolean | null): SettingChanges => ({ formats: [{ format: app.core.formats.get('npm'), settings: { enabled: { value } } }] });
    const registry = (value: boolean | null): SettingChanges => ({ node: { registryEnabled: { value } } });
    const role = 'The role DEVELOPER comes from "acme".';
    await change('acme/quiet', npm(false));
    const before = await why();
    expect(before).toMatchObject({
      READ: `yes: The role DEVELOPER allows to read here. The format npm is switched off by "acme/quiet". ${role}`,
      PUBLISH: `yes: The role DEVELOPER allows to publish here. The format npm is switched off by "acme/quiet". ${role}`,
      DELETE: `no: It takes the role MAINTAINER or higher to delete here. The format npm is switched off by "acme/quiet". ${role}`,
      INSPECT: `yes: The role DEVELOPER allows to see how this is set up. ${role}`,
    });
    await change('', registry(false));
    expect(await why()).toEqual({
      ...before,
      READ: `yes: The role DEVELOPER allows to read here. The package registry is switched off by the instance. ${role}`,
      PUBLISH: `no: The package registry is switched off by the instance. ${role}`,
      DELETE: `no: It takes the role MAINTAINER or higher to delete here. The package registry is switched off by the instance. ${role}`,
    });
    await change('', registry(null));
    await change('acme', registry(false));
    expect((await why())['PUBLISH']).toBe(`no: The package registry is switched off by "acme". ${role}`);
    // Who manages the project alone does not know of the group above.
    const alone = actorWith({ roles: new Map([[id, 'MAINTAINER']]) });
    expect((await why(alone))['PUBLISH']).toContain('switched off by a namespace above.');
    await change('acme', registry(null));
    await change('acme/quiet', npm(null));
    expect((await why())['PUBLISH']).toBe(`yes: The role DEVELOPER allows to publish here. ${role}`);
  });

  test('of a package: that it is apart, and which protection rules are in the way', async () => {
    const owner = await app.actor('owner');
    const { package: it } = await publishAs(app, { name: 'explained' });
    const rule = (terms: object) => createProtectionRule(app.core, owner, it.namespaceId, { target: 'PACKAGE', format: null, namePattern: 'explained', pattern: null, publishRole: null, deleteRole: null, isImmutable: false, ...terms });
    const publishing = await rule({ publishRole: 'OWNER' });
    const versions = await rule({ target: 'VERSION', pattern: '1.*', isImmutable: true });
    const low = await rule({ deleteRole: 'MAINTAINER' });
    const why = async (username: string) => new Map((await explainOnPackage(app.core, owner, it.id, { username })).map((decision) => [decision.action, decision]));
    const maintainer = await why('maintainer');
    expect(maintainer.get('PUBLISH')).toMatchObject({ allowed: false, reason: 'explained is protected by the rule "explained" of "acme/widgets": publishing needs the role OWNER. The role MAINTAINER comes from "acme".' });
    expect(maintainer.get('PUBLISH')?.rules.map(({ id }) => id)).toEqual([publishing.id, versions.id]);
    expect(maintainer.get('DELETE')).toMatchObject({ allowed: true, rules: [{ id: versions.id }] });
    expect((await why('developer')).get('DELETE')?.rules.map(({ id }) => id)).toEqual([versions.id, low.id]);
    expect(maintainer.get('READ')?.rules).toEqual([]);
    await set(it.id, { inheritsFromNamespace: false, grants: [{ username: 'outsider', level: 'WRITE' }] });
    expect((await why('maintainer')).get('READ')).toMatchObject({
      allowed: false,
      role: null,
      reason: 'It takes the role REPORTER or higher to read here. There is no role here. The package does not inherit from its namespace, so that the role MAINTAINER there does not count.',
    });
    expect((await why('outsider')).get('READ')).toMatchObject({ allowed: true, role: 'DEVELOPER', roleFromId: null });
    await app.core.database.tx((tx) => tx.update(UserTable, { username: 'outsider' }, { isBlocked: true }));
    expect((await why('outsider')).get('READ')).toMatchObject({ allowed: false, reason: 'This user is blocked.' });
    await app.core.database.tx((tx) => tx.update(UserTable, { username: 'outsider' }, { isBlocked: false }));
  });
});

it('the effective visibility is the narrower one', () => {
  const all = ['PUBLIC', 'INTERNAL', 'PRIVATE'] as const;
  const table = all.flatMap((node) => [null, ...all].flatMap((visibility) => [false, true].map((isRestricted) => [node, visibility, isRestricted, effectiveVisibility(node, { visibility, isRestricted })])));
  const narrower = (a: (typeof all)[number], b: (typeof all)[number]) => all[Math.max(all.indexOf(a), all.indexOf(b))];
  expect(table).toEqual(table.map(([node, visibility, isRestricted]) => [node, visibility, isRestricted, narrower(node as 'PUBLIC', (visibility ?? (isRestricted ? 'PRIVATE' : node)) as 'PUBLIC')]));
});
