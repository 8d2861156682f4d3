import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instanceId } from '../../src/db/tables/namespace.ts';
import { SettingTable } from '../../src/db/tables/policy.ts';
import { NamespaceUsageTable } from '../../src/db/tables/usage.ts';
import { sumUsage } from '../../src/packages/quota.ts';
import { recordUsage, type Usage } from '../../src/packages/usage.ts';
import { nodeDefinitions, type NodeSetting, type SettingValue } from '../../src/settings/definitions.ts';
import { lockSubtree } from '../../src/settings/derived.ts';
import { awaitPublishes } from '../../src/settings/settle.ts';
import { deletePackage } from '../../src/packages/remove.ts';
import { restorePackage } from '../../src/packages/restore.ts';
import { updateSettings } from '../../src/settings/update.ts';
import { databases, node, openRegistry, refusal } from '../contract/registry.ts';
import { countUsage, storedUsage } from '../contract/usage.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { backends } from '../support/environment/backends.ts';
import { npmPublish } from '../wire/npm-request.ts';

const fileBytes = 100;
/** Publishes into one project wait for its own row anyway; only those of several can overlook each other. */
const projects = 'abcdefghijklmnopqrst'.split('');

describe.for(backends)('quotas under parallel uploads on $name', { timeout: 120_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await startApp({ backend: await open() });
  });
  afterAll(() => app?.close());

  /** Every test has its own group of projects. */
  let group = '';
  let groups = 0;
  const inGroup = (name: string, work: () => Promise<void>) =>
    it.skipIf(missing !== undefined)(name, async () => {
      group = `quota-${++groups}`;
      await app.namespace(group, 'GROUP');
      for (const project of projects) await app.namespace(`${group}/${project}`);
      await work();
    });
  const set = async (setting: NodeSetting, value: SettingValue, path = group) => updateSettings(app.core, await app.actor('admin'), (await node(app.core, path)).id, { node: { [setting]: { value } } });
  const address = (index: number, name: string) => `/api/packages/${group}/${projects[index % projects.length]}/generic/${name}/1/f`;
  const put = async (path: string, body = randomBytes(fileBytes), headers: Record<string, string> = {}) =>
    (await app.fetch(path, 'admin', { method: 'PUT', body: body as BodyInit, headers })).status;
  const counts = (statuses: readonly number[]) => Object.fromEntries([...Map.groupBy(statuses, String)].map(([status, list]) => [status, list.length]));

  /** What is there, counted from the files themselves in one statement, and so as it is committed. */
  const countReal = async (): Promise<Usage> => {
    const { lineage } = await node(app.core, group);
    const [row] = await app.core.database.reads.query(
      'SELECT COUNT(DISTINCT p.id) AS packages, COUNT(DISTINCT v.id) AS versions, COUNT(f.id) AS files, COALESCE(SUM(f.size_bytes), 0) AS sizeBytes FROM namespace n JOIN package p ON p.namespace_id = n.id ' +
        "AND p.deleted_at IS NULL JOIN version v ON v.package_id = p.id AND v.tombstone = '' JOIN file f ON f.version_id = v.id AND f.tombstone = '' WHERE n.lineage LIKE ?",
      [`${lineage}%`],
    );
    return { sizeBytes: Number(row.sizeBytes), packages: Number(row.packages), versions: Number(row.versions), files: Number(row.files) };
  };
  /** Runs work and looks all the while; returns the most that was ever there, with how often it was looked. */
  const watching = async <T>(work: Promise<T>): Promise<{ result: T; most: Usage; looks: number }> => {
    let isOver = false;
    const most: Usage = { sizeBytes: 0, packages: 0, versions: 0, files: 0 };
    let looks = 0;
    const look = (async () => {
      while (!isOver) {
        const now = await countReal();
        for (const key of Object.keys(most) as (keyof Usage)[]) most[key] = Math.max(most[key], now[key]);
        looks += 1;
        await turn();
      }
    })();
    const result = await work.finally(() => {
      isOver = true;
    });
    await look;
    return { result, most, looks };
  };
  const expectConsistent = async () => {
    expect(await storedUsage(app.core)).toEqual(await countUsage(app.core));
    expect(await sumUsage(app.core.database.reads, (await node(app.core, group)).lineage)).toEqual(await countReal());
  };
  /** Sends half of a body and leaves. */
  const leave = (path: string) =>
    new Promise<number>((resolve, reject) => {
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () => {
        socket.write(`PUT ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${app.secrets.admin}\r\nContent-Length: ${fileBytes}\r\n\r\n${'x'.repeat(fileBytes / 2)}`, () => socket.destroy());
      });
      socket.once('error', reject);
      socket.once('close', () => resolve(0));
    });

  inGroup('forty uploads where there is room for ten', async () => {
    await set('quotaBytes', 10 * fileBytes + 50);
    const { result, most, looks } = await watching(Promise.all(Array.from({ length: 40 }, (_, index) => put(address(index, `p${index}`)))));
    expect(counts(result)).toEqual({ 201: 10, 413: 30 });
    expect(looks).toBeGreaterThan(1);
    expect(most.sizeBytes).toBeLessThanOrEqual(10 * fileBytes + 50);
    await expectConsistent();
    // Exactly the room that is left can still be filled.
    expect([await put(address(0, 'rest'), randomBytes(51)), await put(address(0, 'rest'), randomBytes(50)), await put(address(1, 'more'), randomBytes(1))]).toEqual([413, 201, 413]);
    await expectConsistent();
  });

  inGroup('the same with uploads in between that fail', async () => {
    expect(await put(address(0, 'there'))).toBe(201);
    await set('quotaBytes', 11 * fileBytes);
    const wrong = createHash('sha256').update('something else').digest('hex');
    const uploads = Array.from({ length: 40 }, (_, index) => [
      put(address(index, `p${index}`)),
      put(address(0, 'there'), randomBytes(fileBytes), { 'if-none-match': '*' }),
      put(address(index, `wrong${index}`), randomBytes(fileBytes), { 'x-checksum-sha256': wrong }),
      leave(address(index, `gone${index}`)),
    ]).flat();
    const { result, most } = await watching(Promise.all(uploads));
    const found = counts(result);
    expect(found['201']).toBe(10);
    expect(found['0']).toBe(40);
    expect(found['500']).toBeUndefined();
    expect(most.sizeBytes).toBeLessThanOrEqual(11 * fileBytes);
    expect((await countReal()).sizeBytes).toBe(11 * fileBytes);
    await expectConsistent();
  });

  inGroup('packages: forty where there is room for ten', async () => {
    await set('quotaPackages', 10);
    const { result, most } = await watching(Promise.all(Array.from({ length: 40 }, (_, index) => put(address(index, `p${index}`)))));
    expect([counts(result), most.packages <= 10]).toEqual([{ 201: 10, 413: 30 }, true]);
    await expectConsistent();
  });

  inGroup('versions of one npm package: forty where there is room for ten', async () => {
    await set('quotaVersions', 10);
    const publishes = Array.from({ length: 40 }, async (_, index) => (await npmPublish(app, 'many', `1.0.${index}`, { as: 'admin', namespace: `${group}/a` })).status);
    const { result, most } = await watching(Promise.all(publishes));
    expect([counts(result), most.versions <= 10]).toEqual([{ 201: 10, 413: 30 }, true]);
    await expectConsistent();
  });

  inGroup('quotas of several levels at once', async () => {
    await set('quotaBytes', 12 * fileBytes);
    await set('quotaBytes', 5 * fileBytes, `${group}/a`);
    await set('quotaPackages', 9, `${group}/b`);
    const { result, most } = await watching(Promise.all(Array.from({ length: 40 }, (_, index) => put(address(index % 2, `p${index}`)))));
    expect(most.sizeBytes).toBeLessThanOrEqual(12 * fileBytes);
    const inB = await sumUsage(app.core.database.reads, (await node(app.core, `${group}/b`)).lineage);
    const inA = await sumUsage(app.core.database.reads, (await node(app.core, `${group}/a`)).lineage);
    expect([inA.sizeBytes <= 5 * fileBytes, inB.packages <= 9, inA.packages + inB.packages]).toEqual([true, true, 12]);
    expect(counts(result)).toEqual({ 201: 12, 413: 28 });
    await expectConsistent();
  });

  inGroup('restores beside uploads', async () => {
    const actor = await app.actor('admin');
    for (let index = 0; index < 10; index++) expect(await put(address(index, `old${index}`))).toBe(201);
    const old = (await Promise.all(Array.from({ length: 10 }, (_, index) => app.core.heads.list('generic', `old${index}`)))).map((heads) => heads.find((head) => head.node.path.startsWith(`${group}/`))?.id ?? '');
    for (const id of old) await deletePackage(app.core, actor, id);
    await set('quotaBytes', 10 * fileBytes);
    const restores = old.map(async (id) => ((await refusal(restorePackage(app.core, actor, id))) === 'nothing' ? 201 : 413));
    const { result, most } = await watching(Promise.all([...restores, ...Array.from({ length: 20 }, (_, index) => put(address(index, `new${index}`)))]));
    expect([counts(result), most.sizeBytes]).toEqual([{ 201: 10, 413: 20 }, 10 * fileBytes]);
    await expectConsistent();
  });

  inGroup('a quota that is set while uploads run: none that comes after exceeds it', async () => {
    for (let round = 0; round < 8; round++) {
      const before = (await countReal()).packages;
      const uploads = Array.from({ length: 30 }, (_, index) => put(address(index, `r${round}-${index}`)));
      const limited = new Promise((resolve) => setTimeout(resolve, round * 3)).then(async () => {
        await set('quotaPackages', before + 10);
        return countReal();
      });
      const [atLimit] = await Promise.all([limited, ...uploads]);
      // What was committed when it was set may have been more already; from then on nothing is added beyond it.
      expect((await countReal()).packages).toBeLessThanOrEqual(Math.max(before + 10, atLimit.packages));
      await set('quotaPackages', null);
      await expectConsistent();
    }
  });
});

