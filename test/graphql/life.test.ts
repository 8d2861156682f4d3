import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../src/access/decide.ts';
import type { Actor } from '../../src/access/actor.ts';
import { dayMs } from '../../src/days.ts';
import { deletedVersionListQuery, type DeletedVersionRecord } from '../../src/packages/queries/deleted.ts';
import { listPages } from '../../src/db/keyset.ts';
import { type Person, startApp, type TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { type Answer, ask, put, query } from './client.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());

/** Runs a mutation; the result with its type, or the codes of the errors. */
async function mutate(as: Person, name: string, input: object, selection = '__typename'): Promise<Answer['data']> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const document = `mutation($input: ${type}Input!) { result: ${name}(input: $input) { __typename ... on ${type}Payload { ${selection} } ... on UserError { code message } } }`;
  const { data, errors } = await query(app, as, document, { input });
  return errors ? errors.map(({ extensions }) => extensions.code) : data.result;
}

const denials: [Person, string, string][] = [
  ['anonymous', 'UNAUTHENTICATED', 'UNAUTHENTICATED'],
  ['outsider', 'NOT_FOUND', 'NOT_FOUND'],
  ['reader', 'FORBIDDEN', 'FORBIDDEN'],
  ['developer', '', 'FORBIDDEN'],
];

let number = 0;
let name: string;
let ids: { packageId: string; versionId: string; fileId: string };
beforeEach(async () => {
  number += 1;
  name = `life-${number}`;
  await put(app, 'acme/widgets', { name, version: '1.0.0' });
  const { package: owner, version, fileIds } = await put(app, 'acme/widgets', { name, version: '2.0.0', files: { 'a.txt': `a ${number}`, 'b.txt': `b ${number}` } });
  ids = { packageId: owner.id, versionId: version.id, fileId: fileIds[0] ?? '' };
});

describe('status', () => {
  it('yank and unyank', async () => {
    const { versionId, packageId } = ids;
    const yanked = await mutate('developer', 'yankVersion', { versionId, reason: 'It leaks' }, 'version { status statusReason } package { latestVersion { version } tags { name version { version } } }');
    expect(yanked).toMatchObject({
      version: { status: 'YANKED', statusReason: 'It leaks' },
      package: { latestVersion: { version: '1.0.0' }, tags: [{ name: 'latest', version: { version: '1.0.0' } }] },
    });
    const { node } = await ask(app, 'reader', 'query($id: ID!) { node(id: $id) { ... on Package { all: versions { nodes { version status } } yanked: versions(filter: { statuses: [YANKED, HIDDEN] }) { nodes { version } } } } }', { id: packageId });
    expect(node).toEqual({ all: { nodes: [{ version: '2.0.0', status: 'YANKED' }, { version: '1.0.0', status: 'PUBLISHED' }] }, yanked: { nodes: [{ version: '2.0.0' }] } });
    expect(await mutate('developer', 'yankVersion', { versionId, reason: 'x'.repeat(2001) })).toMatchObject({ __typename: 'InvalidInput', code: 'INVALID_INPUT' });
    expect(await mutate('developer', 'unyankVersion', { versionId }, 'version { status statusReason }')).toMatchObject({ version: { status: 'PUBLISHED', statusReason: null } });
  });

  it('hide and unhide, with the deprecation that it had', async () => {
    const { versionId, packageId } = ids;
    await mutate('developer', 'deprecateVersions', { packageId, versions: ['2.0.0'], message: 'Use 3' });
    expect(await mutate('developer', 'hideVersion', { versionId }, 'version { status statusReason } package { latestVersion { version } }')).toMatchObject({
      version: { status: 'HIDDEN', statusReason: 'Use 3' },
      package: { latestVersion: { version: '1.0.0' } },
    });
    expect(await mutate('developer', 'deprecateVersions', { packageId, versions: ['2.0.0'] }, 'package { versions { nodes { status statusReason } } }')).toMatchObject({
      package: { versions: { nodes: [{ status: 'HIDDEN', statusReason: null }, {}] } },
    });
    expect(await mutate('developer', 'unhideVersion', { versionId }, 'version { status }')).toMatchObject({ version: { status: 'PUBLISHED' } });
  });

  it.each(denials)('is not for %s', async (person, write) => {
    if (write === '') return;
    for (const mutation of ['yankVersion', 'unyankVersion', 'hideVersion', 'unhideVersion']) {
      expect(await mutate(person, mutation, { versionId: ids.versionId })).toEqual([write]);
    }
    expect(await mutate('developer', 'yankVersion', { versionId: 'ver_none' })).toEqual(['NOT_FOUND']);
    const { node } = await ask(app, 'admin', 'query($id: ID!) { node(id: $id) { ... on PackageVersion { status } } }', { id: ids.versionId });
    expect(node.status).toBe('PUBLISHED');
  });
});

