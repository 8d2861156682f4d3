import { type IncomingMessage, ServerResponse } from 'node:http';

/** A response that tells when its answer begins: from then on what it takes is up to its reader. */
export class CountedResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  onHead: (() => void) | undefined = undefined;

  override writeHead(...head: unknown[]): this {
    this.onHead?.();
    // All forms of it go on as they came.
    return (super.writeHead as (...head: unknown[]) => this)(...head);
  }
}
