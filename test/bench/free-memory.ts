import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freemem, totalmem } from 'node:os';
import type { Workspace } from '../support/environment/workspace.ts';

const stepBytes = 8 * 1024 * 1024;
/** Less than this part of the memory is never free for long: the system takes it back from its page cache before. */
const spared = 0.04;

/**
 * Has Linux put the free memory into its page cache, by reading a file that is one hole. On a virtual machine a page costs twenty times as much when it is first used, or used
 * again after it was free for some seconds and its host took it back; that falls on whoever happens to write files into it, and makes uploads half as fast for minutes.
 * What the page cache has, it gives to the next file for nothing.
 */
export async function useFreeMemory({ directory }: Workspace): Promise<void> {
  if (process.platform !== 'linux') return;
  const file = await open(join(directory, 'hole'), 'a+');
  try {
    await file.truncate(totalmem());
    const buffer = Buffer.allocUnsafe(stepBytes);
    for (let position = 0; position < totalmem() && (await freeBytes()) > totalmem() * spared; position += stepBytes) await file.read(buffer, 0, stepBytes, position);
  } finally {
    await file.close();
  }
}

/** What is used for nothing; `os.freemem()` counts the page cache as well. */
async function freeBytes(): Promise<number> {
  const free = /^MemFree:\s+(\d+) kB$/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1];
  return free === undefined ? freemem() : Number(free) * 1024;
}