describe.for(databases.filter(({ name }) => name === 'MariaDB'))('who sets a quota waits on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  it.skipIf(missing !== undefined).for([
    ['the first publish into a project', 'acme/widgets'],
    ['a publish into a project that has some', 'acme'],
  ] as const)('for %s that has not seen it', async ([, path], { onTestFinished }) => {
    const { core } = app;
    const namespace = await node(core, path);
    await core.database.tx((tx) => (path === 'acme' ? recordUsage(tx, namespace, one) : Promise.resolve()));
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    onTestFinished(() => release.resolve());
    const publishing = core.database.tx(async (tx) => {
      await recordUsage(tx, namespace, one);
      held.resolve();
      await release.promise;
    });
    await held.promise;
    const setting = updateSettings(core, await app.actor('admin'), instanceId, { node: { quotaPackages: { value: 1 } } });
    expect(await Promise.race([setting.then(() => 'is set'), lockWait(app).then(() => 'waits')])).toBe('waits');
    release.resolve();
    await Promise.all([publishing, setting]);
    expect(await refusal(core.database.tx((tx) => recordUsage(tx, namespace, one)))).toBe('QuotaExceeded');
    await core.database.tx(async (tx) => {
      await tx.query('DELETE FROM setting');
      await tx.query('DELETE FROM namespace_usage');
    });
  });


  it.skipIf(missing !== undefined)('and the first publish into a project waits for who is setting one', async ({ onTestFinished }) => {
    const { core } = app;
    const namespace = await node(core, 'acme/widgets');
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    onTestFinished(() => release.resolve());
    const setting = core.database.tx(async (tx) => {
      const nodes = await lockSubtree(tx, await node(core, ''));
      await tx.insert(SettingTable, { namespaceId: instanceId, name: nodeDefinitions.quotaPackages.name, value: 0, isLocked: false, updatedAt: 0 });
      await awaitPublishes(tx, nodes);
      held.resolve();
      await release.promise;
    });
    await held.promise;
    const publishing = refusal(core.database.tx((tx) => recordUsage(tx, namespace, one)));
    expect(await Promise.race([publishing, lockWait(app).then(() => 'waits')])).toBe('waits');
    release.resolve();
    await setting;
    expect(await publishing).toBe('QuotaExceeded');
    await core.database.tx((tx) => tx.query('DELETE FROM setting'));
  });

  it.skipIf(missing !== undefined)('and publishes that found none at their beginning go one by one all the same', async ({ onTestFinished }) => {
    const { core } = app;
    const [first, second] = [await node(core, 'acme'), await node(core, 'acme/widgets')];
    await core.database.tx(async (tx) => {
      for (const { id: namespaceId } of [first, second]) await tx.insert(NamespaceUsageTable, { namespaceId, sizeBytes: 0, packages: 0, versions: 0, files: 0 });
    });
    await updateSettings(core, await app.actor('admin'), instanceId, { node: { quotaPackages: { value: 1 } } });
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    onTestFinished(() => release.resolve());
    const publishing = core.database.tx(async (tx) => {
      await recordUsage(tx, first, one);
      held.resolve();
      await release.promise;
    });
    await held.promise;
    const other = refusal(core.database.tx((tx) => recordUsage(tx, second, one)));
    expect(await Promise.race([other, lockWait(app).then(() => 'waits')])).toBe('waits');
    release.resolve();
    await publishing;
    expect(await other).toBe('QuotaExceeded');
    await core.database.tx(async (tx) => {
      await tx.query('DELETE FROM setting');
      await tx.query('DELETE FROM namespace_usage');
    });
  });
});

const one: Usage = { sizeBytes: 1, packages: 1, versions: 1, files: 1 };

/** Resolves as soon as some transaction of the server waits for a lock in this registry's database. */
async function lockWait({ core }: TestApp): Promise<void> {
  for (;;) {
    // InnoDB looks again only where nobody has asked for a tenth of a second; until then it tells of what was.
    await sleep(150);
    const [row] = await core.database.reads.query(
      "SELECT COUNT(*) AS waiting FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT' AND p.db = DATABASE()",
    );
    if (Number(row.waiting) > 0) return;
  }
}
