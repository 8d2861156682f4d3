import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchesPattern, matchesPatternSql } from '../../src/access/name-pattern.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import type { Role } from '../../src/db/tables/access.ts';
import { PackageTable, TagTable, VersionTable } from '../../src/db/tables/package.ts';
import { ProtectionRuleTable } from '../../src/db/tables/policy.ts';
import { Protected } from '../../src/errors.ts';
import { setPackageAccess } from '../../src/packages/access.ts';
import { getPublishTarget } from '../../src/packages/publish-target.ts';
import { deleteFile, deletePackage, deleteVersion, deleteVersions } from '../../src/packages/remove.ts';
import { restorePackage, restoreVersion } from '../../src/packages/restore.ts';
import { deprecateVersions, setVersionStatus, type StatusChange } from '../../src/packages/status.ts';
import { removeTag, setTag } from '../../src/packages/tags.ts';
import { createProtectionRule, deleteProtectionRule, type RuleTerms, updateProtectionRule } from '../../src/protection/manage.ts';
import type { Person, TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { databases, node, openRegistry, publishAs, refusal, tagsOf } from './registry.ts';

const nothing: RuleTerms = { target: 'PACKAGE', format: null, namePattern: '*', pattern: null, publishRole: null, deleteRole: null, isImmutable: false };

describe.for(databases)('protection rules on $name', ({ open, missing }) => {
  let app: TestApp;
  const statements: string[] = [];
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open, { onStatement: (sql) => statements.push(sql) });
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const reads = () => app.core.database.reads;
  const rule = async (terms: Partial<RuleTerms>, path = 'acme', as: Person = 'owner') =>
    createProtectionRule(app.core, await app.actor(as), (await node(app.core, path)).id, { ...nothing, ...terms });
  const versionOf = async (packageId: string, version: string) => (await reads().findOneByOrFail(VersionTable, { packageId, version, tombstone: '' })).id;
  /** What a refused attempt says; asserts that it changed nothing. */
  const refused = async (work: () => Promise<unknown>): Promise<string> => {
    const state = async () => [await countEverything(app.core), await reads().find(PackageTable), await reads().find(TagTable), await reads().find(VersionTable), await reads().find(ProtectionRuleTable)];
    const before = await state();
    const thrown: unknown = await work().then(() => 'nothing thrown', (error: unknown) => error);
    expect(await state()).toEqual(before);
    if (!(thrown instanceof Protected)) throw new Error(`not Protected: ${String(thrown)}`);
    return thrown.message;
  };

  test('a name: who may publish, and who may delete', async () => {
    await publishAs(app, { name: '@acme/core', version: '1.0.0' });
    const { package: owner } = await publishAs(app, { name: '@acme/core', version: '1.1.0', tags: ['next'] });
    const { id } = await rule({ namePattern: '@acme/co*', publishRole: 'OWNER', deleteRole: 'OWNER' });
    const denied = '@acme/core is protected by the rule "@acme/co*" of "acme": publishing needs the role OWNER.';
    for (const as of ['developer', 'maintainer'] as const) {
      const actor = await app.actor(as);
      expect(await refused(() => publishAs(app, { as, name: '@acme/core', version: '2.0.0' }))).toBe(denied);
      expect(await refused(() => publishAs(app, { as, name: '@acme/cold', version: '2.0.0' }))).toBe(denied.replace('core', 'cold'));
      expect(await refused(() => getPublishTarget(app.core, actor, 'acme/widgets', { format: app.core.formats.get('npm'), name: '@acme/core' }))).toBe(denied);
      expect(await refused(() => setTag(app.core, actor, { packageId: owner.id, tag: 'edge', version: '1.0.0' }))).toBe(denied.replace('publishing', 'setting its tags'));
      expect(await refused(() => removeTag(app.core, actor, owner.id, 'next'))).toBe(denied.replace('publishing', 'removing its tags'));
      expect(await refused(() => deprecateVersions(app.core, actor, owner.id, [{ version: '1.0.0', message: 'old' }]))).toBe(denied.replace('publishing', 'deprecating'));
    }
    const maintainer = await app.actor('maintainer');
    const undeleted = denied.replace('publishing', 'deleting');
    const [file] = await reads().query('SELECT f.id FROM file f JOIN version v ON v.id = f.version_id WHERE v.package_id = ?', [owner.id]);
    expect(await refused(() => deletePackage(app.core, maintainer, owner.id))).toBe(undeleted);
    expect(await refused(() => deleteVersions(app.core, maintainer, owner.id, ['1.0.0']))).toBe(undeleted);
    expect(await refused(() => deleteFile(app.core, maintainer, file.id))).toBe(undeleted);
    await publishAs(app, { name: '@acme/other', version: '1.0.0' });
    await publishAs(app, { format: 'generic', name: 'core', version: '1.0.0' });
    for (const as of ['owner', 'admin'] as const) await publishAs(app, { as, name: '@acme/core', version: as === 'owner' ? '2.0.0' : '3.0.0' });
    await deletePackage(app.core, await app.actor('owner'), owner.id);
    expect(await refused(() => restorePackage(app.core, maintainer, owner.id))).toBe(denied);
    await restorePackage(app.core, await app.actor('owner'), owner.id);
    await deleteProtectionRule(app.core, await app.actor('owner'), id);
    await publishAs(app, { name: '@acme/core', version: '4.0.0' });
  });

  test('all rules above hold together, the strictest is told, and one elsewhere or of another format is none', async () => {
    await app.namespace('acme/side');
    const top = await rule({ namePattern: 'strict', publishRole: 'MAINTAINER' }, '', 'admin');
    const own = await rule({ namePattern: 's*t', format: 'npm', publishRole: 'OWNER' }, 'acme/widgets');
    const side = await rule({ namePattern: '*', publishRole: 'OWNER' }, 'acme/side');
    expect(await refused(() => publishAs(app, { as: 'maintainer', name: 'strict' }))).toBe('strict is protected by the rule "s*t" of "acme/widgets": publishing needs the role OWNER.');
    await publishAs(app, { as: 'maintainer', format: 'generic', name: 'strict' });
    expect(await refused(() => publishAs(app, { format: 'generic', name: 'strict', version: '2' }))).toBe('strict is protected by the rule "strict" of the instance: publishing needs the role MAINTAINER.');
    for (const { id } of [top, own, side]) await deleteProtectionRule(app.core, await app.actor('admin'), id);
  });

  test('versions by pattern', async () => {
    const name = 'by-version';
    const { package: owner } = await publishAs(app, { name, version: '1.0.0' });
    await publishAs(app, { name, version: '2.0.0' });
    await rule({ target: 'VERSION', namePattern: name, pattern: '1.*', publishRole: 'MAINTAINER', deleteRole: 'OWNER' });
    const begin = 'by-version@1.0.1 is protected by the rule "by-version" for versions "1.*" of "acme": ';
    expect(await refused(() => publishAs(app, { name, version: '1.0.1' }))).toBe(`${begin}publishing needs the role MAINTAINER.`);
    await publishAs(app, { as: 'maintainer', name, version: '1.0.1' });
    await publishAs(app, { name, version: '2.1.0' });
    const developer = await app.actor('developer');
    for (const [change, doing] of [['DEPRECATE', 'deprecating'], ['YANK', 'yanking'], ['HIDE', 'hiding']] as const) {
      const marks = (version: string) => [{ version, change: change as StatusChange, reason: 'x' }];
      expect(await refused(() => setVersionStatus(app.core, developer, owner.id, [...marks('2.0.0'), ...marks('1.0.1')]))).toBe(`${begin}${doing} needs the role MAINTAINER.`);
      await setVersionStatus(app.core, developer, owner.id, marks('2.0.0'));
    }
    const maintainer = await app.actor('maintainer');
    expect(await refused(() => deleteVersions(app.core, maintainer, owner.id, ['2.0.0', '1.0.1']))).toBe(`${begin}deleting needs the role OWNER.`);
    expect(await refused(() => deletePackage(app.core, maintainer, owner.id))).toBe(`${begin}deleting needs the role OWNER.`);
    await deleteVersions(app.core, maintainer, owner.id, ['2.0.0']);
    const id = await versionOf(owner.id, '1.0.1');
    await deleteVersion(app.core, await app.actor('owner'), id);
    await restoreVersion(app.core, maintainer, id);
  });

  test('an immutable version is for nobody to change', async () => {
    const name = 'fixed';
    const { package: owner, version, fileIds } = await publishAs(app, { format: 'generic', name, version: '1.0', files: { a: 'a', b: 'b' } });
    const { id } = await rule({ target: 'VERSION', namePattern: name, pattern: '1.*', isImmutable: true });
    const admin = await app.actor('admin');
    const begin = 'fixed@1.0 is protected by the rule "fixed" for versions "1.*" of "acme": ';
    for (const files of [{ a: 'other' }, { c: 'new' }]) expect(await refused(() => publishAs(app, { as: 'admin', format: 'generic', name, version: '1.0', files }))).toBe(`${begin}its files can never be changed.`);
    for (const change of ['YANK', 'HIDE'] as const) {
      expect(await refused(() => setVersionStatus(app.core, admin, owner.id, [{ version: '1.0', change }]))).toBe(`${begin}it can never be yanked or hidden.`);
    }
    const undeleted = `${begin}it can never be deleted.`;
    expect(await refused(() => deleteFile(app.core, admin, fileIds[0] ?? ''))).toBe(undeleted);
    expect(await refused(() => deleteVersion(app.core, admin, version.id))).toBe(undeleted);
    await publishAs(app, { format: 'generic', name, version: '2.0' });
    expect(await refused(() => deletePackage(app.core, admin, owner.id))).toBe(undeleted);
    await publishAs(app, { as: 'developer', format: 'generic', name, version: '1.1', files: { a: 'a', b: 'b' } });
    await setVersionStatus(app.core, await app.actor('developer'), owner.id, [{ version: '1.0', change: 'DEPRECATE', reason: 'old' }]);
    await deleteProtectionRule(app.core, await app.actor('maintainer'), id);
    await deletePackage(app.core, await app.actor('maintainer'), owner.id);
  });

  test('tags by role', async () => {
    const name = 'tagged';
    const { package: owner } = await publishAs(app, { name, version: '1.0.0', tags: ['stable', 'beta'] });
    await publishAs(app, { name, version: '2.0.0', tags: ['beta'] });
    await rule({ target: 'TAG', namePattern: name, pattern: 'st*', publishRole: 'MAINTAINER', deleteRole: 'OWNER' });
    const begin = 'The tag "stable" of tagged is protected by the rule "tagged" for tags "st*" of "acme": ';
    const [developer, maintainer] = [await app.actor('developer'), await app.actor('maintainer')];
    expect(await refused(() => setTag(app.core, developer, { packageId: owner.id, tag: 'stable', version: '2.0.0' }))).toBe(`${begin}setting it needs the role MAINTAINER.`);
    expect(await refused(() => publishAs(app, { name, version: '3.0.0', tags: ['beta', 'stable'] }))).toBe(`${begin}setting it needs the role MAINTAINER.`);
    await setTag(app.core, developer, { packageId: owner.id, tag: 'beta', version: '1.0.0' });
    await setTag(app.core, maintainer, { packageId: owner.id, tag: 'stable', version: '2.0.0' });
    const kept = `${begin}removing it needs the role OWNER.`;
    expect(await refused(() => removeTag(app.core, maintainer, owner.id, 'stable'))).toBe(kept);
    expect(await refused(() => deleteVersions(app.core, maintainer, owner.id, ['2.0.0']))).toBe(kept);
    expect(await refused(() => deletePackage(app.core, maintainer, owner.id))).toBe(kept);
    await deleteVersions(app.core, maintainer, owner.id, ['1.0.0']);
    await removeTag(app.core, await app.actor('owner'), owner.id, 'stable');
    await deleteVersions(app.core, maintainer, owner.id, ['2.0.0']);
  });

  test('an immutable tag stays, and so does what it points at', async () => {
    const name = 'pinned';
    const { package: owner } = await publishAs(app, { name, version: '1.0.0', tags: [] });
    await publishAs(app, { name, version: '2.0.0', tags: [] });
    await rule({ target: 'TAG', namePattern: name, pattern: 'rel-*', isImmutable: true });
    const admin = await app.actor('admin');
    await setTag(app.core, admin, { packageId: owner.id, tag: 'rel-1', version: '1.0.0' });
    await setTag(app.core, admin, { packageId: owner.id, tag: 'rel-1', version: '1.0.0' });
    const begin = 'The tag "rel-1" of pinned is protected by the rule "pinned" for tags "rel-*" of "acme": ';
    expect(await refused(() => setTag(app.core, admin, { packageId: owner.id, tag: 'rel-1', version: '2.0.0' }))).toBe(`${begin}it stays where it was set first.`);
    expect(await refused(() => publishAs(app, { as: 'admin', name, version: '3.0.0', tags: ['rel-1'] }))).toBe(`${begin}it stays where it was set first.`);
    const kept = `${begin}it can never be removed, and the version it points at cannot be deleted.`;
    expect(await refused(() => removeTag(app.core, admin, owner.id, 'rel-1'))).toBe(kept);
    expect(await refused(() => deleteVersions(app.core, admin, owner.id, ['2.0.0', '1.0.0']))).toBe(kept);
    expect(await refused(() => deletePackage(app.core, admin, owner.id))).toBe(kept);
    await setTag(app.core, admin, { packageId: owner.id, tag: 'rel-2', version: '2.0.0' });
    expect(await tagsOf(app.core, owner.id)).toEqual({ latest: '1.0.0', 'rel-1': '1.0.0', 'rel-2': '2.0.0' });
  });

  test('of setting an immutable tag and deleting its version at once one happens', async () => {
    const actor = await app.actor('admin');
    await rule({ target: 'TAG', namePattern: 'race-*', pattern: 'fixed', isImmutable: true });
    for (let round = 0; round < 8; round++) {
      const { package: owner } = await publishAs(app, { name: `race-${round}`, version: '1.0.0', tags: [] });
      await publishAs(app, { name: `race-${round}`, version: '2.0.0', tags: [] });
      const outcomes = await Promise.all([
        refusal(setTag(app.core, actor, { packageId: owner.id, tag: 'fixed', version: '1.0.0' })),
        refusal(deleteVersions(app.core, actor, owner.id, ['1.0.0'])),
      ]);
      expect([['nothing', 'Protected'], ['NotFound', 'nothing']]).toContainEqual(outcomes);
      expect((await tagsOf(app.core, owner.id))['fixed']).toBe(outcomes[0] === 'nothing' ? '1.0.0' : undefined);
    }
  });

  test('a protected default tag is passed over where nobody asked to move it', async () => {
    await rule({ target: 'TAG', namePattern: 'follow-*', pattern: 'latest', publishRole: 'OWNER' });
    const name = 'follow-role';
    const { package: owner } = await publishAs(app, { name, version: '1.0.0' });
    expect(await tagsOf(app.core, owner.id)).toEqual({});
    await publishAs(app, { as: 'owner', name, version: '1.1.0' });
    expect(await tagsOf(app.core, owner.id)).toEqual({ latest: '1.1.0' });
    await publishAs(app, { name, version: '1.2.0' });
    await publishAs(app, { name, version: '1.3.0', tags: ['next'] });
    expect(await tagsOf(app.core, owner.id)).toEqual({ latest: '1.1.0', next: '1.3.0' });
    expect(await refused(() => publishAs(app, { name, version: '1.4.0', tags: ['latest'] }))).toContain('setting it needs the role OWNER.');
    await deleteVersions(app.core, await app.actor('maintainer'), owner.id, ['1.1.0']);
    expect(await tagsOf(app.core, owner.id)).toEqual({ next: '1.3.0' });
    await deleteVersions(app.core, await app.actor('owner'), owner.id, ['1.2.0']);
    expect(await tagsOf(app.core, owner.id)).toEqual({ latest: '1.3.0', next: '1.3.0' });

    await rule({ target: 'TAG', namePattern: 'fixed-latest', pattern: 'latest', isImmutable: true });
    const { package: fixed } = await publishAs(app, { name: 'fixed-latest', version: '1.0.0' });
    await publishAs(app, { as: 'admin', name: 'fixed-latest', version: '2.0.0' });
    await setVersionStatus(app.core, await app.actor('admin'), fixed.id, [{ version: '1.0.0', change: 'YANK' }]);
    expect(await tagsOf(app.core, fixed.id)).toEqual({ latest: '1.0.0' });
  });

  test('a grant counts as its role, and who sees no namespace is told none', async () => {
    const { package: owner } = await publishAs(app, { name: 'granted', version: '1.0.0' });
    const admin = await app.actor('admin');
    await setPackageAccess(app.core, admin, owner.id, { grants: [{ username: 'outsider', level: 'ADMIN' }] });
    await rule({ namePattern: 'granted', publishRole: 'MAINTAINER', deleteRole: 'OWNER' });
    await publishAs(app, { as: 'outsider', name: 'granted', version: '1.1.0' });
    expect(await refused(async () => deletePackage(app.core, await app.actor('outsider'), owner.id))).toBe('granted is protected by the rule "granted" of its namespace: deleting needs the role OWNER.');
    await setPackageAccess(app.core, admin, owner.id, { grants: [{ username: 'outsider', level: 'WRITE' }] });
    expect(await refused(() => publishAs(app, { as: 'outsider', name: 'granted', version: '1.2.0' }))).toContain('publishing needs the role MAINTAINER.');
  });

  test.for<[Person, Role | null, string]>([
    ['anonymous', null, 'Unauthenticated'],
    ['outsider', null, 'NotFound'],
    ['reader', null, 'Forbidden'],
    ['developer', 'MAINTAINER', 'Forbidden'],
    ['maintainer', 'OWNER', 'Forbidden'],
    ['maintainer', 'MAINTAINER', 'nothing'],
    ['owner', 'OWNER', 'nothing'],
    ['admin', 'OWNER', 'nothing'],
  ])('%s makes, changes and deletes a rule for %s: %s', async ([as, role, error]) => {
    const count = () => reads().countBy(ProtectionRuleTable, {});
    const before = await count();
    const actor = await app.actor(as);
    const made = rule({ namePattern: `by-${as}`, deleteRole: role ?? 'MAINTAINER' }, 'acme', as);
    expect(await refusal(made)).toBe(error);
    expect(await count()).toBe(before + (error === 'nothing' ? 1 : 0));
    const { id } = await rule({ namePattern: `for-${as}`, deleteRole: role ?? 'MAINTAINER' }, 'acme', 'admin');
    expect(await refusal(updateProtectionRule(app.core, actor, id, { namePattern: 'x' }))).toBe(error);
    expect(await reads().findOneByOrFail(ProtectionRuleTable, { id })).toMatchObject({ namePattern: error === 'nothing' ? 'x' : `for-${as}` });
    expect(await refusal(deleteProtectionRule(app.core, actor, id))).toBe(error);
    expect(await reads().existsBy(ProtectionRuleTable, { id })).toBe(error !== 'nothing');
    expect(await refusal(deleteProtectionRule(app.core, actor, 'rul_none'))).toBe(as === 'anonymous' ? 'Unauthenticated' : 'NotFound');
  });

  test('a maintainer raises no rule above their role', async () => {
    const { id } = await rule({ namePattern: 'raised', publishRole: 'MAINTAINER' });
    const maintainer = await app.actor('maintainer');
    expect(await refusal(updateProtectionRule(app.core, maintainer, id, { publishRole: 'OWNER' }))).toBe('Forbidden');
    await updateProtectionRule(app.core, await app.actor('owner'), id, { publishRole: 'OWNER' });
    expect(await refusal(updateProtectionRule(app.core, maintainer, id, { publishRole: null, deleteRole: 'MAINTAINER' }))).toBe('Forbidden');
    const [last] = await reads().find(EventTable, { where: { type: 'PROTECTION_CHANGED' }, order: { id: 'DESC' }, take: 1 });
    expect(last?.payload).toMatchObject({ change: 'UPDATED', ruleId: id, publishRole: 'OWNER' });
  });

  test.for<[string, Partial<RuleTerms>]>([
    ['namePattern', { namePattern: '', publishRole: 'OWNER' }],
    ['namePattern', { namePattern: 'x'.repeat(256), publishRole: 'OWNER' }],
    ['namePattern', { namePattern: '*'.repeat(9), publishRole: 'OWNER' }],
    ['pattern', { pattern: '1.*', publishRole: 'OWNER' }],
    ['pattern', { target: 'VERSION', publishRole: 'OWNER' }],
    ['pattern', { target: 'TAG', pattern: '', isImmutable: true }],
    ['format', { target: 'TAG', pattern: '*', format: 'generic', isImmutable: true }],
    ['isImmutable', { isImmutable: true }],
    ['publishRole', {}],
    ['publishRole', { publishRole: 'REPORTER' }],
    ['deleteRole', { deleteRole: 'DEVELOPER' }],
    ['namePattern', { namePattern: 'a\ud83d*', publishRole: 'OWNER' }],
    ['namePattern', { namePattern: 'a\0*', publishRole: 'OWNER' }],
  ])('refuses a rule for its %s: %j', async ([field, terms]) => {
    const before = await reads().countBy(ProtectionRuleTable, {});
    await expect(rule(terms)).rejects.toMatchObject({ code: 'INVALID_INPUT', field });
    expect(await reads().countBy(ProtectionRuleTable, {})).toBe(before);
  });

  test('accepts the longest pattern with the most stars', async () => {
    const namePattern = `${'*'.repeat(8)}${'x'.repeat(247)}`;
    expect(await rule({ namePattern, publishRole: 'DEVELOPER' })).toMatchObject({ namePattern });
  });

  test('costs a publish one statement over an index', async () => {
    await publishAs(app, { name: 'cost' });
    statements.length = 0;
    await publishAs(app, { name: 'cost', version: '2.0.0' });
    const about = statements.filter((sql) => sql.includes('protection_rule'));
    expect(about).toHaveLength(1);
    const { lineage } = await node(app.core, 'acme/widgets');
    const ids = lineage.split('/').slice(0, -1);
    const parameters = [...ids, ...Array(4 - ids.length).fill(ids[0])];
    const plan = JSON.stringify(await reads().query(`${app.core.database.dialect === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN'} ${about[0]}`, parameters));
    if (app.core.database.dialect === 'sqlite') expect(plan).toContain('protection_rule_namespace');
    else expect(plan).toContain('"possible_keys":"protection_rule_namespace"');
  });

  test('a pattern matches the same in the database and here', async () => {
    const letters = fc.constantFrom(...'aAbBzZ09.-_@/%!?[]^*\\\'" éÉäÄßıİſKΣσς'.split(''), '😀', '\u0301', 'a\u0301', 'ﬁ', '\u200d');
    const text = fc.array(letters, { maxLength: 6 }).map((parts) => parts.join(''));
    // Patterns made of pieces of the name, or they would hardly ever match.
    const pair = fc.oneof(
      fc.tuple(text.filter((name) => !name.includes('*')), text),
      fc.tuple(text.filter((name) => !name.includes('*')), fc.array(fc.tuple(fc.nat(6), fc.nat(6), fc.boolean()), { maxLength: 4 })).map(([name, cuts]): [string, string] => {
        const characters = [...name];
        const pieces = cuts.map(([from, length, upper]) => {
          const piece = characters.slice(from, from + length).join('');
          return upper ? piece.toUpperCase() : piece;
        });
        return [name, pieces.join('*')];
      }),
      text.filter((name) => !name.includes('*')).map((name): [string, string] => [name, `*${[...name].slice(1).join('')}`]),
    );
    const seen = { matched: 0, other: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { minLength: 20, maxLength: 20 }), async (pairs) => {
        const { dialect } = app.core.database;
        // A column of a table, with its collation, not a bare text.
        await app.core.database.tx(async (tx) => {
          await tx.query("DELETE FROM protection_rule WHERE target = 'PROBE'");
          const { id: namespaceId } = await node(app.core, 'acme');
          await tx.insert(ProtectionRuleTable, pairs.map(([name], index) => ({ ...nothing, id: `probe${index}`, namespaceId, target: 'PROBE' as never, namePattern: name, createdById: null, createdAt: 0 })));
          for (const [index, [name, pattern]] of pairs.entries()) {
            const { sql, parameters } = matchesPatternSql(dialect, 'name_pattern', pattern);
            const rows: unknown[] = await tx.query(`SELECT id FROM protection_rule WHERE id = ? AND ${sql}`, [`probe${index}`, ...parameters]);
            const here = matchesPattern(pattern, name);
            if (rows.length > 0 !== here) throw new Error(`${JSON.stringify({ pattern, name, here })}`);
            seen[here ? 'matched' : 'other']++;
          }
          await tx.query("DELETE FROM protection_rule WHERE target = 'PROBE'");
        });
      }),
      { numRuns: 100 },
    );
    expect(seen.matched).toBeGreaterThan(200);
    expect(seen.other).toBeGreaterThan(200);
  }, 60_000);
});
