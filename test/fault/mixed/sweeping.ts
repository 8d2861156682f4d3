import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Starts a process that sweeps without a pause (sweeper.ts), and resolves when it does; `output` tells what it printed of errors. */
export async function startSweeper(env: Record<string, string>, retentionMs: number): Promise<{ kill(): Promise<void>; output(): string }> {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'sweeper.ts'), String(retentionMs)], {
    env: { ...process.env, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended.then(() => Promise.reject(new Error(`the sweeper did not start: ${output}`)))]);
  return {
    output: () => output,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
