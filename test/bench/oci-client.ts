import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { type Answered, exchange } from './exchange.ts';
import { type LoadResult, quantile } from './load.ts';

/** The repository that benches push to. */
export const repository = 'bench/image';

/** What clients of images accept. */
export const ociTypes = { accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json' };

/** A server that speaks the protocol. */
export interface OciServer {
  port: number;
  headers: Record<string, string>;
}

/** How a blob is sent: in the request that ends the upload, in one before that (as Docker does), in several. */
export type Way = 'monolithic' | 'PATCH' | '16 chunks';

const chunks = 16;

/** Sends a blob. */
export async function sendBlob(server: OciServer, way: Way, content: Buffer, digest = digestOf(content)): Promise<void> {
  let location = await send(server, 'POST', `/v2/${repository}/blobs/uploads/`, 202);
  if (way === 'PATCH') location = await send(server, 'PATCH', location, 202, content);
  if (way === '16 chunks') {
    const size = content.length / chunks;
    for (let index = 0; index < chunks; index += 1) {
      const from = index * size;
      location = await send(server, 'PATCH', location, 202, content.subarray(from, from + size), { 'content-range': `${from}-${from + size - 1}` });
    }
  }
  const end = `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
  await send(server, 'PUT', end, 201, way === 'monolithic' ? content : Buffer.alloc(0));
}

let uploaded = 0;

/** Sends the content so many times, changed each time, so that no two have the same digest, which the client computes in a time that does not count. */
export async function sendUploads(server: OciServer, way: Way, content: Buffer, uploads: number): Promise<LoadResult> {
  const latencies: number[] = [];
  for (let index = 0; index < uploads; index += 1) {
    content.writeUInt32BE((uploaded += 1), 0);
    const digest = digestOf(content);
    const startedAt = performance.now();
    await sendBlob(server, way, content, digest);
    latencies.push(performance.now() - startedAt);
  }
  const seconds = latencies.reduce((sum, ms) => sum + ms, 0) / 1000;
  latencies.sort((a, b) => a - b);
  return { requests: uploads, seconds, receivedBytes: 0, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99), clientBusy: Number.NaN };
}

/** Pushes an image of eight layers, of these contents in turn, as `latest`; returns the digests of the contents. */
export async function pushImage(server: OciServer, contents: readonly Buffer[]): Promise<string[]> {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }));
  for (const blob of [config, ...contents]) await sendBlob(server, 'monolithic', blob);
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const described = (bytes: Buffer, type: string) => ({ mediaType: type, digest: digestOf(bytes), size: bytes.length });
  const descriptors = contents.map((content) => described(content, 'application/vnd.oci.image.layer.v1.tar+gzip'));
  const layers = Array.from({ length: 8 }, (_, index) => descriptors[index % descriptors.length]);
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config: described(config, 'application/vnd.oci.image.config.v1+json'), layers });
  await send(server, 'PUT', `/v2/${repository}/manifests/latest`, 201, Buffer.from(manifest), { 'content-type': mediaType });
  return contents.map(digestOf);
}

/** Sends a request and returns where it leads on. */
async function send(server: OciServer, method: string, path: string, status: number, body: Buffer = Buffer.alloc(0), headers: Record<string, string> = {}): Promise<string> {
  const answer = await ask(server, method, path, status, body, headers);
  const { location = '' } = answer.headers;
  return location.replace(/^https?:\/\/[^/]+/, '');
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Sends a request. Rejects on another status than the one that is expected. */
export async function ask(server: OciServer, method: string, path: string, status: number, body: Buffer = Buffer.alloc(0), headers: Record<string, string> = {}): Promise<Answered> {
  const answer = await exchange({ port: server.port, path, method, body, agent, headers: { ...server.headers, ...ociTypes, 'content-type': 'application/octet-stream', ...headers } });
  if (answer.status !== status) throw new Error(`${method} ${path}: status ${answer.status} instead of ${status}: ${answer.body.toString().slice(0, 300)}`);
  return answer;
}

/** `sha256:…` of bytes. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
