import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** A response that tells when its answer begins: from then on what it takes is up to its reader. */
export class CountedResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  onHead: (() => void) | undefined = undefined;
  /** What is said with it unless the answer says otherwise; names in lower case. */
  always: Readonly<Record<string, string>> = {};

  override writeHead(status: number, ...head: unknown[]): this {
    this.onHead?.();
    // All forms of it go on as they came.
    const write = super.writeHead as (status: number, ...head: unknown[]) => this;
    const [headers, ...rest] = head;
    // Node sends headers that come at once, in lower case, without looking at each of them three times.
    if (isPlain(headers) && rest.length === 0 && this.getHeaderNames().length === 0) return write.call(this, status, { ...this.always, ...headers });
    for (const [name, value] of Object.entries(this.always)) if (!this.hasHeader(name)) this.setHeader(name, value);
    return write.call(this, status, ...head);
  }
}

function isPlain(headers: unknown): headers is OutgoingHttpHeaders {
  return typeof headers === 'object' && headers !== null && !Array.isArray(headers);
}
