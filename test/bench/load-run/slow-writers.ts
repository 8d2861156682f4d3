import { createHash, randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { authorization } from '../data.ts';
import { nameOf } from './ask.ts';
import type { Published } from './published.ts';
import { pause } from './readers.ts';
import { Counter, type Tally } from './tally.ts';

/** Each upload has so many pieces of so many bytes, one after the other in so many milliseconds: half a minute for 480 KB. */
const pieces = 60;
const pieceBytes = 8 * 1024;
const pieceMs = 500;

/** Publishes generic files slowly, each over a connection of its own, until `signal`, and tells of each that was acknowledged. */
export async function writeSlowly(url: string, count: number, signal: AbortSignal, onPublished: (version: Published) => void): Promise<Tally> {
  const counter = new Counter('slow writers');
  const write = async (_: unknown, writer: number) => {
    await pause(Math.random() * pieces * pieceMs, signal);
    for (let number = 1; !signal.aborted; number++) {
      const [name, version] = [`slow-${writer}`, `1.${number}.0`];
      const path = `/api/packages/generic/${name}/${version}/file.bin`;
      const startedAt = performance.now();
      const hash = createHash('sha256');
      const outcome = await upload(url, path, hash, signal).catch((error: unknown) => (signal.aborted ? 'under way at the end' : nameOf(error)));
      counter.count(outcome, performance.now() - startedAt);
      if (outcome === 201) onPublished({ name, version, path, sha256: hash.digest('hex') });
      else await pause(1_000, signal);
    }
  };
  await Promise.all(Array.from({ length: count }, write));
  return counter.tally();
}

async function upload(url: string, path: string, hash: ReturnType<typeof createHash>, signal: AbortSignal): Promise<number> {
  const headers = { ...authorization, 'content-length': pieces * pieceBytes };
  const sending = request(`${url}${path}`, { method: 'PUT', headers, agent: false, signal });
  const answered = new Promise<IncomingMessage>((resolve, reject) => void sending.on('response', resolve).on('error', reject));
  // Whoever is answered early sends no more.
  let isOver = false;
  void answered.catch(() => undefined).then(() => (isOver = true));
  for (let piece = 0; piece < pieces && !isOver; piece++) {
    const bytes = randomBytes(pieceBytes);
    hash.update(bytes);
    sending.write(bytes);
    await pause(pieceMs, signal);
  }
  if (!isOver) sending.end();
  const response = await answered;
  response.resume();
  if (!sending.writableEnded) sending.destroy();
  return response.statusCode ?? 0;
}
