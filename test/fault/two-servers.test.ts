import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenBackend, withFiles as backends } from '../support/environment/backends.ts';
import { publishDocument } from '../wire/npm-request.ts';
import { adminSecret, ask, type ServerProcess, startServer } from './server-process.ts';

const fileBytes = 100;

/** On SQLite two processes share a file, and only its own locks are between them. */
describe.for(backends)('two servers that do the same on one $name', { timeout: 120_000 }, ({ open, missing }) => {
  let backend: OpenBackend;
  let servers: [ServerProcess, ServerProcess];
  beforeAll(async () => {
    if (missing !== undefined) return;
    backend = await open();
    servers = [await startServer(backend.env), await startServer(backend.env)];
  }, 60_000);
  afterAll(async () => {
    for (const server of servers ?? []) await server.kill();
    await backend?.close();
  });

  const test = it.skipIf(missing !== undefined);
  const admin = (query: string, variables: object = {}, server = servers[0]) => ask(server, adminSecret, query, variables);
  const authorization = `Bearer ${adminSecret}`;
  const at = (index: number) => servers[index % 2] as ServerProcess;
  const put = async (index: number, path: string, body: Buffer | string, headers: Record<string, string> = {}) =>
    (await fetch(`${at(index).url}/api/packages/${path}`, { method: 'PUT', headers: { authorization, ...headers }, body: body as BodyInit })).status;
  const get = async (index: number, path: string) => fetch(`${at(index).url}/api/packages/${path}`, { headers: { authorization } });
  const counts = (values: readonly (number | string)[]) => Object.fromEntries([...Map.groupBy(values, String)].map(([value, list]) => [value, list.length]));
  async function group(slug: string): Promise<string> {
    const { createGroup } = await admin('mutation($slug: String!) { createGroup(input: { slug: $slug }) { ... on CreateGroupPayload { group { id } } } }', { slug });
    for (const project of ['a', 'b']) await admin('mutation($parent: String!, $slug: String!) { createProject(input: { parent: $parent, slug: $slug }) { __typename } }', { parent: slug, slug: project });
    return createGroup.group.id;
  }

  test('never exceed a quota between them, and fill it', async () => {
    const namespaceId = await group('quota');
    await admin('mutation($namespaceId: ID!, $value: BigInt!) { updateSettings(input: { namespaceId: $namespaceId, quotaBytes: { value: $value } }) { __typename } }', { namespaceId, value: 10 * fileBytes });
    const statuses = await Promise.all(Array.from({ length: 40 }, (_, index) => put(index, `quota/${index % 4 < 2 ? 'a' : 'b'}/generic/p${index}/1/f`, randomBytes(fileBytes))));
    expect(counts(statuses)).toEqual({ 201: 10, 413: 30 });
    const { namespace } = await admin('{ namespace(path: "quota") { usage { bytes packages versions files } } }', {}, servers[1]);
    expect(namespace.usage).toEqual({ bytes: 10 * fileBytes, packages: 10, versions: 10, files: 10 });
  });

  test('publish a version once', async () => {
    await group('once');
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const document = await publishDocument('once', '1.0.0', { files: { index: String(index) } });
        return put(index, 'once/a/npm/once', JSON.stringify(document), { 'content-type': 'application/json' });
      }),
    );
    expect(counts(statuses)).toEqual({ 201: 1, 403: 9 });
  });

  test('see at once what the other deleted, restored and switched off', async () => {
    const namespaceId = await group('seen');
    const file = 'seen/a/generic/p/1/f';
    expect(await put(0, file, 'seen')).toBe(201);
    const { package: found } = await admin('{ package(namespace: "seen", format: GENERIC, name: "p") { latestVersion { id } } }');
    const versionId = found.latestVersion.id;
    const status = async (index: number) => (await get(index, file)).status;
    expect(await status(1)).toBe(200);
    await admin('mutation($versionId: ID!) { deleteVersion(input: { versionId: $versionId }) { __typename } }', { versionId });
    expect(await status(1)).toBe(404);
    const restore = 'mutation($versionId: ID!) { restore(input: { versionId: $versionId }) { __typename } }';
    const restored = await Promise.all([0, 1, 0, 1].map((index) => admin(restore, { versionId }, at(index))));
    expect(counts(restored.map((data) => data.restore.__typename))).toEqual({ RestorePayload: 1, NotRestorable: 3 });
    expect([await (await get(0, file)).text(), await (await get(1, file)).text()]).toEqual(['seen', 'seen']);
    const enable = (value: boolean | null) => admin('mutation($namespaceId: ID!, $value: Boolean) { updateSettings(input: { namespaceId: $namespaceId, registryEnabled: { value: $value } }) { __typename } }', { namespaceId, value });
    await enable(false);
    expect(await status(1)).toBe(403);
    await enable(null);
    expect(await status(1)).toBe(200);
  });

  test('clean up together what one would have, once', async () => {
    const namespaceId = await group('cleaned');
    const names = Array.from({ length: 6 }, (_, index) => `p${index}`);
    for (const version of [1, 2, 3, 4, 5]) expect(counts(await Promise.all(names.map((name, index) => put(index, `cleaned/a/generic/${name}/${version}/f`, `${name} ${version}`))))).toEqual({ 201: 6 });
    const { setCleanupPolicy } = await admin('mutation($namespaceId: ID!) { setCleanupPolicy(input: { namespaceId: $namespaceId, keepNewest: 2, isEnabled: false }) { ... on SetCleanupPolicyPayload { policy { id } } } }', { namespaceId });
    const policyId = setCleanupPolicy.policy.id;
    const preview = async () => (await admin('mutation($policyId: ID!) { previewCleanup(input: { policyId: $policyId }) { ... on PreviewCleanupPayload { removedVersions removedBytes } } }', { policyId })).previewCleanup;
    const expected = await preview();
    expect(expected).toEqual({ removedVersions: 18, removedBytes: 18 * 'p0 1'.length });
    const run = 'mutation($policyId: ID!) { runCleanup(input: { policyId: $policyId }) { ... on RunCleanupPayload { run { id } } } }';
    await Promise.all([0, 1, 0, 1].map((index) => admin(run, { policyId }, at(index))));
    const runs = async () => (await admin('query($policyId: ID!) { node(id: $policyId) { ... on CleanupPolicy { runs { nodes { state removedVersions } } } } }', { policyId })).node.runs.nodes;
    while ((await runs()).some(({ state }: { state: string }) => state === 'RUNNING')) await sleep(50);
    // Some of the four may have asked when the first was done already, and found nothing more.
    expect((await runs()).reduce((sum: number, { removedVersions }: { removedVersions: number }) => sum + removedVersions, 0)).toBe(18);
    expect(await preview()).toEqual({ removedVersions: 0, removedBytes: 0 });
    const { namespace } = await admin('{ namespace(path: "cleaned") { usage { versions } deletedVersions { totalCount } } }', {}, servers[1]);
    expect(namespace).toEqual({ usage: { versions: 12 }, deletedVersions: { totalCount: 18 } });
  });
});
