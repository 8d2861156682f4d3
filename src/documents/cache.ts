import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { DownloadedFile } from '../packages/downloads.ts';
import { inOwnMemory } from './own-memory.ts';

const compress = promisify(gzip);

/** A rendered document, ready to be sent as often as it is asked for. */
export interface RenderedDocument {
  contentType: string;
  body: Buffer;
  /** Absent where compression gains nothing. */
  gzip: Buffer | undefined;
  /** Strong entity tags (RFC 9110 §8.8.3), quotes included: one for each encoding, since the bytes differ. */
  etag: string;
  gzipEtag: string;
  /** More headers, in lower case. */
  headers: Record<string, string>;
  /** The file whose download it is to send it. */
  countsAs: DownloadedFile | undefined;
}

/** What a format renders. */
export interface Rendering {
  contentType: string;
  /** Text is sent as UTF-8; bytes as they are. */
  body: string | Buffer;
  /** More headers that go with it, in lower case. */
  headers?: Record<string, string>;
  /** It is a stored file, never to be encoded otherwise: its entity tag, with quotes. */
  verbatimEtag?: string;
  /** The file whose download it is to send it. */
  countsAs?: DownloadedFile;
}

/**
 * Documents that clients poll, rendered once per key and kept within a bound of bytes. The key must name everything that
 * the document depends on: package id, revision, view, variant. Requests that come while one is being rendered wait for
 * that one.
 */
export class DocumentCache {
  readonly #documents: LRUCache<string, RenderedDocument>;
  readonly #rendering = new Map<string, Promise<RenderedDocument>>();

  constructor(maxBytes = 128 * 1024 * 1024) {
    this.#documents = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ body, gzip: packed }, key) => body.length + (packed?.length ?? 0) + key.length + 512,
    });
  }

  get(key: string, render: () => Promise<Rendering>): RenderedDocument | Promise<RenderedDocument> {
    const known = this.#documents.get(key);
    if (known) return known;
    const running = this.#rendering.get(key);
    if (running) return running;
    const document = this.#render(key, render).finally(() => this.#rendering.delete(key));
    this.#rendering.set(key, document);
    return document;
  }

  async #render(key: string, render: () => Promise<Rendering>): Promise<RenderedDocument> {
    const { contentType, body: rendered, headers = {}, verbatimEtag, countsAs } = await render();
    const body = inOwnMemory(typeof rendered === 'string' ? Buffer.from(rendered) : rendered);
    const packed = body.length < 1024 || verbatimEtag !== undefined ? undefined : await compress(body);
    const digest = createHash('sha256').update(body).digest('base64url').slice(0, 27);
    const document: RenderedDocument = {
      contentType,
      body,
      gzip: packed && packed.length < body.length ? inOwnMemory(packed) : undefined,
      etag: verbatimEtag ?? `"${digest}"`,
      gzipEtag: `"${digest}-gzip"`,
      headers,
      countsAs,
    };
    this.#documents.set(key, document);
    return document;
  }
}
