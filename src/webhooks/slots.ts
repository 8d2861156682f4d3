/** Attempts that a process makes at once. */
const total = 32;
/** How many of them webhooks may have that are known to be reached, and the others, however many there are of each. */
const most = { proven: 28, unproven: 16 };
/** So many stay free for webhooks that have none yet. */
const reserved = 8;
/** Webhooks of one host that are worked on at once: a host that does not answer is waited for by no more. */
const mostOfHost = 4;

/** Gives a slot back, once. */
export type Release = () => void;

/** Bounds what is sent at once, so that those who do not answer leave room for those who do. */
export class Slots {
  #free = total;
  readonly #freeFor = { ...most };
  /** Hosts with the number of their webhooks that have a slot. */
  readonly #hosts = new Map<string, number>();

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

  /** Notes where the webhook sends to that has got a slot; the returned function ends that. */
  enter(host: string): Release {
    this.#hosts.set(host, (this.#hosts.get(host) ?? 0) + 1);
    return () => {
      const left = (this.#hosts.get(host) ?? 1) - 1;
      if (left > 0) this.#hosts.set(host, left);
      else this.#hosts.delete(host);
    };
  }

  /** Hosts for which no more webhooks are to be taken. */
  fullHosts(): string[] {
    return [...this.#hosts].filter(([, webhooks]) => webhooks >= mostOfHost).map(([host]) => host);
  }

  /** One more for a webhook that has one. */
  takeExtra(): Release | undefined {
    if (this.#free <= reserved) return undefined;
    this.#free -= 1;
    return () => void (this.#free += 1);
  }
}
