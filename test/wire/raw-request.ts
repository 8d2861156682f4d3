import { connect } from 'node:net';

/** What came back on a connection. */
export interface RawReply {
  /** 0: nothing came. */
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Everything, also what came after the first answer. */
  text: string;
}

export interface RawOptions {
  /** Closes our side for writing once everything is sent. */
  end?: boolean;
  /** Destroys the connection once everything is sent. */
  destroy?: boolean;
  timeoutMs?: number;
  /** Waits for the whole time, for what comes after the first answer. */
  collect?: boolean;
}

/**
 * Sends bytes as they are and collects the answer until the server closes, the announced body is complete, or time is up. For
 * what `fetch` would never send.
 */
export function rawRequest(url: string, bytes: string | Buffer, { end = false, destroy = false, timeoutMs = 3000, collect = false }: RawOptions = {}): Promise<RawReply> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(parse(text));
    };
    const timer = setTimeout(finish, timeoutMs);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!collect && isComplete(text)) finish();
    });
    socket.on('close', finish);
    socket.on('error', finish);
    socket.write(bytes, () => {
      if (destroy) setTimeout(finish, 20);
      else if (end) socket.end();
    });
  });
}

/** The head of a request, with `connection: close` unless the headers say otherwise. */
export function requestHead(method: string, target: string, headers: Record<string, string | number> = {}): string {
  const all = { host: 'localhost', connection: 'close', ...headers };
  return `${method} ${target} HTTP/1.1\r\n${Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

function isComplete(text: string): boolean {
  const { headers, body, status } = parse(text);
  return status !== 0 && headers['content-length'] !== undefined && body.length >= Number(headers['content-length']);
}

function parse(text: string): RawReply {
  const [head = '', ...rest] = text.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '').split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1] ?? 0), headers, body: rest.join('\r\n\r\n'), text };
}
