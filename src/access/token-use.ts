import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';
import type { TokenRow } from '../db/tables/credential.ts';

const flushEveryMs = 5_000;
const minuteMs = 60_000;

/** Remembers when tokens were used and writes it down now and then: never a write per request. */
export class TokenUse {
  readonly #database: Database;
  readonly #clock: Clock;
  #used = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** A token was used just now. Within a minute of the last time nothing is written. */
  note({ id, lastUsedAt }: Pick<TokenRow, 'id' | 'lastUsedAt'>): void {
    const now = this.#clock.now();
    if (lastUsedAt !== null && now - lastUsedAt < minuteMs) return;
    this.#used.set(id, now);
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), flushEveryMs).unref();
  }

  /** Writes what was noted; what cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const used = this.#used;
    this.#used = new Map();
    if (used.size === 0) return;
    try {
      await this.#database.tx(async (tx) => {
        // In one order, so that two processes do not wait for each other's rows.
        for (const [id, at] of [...used].sort(([a], [b]) => (a < b ? -1 : 1))) {
          await tx.query('UPDATE access_token SET last_used_at = ? WHERE id = ?', [at, id]);
        }
      });
    } catch (error) {
      for (const [id, at] of used) this.#used.set(id, Math.max(at, this.#used.get(id) ?? 0));
      throw error;
    }
  }
}
