import { expect } from 'vitest';
import type { OpenBackend } from '../support/environment/backends.ts';
import { lastingPort } from '../support/environment/services.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** Two servers on one database and one store, which can be started anew where they were. */
export interface TwoServers {
  /** Of each; they stay as they are. */
  urls: readonly [string, string];
  ports: readonly [number, number];
  /** Those that run now. */
  running: ServerProcess[];
  /** Ends each in turn and starts it again, so many times; both answer requests in between. */
  restartAll(rounds: number, end: (server: ServerProcess) => Promise<unknown>): Promise<void>;
  /** Kills both. */
  close(): Promise<void>;
}

/** How many requests each server must have answered before the next one is ended. */
const enoughWork = 20;

/** Starts two servers at once on an empty backend. They trust the proxy in front of them. */
export async function startTwoServers(backend: OpenBackend): Promise<TwoServers> {
  const ports = [await lastingPort(), await lastingPort()] as const;
  const start = (port: number) => startServer({ ...backend.env, PORT: String(port), TRUST_PROXY: 'true' });
  const running = await Promise.all(ports.map(start));

  async function bothWork(): Promise<void> {
    const before = await Promise.all(running.map(answered));
    await expect.poll(async () => (await Promise.all(running.map(answered))).every((count, index) => count >= (before[index] ?? 0) + enoughWork), { timeout: 60_000 }).toBe(true);
  }

  return {
    urls: [`http://127.0.0.1:${ports[0]}`, `http://127.0.0.1:${ports[1]}`],
    ports,
    running,
    async restartAll(rounds, end) {
      for (let round = 0; round < rounds; round++) {
        for (const [index, port] of ports.entries()) {
          await bothWork();
          const server = running[index];
          if (server) await end(server);
          running[index] = await start(port);
        }
      }
      await bothWork();
    },
    async close() {
      await Promise.all(running.map((server) => server.kill()));
    },
  };
}

/** How many requests for packages a server has answered. */
async function answered({ url }: ServerProcess): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text();
  const counts = [...metrics.matchAll(/^entrepot_http_requests_total\{.*area="packages".*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
