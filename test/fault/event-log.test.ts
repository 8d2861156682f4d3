import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeEventCursor } from '../../src/events/cursor.ts';
import { openDatabase } from '../../src/db/open.ts';
import { withFiles as backends, type OpenBackend } from '../support/environment/backends.ts';
import { type Transport, transports } from '../support/live.ts';
import { adminSecret, type ServerProcess, startServer } from './server-process.ts';

const events = 10_000;
const publishes = 200;
const followers: Transport[] = ['Server-Sent Events', 'WebSocket', 'Server-Sent Events', 'WebSocket', 'Server-Sent Events', 'WebSocket'];
const document = 'subscription($after: Cursor) { events(after: $after) { __typename cursor ... on Event { id } ... on NamespaceUpdated { path } ... on VersionEvent { packageName versionName } } }';

interface Seen {
  cursor: string;
  id: string;
}

describe.for(backends)('the event log on $name', { timeout: 400_000 }, ({ open, missing }) => {
  let backend: OpenBackend;
  let servers: ServerProcess[] = [];
  beforeAll(async () => {
    if (missing !== undefined) return;
    backend = await open();
    servers = [await startServer(backend.env), await startServer(backend.env)];
  }, 60_000);
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.kill()));
    await backend?.close();
  });

  const anyServer = () => servers[Math.floor(Math.random() * servers.length)] as ServerProcess;
  const test = it.skipIf(missing !== undefined);

  test(`${events} events of processes that are killed: every follower sees each once, in the order of the log`, async () => {
    let isOver = false;
    let lastSeq = Infinity;
    const following = followers.map((transport) => follow(transport, () => isOver, () => lastSeq));
    const acknowledged: string[] = [];
    const published = publishAll(acknowledged);
    for (let written = acknowledged.length; written < events; written = acknowledged.length) {
      const writer = startWriter(backend.env, events, acknowledged);
      // So many that it is killed some ten times.
      while (acknowledged.length < Math.min(written + events / 10, events)) await sleep(10);
      writer.kill('SIGKILL');
      // A server as well, now and then: whoever follows it comes again, and the other numbers what is written.
      if (Math.random() < 0.4) await restart(Math.floor(Math.random() * servers.length));
    }
    await published;

    const database = await openDatabase(backend.databaseUrl);
    try {
      const [{ open: unnumbered }] = await waitForNumbers();
      expect(Number(unnumbered)).toBe(0);
      const log: { id: string; seq: number; payload: string }[] = await database.reads.query('SELECT id, seq, payload FROM event ORDER BY seq');
      lastSeq = log.length;
      isOver = true;
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_row, index) => index + 1));
      const inLog = new Set(log.flatMap(({ payload }) => labelOf(JSON.parse(payload))));
      expect(acknowledged.filter((label) => !inLog.has(label))).toEqual([]);
      expect(log.length).toBeGreaterThanOrEqual(events);
      const expected = log.map(({ id, seq }) => `${writeEventCursor(seq)} ${id}`);
      for (const seen of await Promise.all(following)) {
        expect(seen.length).toBe(expected.length);
        expect(seen.map(({ cursor, id }) => `${cursor} ${id}`)).toEqual(expected);
      }

      async function waitForNumbers(): Promise<[{ open: number }]> {
        for (;;) {
          const found = (await database.reads.query('SELECT COUNT(*) AS open FROM event WHERE seq IS NULL')) as [{ open: number }];
          if (Number(found[0].open) === 0) return found;
          await sleep(50);
        }
      }
    } finally {
      await database.close();
    }
  });

  async function restart(index: number): Promise<void> {
    const server = servers[index];
    await server?.kill();
    servers[index] = await startServer(backend.env);
  }

  /** Publishes for real, from eight connections, to either server; what fails is tried again. */
  async function publishAll(acknowledged: string[]): Promise<void> {
    let next = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (next < publishes) {
          const name = `live-${next++}`;
          for (;;) {
            const response = await fetch(`${anyServer().url}/api/packages/generic/${name}/1.0.0/file`, { method: 'PUT', headers: { authorization: `Bearer ${adminSecret}` }, body: name }).catch(() => undefined);
            await response?.body?.cancel().catch(() => undefined);
            if (response?.ok) break;
            await sleep(50);
          }
          acknowledged.push(`${name}@1.0.0`);
        }
      }),
    );
  }

  /** Follows the log from its beginning, on either server, hanging up at random, until it has seen the last event. */
  async function follow(transport: Transport, isOver: () => boolean, lastSeq: () => number): Promise<Seen[]> {
    const seen: Seen[] = [];
    for (;;) {
      const after = seen.at(-1)?.cursor ?? writeEventCursor(0);
      const subscription = await transports[transport]({
        url: anyServer().url,
        secret: adminSecret,
        query: document,
        variables: { after },
        onResult: ({ data }) => data?.events.id !== undefined && seen.push({ cursor: data.events.cursor, id: data.events.id }),
      }).catch(() => undefined);
      if (!subscription) {
        await sleep(50);
        continue;
      }
      const until = Date.now() + 200 + Math.random() * 3_000;
      while (Date.now() < until && seen.length < lastSeq()) await Promise.race([subscription.ended, sleep(20)]);
      subscription.close();
      await subscription.ended;
      if (isOver() && seen.length >= lastSeq()) return seen;
    }
  }
});

/** What an event is known by to whoever wrote it. */
function labelOf({ path, name, version }: Record<string, unknown>): string[] {
  return path !== undefined ? [String(path)] : name !== undefined ? [`${String(name)}@${String(version)}`] : [];
}

function startWriter(env: Record<string, string>, count: number, acknowledged: string[]): ChildProcess {
  const child = spawn(process.execPath, ['test/fault/event-writer.ts', String(count)], { env: { ...process.env, ...env, LOG_LEVEL: 'warn' }, stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => line !== 'ready' && acknowledged.push(...line.split(' ')));
  return child;
}
