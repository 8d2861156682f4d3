import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** The secret of the admin of every server that is started here. */
export const adminSecret = 'fixed-admin-secret';

/** A registry in a process of its own, as it runs in production. */
export interface ServerProcess {
  url: string;
  child: ChildProcess;
  /** Everything it printed so far. */
  output(): string;
  /** Kills it without any warning. */
  kill(): Promise<void>;
  /** Asks it to stop; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** The most memory it has had, and has now, in bytes (Linux). */
  memory(): Promise<{ peak: number; current: number }>;
  /** Makes now the beginning of the peak (Linux). */
  resetPeak(): Promise<void>;
}

/** Starts `src/main.ts serve` on a free port and waits until it answers. */
export async function startServer(env: Record<string, string>): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['src/main.ts', 'serve'], {
    env: { ...process.env, LOG_LEVEL: 'warn', PORT: '0', HOST: '127.0.0.1', ENTREPOT_ADMIN_TOKEN: adminSecret, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
      if (found) resolve(found[0]);
    });
    child.once('exit', () => reject(new Error(`the server did not start: ${output}`)));
  });
  const status = `/proc/${child.pid}/status`;
  return {
    url,
    child,
    output: () => output,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
    async memory() {
      const text = await readFile(status, 'utf8');
      const bytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1] ?? NaN) * 1024;
      return { peak: bytes('VmHWM'), current: bytes('VmRSS') };
    },
    async resetPeak() {
      const { writeFile } = await import('node:fs/promises');
      await writeFile(`/proc/${child.pid}/clear_refs`, '5');
    },
  };
}

/** The data of a GraphQL operation at a server; fails where there are errors. */
export async function ask(server: ServerProcess, secret: string, query: string, variables: object = {}) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: any; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
