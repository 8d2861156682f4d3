import type { ServerResponse } from 'node:http';
import { forPages } from '../src/http/cors.ts';
import { writeText } from '../src/http/write-text.ts';
import type { LiveMessage, LiveMessages } from './live.ts';

/**
 * Sends the messages of a subscription as Server-Sent Events, in the "distinct connections" mode of GraphQL over SSE
 * (https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverSSE.md): an event `next` for each result, `complete` at the end.
 * Each carries its cursor as `id`, so that whoever lost the connection goes on where they were (`Last-Event-ID`); where there is nothing to
 * show the id comes alone, at the beginning above all. The next message is made when the one before is on its way, so a slow reader is
 * waited for. When `signal` ends it, it breaks off without `complete`: clients come again.
 */
export async function sendEventStream(response: ServerResponse, messages: LiveMessages, signal: AbortSignal): Promise<void> {
  const end = () => void messages.return();
  response.once('close', end);
  signal.addEventListener('abort', end, { once: true });
  try {
    // They may have gone while it was opened, and what has closed does not close again.
    if (response.destroyed || signal.aborted) return;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'private, no-store, no-transform',
      // nginx would keep events back to fill its buffer.
      'x-accel-buffering': 'no',
      ...forPages,
    });
    for await (const message of messages) await writeText(response, blockOf(message));
    if (!signal.aborted && !response.destroyed) await writeText(response, 'event: complete\ndata:\n\n');
    response.end();
  } finally {
    signal.removeEventListener('abort', end);
    response.removeListener('close', end);
    await messages.return();
  }
}

function blockOf({ cursor, result }: LiveMessage): string {
  const id = cursor === undefined ? '' : `id: ${cursor}\n`;
  return result === undefined ? `${id}\n` : `event: next\n${id}data: ${JSON.stringify(result)}\n\n`;
}
