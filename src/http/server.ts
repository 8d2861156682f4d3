import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import fastify, { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Core } from '../core.ts';
import { basePathOf } from './base-url.ts';
import { browserSafety } from './browser-safety.ts';
import { clientAddressOf } from './client-address.ts';
import { CountedResponse } from './counted-response.ts';
import { loggableUrl } from './loggable-url.ts';
import { createMetrics } from './metrics.ts';
import { createOverload } from './overload.ts';
import { pathOf } from './path-of.ts';
import { type Refusal, refuse } from './refuse.ts';
import { drain } from './request-body.ts';
import { createRequestLimit } from './request-limit.ts';
import { sendJson } from './send.ts';
import { createStalledWatch, readersPatience } from './stalled.ts';
import type { Stop } from './stop.ts';

/** What is logged and counted as the status of a request whose client went away; nginx's number for it. */
const clientClosed = 499;

/** Whoever asks whether the server is ready does not wait for long either. */
const readyWithinMs = 5_000;

/** Request line and headers together: what a URL may have, too. */
const maxHeadBytes = 16 * 1024;

/** What watches over the server asks these; they are never refused for coming too often. */
const unlimited = ['/healthz', '/readyz', '/metrics'];

/** Answers a request on the raw response. `url` has no path of PUBLIC_URL in front. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse, url: string, requestId: string) => Promise<void>;

/** A part of the server: everything below a path, for some methods. */
export interface Mount {
  /** `/graphql`, or `/api/packages/*` for all below. */
  path: string;
  methods: ('GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS')[];
  /** Label in the metrics. */
  area: string;
  handle: RawHandler;
  /** Takes over a connection whose client wants a WebSocket at exactly this path; undefined: there are none. */
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer, requestId: string) => void;
  /** Ends what would go on for ever, when the server stops. */
  stop?: () => Promise<void>;
}

/**
 * The HTTP server with what every part shares: request ids, one log line per answer, metrics, health and readiness, and a
 * stop that waits for running requests. Bodies are not read here: they reach the handlers as streams.
 */
