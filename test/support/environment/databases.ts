import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { inject, type TestContext } from 'vitest';
import { isRunning, missingReason, type ServiceName } from './requirements.ts';
import { freshFolder } from './temporary.ts';

/** An empty database; `url` is a value for `DATABASE_URL`. */
export interface FreshDatabase {
  url: string;
  drop(): Promise<void>;
}

/** One of the things that tests run over: `describe.for(databases)('$name', ({ open }) => it('…', async (context) => …open(context)…))`. */
export interface Kind<Opened> {
  /** For the test's title. */
  name: string;
  /** Why it cannot be had on this machine, or undefined; for `describe.skipIf(missing)` around a `beforeAll`. */
  missing: string | undefined;
  /** Opens a fresh one. When it is missing, skips the test whose context is given with the reason; without a context it throws. */
  open(context?: TestContext): Promise<Opened>;
}

/** Creates the empty database `entrepot_<random>` on the run's MariaDB. Throws when that is missing. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const server = inject('mariadbUrl');
  if (server === undefined) throw new Error(missingReason('mariadb'));
  const name = `entrepot_${randomBytes(6).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name}`);
  return { url: `${server}/${name}`, drop: () => execute(server, `DROP DATABASE IF EXISTS ${name}`) };
}

/** Names an empty SQLite database in a folder of its own. */
export async function freshSqlite(): Promise<FreshDatabase> {
  const folder = await freshFolder();
  return { url: `file:${folder.path}/entrepot.sqlite`, drop: folder.remove };
}

/** The databases that everything must run on. */
export const databases: Kind<FreshDatabase>[] = [kind('SQLite', [], freshSqlite), kind('MariaDB', ['mariadb'], freshDatabase)];

/** A kind that needs some services. */
export function kind<Opened>(name: string, needs: ServiceName[], open: () => Promise<Opened>): Kind<Opened> {
  const missing = needs.filter((service) => !isRunning(service)).map(missingReason)[0];
  return {
    name,
    missing,
    async open(context) {
      if (missing === undefined) return open();
      return context === undefined ? Promise.reject(new Error(missing)) : context.skip(missing);
    },
  };
}

async function execute(server: string, statement: string): Promise<void> {
  const connection = await createConnection(server);
  await connection.query(statement);
  await connection.end();
}
