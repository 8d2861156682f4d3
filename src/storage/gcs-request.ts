import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Storage } from '@google-cloud/storage';
import { StoreSilent } from './object-store.ts';

/** Statuses worth another try: https://cloud.google.com/storage/docs/retry-strategy#retryable */
const transient = new Set([408, 429, 500, 502, 503, 504]);

/** Pauses before each further try. */
export const retryDelaysMs: readonly number[] = [200, 1_000, 3_000, 8_000];

/** How long the service may be silent before it begins its answer. Afterwards the pace is the receiver's. */
const silenceMs = 60_000;

/** An answer of the service that is no success. */
export class GcsRefusal extends Error {
  /** The HTTP status, under the name that the client library's errors have it. */
  readonly code: number;
  constructor(status: number, what: string, detail: string) {
    super(`the bucket answered ${status} to ${what}${detail === '' ? '' : `: ${detail.slice(0, 300)}`}`);
    this.code = status;
  }
}

/** Whether an error of ours or of the client library stands for this HTTP status. */
export function hasStatus(error: unknown, status: number): boolean {
  return Number((error as { code?: unknown } | null)?.code) === status;
}

/** Whether trying again may help: a connection that broke, or a service that is busy. */
export function isTransient(error: unknown): boolean {
  return !(error instanceof GcsRefusal) || transient.has(error.code);
}

export interface GcsRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: http.OutgoingHttpHeaders;
  /** Sent with its length announced. */
  body?: readonly Uint8Array[];
  signal?: AbortSignal | undefined;
}

/** Sends one request and resolves when its answer begins; throws {@link GcsRefusal} unless that is a 2xx or 308. */
export type GcsTransport = (request: GcsRequest) => Promise<http.IncomingMessage>;

/**
 * Requests over connections of our own, with the credentials and the endpoint of `storage`, for all that streams. Its
 * `createReadStream` destroys the agent that its other requests share as soon as one stream is cut, so one client that
 * leaves would break the transfers of all others; cutting one of these closes its own connection only.
 */
export function createGcsTransport(storage: Storage): GcsTransport {
  const plain = storage.apiEndpoint.startsWith('http:');
  const options = { keepAlive: true, proxyEnv: process.env };
  const agent = plain ? new http.Agent(options) : new https.Agent(options);
  // As the library does it: an endpoint of one's own, such as the emulator, gets no credentials unless it is told to.
  const anonymous = storage.customEndpoint && storage.useAuthWithCustomEndpoint !== true;

  return async ({ method, url, headers, body = [], signal }) => {
    const credentials = anonymous ? {} : await storage.authClient.getRequestHeaders(url);
    const length = body.reduce((sum, piece) => sum + piece.byteLength, 0);
    const allHeaders = { ...credentials, ...headers, ...(method !== 'GET' && { 'content-length': length }) };
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const request = (plain ? http : https).request(url, { method, agent, headers: allHeaders, ...(signal && { signal }) });
      request.on('response', (answer) => {
        request.setTimeout(0);
        resolve(answer);
      });
      request.on('error', reject);
      request.setTimeout(silenceMs, () => request.destroy(new StoreSilent(`the bucket was silent for ${silenceMs} ms`)));
      // Piece by piece as the socket takes them: megabytes at once would hold up everybody else for milliseconds.
      Readable.from(body).pipe(request);
    });
    const status = response.statusCode ?? 0;
    if ((status >= 200 && status < 300) || status === 308) return response;
    throw new GcsRefusal(status, `${method} ${new URL(url).pathname}`, await text(response).catch(() => ''));
  };
}

/** Runs `work` again after each transient failure; only for what may be done twice. */
export async function retrying<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  for (const pauseMs of retryDelaysMs) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || signal?.aborted) throw error;
      await delay(pauseMs * (0.5 + Math.random()), undefined, signal && { signal });
    }
  }
  return work();
}
