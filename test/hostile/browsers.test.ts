import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { uploadForm, wheel } from '../support/python-files.ts';
import { formType } from '../support/multipart.ts';
import { password } from '../support/app.ts';
import { routeRows } from '../permissions/routes.ts';
import { makeWorld, type Place, type World } from '../permissions/world.ts';
import { pypiPath } from '../wire/pypi-request.ts';

let world: World;
let place: Place;
beforeAll(async () => {
  world = await makeWorld();
  place = world.places.find(({ name }) => name === 'public') as Place;
}, 60_000);
afterAll(() => world?.app.close());

const asAdmin = () => ({ authorization: `Bearer ${world.app.secrets.admin}` });

/** Asks for what a row asks for, as the administrator. */
async function ask(row: (typeof routeRows)[number]): Promise<{ path: string; response: Response }> {
  const call = await row.call({ target: place.standing, node: place.project.path, number: 0, openUpload: async () => 'upl_none' });
  return { path: call.path, response: await fetch(`${world.app.url}${call.path}`, { method: call.method, headers: { ...call.headers, ...asAdmin() } }) };
}

/** What a WebSocket is told that says hello. */
function hello(headers: Record<string, string>, payload: object = {}): Promise<string> {
  const socket = new WebSocket(`${world.app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  return new Promise((resolve, reject) => {
    socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
    socket.once('message', (data) => {
      resolve((JSON.parse(String(data)) as { type: string }).type);
      socket.close();
    });
    socket.once('close', (code) => resolve(`closed ${code}`));
    socket.once('error', reject);
  });
}

describe('whatever is answered', () => {
  it.for(routeRows.filter(({ route }) => route.split(' ')[1] === 'GET').map((row, index) => ({ row, title: `${row.route}, row ${index + 1}` })))('$title: runs in no browser', async ({ row }) => {
    const { response } = await ask(row);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'.*sandbox allow-downloads$/);
    // Stored bytes are for saving; what we write ourselves is JSON, plain text, XML, or the lists of Maven and PyPI.
    const type = response.headers.get('content-type') ?? '';
    const isOurs = /json|text\/plain|application\/(?:atom|atomsvc\+xml)|xml|x-ndjson|vnd\.pypi\.simple|text\/html/.test(type);
    if (!isOurs) expect([type, response.headers.get('content-disposition')]).toEqual([type, expect.stringMatching(/^attachment;/)]);
    await response.arrayBuffer();
  });

  it.for(['/', '/nothing', '/graphql?query={__typename}', '/healthz', '/metrics', '/api/packages/nope/x', '/api/files/fil_x/x.html', '/v2/', '/api/packages/%ff'])('%s too', async (path) => {
    const response = await fetch(`${world.app.url}${path}`);
    expect([response.headers.get('x-content-type-options'), response.headers.get('content-security-policy')]).toEqual(['nosniff', expect.stringContaining('sandbox')]);
  });

  it('only GraphiQL is a page, which stands in no frame', async () => {
    const response = await fetch(`${world.app.url}/graphql`, { headers: { accept: 'text/html' } });
    expect([response.status, response.headers.get('content-security-policy'), response.headers.get('x-content-type-options')]).toEqual([200, "frame-ancestors 'none'", 'nosniff']);
  });

  it.for([
    ['page.html', 'text/html', '<script>alert(1)</script>'],
    ['image.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['page.xhtml', 'application/xhtml+xml', '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'],
    ['code.js', 'text/javascript', 'alert(1)'],
  ] as const)('%s as %s is to be saved, not shown', async ([name, type, body]) => {
    const path = `/api/packages/acme/widgets/generic/page/1/${name}`;
    const put = await world.app.fetch(path, 'developer', { method: 'PUT', body, headers: { 'content-type': type } });
    expect(put.status).toBe(201);
    const response = await world.app.fetch(path, 'reader');
    expect([response.headers.get('content-disposition'), response.headers.get('x-content-type-options'), response.headers.get('content-security-policy')]).toEqual([
      `attachment; filename="${name}"`,
      'nosniff',
      expect.stringContaining('sandbox'),
    ]);
  });
});

describe('a page of another site', () => {
  const project = { name: 'forged', version: '1.0' };
  /** What a form of any page may send (https://fetch.spec.whatwg.org/#cors-safelisted-request-header), with the password that the browser was once given. */
  const submit = (headers: Record<string, string>) =>
    fetch(`${world.app.url}${pypiPath('legacy/')}`, {
      method: 'POST',
      headers: { 'content-type': formType, authorization: `Basic ${Buffer.from(`developer:${password}`).toString('base64')}`, ...headers },
      body: new Uint8Array(uploadForm(wheel(project), project)),
    });

  it.for([{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site', origin: 'https://other.example' }])('publishes nothing: %j', async (headers) => {
    const response = await submit(headers as Record<string, string>);
    expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('pages of other sites')]);
    expect((await world.app.fetch(pypiPath('simple/forged/'), 'reader')).status).toBe(404);
  });

  it.for([
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 'closed 4401'],
    [{ origin: 'null' }, 'closed 4401'],
    [{}, 'connection_ack'],
    [{ 'sec-fetch-site': 'same-origin' }, 'connection_ack'],
  ] as const)('opens no WebSocket with a password that the browser sends: %j is told %s', async ([headers, told]) => {
    const authorization = `Basic ${Buffer.from(`developer:${password}`).toString('base64')}`;
    expect(await hello({ authorization, ...headers })).toBe(told);
  });

  it('opens one with a token that it has', async () => {
    expect(await hello({ origin: 'https://tools.example', 'sec-fetch-site': 'cross-site' }, asAdmin())).toBe('connection_ack');
  });

  it('is told apart from clients, and from pages of ours', async () => {
    expect((await submit({})).status).toBe(200);
    expect((await submit({ origin: new URL(world.app.url).origin, 'sec-fetch-site': 'same-origin' })).status).not.toBe(403);
  });
});
