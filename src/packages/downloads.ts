import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';

const flushEveryMs = 5_000;

/** Counts downloads per file in memory and adds them to the rows now and then: never a write per download. */
export class DownloadCounter {
  readonly #database: Database;
  readonly #clock: Clock;
  #counts = new Map<string, { count: number; lastAt: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** One more download of a file. */
  count(fileId: string): void {
    const entry = this.#counts.get(fileId) ?? { count: 0, lastAt: 0 };
    entry.count += 1;
    entry.lastAt = this.#clock.now();
    this.#counts.set(fileId, entry);
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), flushEveryMs).unref();
  }

  /** Writes what was counted; what cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const counts = this.#counts;
    this.#counts = new Map();
    if (counts.size === 0) return;
    try {
      await this.#database.tx(async (tx) => {
        // In one order, so that two processes do not wait for each other's rows.
        for (const [id, { count, lastAt }] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
          await tx.query('UPDATE file SET download_count = download_count + ?, last_downloaded_at = ? WHERE id = ?', [count, lastAt, id]);
        }
      });
    } catch (error) {
      for (const [id, { count, lastAt }] of counts) {
        const entry = this.#counts.get(id);
        this.#counts.set(id, { count: count + (entry?.count ?? 0), lastAt: Math.max(lastAt, entry?.lastAt ?? 0) });
      }
      throw error;
    }
  }
}
