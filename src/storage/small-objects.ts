import { LRUCache } from 'lru-cache';
import type { ByteRange, ObjectStore } from './object-store.ts';
import { guardSink } from './sink.ts';

/** Opening, reading and closing a file costs more than sending so many bytes from memory. */
const smallBytes = 64 * 1024;

interface Kept extends ByteRange {
  content: Buffer;
}

/**
 * A store that keeps what it has copied of small objects, at most `maxBytes` together, and copies it from memory the next time: POMs, small
 * archives and manifests are asked for again and again. Objects never change and keys are never used twice, so nothing kept is ever wrong;
 * what another process deletes is named by no row any more. Everything but `copyTo` goes to the store itself.
 */
export function keepSmallObjects(store: ObjectStore, maxBytes = 32 * 1024 * 1024): ObjectStore {
  const kept = new LRUCache<string, Kept>({ maxSize: maxBytes, sizeCalculation: ({ content }, key) => content.length + key.length + 256 });

  async function contentOf(key: string, range: ByteRange): Promise<Buffer> {
    const known = kept.get(key);
    if (known && known.start === range.start && known.end === range.end) return known.content;
    const pieces: Buffer[] = [];
    for await (const piece of await store.read(key, range)) pieces.push(piece as Buffer);
    const content = Buffer.concat(pieces);
    const missing = range.end - range.start + 1 - content.length;
    if (missing > 0) throw new Error(`the object ends ${missing} bytes before the range does`);
    kept.set(key, { ...range, content });
    return content;
  }

  return {
    ...store,
    async copyTo(key, sink, range) {
      if (range === undefined || range.end - range.start >= smallBytes) return store.copyTo(key, sink, range);
      const content = await contentOf(key, range);
      const guarded = guardSink(sink);
      try {
        await guarded.send(content);
        await guarded.flush();
      } finally {
        guarded.release();
      }
    },
    async delete(key) {
      kept.delete(key);
      await store.delete(key);
    },
  };
}
