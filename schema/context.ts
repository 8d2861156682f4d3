import DataLoader from 'dataloader';
import type { Actor } from '../src/access/actor.ts';
import type { Core } from '../src/core.ts';
import type { Engine } from './engine.ts';

/** What every resolver gets; made anew for each operation, since it also holds what the operation has loaded. */
export interface Context {
  core: Core;
  actor: Actor;
  /** URL of this server as the caller reaches it, without a trailing slash. */
  baseUrl: string;
  requestId: string;
  /** Address of the client, as wrong passwords are counted by it. */
  clientAddress: string;
  /** Makes a document ready to be executed: for what takes documents as input. */
  prepare: Engine['prepare'];
  /** Headers of the answer beside the usual ones, in lower case. */
  responseHeaders: Map<string, string>;
  /** Where a subscription is opened: what keeps it going. */
  live?: LiveRequest;
  /** The loaders of this operation, by what they load; see {@link defineLoader}. */
  loaders: Map<unknown, AnyLoader>;
}

/** How a subscription is kept going. */
export interface LiveRequest {
  /** Who listens, looked at anew; throws Unauthenticated when the credential is no longer good. */
  actor: () => Promise<Actor>;
  /** Ends the subscription. */
  signal: AbortSignal;
  /** The cursor of what the client has seen, in place of the argument `after`; undefined: that counts. */
  resumeAfter?: string;
}

/** A loader, whatever it loads. */
export type AnyLoader = DataLoader<unknown, unknown, unknown>;

/** Loads many at once; keys without a value are left out of the result. */
export type Load<Key, Value> = (context: Context, keys: readonly Key[]) => Promise<Map<string, Value>>;

/**
 * The operation's loader for a key, made on first use: the calls of one turn become one call of `load`. It gives null for
 * what has no value.
 */
export function loaderOf<Key, Value>(context: Context, identity: unknown, load: Load<Key, Value>, keyOf: (key: Key) => string): DataLoader<Key, Value | null, string> {
  const known = context.loaders.get(identity) as DataLoader<Key, Value | null, string> | undefined;
  if (known) return known;
  const loader = new DataLoader<Key, Value | null, string>(
    async (keys) => {
      const values = await load(context, keys);
      return keys.map((key) => values.get(keyOf(key)) ?? null);
    },
    { cacheKeyFn: keyOf, maxBatchSize: 1000 },
  );
  context.loaders.set(identity, loader as AnyLoader);
  return loader;
}

/** Defines a batched load. `keyOf` names a key that is no string. */
export function defineLoader<Key, Value>(load: Load<Key, Value>, keyOf: (key: Key) => string = String) {
  return (context: Context, key: Key): Promise<Value | null> => loaderOf(context, load, load, keyOf).load(key);
}
