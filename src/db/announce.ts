import type { EntityManager } from 'typeorm';

/** What can be told of: events that were recorded, work for webhooks. */
export type Topic = 'events' | 'deliveries';

const announcing = new WeakMap<EntityManager, Set<Topic>>();

/** Within a transaction: whoever listens ({@link Database.onAnnounced}) is to be told once it has committed. */
export function announce(tx: EntityManager, topic: Topic): void {
  const topics = announcing.get(tx) ?? new Set();
  announcing.set(tx, topics.add(topic));
}

/** What the transaction that just ended was to tell of; it is forgotten, since SQLite's next one has the same manager. */
export function takeAnnounced(tx: EntityManager): ReadonlySet<Topic> {
  const topics = announcing.get(tx) ?? new Set<Topic>();
  announcing.delete(tx);
  return topics;
}
