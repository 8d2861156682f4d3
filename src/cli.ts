import { parseArgs } from 'node:util';
import { createUser } from './access/users.ts';
import { type AppOptions, closeCore, createApp, openCore } from './app.ts';
import { type AuditOptions, auditExport } from './audit-command.ts';
import { sweep } from './blobs/sweep.ts';
import { checkCommand } from './check-command.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Core } from './core.ts';
import { EntrepotError } from './errors.ts';
import { copyBlobsCommand, exportCommand } from './export-command.ts';
import { importCommand } from './import-command.ts';
import { releaseStartMemory } from './start-memory.ts';
import { type TokenOptions, tokenCreate, UsageError } from './token-command.ts';
import { baseUrlText, firstStartText } from './welcome.ts';

const usage = `Usage: entrepot <command>

  serve                       run the registry (the default)
  migrate                     bring the database schema up to date
  gc                          remove content that nothing needs any more
  check [--bytes]             look whether database and store agree, also beside running servers; exit code 1 where not
  export [--to FILE] [--blobs URL]
      what the database has at one instant, gzipped, also beside running servers; --blobs copies the content that it names as well
  import FILE [--continue | --keep-webhooks] [--unchecked]
      fills an empty database, of either kind, and checks it; --continue: that registry was stopped before the export, this one takes its place
  copy-blobs --to URL [--from URL] [--of FILE]
      copies the content that the database, or an export, names and that store lacks
  user create --name NAME [--admin]             password from ENTREPOT_PASSWORD, if set
  token create --user NAME --name LABEL [LIMITS]
  token create --namespace PATH --kind deploy --name LABEL --scopes READ,WRITE,DELETE [--mints-jobs] [LIMITS]
  token create --namespace PATH --kind project --role ROLE --name LABEL --scopes READ,… [--mints-jobs] [LIMITS]
      LIMITS: --scopes READ,WRITE,DELETE,ADMIN  --formats npm,generic  --packages '@acme/*'  --days N
      ROLE: GUEST, REPORTER, DEVELOPER, MAINTAINER or OWNER; PATH is '' for the instance
  audit export --namespace PATH [--from INSTANT] [--to INSTANT] [--after CURSOR]
      everything that happened there and below, whether or not audit events are on, as lines of JSON, the oldest first

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
        namespace: { type: 'string' },
        kind: { type: 'string' },
        role: { type: 'string' },
        formats: { type: 'string' },
        packages: { type: 'string' },
        'mints-jobs': { type: 'boolean' },
        from: { type: 'string' },
        to: { type: 'string' },
        after: { type: 'string' },
        blobs: { type: 'string' },
        of: { type: 'string' },
        continue: { type: 'boolean' },
        'keep-webhooks': { type: 'boolean' },
        unchecked: { type: 'boolean' },
        admin: { type: 'boolean' },
        bytes: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const command = values.help ? 'help' : positionals.join(' ') || 'serve';
    if (command === 'serve') return await serve();
    if (command === 'migrate') return await withCore(async () => print('The schema is up to date.'));
    if (command === 'gc') return await withCore(async (core) => print(JSON.stringify(await sweep(core))));
    if (command === 'check') return await withCore((core) => checkCommand(core, values, print));
    if (command === 'export') return await exportCommand(readConfig(process.env), values, process.stdout, print);
    if (command === 'copy-blobs') return await copyBlobsCommand(readConfig(process.env), values, print);
    const [first, file, ...others] = positionals;
    if (first === 'import' && file !== undefined && others.length === 0) return await withCore((core) => importCommand(core, file, values, print), { isImport: true });
    if (command === 'user create') return await withCore((core) => userCreate(core, values));
    if (command === 'token create') return await withCore(async (core) => print((await tokenCreate(core, values)).secret));
    if (command === 'audit export') return await withCore((core) => auditExport(core, values, process.stdout));
    print(usage);
    return command === 'help' ? 0 : 2;
  } catch (error) {
    const isPlain = [EntrepotError, ConfigError, UsageError].some((kind) => error instanceof kind) || (error instanceof Error && 'code' in error);
    process.stderr.write(`entrepot: ${isPlain ? (error as Error).message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}

async function serve(): Promise<number> {
  const config = readConfig(process.env);
  // From the beginning: who is told to stop while it starts does so in order as well.
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  const app = await createApp(config);
  const welcome = (port: number) => {
    if (app.adminSecret !== undefined && config.adminToken === undefined) print(firstStartText(config, port, app.adminSecret));
  };
  try {
    releaseStartMemory();
    const port = await app.listen();
    print(baseUrlText(config, port));
    welcome(port);
  } catch (error) {
    // The token is made only once, so it is told in any case.
    welcome(config.port);
    await app.close();
    throw error;
  }
  await stopped;
  app.core.log.info('stopping');
  await app.close();
  return 0;
}

async function withCore(work: (core: Core) => Promise<number | void>, options: AppOptions = {}): Promise<number> {
  const core = await openCore(readConfig(process.env), options);
  try {
    return (await work(core)) ?? 0;
  } finally {
    await closeCore(core);
  }
}

interface Values extends TokenOptions, AuditOptions {
  admin?: boolean;
}

async function userCreate(core: Core, { name, admin }: Values): Promise<void> {
  if (name === undefined) throw new UsageError('user create needs --name');
  const password = process.env['ENTREPOT_PASSWORD'];
  const user = await createUser(core, { username: name, isAdmin: admin ?? false, ...(password ? { password } : {}) });
  print(`${user.username} ${user.id}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
