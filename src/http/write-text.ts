import type { ServerResponse } from 'node:http';

/** Writes a part of an answer; resolves when there is room for more, or nobody is left to read it. */
export function writeText(response: ServerResponse, text: string): Promise<void> {
  if (response.destroyed || response.write(text)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      response.removeListener('drain', done);
      response.removeListener('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}
