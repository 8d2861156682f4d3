import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { type MadeWebhook, verified } from '../contract/webhook-world.ts';
import { type OpenBackend, withFiles as backends } from '../support/environment/backends.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { adminSecret, ask, type ServerProcess, startServer } from './server-process.ts';

const document = 'subscription { packagePublished { packageName versionName } }';

/** A message that was taken, with whose it is and what it says. */
interface Taken {
  hook: string;
  id: string;
  body: string;
  label: string;
}

describe.for(backends)('webhooks of servers on $name', { timeout: 180_000 }, ({ open, missing }) => {
  let backend: OpenBackend;
  let database: Database;
  let receiver: Receiver;
  let servers: ServerProcess[] = [];
  const test = it.skipIf(missing !== undefined);

  beforeAll(async () => {
    if (missing !== undefined) return;
    backend = await open();
    servers = [await start(), await start()];
    database = await openDatabase(backend.databaseUrl);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.kill()));
    await database?.close();
    await backend?.close();
  });
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await database?.tx((tx) => tx.query('DELETE FROM webhook'));
    await receiver.close();
  });

  const start = () => startServer({ ...backend.env, WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' });
  const server = (index = 0) => servers[index % servers.length] as ServerProcess;

  async function makeWebhook(url: string): Promise<MadeWebhook> {
    const { namespace } = await ask(server(), adminSecret, '{ namespace(path: "") { id } }');
    const mutation = 'mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { ... on CreateWebhookPayload { secret webhook { id } } } }';
    const { createWebhook } = await ask(server(), adminSecret, mutation, { input: { namespaceId: namespace.id, name: url, url, document } });
    return { id: createWebhook.webhook.id, secret: createWebhook.secret };
  }

  /** Whether it was acknowledged. */
  async function publish(index: number, name: string, version: string): Promise<boolean> {
    const url = `${server(index).url}/api/packages/generic/${name}/${version}/file`;
    const response = await fetch(url, { method: 'PUT', headers: { authorization: `Bearer ${adminSecret}` }, body: `${name} ${version}` }).catch(() => undefined);
    await response?.body?.cancel().catch(() => undefined);
    return response?.status === 201;
  }

  /** Resolves when a statement that counts comes to 0. */
  async function untilNone(sql: string): Promise<void> {
    await expect.poll(async () => Number((await database.reads.query(sql))[0].counted), { timeout: 90_000, interval: 200 }).toBe(0);
  }

  /** Resolves when every event has its deliveries. */
  const untilNumbered = () => untilNone('SELECT COUNT(*) AS counted FROM event WHERE seq IS NULL');

  /** Resolves when every event has its deliveries and none of them waits. */
  const untilAllSent = () => untilNone("SELECT (SELECT COUNT(*) FROM event WHERE seq IS NULL) + (SELECT COUNT(*) FROM webhook_delivery WHERE state = 'PENDING') AS counted");

  test('that are killed while they send: nothing is lost, nothing goes unsigned, and what comes twice has the same id', async () => {
    const hooks = new Map<string, MadeWebhook>();
    for (const path of ['/a', '/b', '/c']) hooks.set(path, await makeWebhook(`${receiver.url}${path}`));
    const taken: Taken[] = [];
    const held = new Set<string>();
    let killing: Promise<void> = Promise.resolve();
    receiver.respond((response, message) => {
      const id = message.headers['webhook-id'] ?? '';
      const { data } = verified(message, hooks.get(message.path)?.secret ?? '');
      // Now and then both servers die before the answer: whoever was sending has not heard it.
      if (held.size < 2 && taken.length >= 60 * (held.size + 1)) {
        held.add(id);
        killing = killing.then(killBoth);
        return;
      }
      taken.push({ hook: message.path, id, body: message.body, label: `${data.packagePublished.packageName}@${data.packagePublished.versionName}` });
      setTimeout(() => response.writeHead(204).end(), Math.random() * 20);
    });

    const acknowledged: string[] = [];
    const names = Array.from({ length: 6 }, (_, index) => `hooked-${index}`);
    await Promise.all(
      names.map(async (name, index) => {
        for (let version = 1; version <= 20; version++) {
          while (!(await publish(index + version, name, `${version}.0.0`))) await sleep(50);
          acknowledged.push(`${name}@${version}.0.0`);
        }
      }),
    );
    await untilAllSent();
    await killing;

    expect(held.size).toBe(2);
    expect([...held].filter((id) => !taken.some((message) => message.id === id))).toEqual([]);
    for (const [path] of hooks) {
      const own = taken.filter(({ hook }) => hook === path);
      expect(acknowledged.filter((label) => !own.some((message) => message.label === label))).toEqual([]);
      // One message for each event, however often it came.
      const bodies = Map.groupBy(own, ({ id }) => id);
      for (const [, messages] of bodies) expect(new Set(messages.map(({ body }) => body)).size).toBe(1);
      const firsts = [...bodies.values()].map(([first]) => first?.label ?? '');
      expect(new Set(firsts).size).toBe(firsts.length);
      for (const name of names) {
        const versions = firsts.filter((label) => label.startsWith(`${name}@`)).map((label) => Number(/@(\d+)/.exec(label)?.[1]));
        expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      }
    }
  });

  async function killBoth(): Promise<void> {
    await Promise.all(servers.map((each) => each.kill()));
    servers = [await start(), await start()];
  }

  test('a thousand messages that wait for a host that does not answer hold up nobody else', async () => {
    /** Attempts that were given up, since no answer came. */
    let ended = 0;
    const dead = await startReceiver((response) => void response.on('close', () => (ended += 1)));
    // More webhooks than both servers together send to at once.
    const hooks = await Promise.all(Array.from({ length: 50 }, (_, index) => makeWebhook(`${dead.url}/${index}`)));
    await database.tx((tx) => tx.query("UPDATE webhook SET state = 'PAUSED'"));
    for (let index = 0; index < 20; index++) expect(await publish(index, `waiting-${index}`, '1.0.0')).toBe(true);
    await untilNumbered();
    await database.tx((tx) => tx.query("UPDATE webhook SET state = 'ACTIVE', due_at = ?", [Date.now()]));
    // Both servers wait for an answer before there is anything for the host that gives one.
    await dead.until(8);
    const living = await makeWebhook(`${receiver.url}/living`);
    const endedBefore: number[] = [];
    receiver.respond((response) => {
      endedBefore.push(ended);
      response.writeHead(204).end();
    });
    const names = Array.from({ length: 5 }, (_, index) => `beside-${index}`);
    for (const [index, name] of names.entries()) expect(await publish(index, name, '1.0.0')).toBe(true);
    await receiver.until(names.length);
    expect(receiver.received.map((message) => verified(message, living.secret).data.packagePublished.packageName).toSorted()).toEqual(names);
    expect(endedBefore).toEqual(names.map(() => 0));
    const [row] = await database.reads.query(`SELECT COUNT(*) AS pending FROM webhook_delivery WHERE state = 'PENDING' AND webhook_id IN (${hooks.map(() => '?').join(', ')})`, hooks.map(({ id }) => id));
    expect(Number(row.pending)).toBe(hooks.length * (20 + names.length));
    await dead.close();
  });
});
