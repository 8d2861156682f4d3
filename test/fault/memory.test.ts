import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenBackend, openEmbedded } from '../support/environment/backends.ts';
import { publishDocument } from '../wire/npm-request.ts';
import { adminSecret, type ServerProcess, startServer } from './server-process.ts';

const mebibyte = 1024 * 1024;
/** How much the server's peak may grow over what it has when it is warm. */
const allowed = 100 * mebibyte;

let backend: OpenBackend;
let server: ServerProcess;
beforeAll(async () => {
  backend = await openEmbedded();
  server = await startServer(backend.env);
});
afterAll(async () => {
  await server.kill();
  await backend.close();
});

/** One random block, changed a little each time: cheap to make, and nothing that gzip could shrink. */
async function* noise(sizeBytes: number): AsyncGenerator<Buffer> {
  const block = randomBytes(mebibyte);
  for (let sent = 0; sent < sizeBytes; sent += block.length) {
    block.writeUInt32LE(sent >>> 0, sent % (mebibyte - 4));
    yield Buffer.from(block.subarray(0, Math.min(block.length, sizeBytes - sent)));
  }
}

/** Sends a body as it comes and answers with the status. */
function put(path: string, body: AsyncIterable<Buffer | string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const upload = request(`${server.url}${path}`, { method: 'PUT', headers: { authorization: `Bearer ${adminSecret}` } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    upload.on('error', reject);
    pipeline(Readable.from(body), upload).catch(reject);
  });
}

/** The body of an npm publish whose tarball is stored rather than compressed (level 0), so that making it costs little. */
async function* publishBody(name: string, sizeBytes: number): AsyncGenerator<Buffer | string> {
  const document = await publishDocument(name, '1.0.0', { document: { _attachments: {} } });
  const { versions } = document as { versions: Record<string, { dist: Record<string, unknown> }> };
  // Not known before it is made.
  for (const version of Object.values(versions)) version.dist = {};
  const text = JSON.stringify(document);
  yield `${text.slice(0, text.lastIndexOf('{}'))}{"${name}-1.0.0.tgz":{"content_type":"application/octet-stream","data":"`;
  const archive = pack();
  const fill = async () => {
    archive.entry({ name: 'package/package.json' }, JSON.stringify({ name, version: '1.0.0' }));
    const entry = archive.entry({ name: 'package/noise', size: sizeBytes });
    await pipeline(Readable.from(noise(sizeBytes)), entry);
    archive.finalize();
  };
  const filled = fill();
  let rest = Buffer.alloc(0);
  for await (const chunk of archive.pipe(createGzip({ level: 0, chunkSize: 256 * 1024 })) as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 3);
    rest = Buffer.from(bytes.subarray(whole));
    yield bytes.subarray(0, whole).toString('base64');
  }
  await filled;
  yield `${rest.toString('base64')}"}}}`;
}

it('stays flat while an npm tarball of 300 MB and a file of 2 GB come in', { timeout: 150_000 }, async () => {
  for (let round = 0; round < 3; round++) {
    expect(await put(`/api/packages/npm/warm-${round}`, publishBody(`warm-${round}`, 8 * mebibyte))).toMatchObject({ status: 201 });
    expect(await put(`/api/packages/generic/warm/1/f${round}`, noise(8 * mebibyte))).toMatchObject({ status: 201 });
  }
  await server.resetPeak();
  const { current: idle } = await server.memory();
  const growth = async () => (await server.memory()).peak - idle;
  expect(await put('/api/packages/npm/large', publishBody('large', 300 * mebibyte))).toMatchObject({ status: 201 });
  const tarball = await growth();
  const size = 2048 * mebibyte;
  const { status, text } = await put('/api/packages/generic/large/1/file', noise(size));
  expect([status, (JSON.parse(text) as { sizeBytes: number }).sizeBytes]).toEqual([201, size]);
  const file = await growth();
  const response = await fetch(`${server.url}/api/packages/generic/large/1/file`, { headers: { authorization: `Bearer ${adminSecret}` } });
  let received = 0;
  for await (const chunk of response.body ?? []) received += (chunk as Uint8Array).length;
  expect(received).toBe(size);
  const download = await growth();
  console.log(`the peak is above the warm server's by ${[tarball, file, download].map((bytes) => Math.round(bytes / mebibyte)).join(', ')} MiB (npm 300 MB, generic 2 GB, its download)`);
  expect(Math.max(tarball, file, download)).toBeLessThan(allowed);
});
