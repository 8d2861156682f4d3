import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instanceId } from '../../src/db/tables/namespace.ts';
import { newId } from '../../src/ids.ts';
import { updateSettings } from '../../src/settings/update.ts';
import { type Call, type RouteRow, routeRows } from '../permissions/routes.ts';
import { makeWorld, type World } from '../permissions/world.ts';

const mebibyte = 1024 * 1024;
/** What files may have here, and everything together. */
const fileBytes = 2 * mebibyte;
const quotaBytes = 8 * mebibyte;
/** More than any limit, and than what is read past after a refusal. */
const sentBytes = 64 * mebibyte;

let world: World;
beforeAll(async () => {
  world = await makeWorld();
  const { core } = world.app;
  const formats = [...core.formats.list()].map((format) => ({ format, settings: { maxFileBytes: { value: fileBytes } } }));
  await updateSettings(core, await world.app.actor('admin'), instanceId, { node: { quotaBytes: { value: quotaBytes } }, formats });
}, 120_000);
afterAll(() => world?.app.close());

const graphql: Pick<RouteRow, 'route' | 'call'> = { route: 'server POST /graphql', call: () => ({ method: 'POST', path: '/graphql', headers: { 'content-type': 'application/json' } }) };
const rows = [...routeRows, graphql].filter(({ route }) => !/^\S+ (GET|DELETE)/.test(route));

it.for(rows.map((row, index) => ({ ...row, title: `${row.route}, row ${index + 1}` })))('a body without an end is not read by $title', { timeout: 60_000 }, async ({ call }) => {
  const [place] = world.places;
  if (!place) throw new Error('no places');
  for (const beginning of ['', '{"a":"']) {
    const made = await call({ target: place.standing, node: place.project.path, number: 0, openUpload: async () => newId('upload') });
    const { status, taken } = await sendForEver(made, beginning);
    // 0: cut before there was an answer. A success comes from those who want no body, and had not read this one.
    expect([made.path, status < 500, taken < sentBytes]).toEqual([made.path, true, true]);
  }
});

/** Sends a body of blanks that has no end, after this beginning; what was answered, and how much the server took until it closed the connection. */
async function sendForEver({ method, path, headers = {} }: Call, beginning: string): Promise<{ status: number; taken: number }> {
  const { url, secrets } = world.app;
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  let isClosed = false;
  socket.on('data', (chunk) => (text += chunk.toString('latin1'))).on('error', () => undefined);
  socket.on('close', () => (isClosed = true));
  const all = { 'host': 'localhost', 'authorization': `Bearer ${secrets.admin}`, ...headers, 'transfer-encoding': 'chunked' };
  socket.write(`${method} ${path} HTTP/1.1\r\n${Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  const piece = Buffer.alloc(64 * 1024, ' ');
  const chunk = Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
  if (beginning !== '') socket.write(`${beginning.length.toString(16)}\r\n${beginning}\r\n`);
  for (let sent = 0; sent < sentBytes && !isClosed; sent += piece.length) {
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
  }
  const taken = socket.bytesWritten - socket.writableLength;
  socket.destroy();
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), taken };
}
