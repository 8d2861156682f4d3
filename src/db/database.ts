import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type EntityManager } from 'typeorm';
import { takeAnnounced, type Topic } from './announce.ts';
import type { Dialect } from './dialect.ts';
import type { Disk } from './disk.ts';
import { isTransient } from './driver-errors.ts';
import { Unavailable } from '../errors.ts';
import { Mutex } from './mutex.ts';

const attempts = 12;

/** How a transaction is committed. */
export interface TxOptions {
  /**
   * Whether a power cut may take it back, where the database leaves that to us (SQLite): it is on disk with the next that may not be lost. For what only running
   * processes tell each other.
   */
  mayBeLost?: boolean;
}

async function repeated<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === attempts || !isTransient(error)) throw error;
      await sleep(Math.random() * Math.min(400, 5 * 2 ** attempt));
    }
  }
}

/** What only some databases have. */
export interface DatabaseParts {
  /** Where commits are waited for. */
  disk?: Disk | undefined;
  /** Sets for how long a connection over a network may be silent. */
  limitSilence?: (ms: number) => void;
  /** Opens one more like `reader`; on MySQL the pool has connections enough. */
  openReader?: () => Promise<DataSource>;
}

/**
 * The one way to the database. Reads outside a transaction go through `reads` and see committed data only; every write
 * happens in `tx` or `single`.
 *
 * On SQLite TypeORM has one connection per data source, and overlapping transactions on it would corrupt each other:
 * so there are two data sources there (in WAL mode a reader never waits for the writer), and transactions queue. They do not queue for
 * the disk: the next one begins while those before it wait until they are safe there, together.
 */
export class Database {
  readonly dialect: Dialect;
  /** Reads without a transaction. */
  readonly reads: EntityManager;
  readonly #writer: DataSource;
  readonly #reader: DataSource;
  readonly #disk: Disk | undefined;
  readonly #queue = new Mutex();
  readonly #listeners = new Map<() => void, Topic>();
  readonly #openReader: () => Promise<DataSource>;
  readonly #limitSilence: ((ms: number) => void) | undefined;
  /** Why nothing more is written: what was committed could not be brought to the disk. */
  #broken: Unavailable | undefined;

  constructor(dialect: Dialect, writer: DataSource, reader: DataSource, { disk, limitSilence, openReader = async () => reader }: DatabaseParts = {}) {
    this.dialect = dialect;
    this.#limitSilence = limitSilence;
    this.#writer = writer;
    this.#reader = reader;
    this.#openReader = openReader;
    this.reads = reader.manager;
    this.#disk = disk;
  }

  /**
   * Runs `work` in one transaction; pass the manager down. Resolves when what it wrote would survive a power cut. Runs it again, whole, after a deadlock or a lock timeout, so
   * it may do nothing but database work.
   */
  tx<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return repeated(() => this.#once(work));
  }

  /** Runs a statement that is a transaction of its own, of which MySQL is asked once instead of four times. Resolves as {@link tx} does, and runs it again as that does. */
  single<T>(statement: (manager: EntityManager) => Promise<T>, { mayBeLost = false }: TxOptions = {}): Promise<T> {
    const run = async () => {
      const runner = this.#writer.createQueryRunner();
      try {
        return await statement(runner.manager);
      } finally {
        await runner.release();
      }
    };
    return repeated(async () => {
      const result = this.dialect === 'sqlite' ? await this.#queue.run(() => this.#unlessBroken(run)) : await run();
      if (!mayBeLost) await this.#flush();
      return result;
    });
  }

  /**
   * Runs `work` with reads that all see the database as it was at one instant, whatever is written meanwhile, on a connection of its own. As
   * long as that takes the database keeps what it was like: its write-ahead log, or its undo log, grows.
   */
  async snapshot<T>(work: (reads: EntityManager) => Promise<T>): Promise<T> {
    const source = await this.#openReader();
    try {
      await using runner = source.createQueryRunner();
      if (this.dialect === 'mysql') await runner.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await runner.query(this.dialect === 'mysql' ? 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY' : 'BEGIN');
      try {
        // On SQLite the instant is that of the first read.
        await runner.query('SELECT COUNT(*) FROM migration');
        return await work(runner.manager);
      } finally {
        // Where the connection is lost so is the transaction.
        await runner.query('ROLLBACK').catch(() => undefined);
      }
    } finally {
      if (source !== this.#reader) await source.destroy();
    }
  }

  /** Has the listener called after each commit of this process in which `announce` was called for the topic; the returned function ends that. */
  onAnnounced(topic: Topic, listener: () => void): () => void {
    this.#listeners.set(listener, topic);
    return () => this.#listeners.delete(listener);
  }

  async #once<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    let announced: ReadonlySet<Topic> | undefined;
    const watched = async (tx: EntityManager) => {
      try {
        return await work(tx);
      } finally {
        announced = takeAnnounced(tx);
      }
    };
    const result = this.dialect === 'sqlite' ? await this.#queue.run(() => this.#unlessBroken(() => this.#writer.transaction(watched))) : await this.#writer.transaction('READ COMMITTED', watched);
    // Nobody is told of what may still be lost.
    await this.#flush();
    if (announced?.size) for (const [listener, topic] of this.#listeners) if (announced.has(topic)) listener();
    return result;
  }

  /**
   * Waits until what `reads` showed before the call would survive a power cut: on SQLite they see commits a moment before that. For what is told to be relied
   * upon, such as numbers that are given once.
   */
  settled(): Promise<void> {
    return this.#flush();
  }

  /** After a commit that could not be brought to the disk none is added to it. */
  #unlessBroken<T>(work: () => Promise<T>): Promise<T> {
    if (this.#broken) throw this.#broken;
    return work();
  }

  async #flush(): Promise<void> {
    try {
      await this.#disk?.flushed();
    } catch (error) {
      throw (this.#broken ??= new Unavailable('The disk of the database fails; nothing can be written until its operator has looked after it.', { cause: error }));
    }
  }

  /** For migrations only. */
  get writer(): DataSource {
    return this.#writer;
  }

  /** From now on a connection on which nothing came for so long while a statement ran is given up. For servers: commands and migrations may take their time. */
  limitSilence(ms: number): void {
    this.#limitSilence?.(ms);
  }

  /** Throws where the database cannot be reached, or a commit could not be brought to the disk. */
  async ping(): Promise<void> {
    if (this.#broken) throw this.#broken;
    await this.reads.query('SELECT 1');
  }

  async close(): Promise<void> {
    if (this.#reader !== this.#writer) await this.#reader.destroy();
    await this.#writer.destroy();
    await this.#disk?.close();
  }
}
