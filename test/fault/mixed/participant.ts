/** Somebody who uses the registry, one request after the other, and knows what it must show. */
export interface Participant {
  /** Makes changes until told to end, or until one was made of which nobody knows whether it was done. */
  work(isOver: () => boolean): Promise<void>;
  /** Finds out what became of the last change: it was done as a whole, or not at all. */
  settle(): Promise<void>;
  /** Looks whether everything is as it must be, bytes included. */
  verify(): Promise<void>;
}

/** What all participants have come to. */
export interface Tally {
  /** Changes that were acknowledged. */
  done: number;
  /** Changes that were refused for a reason, such as that a version was purged before it could be restored. */
  refused: number;
  /** Changes of which nothing was heard, and that were done all the same. */
  unheard: number;
  /** Changes of which nothing was heard, and that were not done. */
  absent: number;
  /** Whatever must not be, in words. */
  wrong: string[];
  /** What was published, as webhooks call it. */
  published: Set<string>;
}

/** Nothing yet. */
export function emptyTally(): Tally {
  return { done: 0, refused: 0, unheard: 0, absent: 0, wrong: [], published: new Set() };
}
