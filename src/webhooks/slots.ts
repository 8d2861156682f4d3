/** Attempts that a process makes at once. */
const total = 32;
/** How many of them webhooks may have that are known to be reached, and the others, however many there are of each. */
const most = { proven: 28, unproven: 16 };
/** So many stay free for webhooks that have none yet. */
const reserved = 8;

/** Gives a slot back, once. */
export type Release = () => void;

/** Bounds what is sent at once, so that those who do not answer leave room for those who do. */
export class Slots {
  #free = total;
  readonly #freeFor = { ...most };

  /** The first slot of a webhook; undefined: there is none for its kind. */
  take(isProven: boolean): Release | undefined {
    const kind = isProven ? 'proven' : 'unproven';
    if (this.#free === 0 || this.#freeFor[kind] === 0) return undefined;
    this.#free -= 1;
    this.#freeFor[kind] -= 1;
    return () => {
      this.#free += 1;
      this.#freeFor[kind] += 1;
    };
  }

  /** One more for a webhook that has one. */
  takeExtra(): Release | undefined {
    if (this.#free <= reserved) return undefined;
    this.#free -= 1;
    return () => void (this.#free += 1);
  }
}
