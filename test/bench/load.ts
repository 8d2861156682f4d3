import { createConnection, type Socket } from 'node:net';
import { ChunkedBody } from './chunked.ts';

/** What to send, how often, and what must come back. */
export interface LoadPlan {
  port: number;
  connections: number;
  /** The pieces of the request with this number, whole: head and body. */
  request: (index: number) => readonly Buffer[];
  /** The status that every response must have. */
  status: number;
  /** Either so many requests altogether, or as many as go into so many seconds after a warm-up. */
  until: { requests: number } | { seconds: number; warmupSeconds: number };
}

/** What came of it. `bytes` are received ones; a latency runs from the first byte sent to the last one received. */
export interface LoadResult {
  requests: number;
  seconds: number;
  receivedBytes: number;
  p50Ms: number;
  p99Ms: number;
  /** How busy the load generator's thread was, 0 to 1: near 1 it may be what limits the rate. */
  clientBusy: number;
}

/** One request's head in HTTP/1.1. */
export function requestHead(method: string, path: string, headers: Record<string, string | number> = {}): Buffer {
  const lines = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
}

/**
 * Sends requests over keep-alive connections, one at a time on each, without pipelining. Leaner than a general client, on
 * purpose: on one core it must ask faster than a bare server on the other can answer. Rejects on a status other than the
 * one planned, and where a connection ends early.
 */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const latencies: number[] = [];
  let sent = 0;
  let receivedBytes = 0;
  let startedAt = performance.now();
  let cpu = process.cpuUsage();
  let isMeasuring = true;
  const limit = 'requests' in plan.until ? plan.until.requests : Infinity;
  const clients: Client[] = [];

  function next(): readonly Buffer[] | undefined {
    return sent < limit ? plan.request(sent++) : undefined;
  }
  const work = Array.from({ length: plan.connections }, () => {
    const client = new Client(plan, next, (bytes) => (receivedBytes += bytes), (ms) => isMeasuring && latencies.push(ms));
    clients.push(client);
    return client.run();
  });
  try {
    const all = Promise.all(work);
    if ('seconds' in plan.until) {
      await Promise.race([all, pause(plan.until.warmupSeconds)]);
      latencies.length = 0;
      receivedBytes = 0;
      startedAt = performance.now();
      cpu = process.cpuUsage();
      await Promise.race([all, pause(plan.until.seconds)]);
      // Slow answers come all at once when they come: what was measured before each connection has had one would be less than what is done.
      while (latencies.length < Math.max(2, plan.connections)) await Promise.race([all, pause(0.02)]);
    } else {
      await all;
    }
  } finally {
    isMeasuring = false;
    for (const client of clients) client.stop();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    seconds,
    receivedBytes,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    clientBusy: (user + system) / 1e6 / seconds,
  };
}

/** The value below which this part of an ascending list lies. */
export function quantile(ascending: readonly number[], part: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * part))] ?? Number.NaN;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

const headEnd = Buffer.from('\r\n\r\n');
const lengthName = Buffer.from('ontent-');
const chunkedName = Buffer.from('chunked');

/** One connection. It knows just enough of HTTP to tell where a response ends. */
class Client {
  readonly #plan: LoadPlan;
  readonly #next: () => readonly Buffer[] | undefined;
  readonly #onBytes: (count: number) => void;
  readonly #onLatency: (ms: number) => void;
  readonly #done = Promise.withResolvers<void>();
  #socket: Socket | undefined;
  #stopped = false;
  #sentAt = 0;
  /** Of the body, still to come; -1: a head is expected. */
  #left = -1;
  #chunked: ChunkedBody | undefined;
  #partialHead: Buffer | undefined;

  constructor(plan: LoadPlan, next: () => readonly Buffer[] | undefined, onBytes: (count: number) => void, onLatency: (ms: number) => void) {
    this.#plan = plan;
    this.#next = next;
    this.#onBytes = onBytes;
    this.#onLatency = onLatency;
  }

  run(): Promise<void> {
    const socket = createConnection({
      host: '127.0.0.1',
      port: this.#plan.port,
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(256 * 1024),
        callback: (count, buffer) => {
          this.#receive(Buffer.from(buffer.buffer, buffer.byteOffset, count));
          return true;
        },
      },
    });
    this.#socket = socket;
    socket.on('connect', () => this.#send());
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
    return this.#done.promise;
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.destroy();
    this.#done.resolve();
  }

  #fail(error: Error): void {
    if (!this.#stopped) this.#done.reject(error);
  }

  #send(): void {
    const pieces = this.#stopped ? undefined : this.#next();
    if (!pieces) return this.stop();
    this.#sentAt = performance.now();
    for (const piece of pieces) this.#socket?.write(piece);
  }

  #receive(bytes: Buffer): void {
    if (this.#stopped) return;
    this.#onBytes(bytes.length);
    try {
      let at = 0;
      while (at < bytes.length) at = this.#chunked ? this.#chunks(this.#chunked, bytes, at) : this.#left === -1 ? this.#head(bytes, at) : this.#body(bytes, at);
    } catch (error) {
      this.#fail(error as Error);
      this.stop();
    }
  }

  #head(bytes: Buffer, at: number): number {
    const text = this.#partialHead ? Buffer.concat([this.#partialHead, bytes.subarray(at)]) : bytes;
    const from = this.#partialHead ? 0 : at;
    const end = text.indexOf(headEnd, from);
    if (end === -1) {
      this.#partialHead = Buffer.from(text.subarray(from));
      return bytes.length;
    }
    const usedBefore = this.#partialHead?.length ?? 0;
    this.#partialHead = undefined;
    const status = Number(text.toString('latin1', from + 9, from + 12));
    if (status !== this.#plan.status) throw new Error(`status ${status} instead of ${this.#plan.status}: ${text.toString('latin1', from, from + 600)}`);
    const length = status === 304 || status === 204 ? 0 : bodyLength(text, from, end);
    if (length === 'chunked') this.#chunked = new ChunkedBody();
    else this.#left = length;
    if (length === 0) this.#finish();
    return usedBefore > 0 ? at + end + 4 - usedBefore : end + 4;
  }

  #body(bytes: Buffer, at: number): number {
    const count = Math.min(this.#left, bytes.length - at);
    this.#left -= count;
    if (this.#left === 0) this.#finish();
    return at + count;
  }

  #chunks(body: ChunkedBody, bytes: Buffer, at: number): number {
    const next = body.read(bytes, at);
    if (body.hasEnded) this.#finish();
    return next;
  }

  #finish(): void {
    this.#left = -1;
    this.#chunked = undefined;
    this.#onLatency(performance.now() - this.#sentAt);
    this.#send();
  }
}

/** The announced length of a body. The search is for a part of the name, whose case varies. */
function bodyLength(text: Buffer, from: number, end: number): number | 'chunked' {
  for (let at = text.indexOf(lengthName, from); at !== -1 && at < end; at = text.indexOf(lengthName, at + 7)) {
    if (text.toString('latin1', at + 7, at + 14).toLowerCase() === 'length:') return Number.parseInt(text.toString('latin1', at + 14, at + 34), 10);
  }
  const chunked = text.indexOf(chunkedName, from);
  if (chunked !== -1 && chunked < end) return 'chunked';
  throw new Error('a response without a length');
}
