import { once } from 'node:events';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startApp, type StartOptions, type TestApp } from '../support/app.ts';
import { getPackument, npmPublish } from './npm-request.ts';
import { rawRequest, requestHead } from './raw-request.ts';

let app: TestApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});
const start = async (options?: StartOptions) => (app = await startApp(options));

/** A registry whose log lines come here. */
async function startLogged(level = 'info'): Promise<{ app: TestApp; lines: Record<string, unknown>[] }> {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()));
      done();
    },
  });
  const started = await start();
  const log = pino({ level }, sink);
  for (const name of ['info', 'warn', 'error', 'isLevelEnabled'] as const) started.core.log[name] = log[name].bind(log) as never;
  return { app: started, lines };
}

describe('health', () => {
  it('healthz and readyz', async () => {
    const { url } = await start();
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' });
  });

  it('503 not ready while the database or the store is away; alive all the same', async () => {
    const { app: { core, url }, lines } = await startLogged();
    const ping = core.database.ping.bind(core.database);
    core.database.ping = () => Promise.reject(new Error('password=secret'));
    const away = await fetch(`${url}/readyz`);
    expect([away.status, await away.text()]).toEqual([503, '{"status":"not ready"}']);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    core.database.ping = ping;
    const storePing = core.store.ping.bind(core.store);
    core.store.ping = () => Promise.reject(new Error('disk full'));
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    core.store.ping = storePing;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(lines.filter(({ msg }) => msg === 'not ready')).toHaveLength(2);
  });
});

describe('what every answer has', () => {
  it('a request id, also where nothing is', async () => {
    const { url } = await start();
    const ids = new Set<string | null>();
    for (const path of ['/healthz', '/nothing', '/api/packages/npm/x', '/api/packages/%ff', '/graphql', '/api/files/x', '/api/uploads/x']) {
      const id = (await fetch(`${url}${path}`)).headers.get('x-request-id');
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      ids.add(id);
    }
    expect(ids.size).toBe(7);
  });

  it('one log line and one count', async () => {
    const { app: { url }, lines } = await startLogged();
    const paths = ['/healthz', '/nothing?x=1', '/api/packages/npm/x', '/api/packages/npm/%ff', '/api/packages/acme/npm/x'];
    const ids: (string | null)[] = [];
    for (const path of paths) {
      const response = await fetch(`${url}${path}`);
      await response.text();
      ids.push(response.headers.get('x-request-id'));
    }
    await expect.poll(() => lines.filter(({ msg }) => msg === 'request').length).toBe(paths.length);
    const logged = lines.filter(({ msg }) => msg === 'request');
    expect(logged.map(({ requestId, method, url: path, status, ms }) => [requestId, method, path, status, typeof ms])).toEqual(
      paths.map((path, index) => [ids[index], 'GET', path, [200, 404, 401, 400, 401][index], 'number']),
    );
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('entrepot_http_requests_total{method="GET",area="packages",status="401"} 2');
    expect(metrics).toContain('entrepot_http_requests_total{method="GET",area="packages",status="400"} 1');
    expect(metrics).toContain('entrepot_http_requests_total{method="GET",area="other",status="404"} 1');
    expect(metrics).toContain('entrepot_http_request_duration_seconds_count{area="packages"} 3');
    expect(metrics).toContain('process_resident_memory_bytes');
  });

  it('never a token in the log', async () => {
    const { app: started, lines } = await startLogged();
    await npmPublish(started, 'x', '1.0.0');
    await started.fetch('/api/packages/npm/x', 'reader', { headers: { 'private-token': started.secrets.owner } });
    for (const secret of Object.values(started.secrets)) expect(JSON.stringify(lines)).not.toContain(secret);
  });
});

describe('a stop', () => {
  it('does not wait for connections on which nothing was ever asked: browsers open some ahead', async () => {
    const { app: { server }, url } = await start();
    const spare = connect(Number(new URL(url).port), '127.0.0.1');
    await expect.poll(promisify(server.server.getConnections.bind(server.server))).toBe(1);
    await Promise.all([once(spare, 'close'), server.close()]);
  });
});

