import { afterAll, beforeAll, expect, it } from 'vitest';
import { adminSecret, type ServerProcess, startServer } from '../fault/server-process.ts';
import { type OpenBackend, openEmbedded } from '../support/environment/backends.ts';
import { rawRequest } from './raw-request.ts';

let backend: OpenBackend;
let server: ServerProcess;
beforeAll(async () => {
  backend = await openEmbedded();
  server = await startServer({ ...backend.env, LOG_LEVEL: 'trace' });
});
afterAll(async () => {
  await server?.stop();
  await backend?.close();
});

it('no line of the log holds a secret, however much is logged', { timeout: 30_000 }, async () => {
  const password = 'correct horse battery';
  const npm = `${server.url}/api/packages/npm/-`;
  const admin = { authorization: `Bearer ${adminSecret}` };
  const graphql = (query: string, variables: object, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers }, body: JSON.stringify({ query, variables }) });
  const basic = `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;

  await graphql('mutation($p: String) { createUser(input: { username: "ann", password: $p }) { __typename } }', { p: password }, admin);
  const signedIn = await graphql('mutation($p: String!) { signIn(input: { username: "ann", password: $p }) { __typename } }', { p: password });
  const session = /=([\w-]{43});/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1] ?? '';
  await graphql('{ viewer { user { username } } }', {}, { cookie: `entrepot_session=${session}` });
  await fetch(`${server.url}/graphql?query=${encodeURIComponent(`mutation { signIn(input: { username: "ann", password: "${password}" }) { __typename } }`)}`);
  const login = await fetch(`${npm}/user/org.couchdb.user:ann`, { method: 'PUT', body: JSON.stringify({ name: 'ann', password }) });
  const { token } = (await login.json()) as { token: string };
  const made = await fetch(`${npm}/npm/v1/tokens`, { method: 'POST', headers: { authorization: basic }, body: JSON.stringify({ password }) });
  const other = ((await made.json()) as { token: string }).token;
  await fetch(`${npm}/npm/v1/tokens/token/${other}`, { method: 'DELETE', headers: { authorization: `Bearer ${other}` } });
  await fetch(`${npm}/user/token/${token}`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
  await fetch(`${server.url}/api/packages/generic/x/1/f?token=${token}`, { headers: { 'private-token': token } });
  const instance = (await (await graphql('{ instance { id } }', {}, admin)).json()) as { data: { instance: { id: string } } };
  const hook = async (mutation: string) => ((await (await graphql(mutation, {}, admin)).json()) as { data: Record<string, { secret: string; webhook: { id: string } }> }).data['made'];
  const webhook = await hook(`mutation { made: createWebhook(input: { namespaceId: "${instance.data.instance.id}", name: "w", url: "https://hooks.example.com/", document: "subscription { events { cursor } }" }) { ... on CreateWebhookPayload { secret webhook { id } } } }`);
  const rotated = await hook(`mutation { made: rotateWebhookSecret(input: { webhookId: "${webhook?.webhook.id}" }) { ... on RotateWebhookSecretPayload { secret webhook { id } } } }`);
  const personal = await hook('mutation { made: createToken(input: { name: "t", scopes: [READ] }) { ... on CreateTokenPayload { secret } } }');
  const signed = ((await (await fetch(`${server.url}/v2/token?scope=registry:catalog:*`, { headers: { authorization: basic } })).json()) as { token: string }).token;
  await fetch(`${server.url}/v2/_catalog?token=${signed}`, { headers: { authorization: `Bearer ${signed}` } });
  await fetch(`${server.url}/v2/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'password', username: 'ann', password, service: 'x' }) });
  // What no HTTP can be made of is logged by the server itself.
  await rawRequest(server.url, Buffer.from(`GET /${token} HTTP/1.1\r\nAuthorization ${basic}\r\n\r\n`), { end: true, timeoutMs: 2000 });
  await fetch(`${server.url}/${token}`);
  await server.stop();

  const output = server.output();
  expect([output.split('\n').filter((line) => line.includes('"msg":"request"')).length, session.length, token.length, other.length]).toEqual([17, 43, 42, 42]);
  for (const secret of [password, encodeURIComponent(password), basic, basic.slice('Basic '.length), session, token, other, adminSecret, webhook?.secret, rotated?.secret, personal?.secret, signed, bytesOf(basic), bytesOf(token)]) expect([secret, output.includes(secret ?? 'there is none')]).toEqual([expect.stringMatching(/^.{16,}/), false]);
});

/** Bytes as JSON would have them. */
function bytesOf(text: string): string {
  return [...Buffer.from(text)].join(',');
}
