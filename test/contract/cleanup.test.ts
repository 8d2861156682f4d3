import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../src/check/check.ts';
import { deleteCleanupPolicy, setCleanupPolicy } from '../../src/cleanup/manage.ts';
import type { PolicyChanges } from '../../src/cleanup/policy.ts';
import { previewCleanup } from '../../src/cleanup/preview.ts';
import { keptRuns, runCleanup } from '../../src/cleanup/start.ts';
import { workOff } from '../../src/cleanup/work.ts';
import { dayMs } from '../../src/days.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { type CleanupPolicyRow, CleanupPolicyTable, type CleanupRunRow, CleanupRunTable } from '../../src/db/tables/policy.ts';
import { createProtectionRule } from '../../src/protection/manage.ts';
import { setTag } from '../../src/packages/tags.ts';
import { newId } from '../../src/ids.ts';
import type { Person, TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { databases, node, openRegistry, publishAs, refusal } from './registry.ts';

describe.for(databases)('cleanup policies on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const reads = () => app.core.database.reads;
  const make = async (changes: PolicyChanges, path = 'acme/widgets', as: Person = 'maintainer') =>
    setCleanupPolicy(app.core, await app.actor(as), { namespaceId: (await node(app.core, path)).id }, { isEnabled: false, ...changes });
  const preview = async (policy: CleanupPolicyRow, as: Person = 'maintainer') => {
    const found = await previewCleanup(app.core, await app.actor(as), { policyId: policy.id }, {}, { first: 100 });
    return found.versions.map(({ packageName, version }) => `${packageName}@${version}`).sort();
  };
  const run = async (policy: CleanupPolicyRow): Promise<CleanupRunRow> => {
    await runCleanup(app.core, await app.actor('maintainer'), policy.id);
    await app.app.cleanup.idle();
    const [last] = await reads().find(CleanupRunTable, { where: { policyId: policy.id }, order: { id: 'DESC' }, take: 1 });
    if (!last) throw new Error('there was no run');
    return last;
  };
  const liveOf = async (name: string) => {
    const rows: { version: string }[] = await reads().query(
      "SELECT v.version FROM version v JOIN package p ON p.id = v.package_id WHERE p.name = ? AND v.tombstone = '' ORDER BY v.version",
      [name],
    );
    return rows.map(({ version }) => version);
  };
  /** Publishes versions, each a day after the one before. */
  const publish = async (name: string, versions: string[], format = 'generic', namespace = 'acme/widgets') => {
    let last;
    for (const version of versions) {
      last = await publishAs(app, { format, name, version, namespace, ...(namespace === 'acme/widgets' ? {} : { as: 'admin' }) });
      app.clock.advance(dayMs);
    }
    return last?.package.id ?? '';
  };

  describe('builds of a version that is being worked on', () => {
    const owner = 'org.acme:lib';
    const build = async (version: string, number: number, ...kinds: string[]) => {
      const value = version.replace('SNAPSHOT', `20260101.00000${number}-${number}`);
      const files = Object.fromEntries(kinds.map((kind) => [`lib-${value}${kind}`, `${value}${kind}`]));
      const { package: made } = await publishAs(app, { format: 'maven', name: owner, version, files });
      app.clock.advance(dayMs);
      return made.id;
    };
    const filesOf = async (version: string): Promise<string[]> => {
      const rows: { name: string }[] = await reads().query("SELECT f.name FROM file f JOIN version v ON v.id = f.version_id WHERE v.version = ? AND f.tombstone = '' ORDER BY f.name", [version]);
      return rows.map(({ name }) => name);
    };
    const rule: PolicyChanges = { target: 'BUILD', formats: ['maven'], keepNewest: 2 };

    test('go by themselves, but of each kind of file the newest; releases and versions stay', async () => {
      const release = Object.fromEntries([1, 2, 3].map((number) => [`lib-2.0-20260101.00000${number}-${number}.jar`, String(number)]));
      await publishAs(app, { format: 'maven', name: owner, version: '2.0', files: release });
      await build('1-SNAPSHOT', 1, '.jar', '.pom', '-sources.jar');
      for (const number of [2, 3, 4]) await build('1-SNAPSHOT', number, '.jar', '.pom');
      const packageId = await build('3-SNAPSHOT', 1, '.jar');
      const policy = await make(rule);
      const found = await previewCleanup(app.core, await app.actor('maintainer'), { policyId: policy.id }, {}, { first: 2 });
      expect(found).toMatchObject({ examinedPackages: 1, removedVersions: 0, removedFiles: 4, hasMore: true });
      expect(found.versions[0]).toMatchObject({ packageName: owner, version: '1-SNAPSHOT', fileName: expect.stringMatching(/-[12]\.(jar|pom)$/), why: 'not among the 2 newest' });
      const { removedVersions, removedFiles, removedBytes } = await run(policy);
      expect({ removedVersions, removedFiles, removedBytes }).toEqual({ removedVersions: 0, removedFiles: 4, removedBytes: found.removedBytes });
      expect(await filesOf('1-SNAPSHOT')).toEqual([...[3, 4].flatMap((number) => ['.jar', '.pom'].map((kind) => `lib-1-20260101.00000${number}-${number}${kind}`)), 'lib-1-20260101.000001-1-sources.jar'].sort());
      expect([await filesOf('2.0'), await filesOf('3-SNAPSHOT')].map(({ length }) => length)).toEqual([3, 1]);
      const events = await reads().find(EventTable, { where: { packageId, type: 'FILE_DELETED' } });
      expect(events.map(({ payload }) => payload)).toEqual(Array(4).fill(expect.objectContaining({ version: '1-SNAPSHOT', cleanupPolicyId: policy.id, file: expect.any(String) })));
      expect(await check(app.core, { againAfterMs: 0 })).toEqual([]);
      expect((await run(policy)).removedFiles).toBe(0);
    });

    test('go however many there are, but not where a rule protects the version', async () => {
      const files = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`lib-4-202601${String(10 + (index % 20))}.000000-${index + 1}.jar`, String(index)]));
      for (const version of ['4-SNAPSHOT', '5-SNAPSHOT']) {
        await publishAs(app, { format: 'maven', name: owner, version, files: Object.fromEntries(Object.entries(files).map(([name, content]) => [name.replace('lib-4', `lib-${version[0]}`), version + content])) });
      }
      const maintainer = await app.actor('maintainer');
      await createProtectionRule(app.core, maintainer, (await node(app.core, 'acme/widgets')).id, { target: 'VERSION', format: 'maven', namePattern: owner, pattern: '5-SNAPSHOT', publishRole: null, deleteRole: null, isImmutable: true });
      const policy = await make({ ...rule, keepNewest: 1 });
      const { removedFiles } = await run(policy);
      // With those of the test before: two of a jar and of a POM.
      expect(removedFiles).toBe(149 + 2);
      expect([(await filesOf('4-SNAPSHOT')).length, (await filesOf('5-SNAPSHOT')).length]).toEqual([1, 150]);
      expect(await check(app.core, { againAfterMs: 0 })).toEqual([]);
    });
  });

  describe('their management', () => {
    test('makes, changes and deletes one, and tells of it', async () => {
      const policy = await make({ olderThanDays: 30, removePattern: '.*-beta', isEnabled: true });
      expect(await reads().findOneBy(CleanupPolicyTable, { id: policy.id })).toEqual(policy);
      expect(policy.nextRunAt).toBe(app.clock.now() + dayMs);
      const actor = await app.actor('maintainer');
      const changed = await setCleanupPolicy(app.core, actor, { policyId: policy.id }, { removePattern: null, formats: ['npm'] });
      expect(changed).toMatchObject({ olderThanDays: 30, removePattern: null, formats: ['npm'], nextRunAt: policy.nextRunAt });
      expect(await reads().findOneBy(CleanupPolicyTable, { id: policy.id })).toEqual(changed);
      await deleteCleanupPolicy(app.core, actor, policy.id);
      expect(await reads().findOneBy(CleanupPolicyTable, { id: policy.id })).toBeNull();
      const events = await reads().find(EventTable, { where: { type: 'CLEANUP_CHANGED' }, order: { id: 'ASC' } });
      const told = events.filter(({ payload }) => payload['policyId'] === policy.id);
      expect(told.map(({ payload, actorId, namespaceId }) => [payload['change'], actorId, namespaceId])).toEqual(
        ['CREATED', 'UPDATED', 'DELETED'].map((change) => [change, actor.user?.id, policy.namespaceId]),
      );
    });

    test('makes one that is switched on wait for a day, and no longer for a change', async () => {
      const policy = await make({ olderThanDays: 30 });
      app.clock.advance(5 * dayMs);
      const actor = await app.actor('maintainer');
      const on = await setCleanupPolicy(app.core, actor, { policyId: policy.id }, { isEnabled: true });
      expect(on.nextRunAt).toBe(app.clock.now() + dayMs);
      app.clock.advance(1000);
      expect((await setCleanupPolicy(app.core, actor, { policyId: policy.id }, { isEnabled: true, name: 'x' })).nextRunAt).toBe(on.nextRunAt);
      await deleteCleanupPolicy(app.core, actor, policy.id);
    });

    test.for<[Person, string]>([['anonymous', 'Unauthenticated'], ['outsider', 'NotFound'], ['reader', 'Forbidden'], ['developer', 'Forbidden']])('is refused to %s with %s', async ([as, error]) => {
      const policy = await make({ olderThanDays: 30 });
      const actor = await app.actor(as);
      const before = [await countEverything(app.core), await reads().find(CleanupPolicyTable)];
      const { namespaceId } = policy;
      const attempts = [
        () => setCleanupPolicy(app.core, actor, { namespaceId }, { olderThanDays: 1 }),
        () => setCleanupPolicy(app.core, actor, { policyId: policy.id }, { olderThanDays: 1 }),
        () => deleteCleanupPolicy(app.core, actor, policy.id),
        () => runCleanup(app.core, actor, policy.id),
        () => previewCleanup(app.core, actor, { policyId: policy.id }, {}, { first: 1 }),
        () => previewCleanup(app.core, actor, { namespaceId }, { olderThanDays: 1 }, { first: 1 }),
      ];
      for (const attempt of attempts) expect(await refusal(attempt())).toBe(error);
      expect([await countEverything(app.core), await reads().find(CleanupPolicyTable)]).toEqual(before);
    });

    test('refuses what is not there like what must not be known, and rules that make no sense', async () => {
      const outsider = await app.actor('outsider');
      const owner = await app.actor('owner');
      expect(await refusal(setCleanupPolicy(app.core, outsider, { policyId: newId('cleanupPolicy') }, { olderThanDays: 1 }))).toBe('NotFound');
      expect(await refusal(runCleanup(app.core, owner, newId('cleanupPolicy')))).toBe('NotFound');
      expect(await refusal(make({ removePattern: '(' }))).toBe('InvalidInput');
      expect(await refusal(make({}))).toBe('InvalidInput');
    });
  });

  describe('a run', () => {
    test('removes what the preview says, as a deletion would, and tells why', async () => {
      const packageId = await publish('plain', ['1', '2', '3', '4']);
      const policy = await make({ keepNewest: 2, namePattern: 'plain' });
      expect(await preview(policy)).toEqual(['plain@1', 'plain@2']);
      const [before] = await reads().query('SELECT revision FROM package WHERE id = ?', [packageId]);
      const done = await run(policy);
      expect(done).toMatchObject({ state: 'DONE', removedVersions: 2, removedBytes: 64, examinedPackages: 1, finishedAt: app.clock.now(), startedById: (await app.actor('maintainer')).user?.id });
      expect([await liveOf('plain'), await preview(policy)]).toEqual([['3', '4'], []]);
      const [after] = await reads().query('SELECT revision FROM package WHERE id = ?', [packageId]);
      expect(after.revision).toBe(before.revision + 1);
      const events = await reads().find(EventTable, { where: { type: 'VERSION_DELETED', packageId } });
      expect(events.map(({ actorId, payload }) => [actorId, payload['cleanupPolicyId'], payload['cleanupPolicy']])).toEqual([[null, policy.id, policy.name], [null, policy.id, policy.name]]);
      expect(await run(policy)).toMatchObject({ state: 'DONE', removedVersions: 0, examinedPackages: 1 });
    });

    test('takes a package with its last version only where the criteria say so', async () => {
      await publish('whole', ['1', '2']);
      const careful = await make({ olderThanDays: 1, namePattern: 'whole' });
      const thorough = await make({ olderThanDays: 1, namePattern: 'whole', keepNewest: 0 });
      app.clock.advance(1);
      expect([await preview(careful), await preview(thorough)]).toEqual([['whole@1'], ['whole@1', 'whole@2']]);
      await run(thorough);
      const [{ deleted }] = await reads().query("SELECT deleted_at AS deleted FROM package WHERE name = 'whole'");
      expect(deleted).toBe(app.clock.now());
    });

    test('is about its subtree, formats and names', async () => {
      await app.namespace('acme/tools', 'GROUP');
      await app.namespace('acme/tools/deep');
      await publish('scope-a', ['1.0.0', '2.0.0'], 'npm', 'acme');
      await publish('scope-b', ['1', '2'], 'generic', 'acme/tools');
      await publish('scope-c', ['1', '2'], 'generic', 'acme/tools/deep');
      await publish('scope-d', ['1', '2'], 'generic', 'acme/widgets');
      const only = { keepNewest: 1, namePattern: 'scope-*' };
      // npm's default tag keeps the newest, and that alone.
      expect(await preview(await make(only, 'acme'))).toEqual(['scope-a@1.0.0', 'scope-b@1', 'scope-c@1', 'scope-d@1']);
      expect(await preview(await make({ ...only, formats: ['npm'] }, 'acme'))).toEqual(['scope-a@1.0.0']);
      expect(await preview(await make(only, 'acme/tools'))).toEqual(['scope-b@1', 'scope-c@1']);
      expect(await preview(await make(only, 'acme/tools/deep'))).toEqual(['scope-c@1']);
      expect(await preview(await make({ ...only, namePattern: 'scope-d' }, 'acme'))).toEqual(['scope-d@1']);
      expect(await preview(await make(only, '', 'admin'), 'admin')).toHaveLength(4);
    });

    test('leaves alone what has access of its own, and what is switched off', async () => {
      const packageId = await publish('secret', ['1', '2']);
      await publish('resting', ['1.0.0', '2.0.0'], 'npm');
      const hidden = await make({ keepNewest: 1, namePattern: 'secret' });
      const off = await make({ keepNewest: 1, namePattern: 'resting' });
      expect([await preview(hidden), await preview(off)]).toEqual([['secret@1'], ['resting@1.0.0']]);
      await app.core.database.tx(async (tx) => {
        await tx.query('UPDATE package SET is_restricted = 1 WHERE id = ?', [packageId]);
        await tx.query("UPDATE namespace SET disabled_formats = ',npm,' WHERE path = 'acme/widgets'");
      });
      expect([await preview(hidden), await preview(off)]).toEqual([[], []]);
      expect((await run(hidden)).examinedPackages + (await run(off)).examinedPackages).toBe(0);
      await app.core.database.tx((tx) => tx.query("UPDATE namespace SET disabled_formats = '' WHERE path = 'acme/widgets'"));
      expect([await liveOf('secret'), await liveOf('resting')]).toEqual([['1', '2'], ['1.0.0', '2.0.0']]);
    });

    test('keeps tagged and protected versions, and what was downloaded', async () => {
      const packageId = await publish('kept', ['1.0.0', '2.0.0', '3.0.0', '4.0.0', '5.0.0', '6.0.0'], 'npm');
      await setTag(app.core, await app.actor('developer'), { packageId, tag: 'stable', version: '2.0.0' });
      const { id: namespaceId } = await node(app.core, 'acme');
      await app.core.database.tx((tx) =>
        tx.query("INSERT INTO protection_rule (id, namespace_id, target, name_pattern, pattern, delete_role, is_immutable, created_at) VALUES (?, ?, 'VERSION', 'kept', '3.*', 'DEVELOPER', 0, 0)", [
          newId('protectionRule'),
          namespaceId,
        ]),
      );
      const [file] = await reads().query("SELECT f.id, f.version_id AS versionId FROM file f JOIN version v ON v.id = f.version_id WHERE v.package_id = ? AND v.version = '4.0.0'", [packageId]);
      app.core.downloads.count({ ...file, packageId });
      await app.core.downloads.flush();
      const policy = await make({ notDownloadedForDays: 1, namePattern: 'kept' });
      app.clock.advance(dayMs);
      expect(await preview(policy)).toEqual(['kept@1.0.0', 'kept@5.0.0']);
      app.clock.advance(1);
      expect(await preview(policy)).toEqual(['kept@1.0.0', 'kept@4.0.0', 'kept@5.0.0']);
      await run(policy);
      expect(await liveOf('kept')).toEqual(['2.0.0', '3.0.0', '6.0.0']);
    });

    test('is one at a time for a policy', async () => {
      await publish('single', ['1', '2']);
      const policy = await make({ keepNewest: 1, namePattern: 'single' });
      const maintainer = await app.actor('maintainer');
      const runs = await Promise.all([0, 1, 2, 3].map(() => runCleanup(app.core, maintainer, policy.id)));
      await app.app.cleanup.idle();
      const rows = await reads().find(CleanupRunTable, { where: { policyId: policy.id } });
      // The worker may be through with the first before the last asks.
      expect(rows.map(({ id }) => id).sort()).toEqual([...new Set(runs.map(({ id }) => id))].sort());
      expect(rows.reduce((sum, { removedVersions }) => sum + removedVersions, 0)).toBe(1);
      const again = await runCleanup(app.core, maintainer, policy.id);
      await app.app.cleanup.idle();
      expect(rows.map(({ id }) => id)).not.toContain(again.id);
    });

    test('is forgotten when a hundred others came after it, and no other policy loses one', async () => {
      await publish('forgotten', ['1', '2']);
      const policy = await make({ keepNewest: 1, namePattern: 'forgotten' });
      const other = await make({ keepNewest: 1, namePattern: 'forgotten' });
      const rows = (policyId: string, count: number) =>
        Array.from({ length: count }, (_, index): CleanupRunRow => ({
          id: newId('cleanupRun', app.clock.now()), policyId, state: index % 2 === 0 ? 'DONE' : 'FAILED', startedById: null, position: '', examinedPackages: 0,
          removedVersions: 0, removedFiles: 0, removedBytes: 0, message: null, startedAt: 0, updatedAt: 0, finishedAt: 0, leasedUntil: 0,
        }));
      const kept = async (policyId: string) => (await reads().find(CleanupRunTable, { where: { policyId }, order: { id: 'ASC' } })).map(({ id }) => id);
      const [mine, others] = [rows(policy.id, keptRuns), rows(other.id, keptRuns + 1)];
      await app.core.database.tx((tx) => tx.insert(CleanupRunTable, [...mine, ...others]));
      const last = await run(policy);
      expect(await kept(policy.id)).toEqual([...mine.slice(1).map(({ id }) => id), last.id]);
      expect(await kept(other.id)).toEqual(others.map(({ id }) => id));
      expect(await liveOf('forgotten')).toEqual(['2']);
    });

    test('starts by itself once a day where the policy is switched on', async () => {
      await publish('daily', ['1', '2', '3']);
      const policy = await make({ keepNewest: 1, namePattern: 'daily', isEnabled: true });
      const off = await make({ keepNewest: 1, namePattern: 'daily' });
      const runsOf = (policyId: string) => reads().countBy(CleanupRunTable, { policyId });
      app.clock.advance(dayMs - 1);
      await workOff(app.core);
      expect([await runsOf(policy.id), await liveOf('daily')]).toEqual([0, ['1', '2', '3']]);
      app.clock.advance(1);
      await Promise.all([workOff(app.core), workOff(app.core), workOff(app.core)]);
      expect([await runsOf(policy.id), await liveOf('daily')]).toEqual([1, ['3']]);
      await workOff(app.core);
      app.clock.advance(dayMs);
      await workOff(app.core);
      expect([await runsOf(policy.id), await runsOf(off.id)]).toEqual([2, 0]);
      expect(await reads().findOneBy(CleanupRunTable, { policyId: policy.id })).toMatchObject({ state: 'DONE', startedById: null });
      await setCleanupPolicy(app.core, await app.actor('maintainer'), { policyId: policy.id }, { isEnabled: false });
    });
  });
});
