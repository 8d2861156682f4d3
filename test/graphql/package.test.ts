import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertMember } from '../../src/access/members.ts';
import { createUser } from '../../src/access/users.ts';
import { createToken } from '../../src/access/tokens.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ask, backends, put, query } from './client.ts';

describe.each(backends)('packages over $name', (backend) => {
  describe.skipIf(backend.missing)('as the API shows them', () => {
    let app: TestApp;

    beforeAll(async () => {
      app = await startApp({ backend: await backend.open() });
      const facts = { name: '@acme/lib', keywords: ['fast', '100%'], authors: ['Ada <ada@example.com>'], licenses: ['MIT'], homepage: 'https://example.com/', metadata: { manifest: { main: 'index.js', engines: { node: '>=20' }, os: ['linux'] }, fileCount: 2, unpackedSize: 300 } };
      await put(app, 'acme/widgets', { ...facts, version: '1.10.0', description: 'The tenth' });
      app.clock.advance(60_000);
      await put(app, 'acme/widgets', { ...facts, version: '1.9.0', files: { 'lib.tgz': 'same' } });
      await put(app, 'acme/widgets', { ...facts, version: '2.0.0-rc.1', tags: ['next'] });
      await put(app, 'acme', { name: 'Tool_1', format: 'generic', files: { 'dir/a b.bin': 'same', z: '' } });
      await put(app, 'acme/widgets', { name: 'pre-only', version: '0.1.0-a.1' });
    });

    afterAll(() => app?.close());

    it('has all of it', async () => {
      const data = await ask(
        app,
        'reader',
        `{ package(namespace: "acme/widgets", format: NPM, name: "@acme/lib") {
          __typename id format name purl visibility description sizeBytes createdAt updatedAt
          namespace { __typename path }
          latestVersion { version purl package { name } }
          tags { name version { version } }
          endpoint { url install { code } }
          versions { nodes { version status keywords authors licenses homepage repositoryUrl statusReason readme sizeBytes tags build { commit }
            metadata { raw ... on NpmMetadata { main engines { name value } os cpu fileCount unpackedSize deprecated hasInstallScript } } } }
        } }`,
      );
      const { package: lib } = data;
      expect(lib).toMatchObject({
        __typename: 'Package',
        format: 'NPM',
        name: '@acme/lib',
        purl: 'pkg:npm/%40acme/lib',
        visibility: 'PRIVATE',
        description: 'The tenth',
        namespace: { __typename: 'Project', path: 'acme/widgets' },
        latestVersion: { version: '1.10.0', purl: 'pkg:npm/%40acme/lib@1.10.0', package: { name: '@acme/lib' } },
        tags: [{ name: 'latest', version: { version: '1.10.0' } }, { name: 'next', version: { version: '2.0.0-rc.1' } }],
        endpoint: { url: `${app.url}/api/packages/acme/widgets/npm` },
      });
      expect(lib.id).toMatch(/^pkg_/);
      expect(Date.parse(lib.updatedAt) - Date.parse(lib.createdAt)).toBe(60_000);
      expect(lib.endpoint.install[0].code).toContain('@acme/lib');
      expect(lib.versions.nodes.map(({ version }: { version: string }) => version)).toEqual(['2.0.0-rc.1', '1.10.0', '1.9.0']);
      expect(lib.sizeBytes).toBe(lib.versions.nodes.reduce((sum: number, { sizeBytes }: { sizeBytes: number }) => sum + sizeBytes, 0));
      expect(lib.versions.nodes[1]).toMatchObject({
        status: 'PUBLISHED',
        keywords: ['fast', '100%'],
        authors: ['Ada <ada@example.com>'],
        licenses: ['MIT'],
        homepage: 'https://example.com/',
        repositoryUrl: null,
        statusReason: null,
        readme: null,
        build: null,
        tags: ['latest'],
        metadata: { raw: { fileCount: 2 }, main: 'index.js', engines: [{ name: 'node', value: '>=20' }], os: ['linux'], cpu: [], fileCount: 2, unpackedSize: 300, deprecated: null, hasInstallScript: false },
      });
    });

    it.each([
      ['{ formats: [GENERIC] }', ['Tool_1']],
      ['{ formats: [NPM, GENERIC], nameContains: "L_1" }', ['Tool_1']],
      ['{ nameContains: "%" }', []],
      ['{ name: "@acme/lib" }', ['@acme/lib']],
      ['{ name: "@acme/li" }', []],
      ['{ formats: [] }', []],
      ['{ keyword: "fast" }', ['@acme/lib']],
      ['{ keyword: "100%" }', ['@acme/lib']],
      ['{ keyword: "fas" }', []],
      ['{ status: YANKED }', []],
      ['{ status: PUBLISHED, nameContains: "only" }', ['pre-only']],
      ['{ createdAfter: "2030-01-02T03:04:30Z" }', ['Tool_1', 'pre-only']],
      ['{ updatedAfter: "2030-01-02T03:04:30+00:00", formats: null }', ['@acme/lib', 'Tool_1', 'pre-only']],
      ['{ updatedAfter: "2031-01-02T03:04:30Z" }', []],
    ])('finds by %s', async (filter, names) => {
      const { packages } = await ask(app, 'reader', `{ packages(filter: ${filter}) { totalCount nodes { name } } }`);
      expect(packages.nodes.map(({ name }: { name: string }) => name)).toEqual(names);
      expect(packages.totalCount).toBe(names.length);
    });

    it('finds content wherever it is', async () => {
      const data = await ask(app, 'reader', '{ package(namespace: "acme", format: GENERIC, name: "Tool_1") { latestVersion { files { id name sha256 sha1 md5 sha512 contentType downloadUrl signedUrl attributes downloadCount lastDownloadedAt } } } }');
      const [file, empty] = data.package.latestVersion.files;
      expect(file).toMatchObject({ name: 'dir/a b.bin', contentType: 'application/octet-stream', signedUrl: null, attributes: {}, downloadCount: 0, lastDownloadedAt: null });
      expect(file.downloadUrl).toBe(`${app.url}/api/files/${file.id}/dir/a%20b.bin`);
      expect([empty.md5, empty.sha1, empty.sha512.length]).toEqual(['d41d8cd98f00b204e9800998ecf8427e', 'da39a3ee5e6b4b0d3255bfef95601890afd80709', 128]);
      const found = await ask(app, 'reader', 'query($sha256: String!) { file(sha256: $sha256) { totalCount nodes { name version { version package { name } } } } packages(filter: { sha256: $sha256 }) { nodes { name } } }', { sha256: file.sha256.toUpperCase() });
      expect(found.file).toEqual({
        totalCount: 2,
        nodes: [
          { name: 'dir/a b.bin', version: { version: '1.0.0', package: { name: 'Tool_1' } } },
          { name: 'lib.tgz', version: { version: '1.9.0', package: { name: '@acme/lib' } } },
        ],
      });
      expect(found.packages.nodes).toEqual([{ name: '@acme/lib' }, { name: 'Tool_1' }]);
      expect((await query(app, 'reader', '{ file(sha256: "abc") { totalCount } }')).errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
    });

    it.each([
      ['pkg:npm/%40acme/lib@1.0.0', '@acme/lib'],
      ['pkg:generic/Tool_1', 'Tool_1'],
      ['pkg:npm/nothing', null],
      ['pkg:cargo/lib', null],
    ])('finds %s', async (purl, name) => {
      const { packageByPurl } = await ask(app, 'reader', 'query($purl: String!) { packageByPurl(purl: $purl, namespace: "acme") { name } }', { purl });
      expect(packageByPurl?.name ?? null).toBe(name);
    });

    it('tells a broken package URL and an impossible choice of version', async () => {
      const codes = async (document: string) => (await query(app, 'reader', document)).errors?.map(({ extensions }) => extensions.code);
      expect(await codes('{ packageByPurl(purl: "lib") { name } }')).toEqual(['INVALID_INPUT']);
      expect(await codes('{ packages { nodes { version { version } } } }')).toEqual(Array(3).fill('INVALID_INPUT'));
      expect(await codes('{ package(namespace: "", format: NPM, name: "pre-only") { version(version: "1", tag: "x") { version } } }')).toEqual(['INVALID_INPUT']);
      expect(await codes('{ packages(filter: { createdAfter: "yesterday" }) { totalCount } }')).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    });

    it('calls a pre-release the latest only where there is nothing else', async () => {
      const data = await ask(app, 'reader', '{ package(namespace: "acme/widgets", format: NPM, name: "pre-only") { latestVersion { version } } }');
      expect(data.package.latestVersion.version).toBe('0.1.0-a.1');
    });

    it('shows guests that a namespace is there and nothing in it', async () => {
      const guest = await createUser(app.core, { username: 'guest' });
      const acme = await ask(app, 'admin', '{ namespace(path: "acme") { id } }');
      await insertMember(app.core, guest.id, acme.namespace.id, 'GUEST');
      const { secret } = await createToken(app.core, { userId: guest.id, name: 'x' });
      const document = '{ namespace(path: "acme") { path viewerRole packages { totalCount } children { totalCount } } package(namespace: "acme", format: NPM, name: "pre-only") { name } }';
      const response = await fetch(`${app.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` }, body: JSON.stringify({ query: document }) });
      const { data, errors } = (await response.json()) as { data: unknown; errors: { extensions: { code: string } }[] };
      expect(data).toEqual({ namespace: { path: 'acme', viewerRole: 'GUEST', packages: { totalCount: 0 }, children: { totalCount: 0 } }, package: null });
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    });

    it('tells what the server speaks and how to use it', async () => {
      const { formats, instance, namespace } = await ask(app, 'reader', '{ formats { format title purlType hasTags defaultTag allowsDuplicates publishesWholeVersions maxFileBytes } instance { endpoint(format: NPM) { url } } namespace(path: "acme") { endpoint(format: GENERIC) { url configure { title language code } publish { code } install { code } } } }');
      expect(formats.find(({ format }: { format: string }) => format === 'NPM')).toMatchObject({ title: 'npm', purlType: 'npm', hasTags: true, defaultTag: 'latest', allowsDuplicates: false, publishesWholeVersions: true });
      expect(instance.endpoint.url).toBe(`${app.url}/api/packages/npm`);
      expect(namespace.endpoint.url).toBe(`${app.url}/api/packages/acme/generic`);
      expect(namespace.endpoint.publish[0].code).toContain(namespace.endpoint.url);
    });
  });
});
