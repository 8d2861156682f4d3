import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type OutgoingHttpHeaders, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/** A reverse proxy before several servers. */
export interface AlternatingProxy {
  /** `http://127.0.0.1:port`. */
  url: string;
  /** How many requests each server has been given, in the order of the servers. */
  given: readonly number[];
  close(): Promise<void>;
}

/** Headers that are of one connection (RFC 9110 §7.6.1), and `Expect`, which is answered here. */
const ofConnection = new Set(['connection', 'keep-alive', 'te', 'upgrade', 'expect']);

/** After so long without a request a connection to a server is closed, as README has it for nginx. */
const idleMs = 1000;

/**
 * Starts a proxy that gives each request to the next server in turn, also those of one connection, streams both ways, and keeps
 * connections to the servers open for a while. It is as careful as nginx is with uploads: only where a server refuses the connection, so that
 * nothing was sent, the other gets the request. What is cut by a server is cut for the client, or 502 where no answer had begun.
 */
export async function startProxy(serverUrls: readonly string[]): Promise<AlternatingProxy> {
  const agent = new Agent({ keepAlive: true, timeout: idleMs });
  const given = serverUrls.map(() => 0);
  let turn = 0;

  function forward(request: IncomingMessage, response: ServerResponse, index: number, serversLeft: number): void {
    const { hostname, port } = new URL(serverUrls[index] ?? '');
    const onward = httpRequest({ agent, hostname, port, method: request.method, path: request.url, headers: onwardHeaders(request) });
    const leave = () => onward.destroy();
    response.once('close', leave);
    // Not before there is a connection: what has been read from the client cannot be given to another server.
    onward.once('socket', (socket) => {
      const send = () => {
        given[index] = (given[index] ?? 0) + 1;
        request.pipe(onward);
      };
      if (socket.connecting) socket.once('connect', send);
      else send();
    });
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders));
      pipeline(answer, response, () => undefined);
    });
    onward.on('error', (error: NodeJS.ErrnoException) => {
      response.off('close', leave);
      if (error.code === 'ECONNREFUSED' && serversLeft > 1) {
        forward(request, response, (index + 1) % serverUrls.length, serversLeft - 1);
        return;
      }
      // Or the next request of its client would wait behind what is left of this one.
      request.unpipe(onward).resume();
      if (response.headersSent) response.destroy();
      else if (!response.destroyed) response.writeHead(502).end(`The proxy says: ${error.message}`);
    });
  }

  const server = createServer((request, response) => forward(request, response, turn++ % serverUrls.length, serverUrls.length));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    given,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}

function onwardHeaders({ headers, socket }: IncomingMessage): OutgoingHttpHeaders {
  const own = { 'x-forwarded-proto': 'http', 'x-forwarded-host': headers.host };
  const addresses = [headers['x-forwarded-for'] ?? [], socket.remoteAddress ?? []].flat();
  const kept = Object.entries(headers).filter(([name]) => !ofConnection.has(name));
  return { ...Object.fromEntries(kept), ...own, 'x-forwarded-for': addresses.join(', ') };
}

/** A list of names and values without what is of one connection. */
function endToEnd(rawHeaders: string[]): string[] {
  const isKept = (name = '') => !ofConnection.has(name.toLowerCase()) && name.toLowerCase() !== 'transfer-encoding';
  return rawHeaders.filter((_, index) => isKept(rawHeaders[index - (index % 2)]));
}
