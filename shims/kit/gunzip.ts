import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InvalidPackage } from '../../src/errors.ts';
import { mostUnpacked, pieceBytes, type UnpackedLimits } from './unpacked.ts';

/**
 * Unpacks a gzip stream (RFC 1952, https://www.rfc-editor.org/rfc/rfc1952), piece by piece at the pace of its reader.
 * Throws InvalidPackage for what is not gzip, is truncated, or unpacks to more than the limits allow for so many packed bytes; passes on what
 * `packed` throws. Closes it in any case.
 */
export async function* gunzipped(packed: Readable, packedBytes: number, limits: UnpackedLimits): AsyncGenerator<Buffer, void, undefined> {
  const limitBytes = mostUnpacked(packedBytes, limits);
  const gunzip = createGunzip({ chunkSize: pieceBytes(4 * packedBytes) });
  let sourceError: Error | undefined;
  packed.once('error', (error) => {
    sourceError = error;
    gunzip.destroy(error);
  });
  // A source that is closed before its end would leave the reader waiting for ever.
  packed.once('close', () => packed.readableEnded || gunzip.destroy(sourceError ?? new Error('The upload was closed while it was read.')));
  try {
    packed.pipe(gunzip);
    let unpackedBytes = 0;
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      unpackedBytes += piece.length;
      if (unpackedBytes > limitBytes) throw new InvalidPackage(`The archive unpacks to more than ${limitBytes} bytes.`);
      yield piece;
    }
  } catch (error) {
    throw explained(error as Error & { code?: string });
  } finally {
    gunzip.destroy();
    packed.destroy();
  }
}

function explained(error: Error & { code?: string }): Error {
  if (error.code === 'Z_BUF_ERROR') return new InvalidPackage('The archive ends too early; upload it again.');
  if (error.code?.startsWith('Z_') === true) return new InvalidPackage('The archive is not gzip, or it is damaged.');
  return error;
}
