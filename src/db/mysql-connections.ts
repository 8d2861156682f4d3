import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'node:net';
import type { DataSource } from 'typeorm';
import { Unavailable } from '../errors.ts';
import { isOutOfConnections } from './driver-errors.ts';
import { Turnstile } from './turnstile.ts';

export interface ConnectionLimits {
  /** Connections at most. */
  size: number;
  /** How long to wait for one. */
  patienceMs: number;
  /** How many may wait for one. */
  mostWaiting: number;
}

/** What of mysql2's pool and TypeORM's driver is needed here; the latter keeps the former to itself. */
interface Connection {
  stream: Socket;
  release(): void;
}
interface Driver {
  obtainMasterConnection(): Promise<Connection>;
}

/** Between two tries to connect to a server that has no connection left. */
const pauseMs = 100;

/**
 * Hands out a data source's connections to MySQL in the order in which they are asked for. mysql2's own pool lets who waits wait for ever: any number,
 * and also when the connections that they wait for cannot be made any more. Here whoever waits too long, or finds too many waiting, is told Unavailable
 * while there is still somebody to tell.
 *
 * Returns a function that sets for how long a connection that is in use may be silent before it is closed. A database that vanished without a word (a
 * host that is gone, a network that swallows packets) would otherwise keep its connections, and all who wait for them, for a quarter of an hour.
 */
export function governConnections(source: DataSource, { size, patienceMs, mostWaiting }: ConnectionLimits): (silenceMs: number) => void {
  const driver = source.driver as unknown as Driver;
  const obtain = driver.obtainMasterConnection.bind(driver);
  const turnstile = new Turnstile(size, mostWaiting);
  const watched = new WeakSet<Socket>();
  const used = new Set<Socket>();
  let silenceMs = 0;

  function watch({ stream }: Connection): void {
    if (!watched.has(stream)) {
      watched.add(stream);
      stream.on('timeout', () => {
        if (used.has(stream)) stream.destroy(new Error(`the database was silent for ${silenceMs} ms`));
      });
    }
    stream.setTimeout(silenceMs);
    used.add(stream);
  }

  driver.obtainMasterConnection = async () => {
    const deadline = performance.now() + patienceMs;
    const leave = await turnstile.enter(patienceMs);
    try {
      const connection = await connect(obtain, deadline);
      watch(connection);
      const { release } = connection;
      connection.release = () => {
        connection.release = release;
        used.delete(connection.stream);
        release.call(connection);
        leave();
      };
      return connection;
    } catch (error) {
      leave();
      throw error;
    }
  };
  return (ms) => void (silenceMs = ms);
}

/** Where the server has no connection left, others may give one back in a moment. */
async function connect(obtain: () => Promise<Connection>, deadline: number): Promise<Connection> {
  for (;;) {
    try {
      return await obtain();
    } catch (error) {
      if (!isOutOfConnections(error)) throw error;
      if (performance.now() + pauseMs > deadline) throw new Unavailable('The database has no connection left at the moment; try again in a while.', { cause: error });
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  }
}
