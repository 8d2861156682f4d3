import { detailsOf, readAnswer } from './answer.ts';
import type { Slices } from './body.ts';
import { EntrepotError } from './error.ts';
import { pause, pauseMs } from './pause.ts';
import type { RequestOptions, Send, SendInit } from './transport.ts';

/** Bytes of one request; what is no larger goes as a whole. */
export const chunkBytes = 16 * 1024 * 1024;

/** How often in a row a request may fail without that anything more has arrived. */
const maxFailures = 6;
const longestPauseMs = 10_000;

/**
 * Sends the bytes in chunks (https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-resumable-upload-12). Where the line breaks or the server
 * cannot answer it waits, asks how much has arrived and goes on from there. Resolves with the JSON of the last answer; throws EntrepotError.
 */
export async function sendInChunks(send: Send, url: string, body: Slices, options?: RequestOptions): Promise<unknown> {
  // Undefined: the server is to be asked.
  let offset: number | undefined = 0;
  let reached = 0;
  let failures = 0;
  for (;;) {
    let answer: Response | undefined;
    try {
      answer = await send(url, offset === undefined ? { method: 'GET' } : chunkInit(body, offset), options);
      if (answer.status === 201) return await readAnswer(answer);
    } catch (error) {
      if (!(error instanceof EntrepotError) || error.code !== 'NETWORK_ERROR' || failures === maxFailures) throw error;
      answer = undefined;
    }
    const told = answer && toldOffset(answer);
    if (told !== undefined && (told > reached || offset === undefined)) {
      if (told > reached) failures = 0;
      reached = Math.max(reached, told);
      offset = told;
      continue;
    }
    const isOver = failures === maxFailures || (told === undefined && !isTemporary(answer));
    if (answer && isOver) return readAnswer(answer);
    await answer?.body?.cancel();
    failures += 1;
    await pause(pauseMs(failures, { minMs: 500, maxMs: longestPauseMs, retryAfterSeconds: answer && detailsOf(answer).retryAfterSeconds }), options?.signal);
    offset = undefined;
  }
}

function chunkInit(body: Slices, offset: number): SendInit {
  const end = Math.min(offset + chunkBytes, body.size);
  return {
    method: 'PATCH',
    headers: {
      'content-type': 'application/partial-upload',
      'upload-offset': String(offset),
      'upload-complete': end === body.size ? '?1' : '?0',
      'upload-length': String(body.size),
      // Of the draft; an RFC will know none.
      'upload-draft-interop-version': '8',
    },
    body: body.slice(offset, end),
  };
}

/** How far the upload is, by an answer that tells it. */
function toldOffset({ ok, status, headers }: Response): number | undefined {
  const offset = headers.get('upload-offset');
  return offset !== null && (ok || status === 409) ? Number(offset) : undefined;
}

/** Whether it may go better the next time: no answer came, or the server is overloaded, away or failing. */
function isTemporary(answer: Response | undefined): boolean {
  return answer === undefined || answer.status === 429 || answer.status >= 500;
}
