import type { IncomingMessage } from 'node:http';
import type { Credential } from '../../src/access/authenticate.ts';
import type { Action } from '../../src/access/decide.ts';
import type { Narrowing } from '../../src/access/narrowing.ts';
import { InvalidInput } from '../../src/errors.ts';
import { readText } from '../../src/http/read-json.ts';
import { credentialOfRequest, withClientAddress } from '../../src/http/request-actor.ts';
import { sendJson } from '../../src/http/send.ts';
import { findNamespaceByPlace } from '../../src/packages/locate.ts';
import { findClaimInView, listClaims } from '../../src/packages/view.ts';
import type { Exchange } from '../kit/shim.ts';
import { ociFormat } from './format.ts';
import { locate } from './repository.ts';
import { parseScopes, type Scope } from './scope.ts';

/** How long a token is good, in seconds; clients ask for the next one by themselves. */
const ttlSeconds = 300;
const maxBodyBytes = 64 * 1024;

/**
 * `GET /v2/token?service=&scope=`: a token for what the scopes say, of which its owner can do only what they may by then
 * (https://distribution.github.io/distribution/spec/auth/token/). Nobody gets one, too, for what everybody may read.
 */
export async function getToken(exchange: Exchange): Promise<void> {
  await sendToken(exchange, credentialOfRequest(exchange.core, exchange.request), exchange.query.getAll('scope'));
}

/** `POST /v2/token`: the same by OAuth 2 (https://distribution.github.io/distribution/spec/auth/oauth/), with a password or one of the registry's own tokens. */
export async function postToken(exchange: Exchange): Promise<void> {
  const form = new URLSearchParams(await readText(exchange.request, maxBodyBytes));
  await sendToken(exchange, withClientAddress(exchange.core, exchange.request, credentialOf(form, exchange.request)), form.getAll('scope'));
}

function credentialOf(form: URLSearchParams, request: IncomingMessage): Credential {
  switch (form.get('grant_type')) {
    case 'password':
      return { kind: 'password', username: form.get('username') ?? '', password: form.get('password') ?? '' };
    case 'refresh_token':
      return { kind: 'secret', secret: form.get('refresh_token') ?? '' };
    default:
      throw new InvalidInput('grant_type', `${request.method} takes the grant types password and refresh_token.`);
  }
}

async function sendToken(exchange: Exchange, credential: Credential | undefined, scopes: readonly string[]): Promise<void> {
  const { core, response } = exchange;
  const narrowings: Narrowing[] = [];
  const actor = await core.authenticator.actorOf(credential);
  for (const scope of parseScopes(scopes)) {
    narrowings.push(...(await narrowingsOf({ ...exchange, actor }, scope)));
  }
  const { token, expiresAt } = await core.authenticator.narrow(credential, narrowings, ttlSeconds);
  const now = core.clock.now();
  const answer = { token, access_token: token, expires_in: Math.max(60, Math.floor((expiresAt - now) / 1000)), issued_at: new Date(now).toISOString() };
  sendJson(response, 200, answer, { 'cache-control': 'no-store' });
}

/**
 * What a scope comes to: the repository of just that name in its namespace, be it there or not, and the one below that it means when read there. Nothing for what can
 * be no repository.
 */
async function narrowingsOf({ core, actor }: Exchange, { repository, actions }: Scope): Promise<Narrowing[]> {
  if (repository === undefined) return [{ format: ociFormat.id, actions }];
  const place = await locate(core, actor, repository).catch(() => undefined);
  if (!place) return [];
  const normalizedName = ociFormat.normalizeName(place.name);
  const inNode = (namespaceId: string, allowed: Action[]): Narrowing => ({ format: ociFormat.id, package: { namespaceId, normalizedName }, actions: allowed });
  const [own] = place.claims ?? [];
  if (own) return [inNode(own.namespaceId, actions)];
  const namespace = await findNamespaceByPlace(core, place);
  if (!namespace) return [];
  const claim = findClaimInView(actor, place.namespacePath, await listClaims(core, place.namespacePath, ociFormat, normalizedName));
  if (!claim || claim.namespaceId === namespace.id) return [inNode(namespace.id, actions)];
  // A push goes to the namespace that it names; but who deletes may take away tags below, too, which takes the right to publish.
  const below = actions.includes('DELETE') ? actions : actions.filter((action) => action !== 'PUBLISH');
  return [inNode(namespace.id, actions), ...(below.length > 0 ? [inNode(claim.namespaceId, below)] : [])];
}
