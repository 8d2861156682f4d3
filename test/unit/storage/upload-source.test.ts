import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { openUploadSource } from '../../../src/storage/upload-source.ts';

const limitBytes = 16 * 1024 * 1024;

/** What is left of every chunk after it was freed, and how many bytes there were. */
async function readAndFree(source: AsyncIterable<Uint8Array>): Promise<{ left: number[]; sizeBytes: number }> {
  const upload = openUploadSource(source, { limitBytes });
  const left: number[] = [];
  for (let chunk = await upload.next(); chunk !== undefined; chunk = await upload.next()) {
    upload.free(chunk);
    left.push(chunk.byteLength);
  }
  upload.release();
  return { left, sizeBytes: upload.sizeBytes };
}

it('frees the chunks of a request', async () => {
  const received = Promise.withResolvers<{ left: number[]; sizeBytes: number }>();
  const server = createServer((request, response) => {
    readAndFree(request).then(received.resolve, received.reject);
    request.once('end', () => response.end());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sent = httpRequest({ method: 'PUT', host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  sent.end(Buffer.alloc(1_000_000));
  const { left, sizeBytes } = await received.promise;
  server.closeAllConnections();
  server.close();
  expect(sizeBytes).toBe(1_000_000);
  expect(left.length).toBeGreaterThan(1);
  expect(left.every((length) => length === 0)).toBe(true);
});

it('leaves chunks alone that may be somebody else’s', async () => {
  const own = new Uint8Array(new ArrayBuffer(1024));
  const view = new Uint8Array(new ArrayBuffer(2048), 0, 1024);
  expect((await readAndFree(Readable.from([own, view]))).left).toEqual([1024, 1024]);
});
