import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissing } from './missing-file.ts';

/** Gives a file its name, making folders on demand; the name survives a power cut once this resolves. */
export type DurableMove = (from: string, to: string) => Promise<void>;

/** A {@link DurableMove} that remembers which folders are known to last. */
export function createDurableMove(): DurableMove {
  const lasting = new Set<string>();

  /**
   * A new folder is an entry of its parent, and as volatile as a new file until that is flushed, too. Which of them are new is not knowable where several
   * writers meet, so each is taken for new the first time.
   */
  async function flushAbove(folder: string): Promise<void> {
    const flushed: string[] = [];
    for (let at = folder; at !== dirname(at) && !lasting.has(at); at = dirname(at)) {
      // Those far above may belong to somebody else, and were there before.
      if (await flushIfOurs(dirname(at))) flushed.push(at);
    }
    for (const at of flushed) lasting.add(at);
  }

  return async (from, to) => {
    const folder = dirname(to);
    try {
      await rename(from, to);
    } catch (error) {
      if (!isMissing(error)) throw error;
      const first = (await mkdir(folder, { recursive: true })) ?? folder;
      for (let at = folder; at.length >= first.length; at = dirname(at)) lasting.delete(at);
      await rename(from, to);
    }
    await flushFolder(folder);
    await flushAbove(folder);
  };
}

/** Whether it could be; folders far above may be nobody's to open. */
async function flushIfOurs(folder: string): Promise<boolean> {
  try {
    await flushFolder(folder);
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Has the names in a folder survive a power cut. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
