import { createEngine } from '../schema/engine.ts';
import { createGraphqlServer } from '../schema/server.ts';
import { createWebhookPayloads } from '../schema/webhook-payloads.ts';
import { shims } from '../shims/index.ts';
import { createPackagesHandler, createRootHandler, packagesPath } from '../shims/kit/handler.ts';
import { Authenticator } from './access/authenticate.ts';
import { bootstrap } from './access/bootstrap.ts';
import { sweep } from './blobs/sweep.ts';
import { CleanupBell } from './cleanup/bell.ts';
import { CleanupWorker } from './cleanup/worker.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import type { Core } from './core.ts';
import { expectWhole } from './db/marks.ts';
import { migrate } from './db/migrate.ts';
import { type OpenOptions, openDatabase } from './db/open.ts';
import { DocumentCache } from './documents/cache.ts';
import { EventRelay } from './events/relay.ts';
import { EventTail } from './events/tail.ts';
import { FormatRegistry } from './formats/registry.ts';
import { auditMounts } from './http/audit.ts';
import { withCors } from './http/cors.ts';
import { filesMount } from './http/files.ts';
import { createServer, type Mount, type Server } from './http/server.ts';
import { createStop } from './http/stop.ts';
import { uploadsMount } from './http/uploads.ts';
import { createLog } from './log.ts';
import { DownloadCounter } from './packages/downloads.ts';
import { storedFileFinder } from './packages/download.ts';
import { PackageHeads } from './packages/heads.ts';
import { splitFinder } from './packages/path-splits.ts';
import { RevisionMemory } from './packages/revision-memory.ts';
import { createHashing } from './storage/hashing.ts';
import { openObjectStore } from './storage/open.ts';
import { tellOutages } from './storage/outages.ts';
import { keepSmallObjects } from './storage/small-objects.ts';
import { GrowingParts } from './uploads/growing-parts.ts';
import { WebhookClient } from './webhooks/client.ts';
import { collectDeliveries } from './webhooks/collect.ts';
import type { Resolve } from './webhooks/resolve.ts';
import { WebhookWorker } from './webhooks/worker.ts';

/** Connections that wait to be accepted; the system may allow fewer. What does not fit is told nothing, and tries again after seconds. */
const maxWaitingConnections = 4096;

const sweepEveryMs = 10 * 60 * 1000;
/** Longer than a statement waits for a lock (`innodb_lock_wait_timeout` is 50 s). */
const databaseSilenceMs = 90_000;

export interface AppOptions extends OpenOptions {
  clock?: Clock;
  /** How webhooks find the addresses of names; default: as the system does. */
  resolve?: Resolve;
  /** Whether it is for an import, which may go on where another one ended half-way. */
  isImport?: boolean;
}

/** A registry in this process. */
export interface App {
  core: Core;
  server: Server;
  /** Runs cleanup policies in the background. */
  cleanup: CleanupWorker;
  /** Numbers events. */
  relay: EventRelay;
  /** Sends to webhooks in the background. */
  webhooks: WebhookWorker;
  /** The first admin's token, where this start made it. */
  adminSecret: string | undefined;
  /** Starts serving; returns the port. */
  listen(): Promise<number>;
  /** Stops: no new requests, running ones finish (or are cut after SHUTDOWN_SECONDS), counters are written. */
  close(): Promise<void>;
}

/** Opens database and storage and migrates: what the command line needs beside the server, too. Throws HalfImported, unless it is an import that asks. */
export async function openCore(config: Config, options: AppOptions = {}): Promise<Core> {
  const clock = options.clock ?? systemClock;
  const database = await openDatabase(config.databaseUrl, options);
  try {
    await migrate(database);
    if (!options.isImport) await expectWhole(database.reads);
    const log = createLog(config.logLevel);
    const authenticator = new Authenticator(database, clock);
    return {
      config,
      database,
      clock,
      store: keepSmallObjects(tellOutages(await openObjectStore(config.storageUrl))),
      hashing: createHashing(),
      growing: new GrowingParts(),
      formats: new FormatRegistry(shims.map(({ format }) => format)),
      log,
      heads: new PackageHeads(database),
      findSplit: splitFinder(database),
      findStoredFile: storedFileFinder(database),
      atRevision: new RevisionMemory(),
      documents: new DocumentCache(),
      downloads: new DownloadCounter(database, clock),
      cleanupBell: new CleanupBell(),
      authenticator,
      events: new EventTail({ database, authenticator, log }),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Closes what {@link openCore} opened. */
export async function closeCore(core: Core): Promise<void> {
  await core.authenticator.use.flush().catch((error: unknown) => core.log.error({ err: error }, 'the last use of tokens was lost'));
  await core.downloads.flush().catch((error: unknown) => core.log.error({ err: error }, 'download counts were lost'));
  await core.hashing.close();
  await core.database.close();
}

/** The formats whose clients cannot be told a path. */
function rootMounts(core: Core): Mount[] {
  return shims.flatMap((shim) => {
    const { root } = shim.format;
    if (root === undefined) return [];
    return [{ path: `${root}*`, methods: ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'], area: 'packages', handle: createRootHandler(core, shim, root) }];
  });
}

/** Builds everything once. The one place that knows both sides of the house: services, and what is mounted on them. */
export async function createApp(config: Config, options: AppOptions = {}): Promise<App> {
  const core = await openCore(config, options);
  core.database.limitSilence(databaseSilenceMs);
  const adminSecret = await bootstrap(core);
  const packages = createPackagesHandler(core, shims);
  const engine = createEngine(core);
  const graphql = createGraphqlServer(core, engine);
  const stop = createStop();
  const server = createServer(core, stop, [
    { path: '/graphql', methods: ['GET', 'POST', 'OPTIONS'], area: 'graphql', ...graphql },
    { path: `${packagesPath}*`, methods: ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'], area: 'packages', handle: packages },
    ...rootMounts(core),
    withCors(uploadsMount(core)),
    withCors(filesMount(core)),
    ...auditMounts(core).map(withCors),
  ]);
  const sweeper = setInterval(() => {
    sweep(core).catch((error: unknown) => core.log.error({ err: error }, 'the sweep failed; it will run again'));
  }, sweepEveryMs).unref();
  const cleanup = new CleanupWorker(core);
  cleanup.start();
  const client = new WebhookClient({ opened: config.webhookAllowedNetworks, ...(options.resolve ? { resolve: options.resolve } : {}) });
  const webhooks = new WebhookWorker({ core, client, render: createWebhookPayloads(core, engine) });
  webhooks.start();
  const relay = new EventRelay(core, [collectDeliveries(core)]);
  relay.start();

  return {
    core,
    server,
    cleanup,
    relay,
    webhooks,
    adminSecret,
    async listen() {
      await server.listen({ host: config.host, port: config.port, backlog: maxWaitingConnections });
      const address = server.server.address();
      return typeof address === 'object' && address ? address.port : config.port;
    },
    async close() {
      clearInterval(sweeper);
      const stopped = Promise.all([cleanup.stop(), webhooks.stop()]);
      const cut = setTimeout(stop.cut, config.shutdownSeconds * 1000);
      await graphql.stop();
      await stop.begin(server.server);
      await server.close();
      await stop.finish();
      clearTimeout(cut);
      await stopped;
      await relay.stop();
      await closeCore(core);
    },
  };
}
