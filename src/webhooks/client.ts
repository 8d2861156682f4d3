import { type ClientRequest, type IncomingMessage, request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, isIPv6, type LookupFunction, type TcpNetConnectOpts } from 'node:net';
import { isAllowedAddress, type Network } from './address.ts';
import { type Resolve, resolveHost } from './resolve.ts';

/** How much of an answer is read. */
export const maxExcerptBytes = 1024;

/** What a receiver answered. */
export interface Answer {
  status: number;
  /** The beginning of its body. */
  excerpt: string;
  /** How long it wants to be left alone; undefined: it did not say. */
  retryAfterSeconds: number | undefined;
}

/** What came of an attempt: an answer, or in words why there was none. */
export type Sent = { durationMs: number } & ({ answer: Answer } | { error: string });

export interface ClientOptions {
  /** Networks beside the public internet that may be sent to. */
  opened?: readonly Network[];
  /** By default that of the system. */
  resolve?: Resolve;
  /** For everything together; default 5 s. */
  timeoutMs?: number;
}

/**
 * Sends to addresses that people have chosen: nothing but what is public, or opened by the operator, is ever connected to, whatever a
 * name means by then. No redirect is followed, no connection is kept, and of the answer only the beginning is read.
 */
export class WebhookClient {
  readonly #opened: readonly Network[];
  readonly #resolve: Resolve;
  readonly #timeoutMs: number;

  constructor({ opened = [], resolve = resolveHost, timeoutMs = 5_000 }: ClientOptions = {}) {
    this.#opened = opened;
    this.#resolve = resolve;
    this.#timeoutMs = timeoutMs;
  }

  /** Posts JSON; never rejects. */
  async post(url: string, headers: Record<string, string>, body: string): Promise<Sent> {
    const start = performance.now();
    const result = await this.#send(new URL(url), headers, Buffer.from(body)).catch((error: unknown) => ({ error: wordsOf(error) }));
    return { durationMs: Math.round(performance.now() - start), ...result };
  }

  async #send(url: URL, headers: Record<string, string>, body: Buffer): Promise<{ answer: Answer }> {
    // The name of the socket's target stands in brackets in a URL.
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !isAllowedAddress(host, this.#opened)) throw notAllowed(host);
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const options: RequestOptions & Pick<TcpNetConnectOpts, 'autoSelectFamilyAttemptTimeout'> = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': body.length, 'user-agent': 'Entrepot-Webhook', ...headers },
      agent: false,
      lookup: this.#lookup,
      // Node gives up an address after a quarter of a second where there is another, too early for the far side of the world.
      autoSelectFamilyAttemptTimeout: 1_000,
    };
    const request = send(url, options);
    const timer = setTimeout(() => request.destroy(new Error(`There was no answer within ${this.#timeoutMs / 1000} s.`)), this.#timeoutMs);
    try {
      request.end(body);
      return { answer: await readAnswer(await responseOf(request)) };
    } finally {
      clearTimeout(timer);
      request.destroy();
    }
  }

  /** The only way from a name to a connection: what it lets through is what is connected to. */
  readonly #lookup: LookupFunction = (hostname, options, callback) => {
    this.#addressesOf(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error: Error) => callback(error, ''),
    );
  };

  async #addressesOf(hostname: string): Promise<{ address: string; family: number }[]> {
    const found = await this.#resolve(hostname);
    const allowed = found.filter((address) => isAllowedAddress(address, this.#opened));
    if (allowed.length === 0) throw notAllowed(hostname);
    return allowed.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  }
}

/** The head of the answer. */
function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Later ones say that the rest of the answer is not there.
    request.on('error', reject);
    // It ends without an error where the receiver wants to speak something else than HTTP.
    request.once('close', () => reject(new Error('The connection ended without an answer.')));
  });
}

/** The status decides: what is not there of the body in time is left out. */
async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer);
      sizeBytes += (chunk as Buffer).length;
      if (sizeBytes >= maxExcerptBytes) break;
    }
  } catch {
    // It broke off.
  }
  const excerpt = Buffer.concat(chunks).subarray(0, maxExcerptBytes).toString('utf8');
  return { status: response.statusCode ?? 0, excerpt, retryAfterSeconds: secondsIn(response.headers['retry-after']) };
}

/** Of the two forms the one in seconds (https://www.rfc-editor.org/rfc/rfc9110#field.retry-after); dates are left to our own pauses. */
function secondsIn(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) : undefined;
}

/** What a name means inside is nobody's business. */
function notAllowed(host: string): Error {
  return new Error(`${host} is not on the public internet; the operator can open other networks (WEBHOOK_ALLOWED_NETWORKS).`);
}

function wordsOf(error: unknown): string {
  // Of several addresses that were tried there is an error each.
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ').slice(0, 1000);
  return (error instanceof Error && error.message !== '' ? error.message : String(error)).slice(0, 1000);
}
