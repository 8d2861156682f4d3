import { afterEach, describe, expect, it } from 'vitest';
import { startApp, type StartOptions, type TestApp } from '../support/app.ts';
import { subscribeBySocket } from '../support/live.ts';
import { rawRequest, requestHead } from './raw-request.ts';

let app: TestApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});
const start = async (options?: StartOptions) => (app = await startApp(options));
const basic = (username: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` });

describe('wrong passwords', () => {
  const ways: [string, number, (started: TestApp, username: string) => Promise<Response>][] = [
    ['npm by Basic', 403, ({ url }, username) => fetch(`${url}/api/packages/npm/-/whoami`, { headers: basic(username, 'wrong password') })],
    ['generic by Basic', 429, ({ url }, username) => fetch(`${url}/api/packages/acme/widgets/generic/x/1/f`, { headers: basic(username, 'wrong password') })],
    ['files by Basic', 429, ({ url }, username) => fetch(`${url}/api/files/fil_x/f`, { headers: basic(username, 'wrong password') })],
    [
      'npm login',
      403,
      ({ url }, username) =>
        fetch(`${url}/api/packages/npm/-/user/org.couchdb.user:${username}`, { method: 'PUT', body: JSON.stringify({ name: username, password: 'wrong password' }) }),
    ],
    [
      'npm token create',
      403,
      (started) => started.fetch('/api/packages/npm/-/npm/v1/tokens', 'owner', { method: 'POST', body: JSON.stringify({ password: 'wrong password' }) }),
    ],
  ];

  it.for(ways)('%s: ten are 401, the next %i with Retry-After and words', async ([, status, attempt]) => {
    const started = await start();
    for (let time = 0; time < 10; time++) expect((await attempt(started, 'owner')).status).toBe(401);
    const refused = await attempt(started, 'owner');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([status, '900']);
    expect(await refused.text()).toContain('Too many wrong passwords; try again in 15 minutes.');
    // All ways count together, and the right password is not looked at either.
    expect((await fetch(`${started.url}/api/packages/npm/-/whoami`, { headers: basic('owner', 'correct horse battery') })).status).toBe(403);
    expect((await fetch(`${started.url}/api/packages/npm/-/whoami`, { headers: basic('reader', 'correct horse battery') })).status).toBe(200);
    expect((await started.fetch('/api/packages/npm/-/whoami', 'owner')).status).toBe(200);
    started.clock.advance(15 * 60_000);
    expect((await fetch(`${started.url}/api/packages/npm/-/whoami`, { headers: basic('owner', 'correct horse battery') })).status).toBe(200);
  });

  it('X-Forwarded-For makes no other client, unless a proxy is trusted', async () => {
    const started = await start();
    const attempt = (index: number) => fetch(`${started.url}/api/packages/npm/-/whoami`, { headers: { ...basic('owner', 'wrong password'), 'x-forwarded-for': `192.0.2.${index}` } });
    for (let time = 0; time < 10; time++) expect((await attempt(time)).status).toBe(401);
    expect((await attempt(11)).status).toBe(403);
  });

  it('a token in the place of the password is none', async () => {
    const started = await start();
    for (let time = 0; time < 12; time++) {
      const wrong = await fetch(`${started.url}/api/packages/npm/-/whoami`, { headers: basic('owner', 'ept_0000000000000000000000000000000000000') });
      expect(wrong.status).toBe(401);
    }
    expect((await fetch(`${started.url}/api/packages/npm/-/whoami`, { headers: basic('owner', 'correct horse battery') })).status).toBe(200);
  });
});

describe('REQUESTS_PER_MINUTE', () => {
  const ping = ({ url }: TestApp, path = '/api/packages/npm/-/ping', headers: Record<string, string> = {}) => fetch(`${url}${path}`, { headers });

  it('is off by default', async () => {
    const started = await start();
    for (let time = 0; time < 200; time++) expect((await ping(started)).status).toBe(200);
  });

  it('answers so many, the next with 429 and Retry-After, wherever it goes; health and metrics always', async () => {
    const started = await start({ env: { REQUESTS_PER_MINUTE: '3' } });
    for (let time = 0; time < 3; time++) expect((await ping(started)).status).toBe(200);
    for (const path of ['/api/packages/npm/-/ping', '/graphql', '/api/files/x', '/nothing', '/api/packages/npm/%ff', '/healthz2']) {
      const refused = await ping(started, path);
      expect([path, refused.status, refused.headers.get('retry-after')]).toEqual([path, 429, '20']);
      const message = 'Too many requests; at most 3 a minute are answered.';
      expect(refused.statusText).toBe(message);
      expect(await refused.json()).toEqual({ code: 'TOO_MANY_REQUESTS', message, error: message, errors: [{ code: 'TOOMANYREQUESTS', message, extensions: { code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 20 } }] });
      expect(refused.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
    for (const path of ['/healthz', '/healthz?x', '/readyz', '/metrics']) expect((await ping(started, path)).status).toBe(200);
    started.clock.advance(20_000);
    expect([(await ping(started)).status, (await ping(started)).status]).toEqual([200, 429]);
    started.clock.advance(10 * 60_000);
    const statuses = [];
    for (let time = 0; time < 4; time++) statuses.push((await ping(started)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it('comes before anything else is done: nothing is stored of a refused upload, and its connection goes on', async () => {
    const started = await start({ env: { REQUESTS_PER_MINUTE: '1' } });
    const put = () => started.fetch('/api/packages/acme/widgets/generic/x/1/f', 'developer', { method: 'PUT', body: Buffer.alloc(200_000) });
    expect((await ping(started)).status).toBe(200);
    expect((await put()).status).toBe(429);
    expect(await started.core.database.reads.query('SELECT 1 FROM package')).toEqual([]);
    started.clock.advance(60_000);
    expect((await put()).status).toBe(201);
  });

  it('counts WebSockets too', async () => {
    const started = await start({ env: { REQUESTS_PER_MINUTE: '2' } });
    const open = () => subscribeBySocket({ url: started.url, secret: started.secrets.reader, query: 'subscription { events { cursor } }' }).then((subscription) => subscription.close());
    await open();
    await open();
    await expect(open()).rejects.toThrow('429');
    expect((await ping(started)).status).toBe(429);
    started.clock.advance(30_000);
    await open();
  });

  it('is for each address, as a trusted proxy tells it', async () => {
    const started = await start({ env: { REQUESTS_PER_MINUTE: '1', TRUST_PROXY: 'true' } });
    const from = async (address: string) => (await ping(started, undefined, { 'x-forwarded-for': address })).status;
    expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.2')]).toEqual([200, 429, 200]);
    expect([await from('192.0.2.3, 192.0.2.1'), await from('192.0.2.1, 192.0.2.3')]).toEqual([429, 200]);
  });
});

describe('the head of a request', () => {
  const ask = ({ url }: TestApp, target: string, headers: Record<string, string> = {}) => rawRequest(url, requestHead('GET', target, headers), { collect: true, timeoutMs: 10_000 });

  it('may have 16 KiB, URL and headers together; more is 431, and the end of the connection', async () => {
    const started = await start();
    expect((await ask(started, '/healthz', { 'x-more': 'x'.repeat(15 * 1024) })).status).toBe(200);
    expect((await ask(started, `/${'x'.repeat(15 * 1024)}`)).status).toBe(404);
    for (const reply of [await ask(started, '/healthz', { 'x-more': 'x'.repeat(17 * 1024) }), await ask(started, `/${'x'.repeat(17 * 1024)}`), await ask(started, `/${'x'.repeat(9 * 1024)}`, { 'x-more': 'x'.repeat(9 * 1024) })]) {
      expect(reply.status).toBe(431);
      expect(reply.text).not.toContain('xxxx');
    }
  });

  it('may have no more headers than fit', async () => {
    const started = await start();
    const many = Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => [`h${index}`, '']));
    expect((await ask(started, '/healthz', many)).status).toBe(431);
  });
});
