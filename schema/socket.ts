import { CloseCode, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Core } from '../src/core.ts';
import { readersPatience } from '../src/http/stalled.ts';

/** How often a connection is asked whether it is still there. */
const pingMs = 12_000;
/** Whoever has nothing to read is gone after this long without an answer; the system may still hold some of what was sent. */
const unansweredMs = 60_000;
/** So much may wait to be read by a client; until it has read, nothing more of it is listened to. */
const maxUnreadBytes = 1024 * 1024;

/**
 * Hands a WebSocket to the library of the protocol. A message that is sent counts as sent when the socket has taken it, so that
 * whoever reads slowly is waited for; and whoever asks without reading the answers is not heard until they do. A connection that neither answers nor
 * takes anything is ended: an answer stands behind what is unread, so for those who read it is waited as long as for other readers.
 */
export function serveSocket<Extra extends Record<PropertyKey, unknown>>(core: Core, server: Server<Extra>, socket: WebSocket, extra: Extra): void {
  const readingMs = Math.max(unansweredMs, readersPatience * core.config.stalledSeconds * 1000 || Infinity);
  let silentMs = 0;
  let unread = 0;
  const ping = setInterval(() => {
    const before = unread;
    unread = socket.bufferedAmount;
    silentMs = unread < before ? 0 : silentMs + pingMs;
    if (silentMs >= (unread > 0 ? readingMs : unansweredMs)) return socket.terminate();
    socket.ping();
  }, pingMs).unref();
  socket.on('pong', () => (silentMs = 0));
  socket.on('ping', (data) => {
    socket.pong(data, false, listen);
    listen();
  });
  socket.on('error', (error) => core.log.debug({ err: error }, 'a WebSocket broke'));
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: (data) =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) return resolve();
          socket.send(data, (error) => {
            listen();
            if (error) reject(error);
            else resolve();
          });
          listen();
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (take) => socket.on('message', (data) => void take(String(data)).catch((error: unknown) => fail(error))),
    },
    extra,
  );
  socket.once('close', (code, reason) => {
    clearInterval(ping);
    void closed(code, String(reason));
  });

  function listen(): void {
    const isTooMuch = socket.bufferedAmount > maxUnreadBytes;
    if (isTooMuch && !socket.isPaused) socket.pause();
    else if (!isTooMuch && socket.isPaused) socket.resume();
  }

  function fail(error: unknown): void {
    // What was to be sent to a client that has gone.
    if (socket.readyState !== socket.OPEN) return;
    core.log.error({ err: error }, 'a WebSocket message failed');
    socket.close(CloseCode.InternalServerError, 'Internal server error');
  }
}
