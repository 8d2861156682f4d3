import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shims } from '../../shims/index.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { rawRequest, requestHead } from './raw-request.ts';

/** Segments that are written to get somewhere else, or to break something. */
const tricks: Record<string, string> = {
  'dot dot': '..',
  'dot': '.',
  'encoded dot dot': '%2e%2e',
  'half-encoded dot dot': '.%2E',
  'encoded slash': 'a%2fb',
  'encoded slash alone': '%2f',
  'encoded climb': '..%2f..%2fetc%2fpasswd',
  'backslash': '..%5c..%5c',
  'NUL': 'a%00b',
  'line feed': 'a%0ab',
  'carriage return and header': 'a%0d%0aset-cookie:%20x',
  'delete': 'a%7f',
  'double slash': '/a',
  'overlong': 'a'.repeat(10_000),
  'overlong encoded': '%61'.repeat(5_000),
  'invalid escape': '%zz',
  'cut escape': '%',
  'cut escape 2': 'a%2',
  'bad UTF-8': '%ff%fe',
  'overlong UTF-8': '%c0%af',
  'surrogate UTF-8': '%ed%a0%80',
  'twice encoded': '%252e%252e%252f',
  'non-character': '%ef%bf%bf',
  'emoji': '%F0%9F%98%80',
  'decomposed': 'e%CC%81',
  'space': '%20',
  'plus': '+',
  'semicolon': ';a=b',
  'proto': '__proto__',
  'constructor': 'constructor',
  'at': '@',
  'at slash': '@/x',
  'scope of scopes': '@a%2f@b%2fc',
  'dash': '-',
  'wildcard': '*',
  'percent': '%25',
  'quote': '%22%27',
  'raw UTF-8': 'caf\u00c3\u00a9',
};

let app: TestApp;
let before: Record<string, number>;
beforeAll(async () => {
  app = await startApp();
  before = await countEverything(app.core);
});
afterAll(() => app.close());

const methods = ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'LINK'];

/** Each route with each of its segments in turn replaced, and one of them added before and behind. */
function targets(path: string, trick: string): string[] {
  const plain = path.split('/').map((segment) => segment.replace(/^[:*]/, 'x-'));
  const replaced = plain.map((_, index) => plain.with(index, trick));
  return [...replaced, [trick, ...plain], [...plain, trick]].map((segments) => segments.join('/'));
}

async function send(method: string, target: string, as: 'developer' | 'maintainer' = 'maintainer') {
  const body = method === 'GET' || method === 'HEAD' ? '' : '{}';
  const head = requestHead(method, target, { authorization: `Bearer ${app.secrets[as]}`, 'content-length': body.length });
  return rawRequest(app.url, Buffer.from(head + body, 'latin1'));
}

