import dns, { type LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { freshFolder } from '../support/environment/temporary.ts';

const secret = 'fixed-admin-secret';
const path = '/api/packages/generic/slow/1/file';

let app: App | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await app?.close();
  app = undefined;
});

/** A server of its own, since the tests stop it themselves; returns its port. */
async function start(env: Record<string, string> = {}): Promise<number> {
  const { path: folder } = await freshFolder();
  const config = readConfig({ DATA_DIR: folder, LOG_LEVEL: 'error', HOST: '127.0.0.1', ENTREPOT_ADMIN_TOKEN: secret, SHUTDOWN_SECONDS: '3600', ...env });
  app = await createApp({ ...config, port: 0 });
  return app.listen();
}

/** Begins to stop it; what this returns resolves when it has stopped. */
function stop(): Promise<void> {
  const closed = app?.close();
  app = undefined;
  return closed ?? Promise.reject(new Error('not started'));
}

async function get(port: number, url: string, agent?: Agent): Promise<IncomingMessage> {
  const request = httpRequest({ port, host: '127.0.0.1', path: url, ...(agent && { agent }) });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response;
}

/** Begins an upload of two bytes and sends the first; resolves when the server has it. */
async function beginUpload(port: number, host = '127.0.0.1') {
  const upload = httpRequest({ port, host, path, method: 'PUT', headers: { authorization: `Bearer ${secret}`, 'content-length': 2, expect: '100-continue' } });
  upload.flushHeaders();
  await once(upload, 'continue');
  upload.write('1');
  return upload;
}

async function answerTo(upload: Awaited<ReturnType<typeof beginUpload>>): Promise<IncomingMessage> {
  upload.end('2');
  const [response] = (await once(upload, 'response')) as [IncomingMessage];
  response.resume();
  return response;
}

const refusal = (port: number, host = '127.0.0.1') => new Promise((resolve) => connect(port, host).once('error', resolve).once('connect', () => resolve(undefined)));

describe('a stop', () => {
  it('answers what comes on open connections, says that they end, and takes no new ones', async () => {
    const port = await start();
    const [first, second] = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })];
    for (const agent of [first, second]) expect((await get(port, '/healthz', agent)).headers.connection).toBe('keep-alive');
    const stopped = stop();
    const [answer, readiness] = await Promise.all([get(port, '/api/packages/npm/-/ping', first), get(port, '/readyz', second)]);
    expect([answer.statusCode, answer.headers.connection]).toEqual([200, 'close']);
    expect([readiness.statusCode, readiness.headers.connection]).toEqual([503, 'close']);
    await expect.poll(() => refusal(port)).toMatchObject({ code: 'ECONNREFUSED' });
    await stopped;
  });

  it('lets an upload finish, and tells its client that the connection ends', async () => {
    const port = await start();
    const upload = await beginUpload(port);
    const stopped = stop();
    await expect.poll(() => refusal(port)).toMatchObject({ code: 'ECONNREFUSED' });
    const { statusCode, headers } = await answerTo(upload);
    expect([statusCode, headers.connection]).toEqual([201, 'close']);
    await stopped;
  });

  it('waits for nobody who is only connected', async () => {
    const port = await start();
    const agent = new Agent({ keepAlive: true });
    await get(port, '/healthz', agent);
    const silent = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    const ended = once(silent, 'close');
    await stop();
    await ended;
  });
});

describe('a stop at localhost, which has two addresses', () => {
  /** Localhost as it is on most machines, whatever this one says of it. */
  async function startAtLocalhost(env: Record<string, string> = {}): Promise<number> {
    const both: LookupAddress[] = [{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }];
    const lookup = dns.lookup as unknown as (...all: unknown[]) => void;
    vi.spyOn(dns, 'lookup').mockImplementation(((host: string, options: unknown, done: (...result: unknown[]) => void) => {
      if (host !== 'localhost') return lookup(host, options, done);
      const isAll = (options as { all?: boolean } | undefined)?.all === true;
      if (isAll) done(null, both);
      else done(null, '127.0.0.1', 4);
    }) as never);
    return start({ HOST: 'localhost', ...env });
  }

  it('lets an upload at the second one finish', async (context) => {
    const port = await startAtLocalhost();
    if (await refusal(port, '::1')) context.skip('skipped, this machine has no ::1');
    const upload = await beginUpload(port, '::1');
    const { core } = app as App;
    let isStopped = false;
    const stopped = stop().then(() => (isStopped = true));
    await expect.poll(() => refusal(port, '::1')).toMatchObject({ code: 'ECONNREFUSED' });
    expect(isStopped).toBe(false);
    const { statusCode, headers } = await answerTo(upload);
    expect([statusCode, headers.connection]).toEqual([201, 'close']);
    await stopped;
    await expect(core.database.ping()).rejects.toThrow();
  });

  it('cuts it there, too, where it takes too long', async (context) => {
    const port = await startAtLocalhost({ SHUTDOWN_SECONDS: '1' });
    if (await refusal(port, '::1')) context.skip('skipped, this machine has no ::1');
    const upload = await beginUpload(port, '::1');
    const cut = once(upload, 'error');
    await stop();
    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
  });
});
