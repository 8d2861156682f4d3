/** One request that a {@link ScriptedServer} was sent, and its answer in the making. */
export interface ScriptedRequest {
  headers: Headers;
  body: { query: string; variables?: unknown };
  /** Of the fetch. */
  signal: AbortSignal;
  /** Answers with a stream that stays open. */
  open(): void;
  /** Sends text on the open stream. */
  send(text: string): void;
  /** Ends the stream, as a server does that stops. */
  end(): void;
  /** Breaks the stream off. */
  cut(): void;
  /** Answers with a whole body. */
  answer(status: number, body: unknown, headers?: Record<string, string>): void;
  /** No answer: the connection is refused. */
  refuse(): void;
}

/** A server at the other end of a `fetch`, which does what the test tells it to. */
export class ScriptedServer {
  /** Every request so far. */
  readonly requests: ScriptedRequest[] = [];
  readonly #waiting: ((request: ScriptedRequest) => void)[] = [];
  #given = 0;

  /** The next request that is sent, or was and has not been given yet. */
  async next(): Promise<ScriptedRequest> {
    const request = this.requests[this.#given++];
    return request ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  readonly fetch: typeof fetch = (_url, init) => {
    const signal = init?.signal as AbortSignal;
    return new Promise((resolve, reject) => {
      let stream!: ReadableStreamDefaultController<Uint8Array>;
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
        stream?.error(signal.reason);
      });
      const request: ScriptedRequest = {
        headers: new Headers(init?.headers),
        body: JSON.parse(init?.body as string) as ScriptedRequest['body'],
        signal,
        open() {
          const body = new ReadableStream<Uint8Array>({ start: (controller) => void (stream = controller) });
          resolve(new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }));
        },
        send: (text) => stream.enqueue(new TextEncoder().encode(text)),
        end: () => stream.close(),
        cut: () => stream.error(new TypeError('terminated')),
        answer: (status, body, headers = {}) =>
          resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })),
        refuse: () => reject(new TypeError('fetch failed')),
      };
      this.requests.push(request);
      this.#waiting.shift()?.(request);
    });
  };
}

/** A result as the server sends it, at a position. */
export function next(id: string | undefined, result: unknown): string {
  return `event: next\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(result)}\n\n`;
}
