import { LRUCache } from 'lru-cache';
import type { ObjectStore } from './object-store.ts';

/** Opening, reading and closing a file costs more than sending so many bytes from memory. */
const smallBytes = 64 * 1024;

/**
 * A store that keeps the small objects it was asked for as a whole, at most `maxBytes` together: POMs, manifests and small archives are asked for
 * again and again. Objects never change and keys are never used twice, so nothing kept is ever wrong; what another process deletes is named by no
 * row any more. Everything but `content` goes to the store itself.
 */
export function keepSmallObjects(store: ObjectStore, maxBytes = 64 * 1024 * 1024): ObjectStore {
  const kept = new LRUCache<string, Buffer>({ maxSize: maxBytes, sizeCalculation: (content, key) => content.length + key.length + 256 });
  /** Who asks meanwhile waits for the same bytes. */
  const reading = new Map<string, Promise<Buffer>>();

  async function read(key: string, sizeBytes: number): Promise<Buffer> {
    // Memory of its own, or a few bytes would keep the whole block alive that they are cut from.
    const content = Buffer.allocUnsafeSlow(sizeBytes);
    let at = 0;
    for await (const piece of await store.read(key, { start: 0, end: sizeBytes - 1 })) at += (piece as Buffer).copy(content, at);
    if (at < sizeBytes) throw new Error(`the object ends ${sizeBytes - at} bytes too early`);
    kept.set(key, content);
    return content;
  }

  return {
    ...store,
    content(key, sizeBytes) {
      if (sizeBytes === 0 || sizeBytes > smallBytes) return undefined;
      const known = kept.get(key) ?? reading.get(key);
      if (known) return known;
      const content = read(key, sizeBytes).finally(() => reading.delete(key));
      reading.set(key, content);
      return content;
    },
    async delete(key) {
      kept.delete(key);
      await store.delete(key);
    },
  };
}
