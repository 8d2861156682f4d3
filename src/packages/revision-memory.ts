import { LRUCache } from 'lru-cache';
import type { PackageHead } from './heads.ts';

/** A package as it was read a moment ago. */
export type PackageState = Pick<PackageHead, 'id' | 'revision'>;

/**
 * What the rows of packages said at a revision of theirs, within a bound of bytes. Whatever changes such a row raises the revision in the same
 * transaction, and each request reads that anew; so what is remembered is never wrong for who asks with the one they read.
 */
export class RevisionMemory {
  readonly #known: LRUCache<string, object>;

  constructor(maxBytes = 16 * 1024 * 1024) {
    this.#known = new LRUCache({ maxSize: maxBytes, sizeCalculation: (value, key) => 2 * (JSON.stringify(value).length + key.length) + 256 });
  }

  /** What `load` finds; asked again only where it finds nothing, or where it was forgotten. `what` says which of the package's things it is, and so its type. */
  async get<Value extends object>({ id, revision }: PackageState, what: string, load: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const key = `${id} ${revision} ${what}`;
    const known = this.#known.get(key) as Value | undefined;
    if (known) return known;
    const value = await load();
    if (value) this.#known.set(key, value);
    return value;
  }
}
