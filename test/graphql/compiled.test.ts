import { getOperationAST, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expandedFields } from '../../schema/expanded-fields.ts';
import { createSchema } from '../../schema/schema.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { put, query } from './client.ts';

// A query is compiled after its third success: what is asked five times has been answered in both ways.
const times = 5;

describe('a query that keeps coming', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ env: { LOG_LEVEL: 'silent' } });
    await put(app, 'acme/widgets', { name: 'lib' });
    await put(app, 'acme', { name: 'other' });
  });

  afterAll(() => app?.close());

  it.each<[string, string, Record<string, unknown>[]]>([
    ['interfaces and their types', '{ namespace(path: "acme") { __typename id ... on Group { children { nodes { __typename path ... on Project { name } } } } parent { path } } }', [{}]],
    ['fragments and aliases', 'query { a: packages(first: 1) { ...f } b: packages { ...f } } fragment f on QueryPackagesConnection { totalCount }', [{}]],
    ['a variable with a default', 'query($first: Int! = 1, $with: Boolean! = true) { packages(first: $first) { nodes { name id @include(if: $with) } } }', [{}, { first: 2 }, { with: false }]],
    ['a variable that may be absent', 'query($name: String) { packages(filter: { name: $name }) { totalCount } }', [{}, { name: 'lib' }, { name: null }]],
    ['a wrong variable', 'query($first: Int!) { packages(first: $first) { totalCount } }', [{ first: 1 }, { first: 'x' }, {}, { first: 1000 }]],
    ['what is not there', 'query($id: ID!) { node(id: $id) { id } package(namespace: "acme", format: NPM, name: "none") { id } }', [{ id: 'pkg_none' }, { id: 'x' }]],
    ['an id that is none', 'query($id: ID!, $ids: [ID!] = []) { node(id: $id) { id } nodes(ids: $ids) { id } }', [{ id: 'pkg_none' }, { id: 'pkg_😀' }, { id: 'pkg_none', ids: ['pkg_\u0000'] }, { id: 5 }]],
    ['an error below', '{ packages { nodes { name version { id } } } }', [{}]],
  ])('is answered alike each time: %s', async (_name, document, inputs) => {
    const firsts = [];
    for (const variables of inputs) firsts.push(await query(app, 'reader', document, variables));
    for (let time = 1; time < times; time++) {
      for (const [index, variables] of inputs.entries()) {
        const answer = await query(app, 'reader', document, variables);
        expect(answer.data).toEqual(firsts[index]?.data);
        const told = (errors: typeof answer.errors) => errors?.map(({ path, extensions }) => ({ path, code: extensions.code }));
        expect(told(answer.errors)).toEqual(told(firsts[index]?.errors));
      }
    }
  });

  it('is checked against each caller and each limit anew', async () => {
    const document = 'query($first: Int!) { packages(first: $first) { nodes { name versions(first: $first) { nodes { files { name sha256 sizeBytes } } } } } }';
    for (let time = 0; time < times; time++) {
      expect((await query(app, 'reader', document, { first: 2 })).data.packages.nodes).toHaveLength(2);
      expect((await query(app, 'outsider', document, { first: 2 })).data.packages.nodes).toEqual([]);
    }
    expect((await query(app, 'reader', document, { first: 100 })).errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
  });

  it.each([
    ['{ viewer { isAdmin } formats { id } }', 4],
    // Three types of namespace, each again with three types of parent.
    ['{ namespace(path: "") { parent { id } } }', 1 + 3 + 9],
    ['query { viewer { ...f ...f } } fragment f on Viewer { isAdmin }', 1 + 2 * 2],
    [`{ namespace(path: "") { ${'parent { '.repeat(15)} id ${'}'.repeat(15)} } }`, 500],
  ])('is compiled only while it stays small: %s', (text, fields) => {
    const document = parse(text);
    const operation = getOperationAST(document);
    if (!operation) throw new Error('no operation');
    expect(expandedFields(createSchema(app.core.formats.list()), document, operation, 500)).toBe(fields);
  });
});
