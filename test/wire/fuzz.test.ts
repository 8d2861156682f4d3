import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shims } from '../../shims/index.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { npmPublish, publishDocument } from './npm-request.ts';
import { rawRequest, requestHead } from './raw-request.ts';

let app: TestApp;
let bodies: Buffer[];
beforeAll(async () => {
  app = await startApp({ env: { LOG_LEVEL: 'silent' } });
  await npmPublish(app, 'lib', '1.0.0');
  await npmPublish(app, '@acme/lib', '1.0.0', { as: 'admin', namespace: '' });
  bodies = [
    ...(await Promise.all([publishDocument('lib', '1.0.1'), publishDocument('@acme/lib', '2.0.0', { tags: { next: '2.0.0' } })])),
    { name: 'lib', versions: { '1.0.0': { deprecated: 'old' } } },
    { name: 'reader', password: 'correct horse battery', type: 'user' },
    { query: '{ __typename }' },
    '1.0.0',
    [],
  ].map((value) => Buffer.from(JSON.stringify(value)));
  bodies.push(Buffer.alloc(0), Buffer.from('\u0000'), Buffer.alloc(300_000, 'x'));
});
afterAll(() => app.close());

const words = [
  'api', 'packages', 'npm', 'generic', 'graphql', 'files', 'uploads', 'acme', 'widgets', '-', '-rev', 'lib', '@acme', '@acme%2flib', '1.0.0', 'latest', 'lib-1.0.0.tgz', 'v1', 'v2', 'search', 'package', 'dist-tags', 'user',
  'token', 'tokens', 'org.couchdb.user:reader', 'whoami', 'ping', 'security', 'audits', '1-abc', 'healthz', 'readyz', 'metrics', '..', '.', '%2e%2e', '%2f', '%00', '%0a', '%ff', '%', '', '__proto__', '?a=b', '?write=true', '#x', '*', 'a'.repeat(3000), '%F0%9F%98%80',
];
const path = fc.array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: fc.string({ maxLength: 8 }).map((text) => encodeURIComponent(text.toWellFormed())) }), { maxLength: 7 });
const start = fc.constantFrom('', '/api/packages', '/api/packages/acme/widgets/npm', '/api/packages/npm', '/api/packages/acme/widgets/generic', '/api/packages/acme/npm', '/graphql', '/api/files', '/api/uploads');
const target = fc.tuple(start, path).map(([begin, segments]) => `${begin}/${segments.join('/')}`.replace(/[^\u0021-\u007e]/g, ''));
const routeTarget = fc
  .tuple(fc.constantFrom(...shims.flatMap(({ format, routes }) => routes.map((route) => `/api/packages/acme/widgets/${format.id}/${route.path}`))), fc.array(fc.constantFrom(...words), { minLength: 6, maxLength: 6 }))
  .map(([pattern, values]) => pattern.split('/').map((segment, index) => (/^[:*]/.test(segment) ? values[index % 6] : segment)).join('/'));

const headers = fc.dictionary(
  fc.constantFrom('accept', 'accept-encoding', 'content-type', 'content-encoding', 'content-length', 'transfer-encoding', 'if-match', 'if-none-match', 'if-modified-since', 'range', 'if-range', 'expect', 'x-checksum-md5', 'digest', 'repr-digest', 'host', 'x-forwarded-host', 'private-token', 'origin', 'upgrade', 'authorization', 'connection'),
  fc.oneof(
    fc.constantFrom('*', '*/*', 'gzip', 'gzip;q=0', 'chunked', 'identity', 'application/json', 'application/graphql-response+json', 'multipart/form-data; boundary=x', 'text/event-stream', '"x"', 'W/"x"', 'bytes=0-0', 'bytes=-1', 'bytes=9-', '100-continue', '0', '5', '-1', '1e3', 'Basic x', 'Bearer ept_x', 'Basic cmVhZGVyOng=', 'websocket', 'sha-256=:AAAA:', 'Sat, 01 Jan 2000 00:00:00 GMT', ''),
    fc.string({ maxLength: 20 }).map((text) => text.replace(/[^\u0020-\u00ff]/g, '')),
  ),
  { maxKeys: 4 },
);

