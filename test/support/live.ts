import { WebSocket } from 'ws';

/** What a subscriber was sent: the result of one event. */
export interface LiveResult {
  data?: any;
  errors?: { message: string; extensions: { code: string } }[];
}

/** A subscription as a test holds it. */
export interface Subscription {
  /** What came so far, in order. */
  results: LiveResult[];
  /** Resolves when it has ended, for whatever reason: whether the server said that it is complete. */
  ended: Promise<{ complete: boolean }>;
  /** Resolves when so many results have come; rejects when it ends before. */
  count(results: number): Promise<LiveResult[]>;
  /** Hangs up. */
  close(): void;
}

export interface SubscriptionOptions {
  /** `http://host:port`. */
  url: string;
  secret?: string | undefined;
  query: string;
  variables?: Record<string, unknown>;
  /** Hears of each result at once. */
  onResult?: (result: LiveResult) => void;
  headers?: Record<string, string>;
}

/** Both ways to follow something, by what they are called. */
export const transports = { 'Server-Sent Events': subscribeBySse, WebSocket: subscribeBySocket } as const;
export type Transport = keyof typeof transports;

/** Subscribes by Server-Sent Events; resolves when the server has accepted it. Throws where it does not. */
export async function subscribeBySse(options: SubscriptionOptions): Promise<Subscription> {
  const hangUp = new AbortController();
  const response = await fetch(`${options.url}/graphql`, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...bearer(options.secret), ...options.headers },
    body: JSON.stringify({ query: options.query, variables: options.variables ?? {} }),
    signal: hangUp.signal,
  });
  if (response.status !== 200 || !response.body) throw new Error(`${response.status} ${await response.text()}`);
  const held = holder(options, () => hangUp.abort());
  void read(response.body);
  return held.subscription;

  async function read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    let complete = false;
    try {
      for await (const chunk of body) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          if (block.startsWith('event: complete')) complete = true;
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (data !== undefined) held.take(JSON.parse(data));
        }
      }
    } catch {
      // Cut off, by either side.
    }
    held.end(complete);
  }
}

/** Subscribes over WebSocket; resolves when the connection has been accepted. Throws where it is not. */
export async function subscribeBySocket(options: SubscriptionOptions): Promise<Subscription> {
  const socket = new WebSocket(`${options.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers: options.headers ?? {} });
  const held = holder(options, () => socket.terminate());
  let complete = false;
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('close', (code, reason) => reject(new Error(`${code} ${String(reason)}`)));
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: bearer(options.secret) })));
    socket.on('message', (raw) => {
      const { type, payload } = JSON.parse(String(raw));
      if (type === 'connection_ack') {
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: options.query, variables: options.variables ?? {} } }));
        resolve();
      }
      if (type === 'next') held.take(payload);
      if (type === 'error') held.take({ errors: payload });
      if (type === 'complete' || type === 'error') {
        complete = true;
        socket.terminate();
      }
    });
  });
  socket.on('close', () => held.end(complete));
  return held.subscription;
}

function bearer(secret: string | undefined): Record<string, string> {
  return secret === undefined ? {} : { authorization: `Bearer ${secret}` };
}

function holder({ onResult }: SubscriptionOptions, close: () => void) {
  const results: LiveResult[] = [];
  const ended = Promise.withResolvers<{ complete: boolean }>();
  const watchers = new Set<() => void>();
  let isOver = false;
  return {
    take(result: LiveResult): void {
      results.push(result);
      onResult?.(result);
      for (const watch of watchers) watch();
    },
    end(complete: boolean): void {
      isOver = true;
      ended.resolve({ complete });
      for (const watch of watchers) watch();
    },
    subscription: {
      results,
      ended: ended.promise,
      count: (wanted: number) =>
        new Promise<LiveResult[]>((resolve, reject) => {
          const look = () => {
            if (results.length >= wanted) resolve(results.slice(0, wanted));
            else if (isOver) reject(new Error(`ended after ${results.length} of ${wanted}: ${JSON.stringify(results.at(-1))}`));
            else return;
            watchers.delete(look);
          };
          watchers.add(look);
          look();
        }),
      close,
    } satisfies Subscription,
  };
}
