import type { QueryRunner } from 'typeorm';
import type { Core } from '../core.ts';

/** Locks are of the whole server, so the name has the database in it; at most 64 characters. */
const lockName = "LEFT(CONCAT('entrepot.events.', DATABASE()), 64)";

/**
 * Whether this process is the one that numbers events. On MySQL it is whoever holds a lock of the server, which falls to the next one
 * that asks as soon as the connection of its holder ends, however that comes; on SQLite every process is, for there is no harm in it.
 */
export class Leader {
  readonly #core: Core;
  #runner: QueryRunner | undefined;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Tries to be the one, where it is not yet; throws where the database cannot be reached. */
  async isLeading(): Promise<boolean> {
    if (this.#core.database.dialect === 'sqlite') return true;
    const isHolder = this.#runner !== undefined;
    const runner = (this.#runner ??= this.#core.database.writer.createQueryRunner());
    try {
      // A connection that was cut and silently made anew would hold nothing.
      const [row] = await runner.query(isHolder ? `SELECT IS_USED_LOCK(${lockName}) = CONNECTION_ID() AS held` : `SELECT GET_LOCK(${lockName}, 0) AS held`);
      if (Number(row.held) === 1) return true;
    } catch (error) {
      await this.resign();
      throw error;
    }
    await this.resign();
    return false;
  }

  /** Lets another process take over. */
  async resign(): Promise<void> {
    const runner = this.#runner;
    this.#runner = undefined;
    if (!runner) return;
    await runner.query(`SELECT RELEASE_LOCK(${lockName})`).catch(() => undefined);
    await runner.release().catch(() => undefined);
  }
}
