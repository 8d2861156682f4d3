import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { type Client, createClient, createRequest, EntrepotError, orThrow, PackageDocument, type TypedDocument, ViewerDocument } from '../../schema/sdk/index.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
let reader: Client;

beforeAll(async () => {
  app = await startApp();
  reader = createClient({ url: app.url, token: app.secrets.reader });
});
afterAll(() => app.close());

/** A fetch that answers whatever it is asked. */
function answering(body: string, status: number): typeof fetch {
  return async () => new Response(body, { status });
}

/** A fetch that never answers, and ends as its signal says. */
const silent: typeof fetch = (_url, init) =>
  new Promise((_resolve, reject) => {
    const end = () => reject(init?.signal?.reason as Error);
    if (init?.signal?.aborted) end();
    init?.signal?.addEventListener('abort', end);
  });

describe('EntrepotError', () => {
  it('tells what GraphQL errors tell', async () => {
    const error: unknown = await reader.createUpload({ namespace: 'acme/widgets', fileName: 'a' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EntrepotError);
    expect(error).toMatchObject({ name: 'EntrepotError', code: 'FORBIDDEN', path: ['createUpload'], status: 200, failure: undefined });
    expect((error as EntrepotError).errors).toHaveLength(1);
    expect((error as EntrepotError).requestId).toMatch(/^[\w-]{36}$/);
  });

  it('tells why nothing was executed', async () => {
    await expect(createClient({ url: app.url, token: 'ept_wrong' }).viewer()).rejects.toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    await expect(reader.request('{ nothing }')).rejects.toMatchObject({ status: 400, message: expect.stringContaining('nothing') });
  });

  it('tells why bytes were not taken', async () => {
    const developer = createClient({ url: app.url, token: app.secrets.developer });
    const file = { fileName: 'a.txt', body: new Blob(['a']) };
    const received = await developer.upload(file, 'acme/widgets');
    expect(received).toMatchObject({ sizeBytes: 1, md5: '0cc175b9c0f1b6a831c399e269772661' });
    const again = createClient({ url: app.url, token: app.secrets.developer, fetch: (url, init) => fetch(init?.method === 'PUT' ? `${app.url}/api/uploads/${received.id}` : url, init) });
    await expect(again.upload(file, 'acme/widgets')).rejects.toMatchObject({ code: 'UPLOAD_NOT_READY', status: 409 });
    await expect(reader.download({ downloadUrl: `${app.url}/api/files/nothing/a.txt` })).rejects.toMatchObject({ status: 404 });
  });

  it('tells that no server answers', async () => {
    const error: unknown = await createClient({ url: 'http://127.0.0.1:9' }).viewer().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'NETWORK_ERROR', status: undefined, cause: expect.any(TypeError) });
  });

  it('tells that an answer broke off', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"data":', () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(createClient({ url: `http://127.0.0.1:${port}` }).viewer()).rejects.toMatchObject({ code: 'NETWORK_ERROR', status: 200 });
    server.close();
  });

  it.for([
    ['<html>Bad gateway</html>', 502, 'The server answered with status 502: <html>Bad gateway</html>'],
    ['<html>Welcome</html>', 200, 'The server answered with status 200: <html>Welcome</html>'],
    ['{}', 200, 'The server answered without data.'],
    ['[]', 500, 'The server answered with status 500: []'],
    ['', 204, undefined],
  ] as const)('tells that something else answers: %s', async ([body, status, message]) => {
    const error: unknown = await createClient({ url: app.url, fetch: status === 204 ? async () => new Response(null, { status }) : answering(body, status) })
      .viewer()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'BAD_RESPONSE', status, ...(message ? { message } : {}) });
  });
});

describe('options', () => {
  it('end a call by its signal or its time', async () => {
    const client = createClient({ url: app.url, fetch: silent, timeoutMs: 20 });
    await expect(client.viewer()).rejects.toMatchObject({ name: 'TimeoutError' });
    const reason = new Error('no longer needed');
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 10);
    await expect(client.viewer({ timeoutMs: 60_000, signal: stop.signal })).rejects.toBe(reason);
    await expect(reader.viewer({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('name the server in any way, and add headers', async () => {
    const asked: [url: string, headers: Headers][] = [];
    const fetch: typeof globalThis.fetch = async (url, init) => {
      asked.push([String(url), new Headers(init?.headers)]);
      return new Response('{"data":{"viewer":1}}');
    };
    for (const url of ['http://a.example', 'http://a.example/sub', new URL('http://a.example/sub/')]) {
      await createClient({ url, fetch, token: 'secret', headers: { 'x-one': '1' } }).viewer({ headers: { 'x-two': '2' } });
    }
    expect(asked.map(([url]) => url)).toEqual(['http://a.example/graphql', 'http://a.example/sub/graphql', 'http://a.example/sub/graphql']);
    expect(Object.fromEntries(asked[0]?.[1] ?? [])).toMatchObject({ authorization: 'Bearer secret', 'x-one': '1', 'x-two': '2', 'content-type': 'application/json' });
  });
});

describe('request', () => {
  it('is typed by its document', async () => {
    const request = createRequest({ url: app.url, token: app.secrets.reader });
    const { viewer } = await request(ViewerDocument);
    expect(viewer.user?.username).toBe('reader');
    const variables = { namespace: 'acme', format: 'NPM', name: 'nothing' } as const;
    expect(await request(PackageDocument, variables)).toEqual({ package: null });
    // @ts-expect-error: the name is missing
    await expect(request(PackageDocument, { namespace: 'acme', format: 'NPM' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('takes documents of one’s own', async () => {
    const document: TypedDocument<{ namespace: { path: string } | null }, { path: string }> = 'query ($path: String!) { namespace(path: $path) { path } }';
    expect((await reader.request(document, { path: 'acme' })).namespace?.path).toBe('acme');
    const anything = await reader.request('{ viewer { credential } }');
    expectTypeOf(anything).toBeUnknown();
    expect(anything).toEqual({ viewer: { credential: 'TOKEN' } });
  });
});

it('orThrow keeps what is no union', () => {
  expect(orThrow({ __typename: 'Payload' as const, id: '1' }).id).toBe('1');
});
