import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { maxBodyBytes } from '../../schema/request.ts';
import { startApp, stopBackground, type TestApp } from '../support/app.ts';
import { put, query } from './client.ts';

describe('hostile and broken requests', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ env: { LOG_LEVEL: 'silent' } });
    await put(app, 'acme/widgets', { name: 'lib' });
  });

  afterAll(() => app?.close());

  const parents = (depth: number) => `{ namespace(path: "acme") { ${'parent { '.repeat(depth)} id ${'}'.repeat(depth)} } }`;
  const aliases = (count: number) => `{ ${Array.from({ length: count }, (_, index) => `a${index}: __typename x${index}: viewer { isAdmin }`).join(' ')} }`;
  const page = (inner: string) => `packages(first: 100) { nodes { versions(first: 100) { nodes { ${inner} } } } }`;

  it.each([
    ['nested too deep', parents(30), 'QUERY_TOO_DEEP'],
    ['with too many aliases', aliases(31), 'TOO_MANY_ALIASES'],
    ['with too many tokens', `{ ${'viewer { isAdmin } '.repeat(600)} }`, 'QUERY_TOO_LONG'],
    ['that costs too much', `{ ${page('version status publishedAt files { id name sizeBytes sha256 }')} }`, 'QUERY_TOO_COMPLEX'],
    ['that costs too much behind fragments', `{ ...a } fragment a on Query { ...b } fragment b on Query { ${page('...c')} } fragment c on PackageVersion { dependencies { target { name } } files { name } }`, 'QUERY_TOO_COMPLEX'],
    ['with fragments in a circle', '{ ...a } fragment a on Query { viewer { isAdmin } ...b } fragment b on Query { ...a }', 'GRAPHQL_VALIDATION_FAILED'],
    ['with a fragment in itself', '{ instance { ...a } } fragment a on Namespace { parent { ...a } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['that is no GraphQL', '{ viewer', 'GRAPHQL_PARSE_FAILED'],
    ['that is not in the schema', '{ secrets }', 'GRAPHQL_VALIDATION_FAILED'],
    ['with a value of the wrong type', '{ packages(first: "x") { totalCount } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['without a variable it needs', 'query($id: ID!) { node(id: $id) { id } }', 'BAD_USER_INPUT'],
  ])('refuses a document %s', async (_name, document, code) => {
    const answer = await query(app, 'reader', document);
    expect(answer.errors?.[0]?.extensions.code).toBe(code);
    expect(answer.data ?? null).toBeNull();
    // The second time the document comes from the cache.
    expect((await query(app, 'reader', document)).errors?.[0]?.extensions.code).toBe(code);
  });

  it('takes what is just within the limits', async () => {
    expect((await query(app, 'reader', parents(12))).errors).toBeUndefined();
    expect((await query(app, 'reader', aliases(15))).errors).toBeUndefined();
    expect((await query(app, 'reader', '{ packages(first: 50) { nodes { name versions(first: 50) { nodes { version status files { name sizeBytes sha256 } } } } } }')).errors).toBeUndefined();
    expect((await query(app, 'anonymous', getIntrospectionQuery())).errors).toBeUndefined();
  });

  it('counts the cost of each operation anew, also for variables', async () => {
    const document = 'query($first: Int!) { packages(first: $first) { nodes { versions(first: $first) { nodes { version status files { id name sizeBytes } } } } } }';
    expect((await query(app, 'reader', document, { first: 10 })).errors).toBeUndefined();
    expect((await query(app, 'reader', document, { first: 100 })).errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
    expect((await query(app, 'reader', document, { first: 10 })).errors).toBeUndefined();
  });

  it.each([
    ['several operations at once', { body: '[{"query":"{__typename}"},{"query":"{__typename}"}]' }, 400, 'BATCH_NOT_SUPPORTED'],
    ['no JSON', { body: '{' }, 400, 'BAD_REQUEST'],
    ['null', { body: 'null' }, 400, 'BAD_REQUEST'],
    ['no query', { body: '{}' }, 400, 'BAD_REQUEST'],
    ['variables that are no object', { body: '{"query":"{__typename}","variables":[1]}' }, 400, 'BAD_REQUEST'],
    ['a form', { body: 'query={__typename}', type: 'application/x-www-form-urlencoded' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['plain text', { body: '{"query":"{__typename}"}', type: 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body that is too large', { body: JSON.stringify({ query: `{__typename} #${'x'.repeat(maxBodyBytes)}` }) }, 413, 'REQUEST_TOO_LARGE'],
    ['a bad token', { body: '{"query":"{__typename}"}', authorization: 'Bearer nonsense' }, 401, 'UNAUTHENTICATED'],
    ['a credential that cannot be read', { body: '{"query":"{__typename}"}', authorization: 'Digest x' }, 401, 'UNAUTHENTICATED'],
  ] as const)('refuses %s', async (_name, request, status, code) => {
    const { type = 'application/json', authorization, body } = request as { body: string; type?: string; authorization?: string };
    const headers = { 'content-type': type, ...(authorization ? { authorization } : {}) };
    const response = await app.fetch('/graphql', 'anonymous', { method: 'POST', headers, body });
    expect(response.status).toBe(status);
    const { errors } = (await response.json()) as { errors: { extensions: { code: string; http?: unknown } }[] };
    expect(errors[0]?.extensions).toEqual({ code });
    expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer realm="Entrepot"' : null);
  });

  it('refuses a body without length that grows too large', async () => {
    const chunk = new Uint8Array(64 * 1024).fill(32);
    let sent = 0;
    const body = new ReadableStream({ pull: (controller) => (sent++ < 40 ? controller.enqueue(chunk) : controller.close()) });
    const response = await app
      .fetch('/graphql', 'anonymous', { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' } as RequestInit)
      .catch(() => undefined);
    // The connection may be closed before the client has read the answer.
    if (response) expect(response.status).toBe(413);
    expect((await query(app, 'anonymous', '{ __typename }')).status).toBe(200);
  });

  it('reads by GET and never writes by it', async () => {
    const read = await app.fetch(`/graphql?query=${encodeURIComponent('{ viewer { isAdmin } }')}`, 'reader');
    expect([read.status, await read.json()]).toEqual([200, { data: { viewer: { isAdmin: false } } }]);
    const write = encodeURIComponent('mutation { createGroup(input: { slug: "x" }) { __typename } }');
    const refused = await app.fetch(`/graphql?query=${write}`, 'admin');
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await query(app, 'admin', '{ namespace(path: "x") { id } }')).data.namespace).toBeNull();
  });

  it('shows browsers a page, and lets other origins call without cookies', async () => {
    const page = await app.fetch('/graphql', 'anonymous', { headers: { accept: 'text/html,*/*' } });
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('Entrepot');
    const preflight = await app.fetch('/graphql', 'anonymous', {
      method: 'OPTIONS',
      headers: { origin: 'https://example.com', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
    });
    expect(['*', 'https://example.com']).toContain(preflight.headers.get('access-control-allow-origin'));
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(preflight.headers.get('access-control-allow-credentials')).not.toBe('true');
  });

  it('answers in the media type of the specification where it is asked for', async () => {
    const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json;q=0.9' };
    const response = await app.fetch('/graphql', 'anonymous', { method: 'POST', headers, body: '{"query":"{__typename}"}' });
    expect(response.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
  });

  it('masks what is not expected, and logs it once with the id of the request', async () => {
    const failure = new Error('the password of the database is 1234');
    const { reads } = app.core.database;
    const original = reads.query.bind(reads);
    // Not the statements that turn the credential into an actor: those come before there is an operation.
    const read = vi.spyOn(reads, 'query').mockImplementation((sql, parameters) => (/FROM namespace\b/.test(sql) ? Promise.reject(failure) : original(sql, parameters)));
    const log = vi.spyOn(app.core.log, 'error').mockImplementation(() => undefined);
    const response = await app.fetch('/graphql', 'admin', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ a: namespace(path: "acme") { id } b: namespace(path: "") { id } }' }),
    });
    const requestId = response.headers.get('x-request-id');
    const text = await response.text();
    read.mockRestore();
    expect(text).not.toContain('1234');
    const { errors } = JSON.parse(text) as { errors: unknown[] };
    expect(errors).toEqual(['a', 'b'].map((path) => expect.objectContaining({ message: `Internal error ${requestId}`, path: [path], extensions: { code: 'INTERNAL_ERROR' } })));
    expect(log.mock.calls).toEqual([[{ err: failure, requestId }, 'a GraphQL operation failed']]);
    log.mockRestore();
  });

  it('masks what is not expected before there is an operation', async () => {
    const failure = new Error('the password of the database is 1234');
    await stopBackground(app);
    app.core.authenticator.forget();
    const read = vi.spyOn(app.core.database.reads, 'query').mockRejectedValue(failure);
    const log = vi.spyOn(app.core.log, 'error').mockImplementation(() => undefined);
    const response = await app.fetch('/graphql', 'admin', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ __typename }"}' });
    read.mockRestore();
    app.core.authenticator.forget();
    const requestId = response.headers.get('x-request-id');
    expect(await response.json()).toEqual({ errors: [{ message: `Internal error ${requestId}`, extensions: { code: 'INTERNAL_ERROR' } }] });
    expect(log).toHaveBeenCalledTimes(1);
    log.mockRestore();
  });
});
