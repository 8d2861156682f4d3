import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasBody } from './request-body.ts';

/** A body has to bring so many bytes in a second, on the average: less than any line, more than somebody who only wants to keep us waiting. */
const leastBytesPerSecond = 500;

/** Readers are waited for longer: the system holds megabytes for them, and tells us that some were taken only when a good part was. */
export const readersPatience = 5;

/**
 * Ends requests that stand still by their client's doing: whose body hardly comes in for `patienceMs` (0: for ever), or whose answer is not
 * taken for {@link readersPatience} times as long. How long they take altogether does not matter, so an upload of many gigabytes over a slow
 * line is never cut; nor is one that waits because the server does not read. `onCut` is told of each.
 */
export function createStalledWatch(patienceMs: number, onCut: () => void) {
  /** Bodies that are coming in, with what their connections had brought at the last look; undefined: there has been none. */
  const arriving = new Map<IncomingMessage, number | undefined>();
  const timer = patienceMs > 0 ? setInterval(look, patienceMs).unref() : undefined;

  function look(): void {
    for (const [request, before] of arriving) {
      const { bytesRead } = request.socket;
      arriving.set(request, bytesRead);
      // What has come and is not read waits for us.
      if (before === undefined || request.complete || request.readableLength > 0) continue;
      if (bytesRead - before < (leastBytesPerSecond * patienceMs) / 1000) cut(request);
    }
  }

  function cut(request: IncomingMessage): void {
    onCut();
    request.socket.destroy();
  }

  return {
    /** Of each request when it comes in. */
    watch(request: IncomingMessage, response: ServerResponse): void {
      // The timer of its socket, which Node starts anew with whatever is sent and taken. Without a listener Node would cut us as well.
      response.on('timeout', () => {
        if (request.socket.writableLength > 0) cut(request);
      });
      if (patienceMs === 0 || !hasBody(request)) return;
      arriving.set(request, undefined);
      request.once('end', () => arriving.delete(request));
      request.once('close', () => arriving.delete(request));
    },

    stop(): void {
      clearInterval(timer);
    },
  };
}