describe('a failure of our own', () => {
  it.for([
    ['npm', 'application/json', /^\{"error":"Internal error, request [0-9a-f-]{36}"\}$/],
    ['generic', 'text/plain; charset=utf-8', /^Internal error, request [0-9a-f-]{36}\n$/],
  ] as const)('is masked to %s and logged once with the request id', async ([formatId, type, text]) => {
    const { app: started, lines } = await startLogged();
    await npmPublish(started, 'lib', '1.0.0');
    await started.fetch('/api/packages/acme/widgets/generic/lib/1/f', 'developer', { method: 'PUT', body: 'x' });
    const { store } = started.core;
    const broken = vi.spyOn(store as Required<typeof store>, 'content').mockImplementation(() => Promise.reject(new Error('secret path /var/lib/entrepot')));
    const path = formatId === 'npm' ? 'npm/lib/-/lib-1.0.0.tgz' : 'generic/lib/1/f';
    const response = await started.fetch(`/api/packages/acme/widgets/${path}`, 'reader');
    const body = await response.text();
    broken.mockRestore();
    expect([response.status, response.headers.get('content-type'), body]).toEqual([500, type, expect.stringMatching(text)]);
    expect(response.headers.get('etag')).toBeNull();
    const id = response.headers.get('x-request-id') ?? 'none';
    expect(body).toContain(id);
    const errors = lines.filter(({ level }) => Number(level) >= 50);
    expect(errors).toEqual([expect.objectContaining({ requestId: id, err: expect.objectContaining({ message: 'secret path /var/lib/entrepot' }) })]);
  });

  it('before the first byte of a large file takes back what was said of that, and no more', async () => {
    const { app: started } = await startLogged();
    await started.fetch('/api/packages/acme/widgets/generic/large/1/f', 'developer', { method: 'PUT', body: 'x'.repeat(100_000) });
    const broken = vi.spyOn(started.core.store, 'copyTo').mockImplementation(() => Promise.reject(new Error('gone')));
    const [{ id }] = await started.core.database.reads.query("SELECT id FROM file WHERE name = 'f'");
    const response = await started.fetch(`/api/files/${id}/f`, 'reader');
    broken.mockRestore();
    expect([response.status, response.headers.get('etag'), response.headers.get('x-content-type-options'), response.headers.get('content-security-policy')]).toEqual([500, null, 'nosniff', expect.stringContaining('sandbox')]);
  });

  it('while storing leaves nothing, and the next publish works', async () => {
    const { app: started } = await startLogged('silent');
    const { store } = started.core;
    const create = store.create.bind(store);
    store.create = () => Promise.reject(new Error('disk full'));
    expect((await npmPublish(started, 'lib', '1.0.0')).status).toBe(500);
    store.create = create;
    expect((await npmPublish(started, 'lib', '1.0.0')).status).toBe(201);
  });

  it('a client that goes away is none, and is not logged as one', async () => {
    const { app: started, lines } = await startLogged();
    const head = (path: string) => requestHead('PUT', `/api/packages/acme/widgets/${path}`, { authorization: `Bearer ${started.secrets.developer}`, 'content-length': 1000 });
    for (const path of ['npm/x', 'generic/x/1/f', 'npm/-/user/org.couchdb.user:x']) await rawRequest(started.url, `${head(path)}{"name":`, { destroy: true });
    await rawRequest(started.url, `${requestHead('PUT', '/api/uploads/upl_x', { authorization: `Bearer ${started.secrets.developer}`, 'content-length': 10 })}x`, { destroy: true });
    await expect.poll(() => lines.filter(({ msg }) => msg === 'request').length).toBe(4);
    expect(lines.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });
});

describe('the address of the server', () => {
  const tarballUrl = async (started: TestApp, headers: Record<string, string> = {}) => {
    const response = await started.fetch('/api/packages/acme/npm/lib', 'reader', { headers });
    return ((await response.json()) as { versions: Record<string, { dist: { tarball: string } }> }).versions['1.0.0']?.dist.tarball;
  };

  it('is PUBLIC_URL where that is set, with its path, under which everything works', async () => {
    const started = await start({ env: { PUBLIC_URL: 'https://packages.example/sub/path/' } });
    expect((await npmPublish(started, 'lib', '1.0.0')).status).toBe(201);
    const tarball = 'https://packages.example/sub/path/api/packages/acme/npm/lib/-/lib-1.0.0.tgz';
    expect(await tarballUrl(started, { 'x-forwarded-host': 'evil.example' })).toBe(tarball);
    for (const path of ['/sub/path/api/packages/acme/npm/lib', new URL(tarball).pathname, '/sub/path/healthz', '/sub/path/api/packages/acme/widgets/npm/-/ping']) {
      expect((await started.fetch(path, 'reader')).status).toBe(200);
    }
    expect((await started.fetch('/sub/pathapi/packages/acme/npm/lib', 'reader')).status).toBe(404);
    expect((await started.fetch('/sub/path/api/packages/acme/npm/%ff', 'reader')).status).toBe(400);
    expect((await started.fetch('/sub/path/sub/path/healthz', 'reader')).status).toBe(404);
  });

  it('is the Host of the request, and no proxy is believed unless told', async () => {
    const started = await start();
    await npmPublish(started, 'lib', '1.0.0');
    expect(await tarballUrl(started, { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/evil' })).toBe(`${started.url}/api/packages/acme/npm/lib/-/lib-1.0.0.tgz`);
    expect((await getPackument(started, 'lib')).name).toBe('lib');
  });

  it('is what a trusted proxy says, where that can be a host', async () => {
    const started = await start({ env: { TRUST_PROXY: 'true' } });
    await npmPublish(started, 'lib', '1.0.0');
    const path = '/api/packages/acme/npm/lib/-/lib-1.0.0.tgz';
    expect(await tarballUrl(started, { 'x-forwarded-host': 'a.example, b.example', 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/p/q' })).toBe(`https://a.example/p/q${path}`);
    expect(await tarballUrl(started, { 'x-forwarded-host': 'a.example:8443' })).toBe(`http://a.example:8443${path}`);
    for (const wrong of ['a/b', 'a b', '"x"', 'a@b', '<script>']) expect(await tarballUrl(started, { 'x-forwarded-host': wrong, 'x-forwarded-prefix': '/../x"' })).toBe(`${started.url}${path}`);
    for (const wrong of ['javascript', 'ftp', 'HTTPS:']) expect(await tarballUrl(started, { 'x-forwarded-proto': wrong })).toBe(`${started.url}${path}`);
  });
});
