import { parseArgs } from 'node:util';
import { createToken } from './access/tokens.ts';
import { createUser, findUser } from './access/users.ts';
import { closeCore, createApp, openCore } from './app.ts';
import { sweep } from './blobs/sweep.ts';
import { readConfig } from './config.ts';
import type { Core } from './core.ts';
import { type TokenScope, tokenScopes } from './db/tables/credential.ts';
import { EntrepotError } from './errors.ts';
import { baseUrlText, firstStartText } from './welcome.ts';

const usage = `Usage: entrepot <command>

  serve                       run the registry (the default)
  migrate                     bring the database schema up to date
  gc                          remove content that nothing needs any more
  user create --name NAME [--admin]             password from ENTREPOT_PASSWORD, if set
  token create --user NAME --name LABEL [--scopes READ,WRITE] [--days N]

Configuration comes from the environment; see README "Configuration".`;

/** Runs a command line and returns the exit code: 0, 1 for a failure, 2 for a command that is none. */
export async function run(args: string[]): Promise<number> {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        user: { type: 'string' },
        scopes: { type: 'string' },
        days: { type: 'string' },
        admin: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const command = values.help ? 'help' : positionals.join(' ') || 'serve';
    if (command === 'serve') return await serve();
    if (command === 'migrate') return await withCore(async () => print('The schema is up to date.'));
    if (command === 'gc') return await withCore(async (core) => print(JSON.stringify(await sweep(core))));
    if (command === 'user create') return await withCore((core) => userCreate(core, values));
    if (command === 'token create') return await withCore((core) => tokenCreate(core, values));
    print(usage);
    return command === 'help' ? 0 : 2;
  } catch (error) {
    const isPlain = error instanceof EntrepotError || (error instanceof Error && 'code' in error) || error instanceof UsageError;
    process.stderr.write(`entrepot: ${isPlain ? (error as Error).message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}

class UsageError extends Error {}

async function serve(): Promise<number> {
  const config = readConfig(process.env);
  const app = await createApp(config);
  const port = await app.listen();
  print(baseUrlText(config, port));
  if (app.adminSecret !== undefined && config.adminToken === undefined) print(firstStartText(config, port, app.adminSecret));
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  app.core.log.info('stopping');
  await app.close();
  return 0;
}

async function withCore(work: (core: Core) => Promise<void>): Promise<number> {
  const core = await openCore(readConfig(process.env));
  try {
    await work(core);
    return 0;
  } finally {
    await closeCore(core);
  }
}

interface Values {
  name?: string;
  user?: string;
  scopes?: string;
  days?: string;
  admin?: boolean;
}

async function userCreate(core: Core, { name, admin }: Values): Promise<void> {
  if (name === undefined) throw new UsageError('user create needs --name');
  const password = process.env['ENTREPOT_PASSWORD'];
  const user = await createUser(core, { username: name, isAdmin: admin ?? false, ...(password ? { password } : {}) });
  print(`${user.username} ${user.id}`);
}

async function tokenCreate(core: Core, { user: username, name, scopes, days }: Values): Promise<void> {
  if (username === undefined || name === undefined) throw new UsageError('token create needs --user and --name');
  const user = await findUser(core.database.reads, username);
  if (!user) throw new UsageError(`there is no user "${username}"`);
  const wanted = scopes?.split(',').map((scope) => scope.trim().toUpperCase());
  const unknown = wanted?.find((scope) => !(tokenScopes as readonly string[]).includes(scope));
  if (unknown !== undefined) throw new UsageError(`--scopes takes ${tokenScopes.join(', ')}, not ${unknown}`);
  if (days !== undefined && !(Number(days) > 0)) throw new UsageError('--days takes a number above 0');
  const { secret } = await createToken(core, {
    userId: user.id,
    name,
    ...(wanted ? { scopes: wanted as TokenScope[] } : {}),
    ...(days ? { expiresAt: core.clock.now() + Number(days) * 24 * 60 * 60 * 1000 } : {}),
  });
  print(secret);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
