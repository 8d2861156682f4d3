import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setCleanupPolicy } from '../../src/cleanup/manage.ts';
import type { PolicyChanges } from '../../src/cleanup/policy.ts';
import { previewCleanup } from '../../src/cleanup/preview.ts';
import { runCleanup } from '../../src/cleanup/start.ts';
import { workOff } from '../../src/cleanup/work.ts';
import type { Core } from '../../src/core.ts';
import { dayMs } from '../../src/days.ts';
import { type CleanupRunRow, CleanupRunTable } from '../../src/db/tables/policy.ts';
import { TestClock } from '../support/clock.ts';
import { modelOfCleanup } from './cleanup-model.ts';
import { openCores } from './cores.ts';
import { makeRepository, randomFrom, type Repository, usageSql } from './random-repository.ts';
import { actorWith, databases } from './registry.ts';

const seed = Number(process.env['CLEANUP_SEED'] ?? randomInt(2 ** 31));
const admin = actorWith({ user: { id: 'usr_x', username: 'x', displayName: 'x', isAdmin: true } });

/** Each is tried on what those before it left. */
const policies: [string, PolicyChanges][] = [
  ['acme/tools', { removePattern: 'nightly-.*|.*-SNAPSHOT', olderThanDays: 60, notDownloadedForDays: 45 }],
  ['acme', { keepNewest: 25, namePattern: 'lib-*' }],
  ['acme/widgets', { keepNewest: 0, olderThanDays: 100, keepPattern: '[0-3]\\..*' }],
  ['other', { notDownloadedForDays: 30, formats: ['generic'], keepNewest: 2 }],
  ['acme', { removePattern: '.*-beta\\.\\d+', keepNewest: 3 }],
  ['', { keepNewest: 5, olderThanDays: 10 }],
  ['', { keepNewest: 0, olderThanDays: 50 }],
];

describe.for(databases)(`cleanup of a random repository (CLEANUP_SEED=${seed}) on $name`, ({ open, missing }) => {
  const clock = new TestClock();
  let core: Core;
  let repository: Repository;
  let close: () => Promise<void>;
  beforeAll(async () => {
    if (missing !== undefined) return;
    const opened = await openCores(open, 1, clock);
    [core] = opened.cores as [Core];
    close = opened.close;
    repository = await makeRepository(core, randomFrom(seed), 2_000);
  });
  afterAll(() => close?.());

  async function live(): Promise<Map<string, number>> {
    const rows: { id: string; sizeBytes: number }[] = await core.database.reads.query("SELECT id, size_bytes AS sizeBytes FROM version WHERE tombstone = ''");
    return new Map(rows.map(({ id, sizeBytes }) => [id, sizeBytes]));
  }

  async function previewed(policyId: string) {
    const ids: string[] = [];
    for (let after: readonly [string, string] | undefined; ; ) {
      const page = await previewCleanup(core, admin, { policyId }, {}, { first: 73, after });
      ids.push(...page.versions.map(({ id }) => id));
      const last = page.versions.at(-1);
      if (!page.hasMore || !last) return { ...page, ids };
      after = [last.packageId, last.id];
    }
  }

  it.skipIf(missing !== undefined)('is what the preview says, and what the words say', { timeout: 60_000 }, async () => {
    let total = 0;
    for (const [path, changes] of policies) {
      const [node]: { id: string }[] = await core.database.reads.query('SELECT id FROM namespace WHERE path = ?', [path]);
      const policy = await setCleanupPolicy(core, admin, { namespaceId: node?.id ?? '' }, { ...changes, isEnabled: false });
      const preview = await previewed(policy.id);
      const before = await live();

      await runCleanup(core, admin, policy.id);
      await workOff(core);

      const after = await live();
      const removed = [...before.keys()].filter((id) => !after.has(id)).sort();
      const model = modelOfCleanup(repository, path, policy, clock.now());
      const run = (await core.database.reads.findOneByOrFail(CleanupRunTable, { policyId: policy.id })) satisfies CleanupRunRow;
      expect(new Set(preview.ids).size).toBe(preview.ids.length);
      expect(preview.ids.toSorted()).toEqual(removed);
      expect([...model].sort()).toEqual(removed);
      const bytes = removed.reduce((sum, id) => sum + (before.get(id) ?? 0), 0);
      expect(preview).toMatchObject({ removedVersions: removed.length, removedBytes: bytes });
      expect(run).toMatchObject({ state: 'DONE', message: null, removedVersions: removed.length, removedBytes: bytes, examinedPackages: preview.examinedPackages });
      total += removed.length;
      forget(new Set(removed));
      clock.advance(Math.floor(dayMs * 1.5));
    }
    // A repository in which nothing could go would prove nothing, nor would one in which everything went.
    expect(total).toBeGreaterThan(300);
    expect((await live()).size).toBeGreaterThan(50);
    const [{ events }] = await core.database.reads.query("SELECT COUNT(*) AS events FROM event WHERE type = 'VERSION_DELETED'");
    expect(Number(events)).toBe(total);
  });

  /** Brings the model up to what is there now: a package goes with its last version. */
  function forget(removed: ReadonlySet<string>): void {
    for (const owner of repository.packages) {
      const hit = owner.versions.filter(({ id }) => removed.has(id));
      for (const version of hit) version.isLive = false;
      if (hit.length > 0 && owner.versions.every(({ isLive }) => !isLive)) owner.isLive = false;
    }
  }

  it.skipIf(missing !== undefined)('keeps count of what is used, and leaves no package without versions', async () => {
    const { reads } = core.database;
    const numbers = (rows: Record<string, unknown>[]) =>
      rows.map((row) => [row['namespace_id'], ...['size_bytes', 'packages', 'versions', 'files'].map((column) => Number(row[column]))]).filter(([, ...counts]) => counts.some((count) => count !== 0));
    const kept = await reads.query('SELECT * FROM namespace_usage ORDER BY namespace_id');
    expect(numbers(kept)).toEqual(numbers(await reads.query(usageSql)));
    const gone = repository.packages.filter(({ isLive }) => !isLive).map(({ id }) => id).sort();
    const rows: { id: string }[] = await reads.query('SELECT id FROM package WHERE deleted_at IS NOT NULL ORDER BY id');
    expect(rows.map(({ id }) => id)).toEqual(gone);
  });
});
