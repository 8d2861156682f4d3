import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DocumentCache, type Rendering } from '../../src/documents/cache.ts';

const rendering = (body: string): Rendering => ({ contentType: 'text/plain', body });
const long = (seed: string) => `${seed} `.repeat(2000);

describe('the document cache', () => {
  it('renders once per key', async () => {
    const cache = new DocumentCache();
    let renders = 0;
    const get = (key: string) => cache.get(key, async () => rendering(`${key} ${++renders}`));
    const first = await get('a 1');
    expect(first.body.toString()).toBe('a 1 1');
    expect(await get('a 1')).toBe(first);
    expect((await get('a 2')).body.toString()).toBe('a 2 2');
    expect(renders).toBe(2);
  });

  it('lets those who ask meanwhile wait for the one rendering', async () => {
    const cache = new DocumentCache();
    const gate = Promise.withResolvers<Rendering>();
    let renders = 0;
    const asked = Array.from({ length: 10 }, () => cache.get('k', () => (renders++, gate.promise)));
    gate.resolve(rendering('x'));
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    expect(renders).toBe(1);
  });

  it('keeps no failure', async () => {
    const cache = new DocumentCache();
    const fails = () => Promise.reject(new Error('no rows'));
    const results = await Promise.allSettled([cache.get('k', fails), cache.get('k', fails)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await cache.get('k', async () => rendering('now'))).body.toString()).toBe('now');
  });

  it('keeps no memory but that of the bytes themselves', async () => {
    const cache = new DocumentCache();
    for (const body of ['short', long('text'), Buffer.from('cut from a larger block')]) {
      const document = await cache.get(String(body.length), async () => ({ contentType: 'text/plain', body }));
      expect(document.body).toEqual(Buffer.from(body));
      for (const kept of [document.body, document.gzip]) expect(kept?.buffer.byteLength).toBe(kept?.length);
    }
  });

  it('forgets the least used beyond its bound', async () => {
    const cache = new DocumentCache(100_000);
    const renders: string[] = [];
    const get = (key: string) =>
      cache.get(key, async () => {
        renders.push(key);
        // Barely compressible: hex of a counter's hash would do, random digits do as well.
        return rendering(Array.from({ length: 30_000 }, () => Math.floor(Math.random() * 16).toString(16)).join(''));
      });
    await get('a');
    await get('b');
    await get('a');
    await get('c');
    await get('a');
    await get('b');
    expect(renders).toEqual(['a', 'b', 'c', 'b']);
  });

  it('serves what is larger than its bound without keeping it', async () => {
    const cache = new DocumentCache(10_000);
    let renders = 0;
    const get = () => cache.get('big', async () => (renders++, rendering('x'.repeat(20_000))));
    expect((await get()).body).toHaveLength(20_000);
    await get();
    expect(renders).toBe(2);
  });

  it('compresses what gets smaller by it', async () => {
    const cache = new DocumentCache();
    const large = await cache.get('large', async () => rendering(long('é')));
    expect(gunzipSync(large.gzip ?? '').toString()).toBe(long('é'));
    expect(large.body.toString()).toBe(long('é'));
    expect((await cache.get('small', async () => rendering('x'))).gzip).toBeUndefined();
  });

  it('tags by content: equal for equal bytes, different for other bytes and encodings', async () => {
    const cache = new DocumentCache();
    const [a, b, c] = await Promise.all([['a', long('x')], ['b', long('x')], ['c', long('y')]].map(([key = '', body = '']) => cache.get(key, async () => rendering(body))));
    expect(a?.etag).toBe(b?.etag);
    expect(new Set([a?.etag, a?.gzipEtag, c?.etag, c?.gzipEtag]).size).toBe(4);
    expect(a?.etag).toMatch(/^"[^"]+"$/);
  });
});
