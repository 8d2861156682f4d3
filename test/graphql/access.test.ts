import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, startApp, type TestApp } from '../support/app.ts';
import { ask, backends, put, query } from './client.ts';

const seen: [Person, string[]][] = [
  ['anonymous', ['open-lib']],
  ['outsider', ['inner-tool', 'open-lib']],
  ['reader', ['acme-secret', 'inner-tool', 'open-lib']],
  ['developer', ['acme-secret', 'inner-tool', 'open-lib']],
  ['admin', ['acme-secret', 'inner-tool', 'open-lib']],
];

describe.each(backends)('what the API shows over $name', (backend) => {
  describe.skipIf(backend.missing)('by the rights of the caller', () => {
    let app: TestApp;
    const ids: Record<string, string> = {};
    let secretSha256: string;

    beforeAll(async () => {
      app = await startApp({ backend: await backend.open() });
      await app.namespace('open', 'PROJECT', 'PUBLIC');
      await app.namespace('inner', 'PROJECT', 'INTERNAL');
      const secret = await put(app, 'acme/widgets', { name: 'acme-secret', dependencies: [{ kind: 'runtime', name: 'open-lib', requirement: '^1' }] });
      const open = await put(app, 'open', { name: 'open-lib', dependencies: [{ kind: 'runtime', name: 'acme-secret', requirement: '^1' }] });
      await put(app, 'inner', { name: 'inner-tool', dependencies: [{ kind: 'dev', name: 'open-lib', requirement: '*' }] });
      Object.assign(ids, { package: secret.package.id, version: secret.version.id, file: secret.fileIds[0], namespace: secret.package.namespaceId, open: open.package.id });
      const data = await ask(app, 'admin', 'query($id: ID!) { node(id: $id) { ... on PackageFile { sha256 } } }', { id: ids['file'] });
      secretSha256 = data.node.sha256;
    });

    afterAll(() => app?.close());

    it.each(seen)('lists and counts for %s', async (person, names) => {
      const data = await ask(app, person, '{ packages { totalCount nodes { name } } instance { packages(first: 1) { totalCount } children { totalCount nodes { path } } } }');
      expect(data.packages.nodes.map(({ name }: { name: string }) => name)).toEqual(names);
      expect(data.packages.totalCount).toBe(names.length);
      expect(data.instance.packages.totalCount).toBe(names.length);
      expect(data.instance.children.totalCount).toBe(names.length);
      expect(data.instance.children.nodes).toHaveLength(names.length);
    });

    it.each(seen)('dependencies and dependents for %s', async (person, names) => {
      const { node } = await ask(
        app,
        person,
        'query($id: ID!) { node(id: $id) { ... on Package { dependents { totalCount nodes { kind version { package { name } } } } latestVersion { dependencies { name target { name } } } } } }',
        { id: ids['open'] },
      );
      const dependents = names.filter((name) => name !== 'open-lib');
      expect(node.dependents.nodes.map((dependent: never) => (dependent as { version: { package: { name: string } } }).version.package.name).sort()).toEqual(dependents);
      expect(node.dependents.totalCount).toBe(dependents.length);
      expect(node.latestVersion.dependencies).toEqual([{ name: 'acme-secret', target: names.includes('acme-secret') ? { name: 'acme-secret' } : null }]);
    });

    it.each<[Person, boolean]>([['anonymous', false], ['outsider', false], ['reader', true]])('what is addressed, for %s', async (person, mayRead) => {
      const data = await ask(
        app,
        person,
        `query($ids: [ID!]!, $sha256: String!) {
          nodes(ids: $ids) { __typename id }
          package(namespace: "acme/widgets", format: NPM, name: "acme-secret") { name }
          atTop: package(namespace: "", format: NPM, name: "acme-secret") { name }
          packageByPurl(purl: "pkg:npm/acme-secret@1.0.0") { name }
          namespace(path: "acme") { packages { totalCount } children { totalCount } }
          file(sha256: $sha256) { totalCount nodes { name } }
          packages(filter: { nameContains: "SECRET" }) { totalCount }
          byContent: packages(filter: { sha256: $sha256 }) { totalCount }
        }`,
        { ids: [ids['package'], ids['version'], ids['file'], ids['namespace']], sha256: secretSha256 },
      );
      const named = mayRead ? { name: 'acme-secret' } : null;
      expect(data.nodes.map((node: { __typename: string } | null) => node?.__typename ?? null)).toEqual(
        mayRead ? ['Package', 'PackageVersion', 'PackageFile', 'Project'] : [null, null, null, null],
      );
      expect([data.package, data.atTop, data.packageByPurl]).toEqual([named, named, named]);
      expect(data.namespace).toEqual(mayRead ? { packages: { totalCount: 1 }, children: { totalCount: 1 } } : null);
      expect(data.file).toEqual(mayRead ? { totalCount: 1, nodes: [{ name: '1.0.0.tgz' }] } : { totalCount: 0, nodes: [] });
      expect([data.packages.totalCount, data.byContent.totalCount]).toEqual(mayRead ? [1, 1] : [0, 0]);
    });

    it('never tells what is private apart from what is not there', async () => {
      const document = 'query($p: String!, $n: String!) { package(namespace: $p, format: NPM, name: $n) { name } namespace(path: $p) { id } }';
      for (const person of ['anonymous', 'outsider'] as const) {
        const hidden = await query(app, person, document, { p: 'acme', n: 'acme-secret' });
        expect(hidden).toEqual(await query(app, person, document, { p: 'nothing', n: 'nothing' }));
      }
    });

    it('shows nobody the tokens, uploads and users of others', async () => {
      const mine = await ask(app, 'reader', '{ viewer { user { id } tokens { id } } }');
      const wanted = { ids: [mine.viewer.user.id, mine.viewer.tokens[0].id] };
      const document = 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }';
      expect((await ask(app, 'reader', document, wanted)).nodes).toEqual([{ id: wanted.ids[0] }, { id: wanted.ids[1] }]);
      expect((await ask(app, 'developer', document, wanted)).nodes).toEqual([null, null]);
      expect((await ask(app, 'anonymous', document, wanted)).nodes).toEqual([null, null]);
    });

    it('says who asks', async () => {
      const document = '{ viewer { user { username } credential isAdmin scopes tokens { name hint } } }';
      expect((await ask(app, 'anonymous', document)).viewer).toEqual({ user: null, credential: 'NONE', isAdmin: false, scopes: ['READ'], tokens: [] });
      const { viewer } = await ask(app, 'reader', document);
      expect(viewer).toMatchObject({ user: { username: 'reader' }, credential: 'TOKEN', isAdmin: false, scopes: ['READ', 'WRITE', 'DELETE', 'ADMIN'] });
      expect(viewer.tokens).toHaveLength(1);
      expect((await ask(app, 'admin', document)).viewer.isAdmin).toBe(true);
      const roles = await ask(app, 'developer', '{ instance { viewerRole } namespace(path: "acme/widgets") { viewerRole parent { path } ancestors { path } } }');
      expect(roles).toEqual({ instance: { viewerRole: null }, namespace: { viewerRole: 'DEVELOPER', parent: { path: 'acme' }, ancestors: [{ path: '' }, { path: 'acme' }] } });
    });
  });
});
