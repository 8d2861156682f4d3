import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, orThrow } from '../../schema/sdk/index.ts';
import { closeCore, openCore } from '../../src/app.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { readConfig } from '../../src/config.ts';
import type { Core } from '../../src/core.ts';
import { backends, type OpenBackend, openEmbedded } from '../support/environment/backends.ts';
import { leftovers } from '../support/leftovers.ts';
import { adminSecret, type ServerProcess, startServer } from './server-process.ts';

const mebibyte = 1024 * 1024;
const authorization = `Bearer ${adminSecret}`;

/** An answer to a chunk or a question. */
interface Told {
  status: number;
  offset: number;
  isComplete: boolean;
  json: { sizeBytes?: number; sha256?: string } | undefined;
}

async function told(answer: Promise<Response>): Promise<Told> {
  const response = await answer;
  const { status, headers } = response;
  const text = await response.text();
  return { status, offset: Number(headers.get('upload-offset') ?? NaN), isComplete: headers.get('upload-complete') === '?1', json: text === '' ? undefined : JSON.parse(text) };
}

const patchHeaders = (offset: number, isLast: boolean) => ({ authorization, 'content-type': 'application/partial-upload', 'upload-offset': String(offset), 'upload-complete': isLast ? '?1' : '?0' });
const send = (server: ServerProcess, id: string, offset: number, body: Buffer, isLast = false) =>
  told(fetch(`${server.url}/api/uploads/${id}`, { method: 'PATCH', headers: patchHeaders(offset, isLast), body: body as BodyInit }));
const ask = (server: ServerProcess, id: string) => told(fetch(`${server.url}/api/uploads/${id}`, { method: 'HEAD', headers: { authorization } }));

