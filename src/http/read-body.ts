import type { Readable } from 'node:stream';
import { InvalidInput } from '../errors.ts';

/** Reads past a body that nobody needs, so that the client gets its answer; keeps nothing of it. Throws as {@link readBody}. */
export async function readPast(source: Readable, limitBytes: number): Promise<void> {
  for await (const _chunk of within(source, limitBytes)) continue;
}

/** Reads a small body whole. Throws InvalidInput where it is larger than `limitBytes` or not the gzip that it says it is; passes on what the source throws. */
export async function readBody(source: Readable, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of within(source, limitBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* within(source: Readable, limitBytes: number): AsyncGenerator<Buffer> {
  let size = 0;
  try {
    // A request that is destroyed could not be answered any more.
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limitBytes) throw new InvalidInput('body', `The request body is larger than ${limitBytes} bytes.`);
      yield chunk;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw new InvalidInput('body', 'The request body is not gzip, though it says so.');
    throw error;
  }
}
