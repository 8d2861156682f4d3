import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where commits go. */
export interface Disk {
  /** Waits until all that was committed before the call would survive a power cut. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Runs `sync` on behalf of all that wait for it: those that come while one runs share the next, since the one that runs may have begun before what they wait for.
 * Once it has failed it fails for ever: a system that could not write forgets what it was, so a later success would say nothing of it.
 */
export function sharedSync(sync: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running.then(() => {
      next = undefined;
      running = sync();
      return running;
    });
    return next;
  };
}

/**
 * The write-ahead log of a SQLite file. SQLite itself would sync it in each commit, one after the other, with the event loop standing still; with `synchronous = NORMAL`
 * that is left to us, and it only syncs the log before pages go from there into the file (https://sqlite.org/pragma.html#pragma_synchronous), which therefore cannot break.
 * Commits stand in the log in their order: where one is on disk, all before it are.
 */
export class WriteAheadLog implements Disk {
  readonly flushed = sharedSync(() => this.#sync());
  readonly #file: string;
  #handle: FileHandle | undefined;

  /** The database in `file` stays open as long as this is used, or its log would become another file. */
  constructor(file: string) {
    this.#file = `${file}-wal`;
  }

  async #sync(): Promise<void> {
    this.#handle ??= await this.#open();
    await this.#handle.datasync();
  }

  /** That there is such a file must be on disk as well. */
  async #open(): Promise<FileHandle> {
    const folder = await open(dirname(this.#file), 'r');
    await folder.sync().finally(() => folder.close());
    return open(this.#file, 'r+');
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}
