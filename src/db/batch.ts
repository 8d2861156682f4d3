/**
 * Joins the look-ups that come within one turn of the event loop into one `load`, so that many requests at once share a statement.
 * Nothing is remembered: every look-up sees what was committed before it. Equal keys are loaded once.
 *
 * `load` gets at most `maxKeys`, and answers by the text that `idOf` gives a key; what is not in its answer was not found. Where it fails for
 * several keys they are loaded one by one, so that a key that cannot be looked up fails nobody else's.
 */
export function batched<Key, Found>(idOf: (key: Key) => string, load: (keys: Key[]) => Promise<Map<string, Found>>, maxKeys = 64): (key: Key) => Promise<Found | undefined> {
  interface Waiting {
    key: Key;
    promise: Promise<Found | undefined>;
    resolve: (found: Found | undefined) => void;
    reject: (error: unknown) => void;
  }
  let waiting = new Map<string, Waiting>();

  function flush(): void {
    const all = [...waiting];
    // Cleared, it would point to its next table, and once old keep that and every later one from being collected.
    waiting = new Map();
    for (let from = 0; from < all.length; from += maxKeys) void settle(all.slice(from, from + maxKeys));
  }

  async function settle(portion: [string, Waiting][]): Promise<void> {
    try {
      const found = await load(portion.map(([, { key }]) => key));
      for (const [id, { resolve }] of portion) resolve(found.get(id));
    } catch (error) {
      if (portion.length === 1) portion[0]?.[1].reject(error);
      else for (const one of portion) void settle([one]);
    }
  }

  return (key) => {
    const id = idOf(key);
    const known = waiting.get(id);
    if (known) return known.promise;
    if (waiting.size === 0) setImmediate(flush);
    const entry = { key, ...Promise.withResolvers<Found | undefined>() };
    waiting.set(id, entry);
    return entry.promise;
  };
}
