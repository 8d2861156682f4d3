import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as httpRequest, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { ask } from '../graphql/client.ts';
import type { Registry } from '../support/app.ts';
import { deployed } from '../support/environment/backends.ts';
import { missingReason } from '../support/environment/requirements.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { openCurl, randomFile } from './generic/curl.ts';
import { openClient, packageFolder } from './npm/client.ts';
import { startPair } from './pair.ts';

const program = inject('nginx');

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

beforeEach((context) => {
  if (program === undefined) context.skip(missingReason('nginx'));
});

describe('two servers behind nginx, configured as README says', () => {
  let registry: Registry;
  beforeAll(async () => {
    if (program === undefined || deployed.missing !== undefined) return;
    registry = await startPair(await deployed.open(), (serverUrls) => startNginx(program, serverUrls));
  });
  beforeEach((context) => {
    if (deployed.missing !== undefined) context.skip(deployed.missing);
  });
  afterAll(() => registry?.close());

  it('npm publishes, installs and views, by the address of nginx', async (context) => {
    const npm = await openClient(context, registry, { as: 'developer', at: 'acme/widgets' });
    const cwd = await packageFolder({ name: '@acme/proxied', version: '1.0.0' }, { 'index.js': 'module.exports = 1;\n', 'data.txt': randomBytes(2_000_000).toString('base64') });
    expect(await npm.run(['publish'], { cwd })).toMatchObject({ code: 0, stdout: '+ @acme/proxied@1.0.0\n' });
    for (const _server of registry.serverUrls) expect((await npm.run(['view', '@acme/proxied', 'dist.tarball'])).stdout).toBe('<packages>/acme/widgets/npm/@acme/proxied/-/proxied-1.0.0.tgz\n');
    expect(await npm.run(['install', '@acme/proxied'])).toMatchObject({ code: 0 });
    expect(await readFile(join(npm.project, 'node_modules/@acme/proxied/index.js'), 'utf8')).toBe('module.exports = 1;\n');
  });

  it('GraphQL answers, with addresses that work', async () => {
    await registry.fetch('/api/packages/acme/widgets/generic/tool/1.0/tool.bin', 'developer', { method: 'PUT', body: 'tool' });
    const { package: found } = await ask(registry, 'reader', '{ package(namespace: "acme/widgets", format: GENERIC, name: "tool") { latestVersion { files { downloadUrl } } } }');
    const [{ downloadUrl }] = found.latestVersion.files;
    expect(downloadUrl).toMatch(new RegExp(`^${registry.url}/`));
    expect(await (await registry.fetch(downloadUrl.slice(registry.url.length), 'reader')).text()).toBe('tool');
  });

  it('curl uploads and downloads what is large, and resumes', async (context) => {
    const curl = await openCurl(context, registry, 'developer', 'acme/widgets');
    const bytes = await randomFile(curl.folder, 'large.bin', 30_000_000);
    const url = `${curl.url}/large/1.0/large.bin`;
    expect((await curl.run('-T', 'large.bin', '-o', 'answer', '--write-out', '%{http_code}', url)).stdout).toBe('201');
    await writeFile(join(curl.folder, 'back.bin'), bytes.subarray(0, 10_000_000));
    expect((await curl.run('-C', '-', '-o', 'back.bin', '--write-out', '%{http_code}', url)).stdout).toBe('206');
    expect((await readFile(join(curl.folder, 'back.bin'))).equals(bytes)).toBe(true);
  });

  it('a refusal comes in words, also before an upload is complete', async (context) => {
    const npm = await openClient(context, registry, { as: 'reader', at: 'acme/widgets' });
    const cwd = await packageFolder({ name: '@acme/refused', version: '1.0.0' }, { 'data.txt': randomBytes(6_000_000).toString('base64') });
    const { code, stderr } = await npm.run(['publish'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('403 Forbidden - PUT <packages>/acme/widgets/npm/@acme%2frefused - You need the role DEVELOPER or higher to publish here.\n');
  });
});

describe('nginx, configured as README says', () => {
  const servers: Server[] = [];
  let nginx: Nginx | undefined;
  afterEach(async () => {
    await nginx?.close();
    for (const server of servers.splice(0)) server.closeAllConnections();
  });

  /** Starts nginx in front of two servers of our own, to see what comes there. */
  async function start(listener: RequestListener, prepare = (_server: Server) => {}): Promise<string> {
    const urls: string[] = [];
    for (let count = 0; count < 2; count++) {
      const server = createServer(listener);
      servers.push(server);
      prepare(server);
      await once(server.listen(0, '127.0.0.1'), 'listening');
      urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    }
    nginx = await startNginx(program ?? '', urls);
    return nginx.url;
  }

  async function responseTo(request: ReturnType<typeof httpRequest>): Promise<IncomingMessage> {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  }

  it('passes paths on as they are, and says who asks, over what the client says of that', async () => {
    const url = await start((request, response) => response.end(JSON.stringify([request.url, request.headers])));
    const lies = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/evil', 'x-forwarded-for': '192.0.2.1' };
    const [path, headers] = (await (await fetch(`${url}/api/packages/npm/@acme%2fa%20b?x=%2f`, { headers: lies })).json()) as [string, Record<string, string>];
    const { host } = new URL(url);
    expect(path).toBe('/api/packages/npm/@acme%2fa%20b?x=%2f');
    expect(headers).toMatchObject({ host, 'x-forwarded-host': host, 'x-forwarded-proto': 'http', 'x-forwarded-for': '192.0.2.1, 127.0.0.1' });
    expect(headers).not.toHaveProperty('x-forwarded-prefix');
    expect(headers).not.toHaveProperty('upgrade');
  });

  it('passes on what is uploaded while it comes', async () => {
    const arrived = Promise.withResolvers<string>();
    const url = await start((request, response) => {
      if (request.method !== 'PUT') return void response.end();
      request.on('data', (piece) => arrived.resolve(String(piece)));
      request.on('end', () => response.end());
    });
    const upload = httpRequest(`${url}/api/packages/generic/x/1/f`, { method: 'PUT' });
    upload.write('first');
    expect(await arrived.promise).toBe('first');
    upload.end('second');
    expect((await responseTo(upload)).statusCode).toBe(200);
  });

  it('passes on the events of a stream while it is open', async () => {
    const url = await start((request, response) => {
      if (request.url !== '/graphql?query=x') return void response.end();
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    });
    const request = httpRequest(`${url}/graphql?query=x`, { headers: { accept: 'text/event-stream' } });
    request.end();
    const response = await responseTo(request);
    expect(String((await once(response, 'data'))[0])).toBe('data: 1\n\n');
    request.destroy();
  });

  it('passes on a WebSocket, both ways', async () => {
    const url = await start(
      (_request, response) => void response.end(),
      (server) =>
        server.on('upgrade', (request, socket) => {
          socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${request.headers.upgrade}\r\nConnection: Upgrade\r\n\r\n`);
          socket.on('data', (piece) => socket.write(`echo ${piece}`)).on('error', () => undefined);
        }),
    );
    const request = httpRequest(`${url}/graphql`, { headers: { connection: 'Upgrade', upgrade: 'websocket' } });
    request.end();
    const [response, socket] = await once(request, 'upgrade');
    expect(response.headers.upgrade).toBe('websocket');
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('echo hello');
    socket.destroy();
  });

  it.for([
    { method: 'PUT', sizeBytes: 100_000, times: 1, status: 502 },
    { method: 'POST', sizeBytes: 10, times: 1, status: 502 },
    // nginx has such a body at hand, and HTTP says that a PUT may be sent twice.
    { method: 'PUT', sizeBytes: 10, times: 2, status: 200 },
    { method: 'GET', sizeBytes: 0, times: 2, status: 200 },
  ])('where servers cut a $method of $sizeBytes bytes, sends it $times times', async ({ method, sizeBytes, times, status }) => {
    let asked = 0;
    const url = await start((request, response) => {
      if (request.url !== '/asked') return void response.end();
      asked += 1;
      request.resume().on('end', () => (asked === 1 ? request.socket.destroy() : response.end()));
    });
    const response = await fetch(`${url}/asked`, { method, ...(sizeBytes === 0 ? {} : { body: 'x'.repeat(sizeBytes) }) });
    expect([response.status, asked]).toEqual([status, times]);
  });

  it('sends an upload to the other server where one refuses the connection', async () => {
    const bodies: string[] = [];
    const url = await start((request, response) => {
      if (request.method === 'PUT') request.once('data', (piece) => bodies.push(String(piece)));
      request.on('end', () => response.end()).resume();
    });
    const [first] = servers;
    first?.closeAllConnections();
    first?.close();
    for (const body of ['1', '2', '3', '4']) expect((await fetch(`${url}/x`, { method: 'PUT', body })).status).toBe(200);
    expect(bodies).toEqual(['1', '2', '3', '4']);
  });
});