describe.for(backends)('an upload in chunks at several servers, on $name', { timeout: 180_000 }, ({ open, missing }) => {
  let backend: OpenBackend;
  let a: ServerProcess;
  let b: ServerProcess;
  let watch: Core;
  beforeAll(async () => {
    if (missing !== undefined) return;
    backend = await open();
    Object.assign(process.env, backend.env);
    a = await startServer(backend.env);
    b = await startServer(backend.env);
    watch = await openCore(readConfig({ ...backend.env, LOG_LEVEL: 'silent' }));
  }, 60_000);
  afterAll(async () => {
    await a?.kill();
    await b?.kill();
    if (watch) await closeCore(watch);
    await backend?.close();
  });

  const test = it.skipIf(missing !== undefined);
  const create = async (server: ServerProcess) => orThrow(await createClient({ url: server.url, token: adminSecret }).createUpload({ namespace: '', fileName: 'file.bin' })).upload.id;
  const publish = async (server: ServerProcess, id: string, name: string) =>
    orThrow(await createClient({ url: server.url, token: adminSecret }).publishPackage({ namespace: '', format: 'GENERIC', name, version: '1', uploads: [id] }));
  const download = async (server: ServerProcess, name: string) => Buffer.from(await (await fetch(`${server.url}/api/packages/generic/${name}/1/file.bin`, { headers: { authorization } })).arrayBuffer());

  /** Sends the beginning of a chunk and holds the line; resolves once the server has begun to take it in. */
  async function beginChunk(server: ServerProcess, id: string, offset: number, content: Buffer, sizeBytes: number) {
    const turn = async () => Number((await watch.database.reads.query('SELECT turn FROM upload_session WHERE id = ?', [id]))[0].turn);
    const before = await turn();
    const sending = request(`${server.url}/api/uploads/${id}`, { method: 'PATCH', headers: { ...patchHeaders(offset, false), 'content-length': sizeBytes } });
    const ended = new Promise<void>((resolve) => sending.on('error', () => resolve()).on('response', (answer) => answer.resume().on('close', resolve)));
    sending.write(content);
    await expect.poll(turn, { timeout: 30_000 }).toBe(before + 1);
    // Nobody outside sees how much of it has been read by now.
    await sleep(500);
    return { sending, ended };
  }

  /** Runs something in a third process's place, whose clock is ahead. */
  async function later(hours: number, work: (core: Core) => Promise<unknown>): Promise<void> {
    const core = await openCore(readConfig({ ...backend.env, LOG_LEVEL: 'silent' }), { clock: { now: () => Date.now() + hours * 60 * 60 * 1000 } });
    await work(core).finally(() => closeCore(core));
  }

  test('begins at A, goes on at B, is finished at A and published at B', async () => {
    const content = randomBytes(3 * mebibyte);
    const id = await create(a);
    expect(await send(a, id, 0, content.subarray(0, mebibyte))).toMatchObject({ status: 204, offset: mebibyte });
    expect(await ask(b, id)).toMatchObject({ status: 204, offset: mebibyte, isComplete: false });
    expect(await send(b, id, mebibyte, content.subarray(mebibyte))).toMatchObject({ status: 204, offset: content.length });
    const finished = await send(a, id, content.length, Buffer.alloc(0), true);
    expect(finished).toMatchObject({ status: 201, isComplete: true, json: { sizeBytes: content.length, sha256: createHash('sha256').update(content).digest('hex') } });
    expect(await send(b, id, content.length, Buffer.alloc(0), true)).toEqual(finished);
    await publish(b, id, 'split');
    for (const server of [a, b]) expect((await download(server, 'split')).equals(content)).toBe(true);
  });

  test('goes on at B where A was killed in the middle of a chunk', async () => {
    const content = randomBytes(4 * mebibyte);
    const id = await create(a);
    await send(a, id, 0, content.subarray(0, mebibyte));
    const { ended } = await beginChunk(a, id, mebibyte, content.subarray(mebibyte, 2 * mebibyte), 3 * mebibyte);
    await a.kill();
    await ended;
    const { offset } = await ask(b, id);
    expect(offset).toBe(mebibyte);
    expect(await send(b, id, offset, content.subarray(offset), true)).toMatchObject({ status: 201 });
    await publish(b, id, 'killed');
    expect((await download(b, 'killed')).equals(content)).toBe(true);
    a = await startServer(backend.env);
    expect((await download(a, 'killed')).equals(content)).toBe(true);
  });

  test('goes on at B where the line to A broke, from where A had come', async () => {
    const content = randomBytes(4 * mebibyte);
    const id = await create(a);
    const { sending, ended } = await beginChunk(a, id, 0, content.subarray(0, 2 * mebibyte), content.length);
    sending.destroy();
    await ended;
    const received = async () => Number((await watch.database.reads.query('SELECT received_bytes AS size FROM upload_session WHERE id = ?', [id]))[0].size);
    await expect.poll(received, { timeout: 30_000 }).toBeGreaterThan(0);
    const { offset } = await ask(b, id);
    expect(offset).toBeLessThanOrEqual(2 * mebibyte);
    expect(await send(b, id, offset, content.subarray(offset), true)).toMatchObject({ status: 201 });
    await publish(a, id, 'broken');
    expect((await download(b, 'broken')).equals(content)).toBe(true);
  });

  test('what A still receives is refused once B was asked', async () => {
    const content = randomBytes(2 * mebibyte);
    const id = await create(a);
    const { sending } = await beginChunk(a, id, 0, content.subarray(0, mebibyte), content.length);
    expect(await ask(b, id)).toMatchObject({ offset: 0 });
    const answer = new Promise<number>((resolve, reject) => sending.on('response', (response) => resolve(response.statusCode ?? 0)).on('error', reject));
    sending.end(content.subarray(mebibyte));
    expect(await answer).toBe(409);
    expect(await ask(a, id)).toMatchObject({ offset: 0 });
    expect(await send(b, id, 0, content, true)).toMatchObject({ status: 201 });
  });

  test('chunks that race at both are added once', async () => {
    for (let round = 0; round < 10; round++) {
      const id = await create(a);
      const contents = Array.from({ length: 6 }, () => randomBytes(300_000));
      const answers = await Promise.all(contents.map((content, index) => send(index % 2 === 0 ? a : b, id, 0, content)));
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409, 409, 409, 409]);
      const winner = contents[answers.findIndex(({ status }) => status === 204)] ?? Buffer.alloc(0);
      const finished = await Promise.all([a, b, a, b].map((server) => send(server, id, winner.length, Buffer.alloc(0), true)));
      for (const { status, json } of finished) expect([status, json?.sha256]).toEqual([201, createHash('sha256').update(winner).digest('hex')]);
    }
  });

  test('a kill while A puts it together loses nothing', async () => {
    const part = randomBytes(mebibyte);
    const parts = 24;
    const sha256 = createHash('sha256');
    const id = await create(a);
    for (let index = 0; index < parts; index++) {
      part.writeUInt32LE(index);
      sha256.update(part);
      // At one server they would be together already.
      expect((await send(index % 2 === 0 ? a : b, id, index * part.length, part)).status).toBe(204);
    }
    const finishing = send(a, id, parts * part.length, Buffer.alloc(0), true).catch(() => undefined);
    await sleep(Math.random() * 100);
    await a.kill();
    const heard = await finishing;
    a = await startServer(backend.env);
    const { offset, isComplete } = await ask(b, id);
    expect(offset).toBe(parts * part.length);
    if (heard) expect(isComplete).toBe(true);
    expect(await send(b, id, offset, Buffer.alloc(0), true)).toMatchObject({ status: 201, json: { sizeBytes: offset, sha256: sha256.digest('hex') } });
    await publish(a, id, 'killed-at-the-end');
  });

  test('the sweep takes no part of what lives, and everything of what does not', async () => {
    const content = randomBytes(2 * mebibyte);
    const id = await create(a);
    await send(a, id, 0, content.subarray(0, mebibyte));
    await later(23, sweep);
    await send(b, id, mebibyte, content.subarray(mebibyte));
    await later(23, sweep);
    expect(await send(a, id, content.length, Buffer.alloc(0), true)).toMatchObject({ status: 201 });
    await publish(b, id, 'swept');
    const abandoned = await create(a);
    for (const at of [0, mebibyte]) await send(a, abandoned, at, content.subarray(at, at + mebibyte));
    await later(49, async (core) => {
      await sweep(core);
      // What was half-written when a server was killed is removed by age, by the store itself.
      expect((await leftovers(core)).filter((problem) => !problem.includes('tmp/'))).toEqual([]);
    });
    expect((await ask(a, abandoned)).status).toBe(404);
    for (const server of [a, b]) expect((await download(server, 'swept')).equals(content)).toBe(true);
  });
});

