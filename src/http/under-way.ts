import type { ServerResponse } from 'node:http';

/**
 * The responses that are not over yet. In an array: a Set whose members come and go takes a new table now and then, and V8 lets the old one point to it; so once one
 * table has grown old every later one is kept until the next full collection, with all the requests that were in it.
 */
export class UnderWay {
  readonly #responses: ServerResponse[] = [];

  get size(): number {
    return this.#responses.length;
  }

  add(response: ServerResponse): void {
    this.#responses.push(response);
    response.once('close', () => this.#remove(response));
  }

  [Symbol.iterator](): IterableIterator<ServerResponse> {
    return this.#responses.values();
  }

  /** The last one takes its place. */
  #remove(response: ServerResponse): void {
    const last = this.#responses.pop();
    if (last !== undefined && last !== response) this.#responses[this.#responses.indexOf(response)] = last;
  }
}
