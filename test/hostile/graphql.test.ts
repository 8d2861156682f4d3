import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { LOG_LEVEL: 'silent' } });
});
afterAll(() => app.close());

/** Sends an operation as nobody; the answer as text, since objects have properties of their own. */
async function send(body: string | object): Promise<{ status: number; text: string }> {
  const text = typeof body === 'string' && body.startsWith('{"') ? body : JSON.stringify(typeof body === 'string' ? { query: body } : body);
  const response = await fetch(`${app.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });
  return { status: response.status, text: await response.text() };
}

const repeat = (count: number, piece: (index: number) => string) => Array.from({ length: count }, (_, index) => piece(index)).join(' ');
const inTurn = (length: number, spreads: number) => `{ ...F0 } ${repeat(length, (index) => `fragment F${index} on Query { ${`...F${index + 1} `.repeat(spreads)} }`)} fragment F${length} on Query { __typename }`;

describe('documents that are made to cost more than they show', () => {
  it.for<[string, string | object, string]>([
    ['introspection under many names', `{ ${repeat(20, (index) => `a${index}: __schema { types { name fields { name type { fields { name } } } } }`)} }`, 'TOO_MUCH_INTROSPECTION'],
    ['the same in fragments', `{ ${repeat(10, (index) => `...F${index}`)} } ${repeat(10, (index) => `fragment F${index} on Query { a${index}: __type(name: "Query") { fields { name } } }`)}`, 'TOO_MUCH_INTROSPECTION'],
    ['introspection of introspection', '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['fragments that double', inTurn(60, 2), 'QUERY_TOO_DEEP'],
    ['fragments that double, not deep', inTurn(15, 2), 'QUERY_TOO_DEEP'],
    ['a circle of a hundred fragments', `{ ...F0 } ${repeat(100, (index) => `fragment F${index} on Query { ...F${(index + 1) % 100} }`)}`, 'QUERY_TOO_DEEP'],
    ['a field with hundreds of directives', `{ __typename ${'@skip(if: false) '.repeat(300)} }`, 'QUERY_TOO_LONG'],
    ['directives that there are not', `{ __typename ${'@no '.repeat(600)} }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['lists within lists', `{ packages(filter: { formats: ${'['.repeat(900)}${']'.repeat(900)} }) { totalCount } }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['fields that conflict, each with each', `{ ${repeat(150, (index) => `packages(first: ${index}) { totalCount }`)} }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['a hundred operations, none of which is named', repeat(100, (index) => `query q${index} { __typename }`), 'GRAPHQL_VALIDATION_FAILED'],
    ['fragments alone', 'fragment F on Query { __typename }', 'GRAPHQL_VALIDATION_FAILED'],
    ['an operation that is not there', { query: 'query a { __typename }', operationName: 'b' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['an operation called like what objects have', { query: 'query a { __typename }', operationName: '__proto__' }, 'GRAPHQL_VALIDATION_FAILED'],
  ])('%s', async ([, document, code]) => {
    // The second time the document comes from the caches.
    for (let time = 0; time < 2; time++) {
      const { status, text } = await send(document);
      expect([status, text.includes(`"code":"${code}"`), text.slice(0, 300)]).toEqual([400, true, expect.any(String)]);
      expect(text.length).toBeLessThan(200_000);
    }
  });

  it.for<[string, string]>([
    ['half a million brackets as a variable', `{"query":"query($a: [String!]) { search: packages(filter: { keywords: $a }) { totalCount } }","variables":{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}}`],
    ['as many objects', `{"query":"query($a: PackageFilter) { packages(filter: $a) { totalCount } }","variables":{"a":${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}}}`],
    ['brackets that do not close', `{"query":"{ __typename }","variables":${'['.repeat(900_000)}`],
    ['a document of one comment', JSON.stringify({ query: `#${'#'.repeat(900_000)}` })],
    ['a name of half a megabyte', JSON.stringify({ query: `{ ${'a'.repeat(500_000)} }` })],
    ['a number of half a megabyte', JSON.stringify({ query: `{ packages(first: ${'9'.repeat(500_000)}) { totalCount } }` })],
    ['a text of lines', JSON.stringify({ query: `{ package(namespace: """${'\n '.repeat(300_000)}x""", format: NPM, name: "x") { id } }` })],
    ['fifty thousand variables', JSON.stringify({ query: '{ __typename }', variables: Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`v${index}`, index])) })],
  ])('%s: is answered, and no fault of ours', async ([, body]) => {
    const { status } = await send(body);
    expect([200, 400]).toContain(status);
  });

  it('the introspection of tools is answered', async () => {
    expect((await send('{ __schema { queryType { name } } a: __type(name: "Query") { name } b: __type(name: "Mutation") { name } c: __type(name: "Package") { name } }')).status).toBe(200);
  });
});

it('an answer keeps names that objects take for something else, also when it is compiled', async () => {
  const document = 'query($__proto__: Int! = 1) { __proto__: __typename constructor: __typename packages(first: $__proto__) { __proto__: totalCount } }';
  const answers = [];
  for (let time = 0; time < 6; time++) answers.push((await send(document)).text);
  expect(answers).toEqual(Array(6).fill('{"data":{"__proto__":"Query","constructor":"Query","packages":{"__proto__":0}}}'));
});

it.for<[string, string, string]>([
  ['a form', 'application/x-www-form-urlencoded', 'query=%7B__typename%7D'],
  ['a form with a file', 'multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"{ __typename }"}\r\n--x--\r\n'],
  ['plain text', 'text/plain', '{"query":"{ __typename }"}'],
  ['JSON that does not say so', '', '{"query":"{ __typename }"}'],
])('%s, which any page may send without asking, is no operation', async ([, type, body]) => {
  const response = await fetch(`${app.url}/graphql`, { method: 'POST', headers: type === '' ? {} : { 'content-type': type }, body: new Uint8Array(Buffer.from(body)) });
  expect(response.status).toBe(415);
});

it('a GET changes nothing, whatever it says beside it', async () => {
  const mutation = 'mutation { createGroup(input: { slug: "forged" }) { __typename } }';
  for (const query of [mutation, `query a { __typename } ${mutation.replace('mutation', 'mutation b')}`]) {
    const response = await app.fetch(`/graphql?${query === mutation ? '' : 'operationName=b&'}query=${encodeURIComponent(query)}`, 'admin');
    expect(response.status).toBe(405);
  }
  expect(await app.core.database.reads.query("SELECT 1 FROM namespace WHERE path = 'forged'")).toEqual([]);
});
