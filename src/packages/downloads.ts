import type { Clock } from '../clock.ts';
import { dayOf } from '../days.ts';
import type { Database } from '../db/database.ts';
import { type CountedDownloads, writeDownloads } from './write-downloads.ts';

const flushEveryMs = 5_000;
/** Files of one transaction, so that none is long and a download of many files is a few statements. */
const chunk = 200;

/** What is known of a file when it is served. */
export interface DownloadedFile {
  id: string;
  versionId: string;
  packageId: string;
}

/** Counts downloads per file and day in memory and adds them to the rows now and then: never a write per download. */
export class DownloadCounter {
  readonly #database: Database;
  readonly #clock: Clock;
  #counts = new Map<string, CountedDownloads>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** One more download of a file. */
  count({ id, versionId, packageId }: DownloadedFile): void {
    const lastAt = this.#clock.now();
    this.#add({ fileId: id, day: dayOf(lastAt), versionId, packageId, count: 1, lastAt });
    this.#schedule();
  }

  /** Writes what was counted until now; throws where that fails. What cannot be written is kept for the next time. */
  flush(): Promise<void> {
    // After the one that is under way: a stop waits for that, too, and may have to write what it could not.
    this.#flushing = this.#flushing.catch(() => undefined).then(() => this.#write());
    return this.#flushing;
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // In one order, so that two processes do not wait for each other's rows.
    const counted = [...this.#counts.values()].sort((a, b) => (a.fileId < b.fileId ? -1 : a.fileId > b.fileId ? 1 : a.day - b.day));
    this.#counts = new Map();
    for (let from = 0; from < counted.length; from += chunk) {
      try {
        await this.#database.tx((tx) => writeDownloads(tx, counted.slice(from, from + chunk)));
      } catch (error) {
        for (const unwritten of counted.slice(from)) this.#add(unwritten);
        this.#schedule();
        throw error;
      }
    }
  }

  #add({ count, lastAt, ...where }: CountedDownloads): void {
    const key = `${where.fileId} ${where.day}`;
    const known = this.#counts.get(key);
    this.#counts.set(key, { ...where, count: count + (known?.count ?? 0), lastAt: Math.max(lastAt, known?.lastAt ?? 0) });
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), flushEveryMs).unref();
  }
}