describe.for(Object.entries(tricks))('a segment that is %s', ([, trick]) => {
  it.for(shims.map(({ format }) => format.id))('is nothing to %s', async (formatId) => {
    const shim = shims.find(({ format }) => format.id === formatId);
    const wrong: string[] = [];
    for (const { method, path } of shim?.routes ?? []) {
      for (const rest of targets(path, trick)) {
        const target = `/api/packages/acme/widgets/${formatId}/${rest}`;
        const reply = await send(method, target);
        // Some of them are plain names, of something that may be there or be made: of those only a failure of ours counts.
        if (reply.status === 0 || reply.status >= 500) wrong.push(`${method} ${target.slice(0, 200)}: ${reply.status} ${reply.body.slice(0, 200)}`);
        if (reply.headers['set-cookie'] !== undefined) wrong.push(`${method} ${target}: a header of the client's`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is nothing before the format, and to the other endpoints', async () => {
    const around = [
      `/api/packages/${trick}/npm/lib`,
      `/api/packages/acme/${trick}/npm/lib`,
      `/api/packages/${trick}/pypi/simple/Some_Project`,
      `/api/packages/acme/${trick}/pypi/simple`,
      `/api/packages/${trick}/maven`,
      `/api/packages/${trick}`,
      `/api/packages/acme/widgets/${trick}`,
      `/api/packages/acme/widgets/npm?${trick}=${trick}`,
      `/api/packages/acme/widgets/npm/-/v1/search?text=${trick}&size=${trick}&from=${trick}`,
      `/api/files/${trick}`,
      `/api/files/${trick}/${trick}`,
      `/api/uploads/${trick}`,
      `/${trick}`,
      `/graphql/${trick}`,
    ];
    const wrong: string[] = [];
    for (const target of around) {
      for (const method of methods) {
        const reply = await send(method, target);
        if (reply.status === 0 || reply.status >= 500) wrong.push(`${method} ${target.slice(0, 200)}: ${reply.status} ${reply.body.slice(0, 200)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

it('of all that nothing was kept but what generic may be asked to keep', async () => {
  const after = await countEverything(app.core);
  const files: { name: string }[] = await app.core.database.reads.query('SELECT name FROM file');
  for (const { name } of files) expect(name).not.toMatch(/(^|\/)\.{1,2}(\/|$)|[\u0000-\u001f\u007f\\]/);
  expect({ ...after, ...Object.fromEntries(['file', 'version', 'package', 'event', 'stored_blob', 'discard', 'objects'].map((key) => [key, before[key]])) }).toEqual(before);
});

it.for(['caf%C3%A9', '%E4%B8%AD', '%F0%9F%98%80', 'a%22b', 'a%2Fb'])('who asks below %s is sent to another address below it, written in ASCII', async (namespace) => {
  for (const [asked, told] of [['pypi/simple/Some_Project', 'pypi/simple/some-project/'], ['maven', 'maven/']]) {
    const { status, headers } = await send('GET', `/api/packages/acme/${namespace}/${asked}`);
    expect([status, headers['location']]).toEqual([asked === 'maven' ? 308 : 301, `http://localhost/api/packages/acme/${namespace.replace('%2F', '/')}/${told}`]);
  }
});

describe('requests in npm’s and generic’s own form', () => {
  it.for([
    ['npm', '..%2f', 400],
    ['npm', '%zz', 400],
    ['npm', '%ff', 400],
    ['npm', 'a%00', 400],
    ['npm', '/', 400],
    ['npm', 'a/b/c/d/e', 404],
    ['generic', '..%2f', 400],
    ['generic', '%ff', 400],
    ['generic', 'a//b', 400],
  ] as const)('%s/%s: %i', async ([formatId, rest, status]) => {
    const reply = await send('GET', `/api/packages/acme/widgets/${formatId}/${rest}`);
    expect(reply.status).toBe(status);
    if (formatId === 'npm') expect(JSON.parse(reply.body)).toMatchObject({ error: expect.any(String) });
    else expect([reply.headers['content-type'], reply.body]).toEqual(['text/plain; charset=utf-8', expect.stringMatching(/^[A-Z].*\.\n$/s)]);
    expect(reply.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.for(['PATCH', 'POST'])('a method that a path does not have: %s', async (method) => {
    const reply = await send(method, '/api/packages/acme/widgets/npm/lib');
    expect([reply.status, JSON.parse(reply.body)]).toEqual([405, { error: expect.any(String), code: 'INVALID_INPUT' }]);
    expect(reply.headers['allow']).toBe('GET, HEAD, PUT');
  });

  it('an address with scheme and host, as proxies send it', async () => {
    const reply = await send('GET', `${app.url}/api/packages/acme/widgets/npm/-/ping`);
    expect(reply.status).toBe(200);
  });

  it('headers too large', async () => {
    const reply = await rawRequest(app.url, requestHead('GET', '/api/packages/npm/lib', { 'x-large': 'x'.repeat(100_000) }));
    expect(reply.status).toBe(431);
  });

  it.for(['FOO / HTTP/1.1\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'GET  HTTP/1.1\r\n\r\n', '\u0000\u0001\u0002\r\n\r\n', 'GET /healthz HTTP/1.1\r\nhost: a\r\nhost: b\r\ncontent-length: x\r\n\r\n'])('no HTTP: %j', async (bytes) => {
    expect((await rawRequest(app.url, bytes)).status).toBe(400);
  });

  it('two lengths, or a length and chunks', async () => {
    for (const extra of ['content-length: 3\r\ncontent-length: 4\r\n', 'content-length: 3\r\ntransfer-encoding: chunked\r\n']) {
      const reply = await rawRequest(app.url, `PUT /api/packages/acme/widgets/npm/lib HTTP/1.1\r\nhost: a\r\n${extra}\r\n{}`);
      expect(reply.status).toBe(400);
    }
  });
});