describe('restore', () => {
  it('a version, a file, a package', async () => {
    const { packageId, versionId, fileId } = ids;
    await mutate('maintainer', 'deleteVersion', { versionId });
    expect(await mutate('maintainer', 'restore', { versionId }, 'package { id latestVersion { version } } version { id version files { name } } file { id }')).toEqual({
      __typename: 'RestorePayload',
      package: { id: packageId, latestVersion: { version: '2.0.0' } },
      version: { id: versionId, version: '2.0.0', files: [{ name: 'a.txt' }, { name: 'b.txt' }] },
      file: null,
    });
    await mutate('maintainer', 'deleteFile', { fileId });
    expect(await mutate('maintainer', 'restore', { fileId }, 'package { id } version { id } file { id name }')).toMatchObject({ package: { id: packageId }, version: { id: versionId }, file: { id: fileId, name: 'a.txt' } });
    await mutate('maintainer', 'deletePackage', { packageId });
    expect(await mutate('maintainer', 'restore', { packageId }, 'package { id versions { totalCount } } version { id }')).toMatchObject({ package: { id: packageId, versions: { totalCount: 2 } }, version: null });
  });

  it('tells why not', async () => {
    const { packageId, versionId } = ids;
    expect(await mutate('maintainer', 'restore', { versionId })).toMatchObject({ __typename: 'NotRestorable', code: 'NOT_RESTORABLE', message: `${name}@2.0.0 is not deleted.` });
    for (const input of [{}, { versionId, packageId }, { versionId: null }]) expect(await mutate('maintainer', 'restore', input)).toMatchObject({ __typename: 'InvalidInput' });
    for (const input of [{ versionId: 'ver_none' }, { packageId: 'x' }, { fileId: versionId }]) expect(await mutate('maintainer', 'restore', input)).toEqual(['NOT_FOUND']);
  });

  it.each(denials)('is not for %s', async (person, _write, remove) => {
    await mutate('maintainer', 'deleteFile', { fileId: ids.fileId });
    await mutate('maintainer', 'deletePackage', { packageId: ids.packageId });
    const before = await countEverything(app.core);
    for (const input of [{ versionId: ids.versionId }, { packageId: ids.packageId }, { fileId: ids.fileId }]) expect(await mutate(person, 'restore', input)).toEqual([remove]);
    expect(await countEverything(app.core)).toEqual(before);
    expect((await ask(app, 'admin', 'query($id: ID!) { node(id: $id) { id } }', { id: ids.packageId })).node).toBeNull();
  });
});

