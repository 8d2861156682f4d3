import type { SendInit } from './transport.ts';

/** The bytes of a file. Node's streams are async iterables; `await fs.openAsBlob(path)` gives a file as a Blob. */
export type UploadBody = Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** A body that can be read again, piece by piece. */
export interface Slices {
  readonly size: number;
  slice(start: number, end: number): Blob;
}

/** The body as pieces; undefined for a stream, which is read but once. */
export function slicesOf(body: UploadBody): Slices | undefined {
  if (body instanceof Blob) return body;
  if (!(body instanceof ArrayBuffer) && !ArrayBuffer.isView(body)) return undefined;
  const bytes = body instanceof ArrayBuffer ? new Uint8Array(body) : body;
  return { size: bytes.byteLength, slice: (start, end) => new Blob([bytes.subarray(start, end) as Uint8Array<ArrayBuffer>]) };
}

// Not in every environment's type of RequestInit, and required for streams (https://fetch.spec.whatwg.org/#enumdef-requestduplex).
const oneWay = { duplex: 'half' } as const;

/** The request that sends the bytes. */
export function uploadInit(body: UploadBody): SendInit {
  const init = { method: 'PUT', headers: { 'content-type': 'application/octet-stream' } };
  if (body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return { ...init, body: body as Blob | ArrayBuffer };
  return { ...init, ...oneWay, body: body instanceof ReadableStream ? body : streamOf(body) };
}

/** `ReadableStream.from`, which not every browser has. */
function streamOf(pieces: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        await iterator.return?.(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
