import { isSignedIn, principalId } from '../../src/access/actor.ts';
import { revokeToken } from '../../src/access/end-token.ts';
import { personOf } from '../../src/access/own-tokens.ts';
import { signIn } from '../../src/access/sign-in.ts';
import type { TokenWish } from '../../src/access/token-rules.ts';
import { type CreatedToken, createToken, listTokens, type TokenRow } from '../../src/access/tokens.ts';
import { InvalidInput, NotFound, Unauthenticated } from '../../src/errors.ts';
import type { JsonObject } from '../../src/formats/format.ts';
import { clientAddressOf } from '../../src/http/client-address.ts';
import { readJson } from '../../src/http/read-json.ts';
import { sendJson } from '../../src/http/send.ts';
import type { Exchange } from '../kit/shim.ts';
import { isObject } from './json.ts';
import { readTokenRequest } from './token-request.ts';

const userPrefix = 'org.couchdb.user:';

/** `GET /-/ping`. */
export async function ping({ response }: Exchange): Promise<void> {
  sendJson(response, 200, {});
}

/** `GET /-/whoami`: the user, or the name of a token that has none. */
export async function whoami({ actor: { user, token }, response }: Exchange): Promise<void> {
  const username = user?.username ?? token?.name;
  if (username === undefined) throw new Unauthenticated();
  sendJson(response, 200, { username });
}

/** `POST /-/v1/login`: there is no sign-in by browser here; a 404 makes npm ask for name and password instead. */
export async function webLogin({ request }: Exchange): Promise<void> {
  request.resume();
  throw new NotFound('Route', 'Sign in with user name and password.');
}

/** `PUT /-/user/org.couchdb.user:{name}`: sign-in by name and password; answers with a new token. */
export async function login(exchange: Exchange): Promise<void> {
  const { params, request, response } = exchange;
  const { name, password } = await readObject(request);
  if (typeof name !== 'string' || typeof password !== 'string' || params['id'] !== `${userPrefix}${name}`) {
    throw new InvalidInput('name', 'Sign-in needs a name and a password.');
  }
  const { secret, username } = await tokenFor(exchange, name, password, { name: 'npm login' });
  sendJson(response, 201, { ok: true, id: `${userPrefix}${username}`, token: secret });
}

/** `DELETE /-/user/token/{token}`: sign-out, which revokes the token. Whoever holds its secret may do that. */
export async function logout({ core, actor, params, response }: Exchange): Promise<void> {
  if (!isSignedIn(actor)) throw new Unauthenticated();
  const holder = await core.authenticator.actorOf({ kind: 'secret', secret: params['token'] ?? '' });
  if (principalId(holder) !== principalId(actor) || holder.token === undefined) throw new NotFound('Token');
  await revokeToken(core, { ...holder, address: actor.address }, holder.token.id);
  sendJson(response, 200, { ok: true });
}

/** `GET /-/npm/v1/tokens`: the user's tokens, without their secrets. */
export async function getTokens({ core, actor, response }: Exchange): Promise<void> {
  const tokens = await listTokens(core, personOf(actor).id);
  sendJson(response, 200, { objects: tokens.map((token) => tokenObject(token)), total: tokens.length, urls: {} });
}

/** `POST /-/npm/v1/tokens`: a new token; npm has asked for the password again. */
export async function postToken(exchange: Exchange): Promise<void> {
  const { core, actor, request, response } = exchange;
  const { username } = personOf(actor);
  const body = await readObject(request);
  if (typeof body['password'] !== 'string') throw new InvalidInput('password', 'A new token needs your password.');
  const { token, secret } = await tokenFor(exchange, username, body['password'], readTokenRequest(body, core.clock.now()));
  sendJson(response, 201, tokenObject(token, secret));
}

/** `DELETE /-/npm/v1/tokens/token/{key}`: by the id or by the secret itself. */
export async function deleteToken({ core, actor, params, response }: Exchange): Promise<void> {
  personOf(actor);
  await revokeToken(core, actor, params['key'] ?? '');
  response.writeHead(204).end();
}

/** A token for whoever knows the password: it may do what they may. */
async function tokenFor({ core, actor, request }: Exchange, name: string, password: string, wish: TokenWish): Promise<CreatedToken & { username: string }> {
  const user = await signIn(core, { username: name, password, address: clientAddressOf(core.config, request) });
  const created = await createToken(core, { ...wish, userId: user.id }, { ...(await core.authenticator.actorOfUser(user)), address: actor.address });
  return { ...created, username: user.username };
}

function tokenObject(token: TokenRow, secret = token.hint) {
  const created = new Date(token.createdAt).toISOString();
  const expires = token.expiresAt === null ? {} : { expires: new Date(token.expiresAt).toISOString() };
  return { token: secret, key: token.id, name: token.name, cidr_whitelist: null, readonly: !token.scopes.includes('WRITE'), created, updated: created, ...expires };
}

async function readObject(request: Exchange['request']): Promise<JsonObject> {
  const body = await readJson(request, 64 * 1024);
  if (!isObject(body)) throw new InvalidInput('body', 'The body must be a JSON object.');
  return body;
}
