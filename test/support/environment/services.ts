import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from './commands.ts';

/** A TCP port of 127.0.0.1 that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A log file as a descriptor for a child process's output; appended to, so that two of them do not overwrite each other. */
export function openLog(path: string): number {
  return openSync(path, 'a');
}

/** The last lines of a log, for the reason why a service is missing. */
export async function logTail(path: string): Promise<string> {
  return lastLines(await readFile(path, 'utf8').catch(() => ''));
}

/**
 * Waits until a started service answers. Throws with the tail of its log when it ends before, or does not answer within
 * `seconds`; `isReady` may throw, which means not yet.
 */
export async function waitUntil(
  child: ChildProcess,
  seconds: number,
  tail: () => Promise<string>,
  isReady: () => Promise<boolean>,
): Promise<void> {
  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code, signal) => (failure = `ended with ${code ?? signal}`));
  const deadline = performance.now() + seconds * 1000;
  while (!(await isReady().catch(() => false))) {
    if (performance.now() > deadline) failure ??= `did not answer within ${seconds} s`;
    if (failure !== undefined) throw new Error(`${failure}: ${await tail()}`);
    await sleep(20);
  }
}

/**
 * A port of 127.0.0.1 that stays free while nobody listens on it: from below those that the system gives to connections, so that a
 * server which is started anew finds it again.
 */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 30_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
