import { createHash, randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * What befalls an upload request: refused with 503 before it does anything; its reply lost after it took effect; its
 * connection cut after half of the body; half of the body taken and said so; a digest reported that is not ours.
 */
export type Fault = 'unavailable' | 'lost reply' | 'cut' | 'taken in half' | 'damaged';

type Reply = [status: number, data: object, headers?: http.OutgoingHttpHeaders];

export interface GcsStub {
  endpoint: string;
  objects: Map<string, Buffer>;
  /** Sessions neither finished nor cancelled. */
  sessions: Map<string, { name: string; content: Buffer }>;
  /** Which upload request (0 = first since {@link reset}) meets which fault. */
  faults: Map<number, Fault>;
  /** Upload requests since {@link reset}, as `METHOD content-range`. */
  uploads: string[];
  reset(): void;
  close(): Promise<void>;
}

/**
 * The few requests of the JSON API that uploads need, true to its documents where the emulator is not: it honours offsets,
 * answers status queries and keeps preconditions on sessions.
 * https://cloud.google.com/storage/docs/performing-resumable-uploads
 */
export async function startGcsStub(): Promise<GcsStub> {
  const objects = new Map<string, Buffer>();
  const sessions: GcsStub['sessions'] = new Map();
  const finished = new Map<string, string>();
  const faults = new Map<number, Fault>();
  const uploads: string[] = [];

  function metadata(name: string, fault?: Fault): object {
    const content = objects.get(name) as Buffer;
    const received = fault === 'damaged' ? content.subarray(1) : content;
    return { name, size: String(content.length), md5Hash: createHash('md5').update(received).digest('base64') };
  }

  function create(name: string, content: Buffer): 200 | 412 {
    if (objects.has(name)) return 412;
    objects.set(name, content);
    return 200;
  }

  function putSession(id: string, range: string, body: Buffer, fault: Fault | undefined): Reply {
    const done = finished.get(id);
    if (done !== undefined) return [200, metadata(done)];
    const session = sessions.get(id);
    if (session === undefined) return [404, {}];
    const [, first, total] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(range) ?? [];
    if (first !== undefined && Number(first) !== session.content.length) return [400, {}];
    const half = fault === 'cut' || fault === 'taken in half';
    const taken = half ? body.subarray(0, Math.floor(body.length / 2 / 262_144) * 262_144) : body;
    session.content = Buffer.concat([session.content, taken]);
    if (String(session.content.length) === total) {
      if (create(session.name, session.content) === 412) return [412, {}];
      sessions.delete(id);
      finished.set(id, session.name);
      return [200, metadata(session.name, fault)];
    }
    return [308, {}, session.content.length === 0 ? {} : { range: `bytes=0-${session.content.length - 1}` }];
  }

  function upload(request: http.IncomingMessage, url: URL, body: Buffer, fault: Fault | undefined): Reply {
    const id = url.searchParams.get('upload_id');
    if (id !== null && request.method === 'DELETE') return sessions.delete(id) ? [499, {}] : [404, {}];
    if (id !== null) return putSession(id, request.headers['content-range'] ?? '', body, fault);
    const name = url.searchParams.get('name') as string;
    if (url.searchParams.get('ifGenerationMatch') !== '0') return [400, {}];
    if (url.searchParams.get('uploadType') === 'media') {
      if (fault === 'cut') return [400, {}];
      const status = create(name, body);
      return [status, status === 200 ? metadata(name, fault) : {}];
    }
    if (objects.has(name)) return [412, {}];
    const session = randomUUID();
    sessions.set(session, { name, content: Buffer.alloc(0) });
    return [200, {}, { location: `${endpoint()}/upload/session?upload_id=${session}` }];
  }

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', endpoint());
    const body = await buffer(request);
    let reply: Reply;
    if (url.pathname.startsWith('/upload/')) {
      const fault = faults.get(uploads.length);
      uploads.push(`${request.method} ${request.headers['content-range'] ?? ''}`.trim());
      reply = fault === 'unavailable' ? [503, {}] : upload(request, url, body, fault);
      if (fault === 'lost reply' || fault === 'cut') return void response.destroy();
    } else {
      const name = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
      if (!objects.has(name)) reply = [404, {}];
      else if (request.method === 'DELETE') reply = [objects.delete(name) ? 204 : 404, {}];
      else reply = [200, metadata(name)];
    }
    const [status, data, headers] = reply;
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(status === 204 ? '' : JSON.stringify(data));
  }

  const server = http.createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  function endpoint(): string {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  return {
    endpoint: endpoint(),
    objects,
    sessions,
    faults,
    uploads,
    reset() {
      faults.clear();
      uploads.length = 0;
      objects.clear();
      sessions.clear();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
