import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, stopBackground, type TestApp } from '../support/app.ts';
import { ask, backends, put } from './client.ts';

const nested = `query($first: Int!) {
  namespace(path: "acme") {
    children { nodes { path packages(first: 2) { totalCount nodes { name } } } }
    packages(first: $first) {
      totalCount
      nodes {
        name sizeBytes visibility purl
        namespace { path }
        latestVersion { version }
        tags { name version { version } }
        dependents { totalCount nodes { version { version package { name } } } }
        versions(first: $first) {
          totalCount
          nodes {
            version description licenses readme purl tags
            publishedBy { displayName }
            metadata { raw }
            dependencies { name target { name } }
            files { name sha256 md5 }
          }
        }
        again: versions(first: $first) { edges { node { files { name } } } }
        plain: versions(first: $first) { nodes { version } }
      }
    }
  }
}`;

describe.each(backends)('statements over $name', (backend) => {
  describe.skipIf(backend.missing)('of one operation', () => {
    let app: TestApp;
    const statements: string[] = [];

    beforeAll(async () => {
      app = await startApp({ backend: await backend.open(), onStatement: (sql) => statements.push(sql) });
      await stopBackground(app);
      for (let index = 0; index < 12; index++) {
        await app.namespace(`acme/lib-${index}`);
        for (const version of ['1.0.0', '1.1.0', '2.0.0']) {
          await put(app, `acme/lib-${index}`, { name: `lib-${index}`, version, dependencies: [{ kind: 'runtime', name: `lib-${(index + 1) % 12}`, requirement: '1' }] });
        }
      }
    });

    afterAll(() => app?.close());

    /** Without those that look the credential up again, twice a second, and those of what goes on in the background. */
    const own = () => statements.filter((sql) => !/\b(?:access_token|membership|package_grant|event|event_log|webhook\w*|cleanup_\w+)\b|_LOCK\(|FROM `?"?user\b/.test(sql));

    async function count(first: number): Promise<number> {
      await ask(app, 'reader', '{ viewer { isAdmin } }');
      statements.length = 0;
      const data = await ask(app, 'reader', nested, { first });
      expect(data.namespace.packages.nodes).toHaveLength(first);
      expect(data.namespace.packages.nodes[0].versions.nodes[0].files).toHaveLength(1);
      return own().length;
    }

    it('are no more for twelve packages than for two, and few', async () => {
      const few = await count(2);
      expect(await count(12)).toBeLessThanOrEqual(few);
      expect(few).toBeLessThanOrEqual(30);
    });

    it('are as few for fifty packages with their versions and files', async () => {
      for (let index = 12; index < 50; index++) {
        for (const version of ['1.0.0', '2.0.0']) await put(app, 'acme', { name: `lib-${index}`, version });
      }
      const document = 'query($first: Int!) { packages(first: $first) { totalCount nodes { name latestVersion { version } versions(first: 50) { nodes { version status tags files { name sizeBytes sha256 } } } } } }';
      const counted = async (first: number) => {
        statements.length = 0;
        const { packages } = await ask(app, 'reader', document, { first });
        expect(packages.totalCount).toBe(50);
        const files = packages.nodes.flatMap(({ versions }: any) => versions.nodes.flatMap((node: any) => node.files));
        // The credential is looked up again after half a second: token, user, roles, grants.
        return { packages: packages.nodes.length, files: files.length, statements: own().length };
      };
      const one = await counted(1);
      expect(await counted(50)).toEqual({ packages: 50, files: 12 * 3 + 38 * 2, statements: one.statements });
      expect(one.statements).toBeLessThanOrEqual(7);
    }, 30_000);

    it('are three for a package with its versions and files', async () => {
      const { packages } = await ask(app, 'reader', '{ packages(first: 1) { nodes { id } } }');
      statements.length = 0;
      await ask(app, 'reader', 'query($id: ID!) { node(id: $id) { ... on Package { versions(first: 50) { nodes { version files { name } } } } } }', { id: packages.nodes[0].id });
      expect(statements).toHaveLength(3);
    });

    it('do not read readmes or metadata that nobody asks for', async () => {
      statements.length = 0;
      await ask(app, 'reader', '{ packages { nodes { name description versions { nodes { version description } } } } }');
      expect(statements.filter((sql) => /readme|metadata|SELECT \*/.test(sql))).toEqual([]);
    });
  });
});
