import type { EntityManager } from 'typeorm';

const announcing = new WeakSet<EntityManager>();

/** Within a transaction: whoever listens ({@link Database.onAnnounced}) is to be told once it has committed. */
export function announce(tx: EntityManager): void {
  announcing.add(tx);
}

/** Whether the transaction that just ended was to be told of; it is forgotten, since SQLite's next one has the same manager. */
export function takeAnnounced(tx: EntityManager): boolean {
  return announcing.delete(tx);
}
