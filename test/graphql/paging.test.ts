import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ask, backends, put, query } from './client.ts';

interface Page {
  totalCount: number;
  nodes: { name: string }[];
  edges: { cursor: string; node: { name: string } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

const page = 'totalCount nodes { name: %s } edges { cursor node { name: %s } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const count = 17;
const directions = ['ASC', 'DESC'];

describe.each(backends)('paging over $name', (backend) => {
  describe.skipIf(backend.missing)('by keyset', () => {
    let app: TestApp;
    let packageId: string;

    beforeAll(async () => {
      app = await startApp({ backend: await backend.open() });
      for (let number = 0; number < count; number++) {
        // Three packages share each instant, so that only the id tells them apart.
        if (number % 3 === 0) app.clock.advance(1000);
        const { package: owner } = await put(app, 'acme/widgets', { name: `lib-${(number * 7) % count}`, version: '1.0.0' });
        packageId = owner.id;
      }
      for (let number = 1; number < count; number++) {
        if (number % 4 === 0) app.clock.advance(1000);
        await put(app, 'acme/widgets', { name: `lib-${((count - 1) * 7) % count}`, version: `1.${(number * 5) % count}.0-rc.1` });
      }
      for (let number = 0; number < count; number++) await app.namespace(`acme/group-${number}`, 'GROUP');
    });

    afterAll(() => app?.close());

    const packages = (order: string) => async (args: string): Promise<Page> =>
      (await ask(app, 'reader', `{ packages(${args}${order}) { ${page.replaceAll('%s', 'name')} } }`)).packages;
    const versions = (order: string) => async (args: string): Promise<Page> =>
      (await ask(app, 'reader', `query($id: ID!) { node(id: $id) { ... on Package { versions(${args}${order}) { ${page.replaceAll('%s', 'version')} } } } }`, { id: packageId })).node.versions;
    const children = async (args: string): Promise<Page> =>
      (await ask(app, 'reader', `{ namespace(path: "acme") { children(search: "group-", ${args}) { ${page.replaceAll('%s', 'path')} } } }`)).namespace.children;

    const lists: [string, (args: string) => Promise<Page>][] = [
      ...['NAME', 'UPDATED_AT', 'CREATED_AT'].flatMap((field) =>
        directions.map((direction): [string, (args: string) => Promise<Page>] => [`packages by ${field} ${direction}`, packages(`, orderBy: { field: ${field}, direction: ${direction} }`)]),
      ),
      ...['VERSION', 'PUBLISHED_AT'].flatMap((field) =>
        directions.map((direction): [string, (args: string) => Promise<Page>] => [`versions by ${field} ${direction}`, versions(`, orderBy: { field: ${field}, direction: ${direction} }`)]),
      ),
      ['children', children],
    ];

    it.each(lists)('%s: pages forward and backward hold every row once, in order', async (_name, list) => {
      const all = await list('first: 100');
      const names = all.nodes.map(({ name }) => name);
      expect(new Set(names).size).toBe(count);
      expect(all.totalCount).toBe(count);
      expect(all.edges.map(({ node }) => node.name)).toEqual(names);
      expect(all.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false, startCursor: all.edges[0]?.cursor, endCursor: all.edges.at(-1)?.cursor });

      const forward: string[] = [];
      for (let after = '', more = true; more; ) {
        const part = await list(`first: 5${after}`);
        forward.push(...part.nodes.map(({ name }) => name));
        expect(part.totalCount).toBe(count);
        expect(part.pageInfo.hasPreviousPage).toBe(after !== '');
        more = part.pageInfo.hasNextPage;
        after = `, after: "${part.pageInfo.endCursor}"`;
      }
      expect(forward).toEqual(names);

      const backward: string[] = [];
      for (let before = '', more = true; more; ) {
        const part = await list(`last: 5${before}`);
        backward.unshift(...part.nodes.map(({ name }) => name));
        expect(part.pageInfo.hasNextPage).toBe(before !== '');
        more = part.pageInfo.hasPreviousPage;
        before = `, before: "${part.pageInfo.startCursor}"`;
      }
      expect(backward).toEqual(names);

      const between = await list(`first: 100, after: "${all.edges[2]?.cursor}", before: "${all.edges[6]?.cursor}"`);
      expect(between.nodes.map(({ name }) => name)).toEqual(names.slice(3, 6));
    });

    it('gives every parent its own page of a nested list', async () => {
      const data = await ask(app, 'reader', '{ packages(first: 100) { nodes { name versions(first: 3) { totalCount nodes { version } pageInfo { hasNextPage } } } } }');
      const alone = await versions('')('first: 3');
      const big = data.packages.nodes.filter((node: { versions: { totalCount: number } }) => node.versions.totalCount > 1);
      expect(big).toHaveLength(1);
      expect(big[0].versions).toEqual({ totalCount: count, nodes: alone.nodes.map(({ name }) => ({ version: name })), pageInfo: { hasNextPage: true } });
      const small = data.packages.nodes.find((node: { name: string }) => node.name !== big[0].name);
      expect(small.versions).toEqual({ totalCount: 1, nodes: [{ version: '1.0.0' }], pageInfo: { hasNextPage: false } });
    });

    it('does not shift when rows come while paging', async () => {
      const list = packages(', orderBy: { field: CREATED_AT, direction: DESC }');
      const first = await list('first: 5');
      const rest = await list(`first: 100, after: "${first.pageInfo.endCursor}"`);
      app.clock.advance(1000);
      await put(app, 'acme/widgets', { name: 'newcomer' });
      expect((await list(`first: 100, after: "${first.pageInfo.endCursor}"`)).nodes).toEqual(rest.nodes);
    });

    it.each([
      ['first: 101', 'INVALID_INPUT'],
      ['first: -1', 'INVALID_INPUT'],
      ['last: 101', 'INVALID_INPUT'],
      ['first: 1, last: 1', 'INVALID_INPUT'],
      ['after: "rubbish"', 'INVALID_INPUT'],
      ['after: ""', 'INVALID_INPUT'],
    ])('refuses %s', async (args, code) => {
      const { errors } = await query(app, 'reader', `{ packages(${args}) { nodes { name } } }`);
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
    });

    it('refuses the cursor of another order, and gives an empty page for none wanted', async () => {
      const byName = await packages('')('first: 1');
      const { errors } = await query(app, 'reader', `{ packages(orderBy: { field: CREATED_AT }, after: "${byName.pageInfo.endCursor}") { nodes { name } } }`);
      expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
      const none = await packages('')('first: 0');
      expect(none.nodes).toEqual([]);
      expect(none.totalCount).toBeGreaterThanOrEqual(count);
    });
  });
});
