import fc from 'fast-check';
import type { Call } from '../../permissions/routes.ts';
import { byteChanges, changeBytes, changeJson, changeText, jsonChanges, nasty, textChanges } from './changes.ts';

const word = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...nasty) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) });
const pathChange = fc.record({ at: fc.nat({ max: 30 }), kind: fc.constantFrom('replace', 'insert', 'drop', 'double', 'suffix', 'prefix'), word, encoding: fc.constantFrom('once', 'once', 'twice', 'all', 'raw') });
const queryWords = ['q', 'text', 'size', 'from', 'skip', 'take', 'prerelease', 'semVerLevel', '$filter', '$orderby', '$top', '$skip', '$select', '$inlinecount', 'id', 'searchTerm', 'n', 'last', 'digest', 'mount', 'artifactType', 'scope', 'service', 'write', 'types', 'after', 'actor', 'to', 'query', 'variables', 'operationName'];
const headerNames = ['accept', 'accept-encoding', 'content-type', 'content-encoding', 'content-length', 'content-range', 'transfer-encoding', 'if-match', 'if-none-match', 'if-modified-since', 'range', 'if-range', 'expect', 'digest', 'repr-digest', 'content-digest', 'x-checksum-sha1', 'host', 'x-forwarded-host', 'x-forwarded-for', 'upload-offset', 'upload-complete', 'upload-length', 'x-nuget-apikey', 'job-token', 'cookie', 'origin', 'last-event-id', 'npm-session', 'connection', 'te', 'trailer', 'upgrade'];
const headerValues = ['*', '*/*', 'text/html', 'gzip', 'gzip;q=0', `gzip${' '.repeat(3_000)}x`, 'chunked', 'identity, gzip', 'application/json', 'multipart/form-data', 'multipart/form-data; boundary=', `multipart/form-data; boundary=a;${' '.repeat(3_000)}`, 'application/vnd.oci.image.manifest.v1+json', 'application/vnd.pypi.simple.v1+json', 'text/event-stream', '"x"', 'W/"x"', '"'.repeat(500), 'bytes=0-0', 'bytes=-1', 'bytes=9-', 'bytes=0-0,2-3', '0-1/2', '100-continue', '0', '5', '-1', '1e3', '?0', '?1', 'sha-256=:AAAA:', 'sha256=00', 'Sat, 01 Jan 2000 00:00:00 GMT', '::1, 127.0.0.1', 'evil.example', 'websocket', ''];

/** One way of changing a good request. */
export const requestChange = fc.record({
  method: fc.option(fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS'), { freq: 8 }),
  path: fc.array(pathChange, { maxLength: 2 }),
  query: fc.array(fc.tuple(fc.constantFrom(...queryWords), word), { maxLength: 2 }),
  headers: fc.dictionary(fc.constantFrom(...headerNames), fc.oneof(fc.constantFrom(...headerValues), fc.string({ maxLength: 20 }).map((text) => text.replace(/[^ -~]/g, ''))), { maxKeys: 2 }),
  body: fc.constantFrom('as it is', 'json', 'text', 'bytes'),
  json: jsonChanges,
  text: textChanges,
  bytes: byteChanges,
});

type Change = typeof requestChange extends fc.Arbitrary<infer Value> ? Value : never;

/** A request as it goes over the wire: `target` holds no byte that would end the request line. */
export interface WireRequest {
  method: string;
  target: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** Applies a change to a good request. */
export async function changeRequest(call: Call, change: Change): Promise<WireRequest> {
  const body = call.body === undefined ? Buffer.alloc(0) : Buffer.from(await new Response(call.body).arrayBuffer());
  return { method: change.method ?? call.method, target: changeTarget(call.path, change), headers: { ...call.headers, ...change.headers }, body: changeBody(body, change) };
}

function changeTarget(target: string, { path, query }: Change): string {
  const [plain = '', given] = target.split('?');
  const segments = plain.split('/');
  for (const { at, kind, word: text, encoding } of path) {
    const encoded = encode(text, encoding);
    const index = 1 + (at % Math.max(1, segments.length - 1));
    if (kind === 'replace') segments[index] = encoded;
    else if (kind === 'insert') segments.splice(index, 0, encoded);
    else if (kind === 'drop') segments.splice(index, 1);
    else if (kind === 'double') segments.splice(index, 0, ...segments.slice(index, index + 3));
    else if (kind === 'suffix') segments[index] += encoded;
    else segments[index] = encoded + (segments[index] ?? '');
  }
  const added = query.map(([name, value]) => `${encodeURIComponent(name)}=${encode(value, 'once')}`);
  const search = [...(given === undefined ? [] : [given]), ...added].join('&');
  // More than Node takes of a head would be the same answer each time.
  return `${segments.join('/')}${search === '' ? '' : `?${search}`}`.replace(/[^!-~]/g, '').slice(0, 12_000) || '/';
}

function encode(text: string, how: 'once' | 'twice' | 'all' | 'raw'): string {
  const whole = text.toWellFormed();
  if (how === 'raw') return whole;
  if (how === 'all') return [...Buffer.from(whole)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const once = encodeURIComponent(whole);
  return how === 'once' ? once : encodeURIComponent(once);
}

function changeBody(body: Buffer, { body: how, json, text, bytes }: Change): Buffer {
  if (how === 'as it is' || body.length === 0) return body;
  if (how === 'bytes') return changeBytes(body, bytes);
  if (how === 'json' && /^\s*[[{"]/.test(body.toString('latin1', 0, 10))) {
    try {
      return Buffer.from(changeJson(body.toString('utf8'), json));
    } catch {
      // It only looked like JSON.
    }
  }
  return Buffer.from(changeText(body.toString('latin1'), text), 'latin1');
}