interface Mutation {
  at: number;
  kind: 'flip' | 'cut' | 'insert' | 'repeat';
  bytes: Uint8Array;
}
const mutations = fc.array(
  fc.record<Mutation>({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), kind: fc.constantFrom('flip', 'cut', 'insert', 'repeat'), bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }) }),
  { maxLength: 4 },
);

function mutate(body: Buffer, changes: readonly Mutation[]): Buffer {
  let changed = Buffer.from(body);
  for (const { at, kind, bytes } of changes) {
    const place = Math.floor(at * changed.length);
    const [before, after] = [changed.subarray(0, place), changed.subarray(place)];
    if (kind === 'cut') changed = Buffer.concat([before, after.subarray(bytes.length)]);
    else if (kind === 'insert') changed = Buffer.concat([before, bytes, after]);
    else if (kind === 'repeat') changed = Buffer.concat([before, after.subarray(0, 200), after]);
    else changed = Buffer.concat([before, Buffer.from(after.subarray(0, bytes.length)).map((byte, index) => byte ^ (bytes[index] ?? 0)), after.subarray(bytes.length)]);
  }
  return changed;
}

it('no request makes the server fail', { timeout: 60_000 }, async () => {
  const request = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'PUT', 'PUT', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'),
    target: fc.oneof({ weight: 1, arbitrary: target }, { weight: 2, arbitrary: routeTarget }),
    headers,
    body: fc.nat(),
    changes: mutations,
    as: fc.constantFrom('anonymous', 'outsider', 'reader', 'developer', 'maintainer', 'admin'),
  });
  let served = 0;
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(request, async ({ method, target: wanted, headers: extra, body, changes, as }) => {
      const bytes = mutate(bodies[body % bodies.length] ?? Buffer.alloc(0), changes);
      const credential = as === 'anonymous' ? {} : { authorization: `Bearer ${app.secrets[as]}` };
      const head = requestHead(method, wanted, { ...credential, 'content-length': bytes.length, ...extra });
      const { status, body: text } = await rawRequest(app.url, Buffer.concat([Buffer.from(head, 'latin1'), bytes]), { end: true, timeoutMs: 1500 });
      served += 1;
      seen.set(status, (seen.get(status) ?? 0) + 1);
      if (status >= 500) throw new Error(`${status} ${text.slice(0, 300)}`);
    }),
    { interruptAfterTimeLimit: 10_000, numRuns: 100_000, endOnFailure: true },
  );
  expect((await app.fetch('/readyz', 'anonymous')).status).toBe(200);
  // It got beyond the first checks: of all kinds of answers there are some.
  expect(served).toBeGreaterThan(200);
  for (const status of [200, 400, 401, 404]) expect(seen.get(status) ?? 0).toBeGreaterThan(0);
});

it('publish bodies that are changed a little are refused or published, whole', { timeout: 60_000 }, async () => {
  let index = 0;
  await fc.assert(
    fc.asyncProperty(mutations, async (changes) => {
      const name = `fuzz-${index++}`;
      const document = mutate(Buffer.from(JSON.stringify(await publishDocument(name, '1.0.0'))), changes);
      const response = await app.fetch(`/api/packages/acme/widgets/npm/${name}`, 'developer', { method: 'PUT', body: document as BodyInit });
      if (response.status >= 500) throw new Error(`${response.status} ${await response.text()}`);
      const packument = await app.fetch(`/api/packages/acme/widgets/npm/${name}`, 'reader');
      expect(packument.status).toBe(response.status === 201 ? 200 : 404);
    }),
    { interruptAfterTimeLimit: 4_000, numRuns: 10_000, endOnFailure: true },
  );
});
