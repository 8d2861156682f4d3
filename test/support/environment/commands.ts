import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** How a command ended. `output` is everything it printed, stdout and stderr as they came. */
export interface CommandResult {
  ok: boolean;
  output: string;
}

/** What `runCommand` may be told. */
export interface CommandOptions {
  /** After this long the command is killed and counts as failed. */
  timeoutSeconds: number;
  /** Added to this process's environment. */
  env?: Record<string, string>;
  cwd?: string;
}

/** Runs a command to its end without a shell and without input. Never throws: a command that cannot start has failed. */
export async function runCommand(command: string, args: string[], options: CommandOptions): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const timer = setTimeout(() => {
    output += `\nkilled after ${options.timeoutSeconds} s`;
    child.kill('SIGKILL');
  }, options.timeoutSeconds * 1000);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ ok: false, output: output + error.message });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ ok: code === 0, output });
    });
  });
}

/** The last lines of a command's output, on one line, as the reason somebody reads. */
export function lastLines(output: string, count = 3): string {
  const lines = output.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  return lines.slice(-count).join(' | ').slice(-400);
}

/** The absolute path of a program on the PATH, or in the folders where Debian keeps servers; null when there is none. */
export async function findProgram(name: string): Promise<string | null> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    if (folder === '') continue;
    const path = join(folder, name);
    if (await access(path, constants.X_OK).then(() => true, () => false)) return path;
  }
  return null;
}

/** Says what the environment is doing, one line per step, so that a slow first run does not look stuck. */
export function announce(message: string): void {
  process.stdout.write(`environment: ${message}\n`);
}
