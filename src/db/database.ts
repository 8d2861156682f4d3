import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type EntityManager } from 'typeorm';
import { takeAnnounced, type Topic } from './announce.ts';
import type { Dialect } from './dialect.ts';
import { isTransient } from './driver-errors.ts';
import { Mutex } from './mutex.ts';

const attempts = 12;

/**
 * The one way to the database. Reads outside a transaction go through `reads` and see committed data only; every write
 * happens in `tx`.
 *
 * On SQLite TypeORM has one connection per data source, and overlapping transactions on it would corrupt each other:
 * so there are two data sources there (in WAL mode a reader never waits for the writer), and transactions queue.
 */
export class Database {
  readonly dialect: Dialect;
  /** Reads without a transaction. */
  readonly reads: EntityManager;
  readonly #writer: DataSource;
  readonly #reader: DataSource;
  readonly #queue = new Mutex();
  readonly #listeners = new Map<() => void, Topic>();

  constructor(dialect: Dialect, writer: DataSource, reader: DataSource) {
    this.dialect = dialect;
    this.#writer = writer;
    this.#reader = reader;
    this.reads = reader.manager;
  }

  /**
   * Runs `work` in one transaction; pass the manager down. Runs it again, whole, after a deadlock or a lock timeout, so
   * it may do nothing but database work.
   */
  async tx<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (attempt === attempts || !isTransient(error)) throw error;
        await sleep(Math.random() * Math.min(400, 5 * 2 ** attempt));
      }
    }
  }

  /** Has the listener called after each commit of this process in which `announce` was called for the topic; the returned function ends that. */
  onAnnounced(topic: Topic, listener: () => void): () => void {
    this.#listeners.set(listener, topic);
    return () => this.#listeners.delete(listener);
  }

  #once<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    if (this.dialect === 'sqlite') return this.#queue.run(() => this.#run((watched) => this.#writer.transaction(watched), work));
    return this.#run((watched) => this.#writer.transaction('READ COMMITTED', watched), work);
  }

  async #run<T>(transaction: (work: (tx: EntityManager) => Promise<T>) => Promise<T>, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    let announced: ReadonlySet<Topic> | undefined;
    const result = await transaction(async (tx) => {
      try {
        return await work(tx);
      } finally {
        announced = takeAnnounced(tx);
      }
    });
    if (announced?.size) for (const [listener, topic] of this.#listeners) if (announced.has(topic)) listener();
    return result;
  }

  /** For migrations only. */
  get writer(): DataSource {
    return this.#writer;
  }

  /** Throws where the database cannot be reached. */
  async ping(): Promise<void> {
    await this.reads.query('SELECT 1');
  }

  async close(): Promise<void> {
    if (this.#reader !== this.#writer) await this.#reader.destroy();
    await this.#writer.destroy();
  }
}
