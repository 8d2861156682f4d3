import { randomInt } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { purgeDeleted } from '../../src/blobs/purge.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { setCleanupPolicy } from '../../src/cleanup/manage.ts';
import { runCleanup } from '../../src/cleanup/start.ts';
import { workOff } from '../../src/cleanup/work.ts';
import { sumUsage } from '../../src/packages/quota.ts';
import { deleteFile, deletePackage, deleteVersion } from '../../src/packages/remove.ts';
import { restoreFile, restorePackage, restoreVersion } from '../../src/packages/restore.ts';
import { changeVersion } from '../../src/packages/status.ts';
import { latestStatuses } from '../../src/packages/summary.ts';
import { updateSettings } from '../../src/settings/update.ts';
import { databases, node, openRegistry, publishAs, refusal, sha256 } from '../contract/registry.ts';
import { randomFrom } from '../contract/random-repository.ts';
import { countUsage, storedUsage } from '../contract/usage.ts';
import type { TestApp } from '../support/app.ts';

const seed = Number(process.env['LIFE_SEED'] ?? randomInt(2 ** 31));
const quotaBytes = 1_500;
const rounds = 25;
const atOnce = 12;

/** What somebody who comes too late, or finds no room, may be told. Anything else is a fault. */
const expected = new Set(['nothing', 'NotFound', 'NotRestorable', 'QuotaExceeded', 'VersionExists', 'FileExists']);

describe.for(databases)(`everything at once with a few packages (LIFE_SEED=${seed}) on $name`, { timeout: 180_000 }, ({ open, missing }) => {
  let app: TestApp;
  let policyId: string;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    const admin = await app.actor('admin');
    const { id: namespaceId } = await node(app.core, 'acme');
    await app.namespace('acme/tools');
    await updateSettings(app.core, admin, namespaceId, { node: { quotaBytes: { value: quotaBytes } } });
    policyId = (await setCleanupPolicy(app.core, admin, { namespaceId }, { keepNewest: 1, isEnabled: false })).id;
  });
  afterAll(() => app?.close());

  const read = <Row>(sql: string): Promise<Row[]> => app.core.database.reads.query(sql);

  it.skipIf(missing !== undefined)('leaves whole versions, true sums and nothing else', async () => {
    const random = randomFrom(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const pick = (ids: readonly string[]) => ids[below(ids.length)] ?? 'ver_none';
    const known = { versions: new Set<string>(), packages: new Set<string>(), files: new Set<string>() };
    const actor = await app.actor('admin');
    const { core } = app;
    const publish = () => {
      const format = below(2) === 0 ? 'npm' : 'generic';
      const names = below(3) === 0 ? ['f', 'g'] : ['f'];
      const files = Object.fromEntries(names.map((name) => [name, String(below(3)).repeat(20 + below(3) * 60)]));
      const namespace = ['acme/widgets', 'acme/tools'][below(2)] ?? '';
      const wanted = { as: 'admin', format, namespace, name: `${format}-of-${namespace.slice(5)}`, version: `1.${below(3)}.0`, files } as const;
      return async () => {
        const done = await publishAs(app, wanted);
        known.versions.add(done.version.id);
        known.packages.add(done.package.id);
        for (const id of done.fileIds) known.files.add(id);
      };
    };
    const on = (ids: ReadonlySet<string>, work: (id: string) => Promise<unknown>) => () => {
      const id = pick([...ids].slice(-12));
      return () => work(id);
    };
    const steps: (() => () => Promise<unknown>)[] = [
      ...Array.from({ length: 5 }, () => publish),
      on(known.versions, (id) => deleteVersion(core, actor, id)),
      on(known.files, (id) => deleteFile(core, actor, id)),
      on(known.packages, (id) => deletePackage(core, actor, id)),
      ...[0, 1].flatMap(() => [
        on(known.versions, (id) => restoreVersion(core, actor, id)),
        on(known.files, (id) => restoreFile(core, actor, id)),
        on(known.packages, (id) => restorePackage(core, actor, id)),
      ]),
      on(known.versions, (id) => changeVersion(core, actor, id, 'YANK')),
      on(known.versions, (id) => changeVersion(core, actor, id, 'UNYANK')),
      () => () => purgeDeleted(core, core.clock.now(), 2_000),
      () => () => sweep(core, { graceMs: 0 }),
      () => () => runCleanup(core, actor, policyId).then(() => workOff(core)),
    ];
    const outcomes = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      const works = Array.from({ length: atOnce }, () => (steps[below(steps.length)] ?? publish)());
      const said = await Promise.all(
        works.map((work) => {
          app.clock.advance(1 + below(300));
          return refusal(work());
        }),
      );
      for (const one of said) outcomes.set(one, (outcomes.get(one) ?? 0) + 1);
      expect(said.filter((one) => !expected.has(one))).toEqual([]);
      await app.app.cleanup.idle();
      await expectSound();
    }
    // Where everything was refused nothing was raced.
    expect(outcomes.get('nothing')).toBeGreaterThan(rounds * 3);
    await expectContents();
  });

  async function expectSound(): Promise<void> {
    expect(await storedUsage(app.core)).toEqual(await countUsage(app.core));
    expect((await sumUsage(app.core.database.reads, (await node(app.core, 'acme')).lineage)).sizeBytes).toBeLessThanOrEqual(quotaBytes);
    const live = "EXISTS (SELECT 1 FROM version v WHERE v.package_id = p.id AND v.tombstone = '')";
    expect(await read(`SELECT p.name FROM package p WHERE (p.deleted_at IS NULL AND NOT ${live}) OR (p.deleted_at IS NOT NULL AND ${live})`)).toEqual([]);
    const files = "SELECT COALESCE(SUM(f.size_bytes), 0) FROM file f WHERE f.version_id = v.id AND f.tombstone = ''";
    const empty = "NOT EXISTS (SELECT 1 FROM file f WHERE f.version_id = v.id AND f.tombstone = '')";
    expect(await read(`SELECT v.id FROM version v WHERE v.tombstone = '' AND (${empty} OR v.size_bytes <> (${files}))`)).toEqual([]);
    expect(await read("SELECT t.name FROM tag t LEFT JOIN version v ON v.id = t.version_id AND v.package_id = t.package_id AND v.tombstone = '' WHERE v.id IS NULL")).toEqual([]);
    const installable = `EXISTS (SELECT 1 FROM version v WHERE v.package_id = p.id AND v.tombstone = '' AND v.status IN (${latestStatuses}))`;
    const tagged = `EXISTS (SELECT 1 FROM tag t JOIN version v ON v.id = t.version_id WHERE t.package_id = p.id AND t.name = 'latest' AND v.status IN (${latestStatuses}))`;
    expect(await read(`SELECT p.name FROM package p WHERE p.format = 'npm' AND ${installable} AND NOT ${tagged}`)).toEqual([]);
  }

  async function expectContents(): Promise<void> {
    const rows = await read<{ sha256: string; objectKey: string }>("SELECT b.sha256, b.object_key AS objectKey FROM file f JOIN stored_blob b ON b.sha256 = f.sha256");
    for (const { sha256: digest, objectKey } of rows) expect(sha256(await buffer(await app.core.store.read(objectKey)))).toBe(digest);
  }
});
