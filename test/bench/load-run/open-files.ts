import { readFile } from 'node:fs/promises';
import type { LoadRunPlan } from './plan.ts';

/** What server and clients open beside their connections. */
const spare = 200;

/**
 * Why a process may not open as many files as the run needs, in words; undefined where it may, or where that cannot be told. Node raises the
 * soft limit to the hard one by itself, for the server as for the clients; the hard one is for the administrator to raise.
 */
export async function explainOpenFiles({ readers, slowReaders, slowWriters, subscribers, burst }: LoadRunPlan): Promise<string | undefined> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const allowed = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  const needed = Math.max(readers + slowReaders + slowWriters, burst) + subscribers + spare;
  return allowed >= needed ? undefined : `open files: ${allowed} are allowed and ${needed} needed (ulimit -Hn)`;
}
