import { revokeOwnToken } from '../../src/access/own-tokens.ts';
import { createToken, listTokens, revokeToken, type TokenRow } from '../../src/access/tokens.ts';
import { signIn } from '../../src/access/users.ts';
import type { ActorUser } from '../../src/access/actor.ts';
import { InvalidInput, NotFound, Unauthenticated } from '../../src/errors.ts';
import type { JsonObject } from '../../src/formats/format.ts';
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

/** `GET /-/whoami`. */
export async function whoami({ actor, response }: Exchange): Promise<void> {
  sendJson(response, 200, { username: signedIn(actor.user).username });
}

/** `POST /-/v1/login`: there is no sign-in by browser here; a 404 makes npm ask for name and password instead. */
export async function webLogin({ request }: Exchange): Promise<void> {
  request.resume();
  throw new NotFound('Route', 'Sign in with user name and password.');
}

/** `PUT /-/user/org.couchdb.user:{name}`: sign-in by name and password; answers with a new token. */
export async function login({ core, params, request, response }: Exchange): Promise<void> {
  const { name, password } = await readObject(request);
  if (typeof name !== 'string' || typeof password !== 'string' || params['id'] !== `${userPrefix}${name}`) {
    throw new InvalidInput('name', 'Sign-in needs a name and a password.');
  }
  const user = await signIn(core.database, name, password);
  const { secret } = await createToken(core, { userId: user.id, name: 'npm login' });
  sendJson(response, 201, { ok: true, id: `${userPrefix}${user.username}`, token: secret });
}

/** `DELETE /-/user/token/{token}`: sign-out, which revokes the token. Whoever holds its secret may do that. */
export async function logout({ core, actor, params, response }: Exchange): Promise<void> {
  const user = signedIn(actor.user);
  const holder = await core.authenticator.actorOf({ kind: 'secret', secret: params['token'] ?? '' });
  if (holder.user?.id !== user.id || holder.token === undefined) throw new NotFound('Token');
  await revokeToken(core, user.id, holder.token.id);
  core.authenticator.forget();
  sendJson(response, 200, { ok: true });
}

/** `GET /-/npm/v1/tokens`: the user's tokens, without their secrets. */
export async function getTokens({ core, actor, response }: Exchange): Promise<void> {
  const tokens = await listTokens(core, signedIn(actor.user).id);
  sendJson(response, 200, { objects: tokens.map((token) => tokenObject(token)), total: tokens.length, urls: {} });
}

/** `POST /-/npm/v1/tokens`: a new token; npm has asked for the password again. */
export async function postToken({ core, actor, request, response }: Exchange): Promise<void> {
  const { username } = signedIn(actor.user);
  const body = await readObject(request);
  if (typeof body['password'] !== 'string') throw new InvalidInput('password', 'A new token needs your password.');
  const wanted = readTokenRequest(body, core.clock.now());
  const user = await signIn(core.database, username, body['password']);
  const { token, secret } = await createToken(core, { userId: user.id, ...wanted });
  sendJson(response, 201, tokenObject(token, secret));
}

/** `DELETE /-/npm/v1/tokens/token/{key}`: by the id or by the secret itself. */
export async function deleteToken({ core, actor, params, response }: Exchange): Promise<void> {
  await revokeOwnToken(core, actor, params['key'] ?? '');
  response.writeHead(204).end();
}

function tokenObject(token: TokenRow, secret = token.hint) {
  const created = new Date(token.createdAt).toISOString();
  const expires = token.expiresAt === null ? {} : { expires: new Date(token.expiresAt).toISOString() };
  return { token: secret, key: token.id, name: token.name, cidr_whitelist: null, readonly: !token.scopes.includes('WRITE'), created, updated: created, ...expires };
}

function signedIn(user: ActorUser | undefined): ActorUser {
  if (!user) throw new Unauthenticated();
  return user;
}

async function readObject(request: Exchange['request']): Promise<JsonObject> {
  const body = await readJson(request, 64 * 1024);
  if (!isObject(body)) throw new InvalidInput('body', 'The body must be a JSON object.');
  return body;
}
