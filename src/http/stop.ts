import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TcpServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UnderWay } from './under-way.ts';

/** How long a connection that nobody uses is left open once a stop has begun: longer than a careful proxy keeps one idle (README "Several servers"). */
const lingerMs = 2000;

/**
 * What makes a stop lose no request. HTTP/1.1 knows no way to take leave of an open connection but an answer that says so (RFC 9112
 * §9.6): a proxy may just be sending its next request on one that looks idle from here, and must not send an upload a second time. So
 * connections are not closed when the stop begins; they end with their next answer, and only those that bring no request for a while
 * are closed without one.
 */
export function createStop() {
  const running = new UnderWay();
  const sockets = new Set<Socket>();
  let isUnderway = false;
  /** How many there have been. */
  let connections = 0;

  function watchSocket(socket: Socket): void {
    if (sockets.has(socket)) return;
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }

  /**
   * Resolves in a turn of the event loop in which nobody connected and next to nothing else happened: so nobody waits to be accepted,
   * and what was sent has been read. What a socket has not read when it closes is lost, and its sender told that the connection broke.
   */
  async function quietTurn(): Promise<void> {
    // To where the next turn begins; the one that is under way has looked for connections already.
    await nextTurn();
    const begin = performance.now();
    for (let start = begin; start - begin < lingerMs; start = performance.now()) {
      const before = connections;
      await nextTurn();
      if (connections === before && performance.now() - start < 0.2) return;
    }
  }

  /** Ends connections that never sent anything: browsers open some ahead, and Node would wait for them. */
  function hangUpOnUnused(): void {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  return {
    /** Whether a stop has begun. */
    get isUnderway() {
      return isUnderway;
    },

    /** How many connections are open. */
    get openConnections() {
      return sockets.size;
    },

    /** Of each connection to the server, for those that never send anything. */
    watchSocket,

    /** Of each request when it comes in. */
    watch(request: IncomingMessage, response: ServerResponse): void {
      watchSocket(request.socket);
      if (isUnderway) response.setHeader('connection', 'close');
      running.add(response);
    },

    /** Begins the stop: takes no new connections, goes on with those that are open, and resolves when nobody uses them any more. */
    async begin(server: Server): Promise<void> {
      isUnderway = true;
      for (const response of running) if (!response.headersSent) response.setHeader('connection', 'close');
      await quietTurn();
      // Not the close of an HTTP server, which closes idle connections as well.
      TcpServer.prototype.close.call(server);
      await within(lingerMs, whenClosed(sockets));
      await quietTurn();
      hangUpOnUnused();
    },

    hangUpOnUnused,

    /** Resolves when the last answer is made. Servers wait for it by themselves, but not Fastify for those of the second address of `localhost`. */
    async finish(): Promise<void> {
      while (running.size > 0) await whenClosed(running);
    },

    /** Cuts whatever still runs. */
    cut(): void {
      for (const socket of sockets) socket.destroy();
    },
  };
}

export type Stop = ReturnType<typeof createStop>;

function whenClosed(things: Iterable<Socket | ServerResponse>): Promise<unknown> {
  return Promise.all([...things].map((thing) => new Promise<void>((resolve) => void thing.once('close', () => resolve()))));
}

/** Waits for `promise`, but no longer than so many milliseconds. */
async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([promise, late.promise]);
  clearTimeout(timer);
}
