import { lastingPort } from '../support/environment/services.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** Servers on one backend that are ended and started anew where they were. */
export interface Fleet {
  /** Of each; they stay as they are. */
  urls: readonly string[];
  /** Those that run now. */
  servers: ServerProcess[];
  /** Kills one of them without any warning. Fails where it had ended by itself. */
  kill(index: number): Promise<void>;
  /** Starts one again that was killed. */
  start(index: number): Promise<void>;
  /** Lines that tell of errors of any server so far, be it one that is gone. */
  errors(): string[];
  /** Kills all. */
  close(): Promise<void>;
}

/** Starts so many servers on a backend. */
export async function startFleet(env: Record<string, string>, count: number): Promise<Fleet> {
  const ports = await Promise.all(Array.from({ length: count }, lastingPort));
  const start = (index: number) => startServer({ ...env, PORT: String(ports[index]) });
  const servers = await Promise.all(ports.map((_, index) => start(index)));
  const gone: ServerProcess[] = [];
  return {
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    servers,
    async kill(index) {
      const server = servers[index];
      if (!server) throw new Error(`there is no server ${index}`);
      if (server.child.exitCode !== null) throw new Error(`server ${index} ended by itself: ${server.output()}`);
      await server.kill();
      gone.push(server);
    },
    async start(index) {
      servers[index] = await start(index);
    },
    errors: () => [...gone, ...servers].flatMap((server) => server.output().split('\n').filter((line) => /"level":[56]0/.test(line) || line.startsWith('entrepot:'))),
    async close() {
      await Promise.all(servers.map((server) => server.kill()));
    },
  };
}
