import type { IncomingMessage } from 'node:http';

const drainBytes = 32 * 1024 * 1024;
const drainMs = 30_000;

/** Whether a request announces a body (RFC 9112 §6). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** Whether an error is nothing but the client having gone away in the middle of its request: nobody is left to tell, and nothing to log. */
export function isClientGone(request: IncomingMessage, error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return request.errored !== null && (error === request.errored || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE');
}

/**
 * Reads what is left of a request that was answered before its end. Otherwise the next request on the connection would wait for
 * ever behind the rest of this one, and a client that reads only after it has sent would never see the answer (RFC 9112 §9.6).
 * Whoever sends much more, or is slow, is cut off.
 */
export function drain(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let left = drainBytes;
  const late = setTimeout(() => request.destroy(), drainMs).unref();
  const read = () => {
    for (let chunk = request.read() as Buffer | null; chunk !== null; chunk = request.read() as Buffer | null) left -= chunk.length;
    if (left < 0) request.destroy();
  };
  request.once('close', () => clearTimeout(late));
  // Not resume(): an iterator that was left in the middle may still listen, and then nothing would flow.
  request.on('readable', read);
  read();
}
