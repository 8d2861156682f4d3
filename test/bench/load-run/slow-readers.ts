import { createHash } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { authorization } from '../data.ts';
import { nameOf } from './ask.ts';
import type { KnownFile } from './published.ts';
import { pause } from './readers.ts';
import { Counter, type Tally } from './tally.ts';

/** Bytes that one takes in a second: a download takes more than four minutes, and no buffer on the way holds much of it. */
const bytesPerSecond = 64 * 1024;
/** What the file has that they read. */
export const slowFileBytes = 16 * 1024 * 1024;
const sipMs = 500;

/** Downloads a file over and over, slowly, each over a connection of its own, until `signal`. What arrives whole must be what was published. */
export async function readSlowly(url: string, file: KnownFile, count: number, signal: AbortSignal): Promise<Tally> {
  const counter = new Counter('slow readers');
  const read = async () => {
    await pause(Math.random() * 5_000, signal);
    while (!signal.aborted) {
      const startedAt = performance.now();
      const outcome = await download(url, file, signal).catch((error: unknown) => (signal.aborted ? 'under way at the end' : nameOf(error)));
      counter.count(outcome, performance.now() - startedAt);
      if (typeof outcome === 'string') await pause(1_000, signal);
    }
  };
  await Promise.all(Array.from({ length: count }, read));
  return counter.tally();
}

async function download(url: string, { path, sha256 }: KnownFile, signal: AbortSignal): Promise<number | string> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${url}${path}`, { headers: authorization, agent: false, signal }, resolve).on('error', reject).end();
  });
  const hash = createHash('sha256');
  let taken = 0;
  const startedAt = performance.now();
  for await (const chunk of response as AsyncIterable<Buffer>) {
    hash.update(chunk);
    taken += chunk.length;
    const aheadMs = (taken / bytesPerSecond) * 1000 - (performance.now() - startedAt);
    if (aheadMs > sipMs) await pause(aheadMs, signal);
  }
  const status = response.statusCode ?? 0;
  return status === 200 && hash.digest('hex') !== sha256 ? 'other bytes than were published' : status;
}
