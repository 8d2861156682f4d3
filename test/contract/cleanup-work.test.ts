import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { leaseMs, takeRun } from '../../src/cleanup/lease.ts';
import { deleteCleanupPolicy, setCleanupPolicy } from '../../src/cleanup/manage.ts';
import { previewCleanup } from '../../src/cleanup/preview.ts';
import { runCleanup, startDueRuns } from '../../src/cleanup/start.ts';
import { step } from '../../src/cleanup/step.ts';
import { workOff } from '../../src/cleanup/work.ts';
import { CleanupWorker } from '../../src/cleanup/worker.ts';
import type { Core } from '../../src/core.ts';
import { dayMs } from '../../src/days.ts';
import { type CleanupPolicyRow, type CleanupRunRow, CleanupRunTable } from '../../src/db/tables/policy.ts';
import { newId } from '../../src/ids.ts';
import { pointTag } from '../../src/packages/tag.ts';
import { TestClock } from '../support/clock.ts';
import { openCores } from './cores.ts';
import { emptyRepository, makeRepository, randomFrom, type Repository } from './random-repository.ts';
import { actorWith, databases } from './registry.ts';

const admin = actorWith({ user: { id: 'usr_x', username: 'x', displayName: 'x', isAdmin: true } });

describe.for(databases)('the work of cleanup on $name', ({ open, missing }) => {
  const clock = new TestClock();
  let one: Core;
  let two: Core;
  /** Works at the same time as `one`. */
  let beside: Core;
  let repository: Repository;
  let close: (() => Promise<void>) | undefined;
  let policy: CleanupPolicyRow;
  /** What the policy lets go. */
  let expected: { removedVersions: number; removedBytes: number };

  const test = it.skipIf(missing !== undefined);

  beforeAll(async () => {
    if (missing !== undefined) return;
    const opened = await openCores(open, 2, clock);
    [one, two] = opened.cores as [Core, Core];
    // SQLite would keep this process waiting for itself: it waits for a lock without letting anything else happen.
    beside = one.database.dialect === 'sqlite' ? one : two;
    close = opened.close;
  });
  beforeEach(async () => {
    if (missing !== undefined) return;
    await emptyRepository(one);
    // Of several hundred versions most may go, of one package alone more than a step removes.
    repository = await makeRepository(one, randomFrom(7), 500);
    policy = await policyFor('', { keepNewest: 3, isEnabled: false });
    const { removedVersions, removedBytes } = await previewCleanup(one, admin, { policyId: policy.id }, {}, { first: 0 });
    expected = { removedVersions, removedBytes };
    expect(removedVersions).toBeGreaterThan(250);
  });
  afterAll(() => close?.());

  async function policyFor(path: string, changes: Parameters<typeof setCleanupPolicy>[3]): Promise<CleanupPolicyRow> {
    const [node]: { id: string }[] = await one.database.reads.query('SELECT id FROM namespace WHERE path = ?', [path]);
    return setCleanupPolicy(one, admin, { namespaceId: node?.id ?? '' }, changes);
  }
  const runOf = async ({ id: policyId }: CleanupPolicyRow) => one.database.reads.findOneByOrFail(CleanupRunTable, { policyId });
  const start = (core: Core, { id }: CleanupPolicyRow) => runCleanup(core, admin, id);
  const counted = ({ state, removedVersions, removedBytes }: CleanupRunRow) => ({ state, removedVersions, removedBytes });
  async function deletions(): Promise<{ events: number; versions: number }> {
    const [row] = await one.database.reads.query("SELECT COUNT(*) AS events, COUNT(DISTINCT version_id) AS versions FROM event WHERE type = 'VERSION_DELETED'");
    return { events: Number(row.events), versions: Number(row.versions) };
  }
  /** Takes the run and makes some steps, as a process that dies then. */
  async function stepsOf(core: Core, count: number) {
    let lease = await takeRun(core);
    for (let index = 0; index < count; index++) {
      if (!lease) throw new Error('there is nothing to take');
      const result = await step(core, lease);
      if (result.state !== 'AGAIN') throw new Error(`the run was ${result.state} too early`);
      lease = result.lease;
    }
    if (!lease) throw new Error('there is nothing to take');
    return lease;
  }
  const large = () => {
    const found = repository.packages.find(({ versions }) => versions.length > 300);
    if (!found) throw new Error('no package is large');
    return found;
  };

  test('two workers at once share it, and none does what the other did', { timeout: 30_000 }, async () => {
    const other = await policyFor('', { keepNewest: 2, olderThanDays: 20, isEnabled: false });
    await Promise.all([start(one, policy), start(beside, other)]);
    await Promise.all([workOff(one), workOff(beside), workOff(one), workOff(beside)]);
    const runs = [await runOf(policy), await runOf(other)];
    expect(runs.map(({ state }) => state)).toEqual(['DONE', 'DONE']);
    const sum = runs.reduce((total, { removedVersions }) => total + removedVersions, 0);
    expect(await deletions()).toEqual({ events: sum, versions: sum });
    expect((await previewCleanup(one, admin, { policyId: policy.id }, {}, { first: 0 })).removedVersions).toBe(0);
  });

  test('two that hold the same lease never do a step twice', { timeout: 30_000 }, async () => {
    await start(one, policy);
    const lease = await takeRun(one);
    if (!lease) throw new Error('there is nothing to take');
    const work = async (core: Core) => {
      for (;;) if ((await step(core, lease)).state !== 'AGAIN') return;
    };
    await Promise.all([work(one), work(beside)]);
    expect(counted(await runOf(policy))).toEqual({ state: 'DONE', ...expected });
    expect(await deletions()).toEqual({ events: expected.removedVersions, versions: expected.removedVersions });
  });

  test('a policy has one run at a time, whoever starts it', async () => {
    const runs = await Promise.all([start(one, policy), start(beside, policy), start(one, policy), start(beside, policy)]);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    clock.advance(dayMs);
    await setCleanupPolicy(one, admin, { policyId: policy.id }, { isEnabled: true });
    clock.advance(dayMs);
    // It is due, and under way still.
    await startDueRuns(two);
    expect(await one.database.reads.countBy(CleanupRunTable, { policyId: policy.id })).toBe(1);
  });

  test('only one of several takes a run', async () => {
    await start(one, policy);
    const leases = await Promise.all([takeRun(one), takeRun(beside), takeRun(one), takeRun(beside)]);
    expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1);
  });

  test('what a dead worker began another goes on with when the lease is over', { timeout: 30_000 }, async () => {
    await start(one, policy);
    const lost = await stepsOf(one, 2);
    const half = await runOf(policy);
    expect([half.state, half.removedVersions > 0, half.removedVersions < expected.removedVersions]).toEqual(['RUNNING', true, true]);
    clock.advance(leaseMs - 1);
    await workOff(two);
    expect(await runOf(policy)).toEqual(half);
    clock.advance(1);
    await workOff(two);
    expect(counted(await runOf(policy))).toEqual({ state: 'DONE', ...expected });
    expect(await deletions()).toEqual({ events: expected.removedVersions, versions: expected.removedVersions });
    // It was not dead after all.
    expect(await step(one, lost)).toEqual({ state: 'LOST' });
  });

  test('a worker that was only slow has lost its run to the other', async () => {
    await start(one, policy);
    const slow = await stepsOf(one, 1);
    clock.advance(leaseMs);
    await stepsOf(two, 1);
    const before = await runOf(policy);
    expect(await step(one, slow)).toEqual({ state: 'LOST' });
    expect(await runOf(policy)).toEqual(before);
  });

  test('a step that dies before its commit has done nothing', { timeout: 30_000 }, async () => {
    await start(one, policy);
    const lease = await stepsOf(one, 1);
    const before = [await runOf(policy), await deletions()];
    const tx = one.database.tx.bind(one.database);
    one.database.tx = (work) =>
      tx(async (manager) => {
        await work(manager);
        throw new Error('gone');
      });
    await expect(step(one, lease)).rejects.toThrow('gone');
    one.database.tx = tx;
    expect([await runOf(policy), await deletions()]).toEqual(before);
    clock.advance(leaseMs);
    await workOff(two);
    expect(counted(await runOf(policy))).toEqual({ state: 'DONE', ...expected });
  });

  test('a step is tried again, and a run that keeps failing says so and does not go on', { timeout: 30_000 }, async () => {
    const tx = one.database.tx.bind(one.database);
    const failing = (times: number) => {
      let left = times;
      one.database.tx = (work) => (work.toString().includes('lockRun') && left-- > 0 ? Promise.reject(new Error('secret detail')) : tx(work));
    };
    failing(2);
    await start(one, policy);
    await workOff(one, { retryAfterMs: [0, 0] });
    expect(counted(await runOf(policy))).toEqual({ state: 'DONE', ...expected });
    const other = await policyFor('', { olderThanDays: 1, isEnabled: false });
    failing(3);
    await start(one, other);
    await workOff(one, { retryAfterMs: [0, 0] });
    one.database.tx = tx;
    const failed = await runOf(other);
    expect(failed).toMatchObject({ state: 'FAILED', removedVersions: 0, finishedAt: clock.now() });
    expect(failed.message).toContain(failed.id);
    expect(failed.message).not.toContain('secret');
    await workOff(two);
    expect(await runOf(other)).toEqual(failed);
    expect((await start(one, other)).id).not.toBe(failed.id);
  });

  test('what was tagged, published or protected meanwhile is judged as it is then', { timeout: 30_000 }, async () => {
    await start(one, policy);
    const owner = large();
    const preview = await previewCleanup(one, admin, { policyId: policy.id }, { namePattern: owner.name }, { first: 100 });
    let lease = await takeRun(one);
    // Until it is in the midst of the large package.
    for (;;) {
      if (!lease) throw new Error('there is nothing to take');
      const result = await step(one, lease);
      if (result.state !== 'AGAIN') throw new Error('it was through with the large package in one step');
      lease = result.lease;
      const [{ remaining }] = await one.database.reads.query("SELECT COUNT(*) AS remaining FROM version WHERE package_id = ? AND tombstone = ''", [owner.id]);
      if (Number(remaining) < owner.versions.filter(({ isLive }) => isLive).length) break;
    }
    const still = await previewCleanup(one, admin, { policyId: policy.id }, { namePattern: owner.name }, { first: 100 });
    expect(still.removedVersions).toBeGreaterThan(2);
    expect(still.removedVersions).toBeLessThan(preview.removedVersions);
    const [tagged, guarded] = still.versions;
    if (!tagged || !guarded) throw new Error('nothing is left');
    const fresh = newId('version', clock.now());
    await two.database.tx(async (tx) => {
      await pointTag(tx, owner.id, 'meanwhile', tagged.id, clock.now());
      await tx.query("INSERT INTO protection_rule (id, namespace_id, target, name_pattern, pattern, is_immutable, created_at) VALUES (?, ?, 'VERSION', ?, ?, 1, 0)", [
        newId('protectionRule'), repository.nodes.get(owner.path)?.id, owner.name, guarded.version,
      ]);
      await tx.query(
        'INSERT INTO version (id, package_id, version, normalized_version, sort_key, is_prerelease, status, licenses, keywords, authors, metadata, size_bytes, published_at, tombstone) ' +
          "VALUES (?, ?, '99.0.0', '99.0.0', '99', 0, 'HIDDEN', '[]', '[]', '[]', '{}', 0, ?, '')",
        [fresh, owner.id, clock.now() + 1],
      );
    });
    const then = await previewCleanup(one, admin, { policyId: policy.id }, { namePattern: owner.name }, { first: 100 });
    // One of the three newest is no more among them.
    expect(then.removedVersions).toBeGreaterThanOrEqual(still.removedVersions - 2);
    await two.database.tx((tx) => tx.query('UPDATE cleanup_run SET leased_until = 0'));
    await workOff(two);
    const left: { id: string }[] = await one.database.reads.query("SELECT id FROM version WHERE package_id = ? AND tombstone = ''", [owner.id]);
    const ids = left.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([tagged.id, guarded.id, fresh]));
    expect(ids.filter((id) => then.versions.some((version) => version.id === id))).toEqual([]);
  });

  test('what is tagged after a step has looked and before it has its locks stays', { timeout: 30_000 }, async (context) => {
    if (one.database.dialect === 'sqlite') context.skip('on SQLite nobody else writes while a step does');
    await start(one, policy);
    const owner = large();
    const { versions } = await previewCleanup(one, admin, { policyId: policy.id }, { namePattern: owner.name }, { first: 100 });
    const chosen = versions[0]?.id ?? '';
    const tx = one.database.tx.bind(one.database);
    let isTagged = false;
    one.database.tx = (work) =>
      tx((manager) =>
        work(
          new Proxy(manager, {
            get(target, property) {
              const value: unknown = Reflect.get(target, property);
              if (property !== 'query') return typeof value === 'function' ? value.bind(target) : value;
              return async (sql: string, parameters: unknown[]) => {
                const isLock = sql.startsWith('SELECT id FROM package WHERE id IN') && parameters.includes(owner.id);
                if (isLock && !isTagged) await two.database.tx((other) => pointTag(other, owner.id, 'late', chosen, clock.now()));
                isTagged ||= isLock;
                return target.query(sql, parameters);
              };
            },
          }),
        ),
      );
    await workOff(one);
    one.database.tx = tx;
    const [row] = await one.database.reads.query('SELECT v.tombstone AS tombstone FROM tag t JOIN version v ON v.id = t.version_id WHERE t.version_id = ?', [chosen]);
    expect([isTagged, row]).toEqual([true, { tombstone: '' }]);
    expect(counted(await runOf(policy))).toMatchObject({ state: 'DONE', removedVersions: expected.removedVersions - 1 });
  });

  test('a policy that is deleted ends its run', async () => {
    await start(one, policy);
    const lease = await stepsOf(one, 1);
    await deleteCleanupPolicy(two, admin, policy.id);
    const before = await deletions();
    expect(await step(one, lease)).toEqual({ state: 'LOST' });
    expect(await deletions()).toEqual(before);
  });

  test('a worker that is stopped leaves its run to others at once', { timeout: 30_000 }, async () => {
    const worker = new CleanupWorker(one);
    worker.start();
    let steps = 0;
    const tx = one.database.tx.bind(one.database);
    let stopping: Promise<void> | undefined;
    one.database.tx = async (work) => {
      const result = await tx(work);
      if (work.toString().includes('lockRun') && ++steps === 2) stopping = worker.stop();
      return result;
    };
    await start(one, policy);
    await worker.idle();
    await stopping;
    one.database.tx = tx;
    expect([steps, (await runOf(policy)).state, (await runOf(policy)).leasedUntil]).toEqual([2, 'RUNNING', 0]);
    worker.wake();
    await worker.idle();
    expect(steps).toBe(2);
    await workOff(two);
    expect(counted(await runOf(policy))).toEqual({ state: 'DONE', ...expected });
  });

  test('a bell that rings while it works is not forgotten', async () => {
    const worker = new CleanupWorker(one);
    worker.start();
    const other = await policyFor('acme', { olderThanDays: 1, isEnabled: false });
    await start(one, policy);
    await start(one, other);
    await worker.idle();
    expect([(await runOf(policy)).state, (await runOf(other)).state]).toEqual(['DONE', 'DONE']);
    await worker.stop();
  });

  test('no step removes more than a hundred versions', { timeout: 30_000 }, async () => {
    await start(one, policy);
    let lease = await takeRun(one);
    let before = 0;
    const sizes: number[] = [];
    while (lease) {
      const result = await step(one, lease);
      const { removedVersions } = await runOf(policy);
      sizes.push(removedVersions - before);
      before = removedVersions;
      lease = result.state === 'AGAIN' ? result.lease : undefined;
    }
    expect(Math.max(...sizes)).toBe(100);
    expect(sizes.length).toBeGreaterThan(3);
    clock.advance(dayMs);
  });
});