describe('an upload of 1 GB in chunks', () => {
  let backend: OpenBackend;
  let server: ServerProcess;
  beforeAll(async () => {
    backend = await openEmbedded();
    server = await startServer(backend.env);
  });
  afterAll(async () => {
    await server?.kill();
    await backend?.close();
  });

  /** Sends a chunk without holding it in memory. */
  async function sendLarge(id: string, offset: number, pieces: number, piece: Buffer): Promise<number> {
    const sending = request(`${server.url}/api/uploads/${id}`, { method: 'PATCH', headers: { ...patchHeaders(offset, false), 'content-length': pieces * piece.length } });
    const status = new Promise<number>((resolve, reject) => sending.on('response', (answer) => resolve(answer.resume().statusCode ?? 0)).on('error', reject));
    await pipeline(Readable.from(Array.from({ length: pieces }, () => piece)), sending);
    return status;
  }

  it('takes no more memory than a small one', { timeout: 180_000 }, async () => {
    const piece = randomBytes(mebibyte);
    const uploaded = async (chunks: number, pieces: number) => {
      const id = orThrow(await createClient({ url: server.url, token: adminSecret }).createUpload({ namespace: '', fileName: 'large.bin' })).upload.id;
      for (let index = 0; index < chunks; index++) expect(await sendLarge(id, index * pieces * piece.length, pieces, piece)).toBe(204);
      expect(await send(server, id, chunks * pieces * piece.length, Buffer.alloc(0), true)).toMatchObject({ status: 201, json: { sizeBytes: chunks * pieces * piece.length } });
    };
    for (let round = 0; round < 3; round++) await uploaded(4, 4);
    await server.resetPeak();
    const { current: idle } = await server.memory();
    await uploaded(16, 64);
    const growth = (await server.memory()).peak - idle;
    console.log(`the peak is above the warm server's by ${Math.round(growth / mebibyte)} MiB`);
    expect(growth).toBeLessThan(100 * mebibyte);
  });
});
