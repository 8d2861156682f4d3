import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startApp, type TestApp } from '../support/app.ts';

const query = 'subscription { events { cursor } }';

describe('a subscriber who hangs up before there is an answer', () => {
  let app: TestApp;
  let asked: PromiseWithResolvers<void>;
  let answer: PromiseWithResolvers<void>;
  beforeAll(async () => {
    app = await startApp();
    const actorOf = app.core.authenticator.actorOf.bind(app.core.authenticator);
    vi.spyOn(app.core.authenticator, 'actorOf').mockImplementation(async (credential) => {
      asked.resolve();
      await answer.promise;
      return actorOf(credential);
    });
  });
  afterAll(() => app?.close());

  /** Lets the server go on once it has seen that the client is gone; then nobody must be left who follows the log. */
  async function expectNobody(): Promise<void> {
    const connections = () => new Promise((resolve) => app.app.server.server.getConnections((_error, open) => resolve(open)));
    await expect.poll(connections).toBe(0);
    answer.resolve();
    await sleep(300);
    expect(app.core.events.followers).toBe(0);
    expect(await (await fetch(`${app.url}/metrics`, { headers: { connection: 'close' } })).text()).toContain('entrepot_event_followers 0');
  }

  it('leaves nothing behind over Server-Sent Events', async () => {
    [asked, answer] = [Promise.withResolvers(), Promise.withResolvers()];
    const { port } = new URL(app.url);
    const body = JSON.stringify({ query });
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${app.secrets.reader}\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await asked.promise;
    socket.destroy();
    await expectNobody();
  });

  it('leaves nothing behind over WebSocket', async () => {
    [asked, answer] = [Promise.withResolvers(), Promise.withResolvers()];
    answer.resolve();
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${app.secrets.reader}` } })));
      socket.once('message', resolve);
    });
    [asked, answer] = [Promise.withResolvers(), Promise.withResolvers()];
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    await asked.promise;
    socket.terminate();
    await expectNobody();
  });
});
