import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';

/** What became of a request. */
export interface Reply {
  /** 0 where no answer came: nobody can tell whether it was done. */
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
  /** Whether a server may have seen it. */
  wasSent: boolean;
}

/** Sends a request to one of the servers. Never throws. */
export type Ask = (method: string, path: string, body?: Buffer | string, headers?: Record<string, string>) => Promise<Reply>;

/** An answer of 500 or more, or a GraphQL error that stands for one. */
export interface Refusal {
  status: number;
  retryAfter: string | undefined;
  text: string;
  what: string;
}

/** So long a client waits for an answer: longer than any fault of these tests lasts. */
const patienceMs = 60_000;

/** Requests as the admin to whichever server is up: one after the other in turn, and past those that refuse the connection. */
export class Requests {
  /** Answers that tell of a fault of the server's, in the order in which they came. */
  readonly refusals: Refusal[] = [];
  readonly #urls: () => readonly string[];
  readonly #secret: string;
  readonly #agent = new Agent({ keepAlive: true });
  #turn = 0;

  constructor(urls: () => readonly string[], secret: string) {
    this.#urls = urls;
    this.#secret = secret;
  }

  close(): void {
    this.#agent.destroy();
  }

  readonly ask: Ask = async (method, path, body, headers = {}) => {
    const urls = this.#urls();
    const first = this.#turn++;
    let reply: Reply = nothing('there is no server', false);
    for (let next = 0; next < urls.length && !reply.wasSent; next++) {
      reply = await this.#exchange(`${urls[(first + next) % urls.length]}${path}`, method, body, headers);
    }
    const retryAfter = reply.headers['retry-after'];
    if (reply.status >= 500) this.refusals.push({ status: reply.status, retryAfter, text: reply.text, what: `${method} ${path}` });
    return reply;
  };

  /** The fields of a GraphQL operation; undefined with what was answered instead where there are none. */
  async graphql(query: string, variables: object = {}): Promise<{ data: any; reply: Reply }> {
    const reply = await this.ask('POST', '/graphql', JSON.stringify({ query, variables }), { 'content-type': 'application/json' });
    if (reply.status === 0) return { data: undefined, reply };
    const { data, errors } = JSON.parse(reply.text) as { data?: any; errors?: { message: string; extensions: { code: string } }[] };
    if (!errors) return { data, reply };
    const broken = errors.find(({ extensions: { code } }) => code === 'INTERNAL_ERROR' || code === 'UNAVAILABLE' || code === 'STORAGE_FULL');
    if (!broken) return { data: undefined, reply: { ...reply, status: 400 } };
    // What came of an operation in part is 200; a client looks at the code.
    const status = broken.extensions.code === 'INTERNAL_ERROR' ? 500 : 503;
    if (reply.status < 500) this.refusals.push({ status, retryAfter: 'as the code says', text: reply.text, what: query });
    return { data: undefined, reply: { ...reply, status } };
  }

  #exchange(url: string, method: string, body: Buffer | string | undefined, more: Record<string, string>): Promise<Reply> {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const headers = { authorization: `Bearer ${this.#secret}`, ...length, ...more };
    return new Promise((resolve) => {
      const request = httpRequest(url, { agent: this.#agent, method, headers, timeout: patienceMs }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.once('error', (error) => resolve(nothing(error.message, true)));
        response.once('end', () => {
          const whole = Buffer.concat(pieces);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole, text: whole.toString(), wasSent: true });
        });
      });
      request.once('timeout', () => request.destroy(new Error(`no answer within ${patienceMs} ms`)));
      request.once('error', (error: NodeJS.ErrnoException) => resolve(nothing(error.message, error.code !== 'ECONNREFUSED')));
      request.end(body);
    });
  }
}

function nothing(text: string, wasSent: boolean): Reply {
  return { status: 0, headers: {}, body: Buffer.of(), text, wasSent };
}
