import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { newWebhookSecret, signedHeaders } from '../../../src/webhooks/secret.ts';

const now = () => Math.floor(Date.now() / 1000);
const message = { id: 'dlv_01', timestampSeconds: now(), body: '{"type":"PackagePublished","data":{"name":"é😀"}}' };

describe('signatures of webhooks', () => {
  it('are those of the public library', () => {
    const secret = newWebhookSecret();
    const headers = signedHeaders(message, [secret]);
    expect(headers['webhook-signature']).toBe(new Webhook(secret).sign(message.id, new Date(message.timestampSeconds * 1000), message.body));
    expect(new Webhook(secret).verify(message.body, headers)).toEqual(JSON.parse(message.body));
  });

  it('come one for each secret, and either verifies', () => {
    const secrets = [newWebhookSecret(), newWebhookSecret()];
    const headers = signedHeaders(message, secrets);
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const secret of secrets) expect(new Webhook(secret).verify(message.body, headers)).toEqual(JSON.parse(message.body));
  });

  it.each([
    ['the secret', (): [string, Record<string, string>, string] => [newWebhookSecret(), {}, message.body]],
    ['the id', (): [string | undefined, Record<string, string>, string] => [undefined, { 'webhook-id': 'dlv_02' }, message.body]],
    ['the time', (): [string | undefined, Record<string, string>, string] => [undefined, { 'webhook-timestamp': String(now() - 5) }, message.body]],
    ['a byte of the body', (): [string | undefined, Record<string, string>, string] => [undefined, {}, `${message.body} `]],
  ])('do not verify where %s differs', (_what, change) => {
    const secret = newWebhookSecret();
    const [other, headers, body] = change();
    expect(() => new Webhook(other ?? secret).verify(body, { ...signedHeaders(message, [secret]), ...headers })).toThrow('No matching signature');
  });

  it('have secrets of 32 random bytes', () => {
    const secrets = Array.from({ length: 100 }, newWebhookSecret);
    for (const secret of secrets) expect(Buffer.from(/^whsec_([A-Za-z0-9+/]{43}=)$/.exec(secret)?.[1] ?? '', 'base64')).toHaveLength(32);
    expect(new Set(secrets).size).toBe(100);
  });
});