export function createServer(core: Core, stop: Stop, mounts: readonly Mount[]) {
  const basePath = basePathOf(core.config);
  const overload = createOverload(core.config);
  const metrics = createMetrics(core.events, stop, overload);
  const patienceMs = core.config.stalledSeconds * 1000;
  const stalled = createStalledWatch(patienceMs, () => metrics.stalled.inc());
  const limit = createRequestLimit(core.config.requestsPerMinute, core.clock);
  let isClosing = false;
  const mountOf = (url: string) => mounts.find(({ path }) => path.endsWith('*') && url.startsWith(path.slice(0, -1)));
  /** One log line and one count per request, whether it is answered or its client goes away before. */
  const observe = ({ id, method, url, routeOptions, raw: request }: FastifyRequest, { raw }: FastifyReply, mount?: Mount) => {
    const start = performance.now();
    stop.watch(request, raw);
    stalled.watch(request, raw);
    (raw as CountedResponse).always = { 'x-request-id': id, ...browserSafety };
    raw.once('close', () => {
      const area = mount?.area ?? (routeOptions.config as { area?: string } | undefined)?.area ?? 'other';
      const status = raw.writableFinished ? raw.statusCode : clientClosed;
      const ms = performance.now() - start;
      metrics.requests.inc({ method, area, status });
      metrics.seconds.observe({ area }, ms / 1000);
      if (core.log.isLevelEnabled('info')) core.log.info({ requestId: id, method, url: loggableUrl(url), status, ms: Math.round(ms * 10) / 10 }, 'request');
      // A connection that was busy when the server closed is idle only now, and its client would keep it open.
      if (isClosing) setImmediate(() => server.server.closeIdleConnections());
    });
  };
  /** Why a request is not even looked at: more is asked than can be served, or more by its client than it may; undefined: it is counted, and served. */
  const refusalOf = (request: IncomingMessage, response?: CountedResponse): Refusal | undefined => {
    const client = clientAddressOf(core.config, request);
    const excess = overload.excessFor(request, client);
    if (excess !== undefined) {
      metrics.overloaded.inc({ excess });
      return tooMuchToDo();
    }
    const seconds = limit.take(client);
    if (seconds > 0) return tooManyRequests(core.config.requestsPerMinute, seconds);
    if (response) overload.count(request, response, client);
    return undefined;
  };
  const isRefused = ({ raw: request, url }: FastifyRequest, reply: FastifyReply): boolean => {
    if (unlimited.includes(pathOf(url))) return false;
    const refusal = refusalOf(request, reply.raw as CountedResponse);
    if (!refusal) return false;
    reply.hijack();
    refuse(request, reply.raw, refusal);
    return true;
  };
  const run = async (mount: Mount, request: FastifyRequest, reply: FastifyReply) => {
    reply.hijack();
    await mount.handle(request.raw, reply.raw, request.url, request.id);
    drain(request.raw);
  };
  const server = fastify({
    loggerInstance: core.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    // Lines bear the request's id where they are written.
    childLoggerFactory: (logger) => logger,
    forceCloseConnections: 'idle',
    // Who is still connected when the server closes gets an answer, not 503.
    return503OnClosing: false,
    // Longer than a proxy keeps one idle: whoever may send the next request is the one to close.
    keepAliveTimeout: 72_000,
    // A request may take as long as it makes progress.
    requestTimeout: 0,
    connectionTimeout: readersPatience * patienceMs,
    http: {
      ServerResponse: CountedResponse,
      // Node compares it with the next when the server is made, before Fastify has set it.
      requestTimeout: 0,
      headersTimeout: patienceMs || 60_000,
      connectionsCheckingInterval: Math.min(patienceMs || 30_000, 30_000),
      maxHeaderSize: maxHeadBytes,
      // Any other offer may be left alone (RFC 9110 §7.8): Java's clients and curl offer HTTP/2 with plain requests.
      shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    rewriteUrl: ({ url = '/' }) => withoutBase(url, basePath),
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 10_000 },
    // The router refuses paths that are not percent-encoded UTF-8; the handlers below a mount say so in their client's own words.
    frameworkErrors: (error, request, reply) => {
      const mount = mountOf(request.url);
      observe(request, reply, mount);
      if (isRefused(request, reply)) return;
      reply.hijack();
      if (!mount) sendJson(reply.raw, 400, { error: error.message });
      else if (takes(mount, request.method)) void run(mount, request, reply);
      else sendJson(reply.raw, 404, { error: 'There is nothing here.' });
    },
  });
  server.server.on('connection', stop.watchSocket);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, _payload, done) => done(null));
  server.addHook('onRequest', (request, reply, done) => {
    observe(request, reply);
    if (!isRefused(request, reply)) done();
  });
  server.addHook('preClose', async () => {
    isClosing = true;
    await Promise.all(mounts.map((mount) => mount.stop?.()));
    stop.hangUpOnUnused();
  });
  server.addHook('onClose', async () => {
    overload.stop();
    stalled.stop();
  });

  server.server.on('upgrade', (request, socket, head) => {
    // Node has taken its own listener away; without one, whoever hangs up at once would end the process.
    socket.on('error', () => socket.destroy());
    const path = pathOf(withoutBase(request.url ?? '/', basePath));
    const turnAway = (status: string, headers = '') => socket.end(`HTTP/1.1 ${status}\r\n${headers}connection: close\r\ncontent-length: 0\r\n\r\n`);
    if (isClosing || stop.isUnderway) return turnAway('503 Service Unavailable');
    const refusal = refusalOf(request);
    if (refusal) return turnAway(`${refusal.status} ${refusal.message}`, `retry-after: ${refusal.retryAfterSeconds}\r\n`);
    const upgrade = mounts.find((mount) => mount.path === path)?.upgrade;
    if (upgrade) upgrade(request, socket, head, randomUUID());
    else turnAway('404 Not Found');
  });

  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    if (stop.isUnderway) return reply.code(503).send({ status: 'stopping' });
    try {
      await withinMs(readyWithinMs, Promise.all([core.database.ping(), core.store.ping()]));
      return { status: 'ready' };
    } catch (error) {
      core.log.warn({ err: error }, 'not ready');
      return reply.code(503).send({ status: 'not ready' });
    }
  });
  server.get('/metrics', async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()));

  for (const mount of mounts) {
    const { path, methods, area } = mount;
    server.route({
      method: methods.includes('GET') ? [...methods, 'HEAD'] : methods,
      url: path,
      config: { area },
      handler: (request, reply) => run(mount, request, reply),
    });
  }
  server.setNotFoundHandler((_request, reply) => {
    void reply.code(404).send({ error: 'There is nothing here.' });
  });
  return server;
}

export type Server = ReturnType<typeof createServer>;

/** When to come again is left to chance, so that not all who were refused come at once. */
function tooMuchToDo(): Refusal {
  return { status: 503, code: 'UNAVAILABLE', message: 'The server has too much to do at the moment; try again in a few seconds.', retryAfterSeconds: 1 + Math.floor(Math.random() * 5) };
}

function tooManyRequests(perMinute: number, retryAfterSeconds: number): Refusal {
  return { status: 429, code: 'TOO_MANY_REQUESTS', message: `Too many requests; at most ${perMinute} a minute are answered.`, retryAfterSeconds };
}

/** Whether a part has something to do with a method; the router asks it as well. */
function takes({ methods }: Mount, method: string): boolean {
  return methods.some((own) => own === method || (own === 'GET' && method === 'HEAD'));
}

/** What the promise comes to; rejects where that takes longer. */
async function withinMs<T>(ms: number, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined);
  }
}

/** Clients of a proxy send scheme and host as well, which mean nothing here (RFC 9112 §3.2.2). */
function withoutBase(target: string, basePath: string): string {
  const url = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*(?=\/)/i, '');
  return basePath !== '' && url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url;
}