describe('what was deleted', () => {
  const fields = 'id version statusBefore packageId packageName format namespace { path } sizeBytes deletedAt restorableUntil';

  it('is listed where it was, with how long it can be restored', async () => {
    const { packageId, versionId, fileId } = ids;
    const other = await put(app, 'acme', { format: 'generic', name: `other-${number}`, version: '1', files: { f: 'file' } });
    await mutate('developer', 'yankVersion', { versionId });
    await mutate('maintainer', 'deleteVersion', { versionId });
    const deletedAt = app.clock.now();
    app.clock.advance(1000);
    await mutate('maintainer', 'deleteVersion', { versionId: other.version.id });
    const document = `query($path: String!, $filter: DeletedFilter) { namespace(path: $path) { deletedVersions(first: 100, filter: $filter) { totalCount nodes { ${fields} } } } }`;
    const list = async (path: string, filter: object) => (await ask(app, 'maintainer', document, { path, filter })).namespace.deletedVersions;
    expect(await list('acme/widgets', { name })).toEqual({
      totalCount: 1,
      nodes: [
        {
          id: versionId,
          version: '2.0.0',
          statusBefore: 'YANKED',
          packageId,
          packageName: name,
          format: 'NPM',
          namespace: { path: 'acme/widgets' },
          sizeBytes: 4 + 2 * String(number).length,
          deletedAt: new Date(deletedAt).toISOString(),
          restorableUntil: new Date(deletedAt + 30 * dayMs).toISOString(),
        },
      ],
    });
    // The last deleted first, and everything below.
    const all = await list('acme', {});
    expect(all.nodes.slice(0, 2).map(({ id }: { id: string }) => id)).toEqual([other.version.id, versionId]);
    expect((await list('acme', { formats: ['GENERIC'], name: `other-${number}` })).nodes.map(({ id }: { id: string }) => id)).toEqual([other.version.id]);
    expect((await list('acme', { formats: [] })).totalCount).toBe(0);
    expect((await list('acme/widgets', { formats: ['GENERIC'] })).totalCount).toBe(0);
    const page = await ask(app, 'maintainer', '{ namespace(path: "acme") { deletedVersions(first: 1) { nodes { id } pageInfo { endCursor hasNextPage } } } }');
    const { endCursor, hasNextPage } = page.namespace.deletedVersions.pageInfo;
    const next = await ask(app, 'maintainer', 'query($after: String) { namespace(path: "acme") { deletedVersions(first: 1, after: $after) { nodes { id } } } }', { after: endCursor });
    expect([hasNextPage, page.namespace.deletedVersions.nodes, next.namespace.deletedVersions.nodes]).toEqual([true, [{ id: other.version.id }], [{ id: versionId }]]);

    await mutate('maintainer', 'restore', { versionId });
    await mutate('maintainer', 'deleteFile', { fileId });
    const { node } = await ask(app, 'maintainer', 'query($id: ID!) { node(id: $id) { ... on Package { deletedVersions { nodes { id } } deletedFiles { nodes { id name version versionId packageName sizeBytes } } } } }', { id: packageId });
    expect(node).toEqual({ deletedVersions: { nodes: [] }, deletedFiles: { nodes: [{ id: fileId, name: 'a.txt', version: '2.0.0', versionId, packageName: name, sizeBytes: 2 + String(number).length }] } });
    const files = await ask(app, 'maintainer', `{ namespace(path: "acme") { deletedFiles(filter: { name: "${name}" }) { totalCount nodes { id } } } }`);
    expect(files.namespace.deletedFiles).toEqual({ totalCount: 1, nodes: [{ id: fileId }] });
    app.clock.advance(30 * dayMs);
    expect((await list('acme', {})).totalCount).toBe(0);
  });

  it.each(denials)('is not for %s', async (person, _write, remove) => {
    await mutate('maintainer', 'deleteVersion', { versionId: ids.versionId });
    for (const field of ['deletedVersions', 'deletedFiles']) {
      const { data, errors } = await query(app, person, `query($id: ID!) { namespace(path: "acme/widgets") { id ${field} { totalCount } } node(id: $id) { ... on Package { ${field} { totalCount } } } }`, { id: ids.packageId });
      if (person === 'anonymous' || person === 'outsider') expect(data).toEqual({ namespace: null, node: null });
      else expect([errors?.map(({ extensions }) => extensions.code), data.namespace[field], data.node[field]]).toEqual([[remove, remove], null, null]);
    }
  });

  it('is what each actor may restore: the list agrees with decide', async () => {
    const [maintainer, owner, admin] = [await app.actor('maintainer'), await app.actor('owner'), await app.actor('admin')];
    const made: { id: string; packageId: string; normalizedName: string; format: string; isRestricted: boolean }[] = [];
    for (const [format, suffix, isRestricted] of [['npm', 'a', false], ['npm', 'b', true], ['generic', 'a', false], ['generic', 'b', true]] as const) {
      const normalizedName = `agree-${suffix}`;
      const { package: row, version } = await put(app, 'acme/widgets', { format, name: normalizedName });
      await app.core.database.tx((tx) => tx.query('UPDATE package SET is_restricted = ? WHERE id = ?', [isRestricted ? 1 : 0, row.id]));
      await mutate('admin', 'deleteVersion', { versionId: version.id });
      made.push({ id: version.id, packageId: row.id, normalizedName, format, isRestricted });
    }
    const namespace = (await app.core.database.reads.query("SELECT * FROM namespace WHERE path = 'acme/widgets'"))[0];
    const node = { lineage: namespace.lineage, visibility: namespace.visibility, isPullOpen: false, disabledFormats: '' };
    const token = { id: 'tok_x', kind: 'PERSONAL', name: 't', namespaceId: null, formats: undefined, namePattern: undefined, mintsJobs: false, build: undefined, expiresAt: null } as const;
    const limited = (limits: object): Actor => ({ ...owner, token: { ...token, ...limits } });
    const actors: Actor[] = [
      maintainer,
      owner,
      admin,
      await app.actor('developer'),
      await app.actor('anonymous'),
      { ...maintainer, scopes: new Set(['READ', 'WRITE', 'ADMIN']) },
      { ...maintainer, roles: new Map(), grants: new Map([[made[1]?.packageId ?? '', 'ADMIN'], [made[2]?.packageId ?? '', 'WRITE']]) },
      { ...maintainer, grants: new Map([[made[3]?.packageId ?? '', 'ADMIN']]) },
      limited({ formats: new Set(['npm']) }),
      limited({ namePattern: '*-b' }),
      limited({ formats: new Set(['generic']), namePattern: 'agree-a' }),
    ];
    const seen: number[] = [];
    for (const actor of actors) {
      const list = deletedVersionListQuery(app.core, actor, { nodes: [namespace] }, {});
      const pages = await listPages<DeletedVersionRecord>(app.core.database.reads, list, { limit: 100, backward: false });
      const listed = new Set([...pages.values()].flatMap(({ rows }) => rows.map(({ id }) => id)));
      const allowed = made.map(({ packageId, normalizedName, format, isRestricted }) => decide(actor, 'DELETE', node, { format, normalizedName, access: { id: packageId, isRestricted, visibility: null } }).allowed);
      expect(made.map(({ id }) => listed.has(id))).toEqual(allowed);
      seen.push(allowed.filter(Boolean).length);
    }
    expect(seen).toEqual([2, 4, 4, 0, 0, 0, 1, 3, 2, 2, 1]);
  });
});
