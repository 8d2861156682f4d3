import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebhookTable } from '../../src/db/tables/webhook.ts';
import { loggedError } from '../../src/log.ts';
import { newWebhookSecret } from '../../src/webhooks/secret.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

it('what the log says of a statement that failed has none of its values', async () => {
  const secret = newWebhookSecret();
  const failed: unknown = await app.core.database.tx((tx) => tx.insert(WebhookTable, { id: 'whk_x', secret, name: 'x' } as never)).catch((error: unknown) => error);
  // The driver's own error holds it: that is why the log takes no error as it is.
  expect(JSON.stringify(failed)).toContain(secret);
  const logged = loggedError(failed);
  expect(JSON.stringify(logged)).not.toContain(secret);
  expect(logged).toMatchObject({ type: 'QueryFailedError', message: expect.stringContaining('NOT NULL'), query: expect.stringContaining('INSERT INTO'), stack: expect.stringContaining('at ') });
});

it('of other errors it says what they are and what they came of, and nothing that was hung on them', () => {
  const packet = Object.assign(new Error('Parse Error', { cause: Object.assign(new Error('inner'), { code: 'E_INNER', config: { headers: { authorization: 'Bearer secret' } } }) }), { rawPacket: Buffer.from('secret') });
  const { stack: _, cause, ...logged } = loggedError(packet);
  expect(logged).toEqual({ type: 'Error', message: 'Parse Error' });
  expect(cause).toMatchObject({ type: 'Error', message: 'inner', code: 'E_INNER' });
  expect(cause).not.toHaveProperty('config');
  const refused = Object.assign(new AggregateError([Object.assign(new Error('connect ECONNREFUSED ::1:3306'), { code: 'ECONNREFUSED' })], ''), { code: 'ECONNREFUSED' });
  expect(loggedError(refused)).toMatchObject({ code: 'ECONNREFUSED', errors: [{ message: 'connect ECONNREFUSED ::1:3306' }] });
  expect(loggedError('a text')).toEqual({ type: 'string', message: 'a text', stack: undefined });
  const loop = new Error('round');
  loop.cause = loop;
  expect(JSON.stringify(loggedError(loop)).match(/round/g)?.length).toBeLessThan(20);
});
