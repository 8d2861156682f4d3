import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { InvalidInput } from '../errors.ts';
import { readBody } from './read-body.ts';

/**
 * Reads a small JSON body, also one that came gzipped. Throws InvalidInput where it is larger than `limitBytes` (unpacked),
 * not UTF-8, not JSON or not the gzip that it says it is; passes on what the request throws.
 */
export async function readJson(request: IncomingMessage, limitBytes = 1024 * 1024): Promise<unknown> {
  const gunzip = request.headers['content-encoding'] === 'gzip' ? createGunzip() : undefined;
  // Left alone, the reader would wait for ever where the client goes away.
  request.once('error', (error) => gunzip?.destroy(error));
  try {
    const bytes = await readBody(gunzip ? request.pipe(gunzip) : request, limitBytes);
    return parse(bytes);
  } finally {
    if (gunzip) request.unpipe(gunzip);
    gunzip?.destroy();
  }
}

/** Reads a small body as text in UTF-8. Throws InvalidInput where it is larger than `limitBytes`, or no UTF-8; passes on what the request throws. */
export async function readText(request: IncomingMessage, limitBytes: number): Promise<string> {
  const bytes = await readBody(request, limitBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidInput('body', 'The request body is not text in UTF-8.');
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new InvalidInput('body', 'The request body is not JSON.');
  }
}
