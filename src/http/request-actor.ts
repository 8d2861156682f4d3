import type { IncomingMessage } from 'node:http';
import { type Actor, anonymous } from '../access/actor.ts';
import type { Credential } from '../access/authenticate.ts';
import type { Core } from '../core.ts';
import { Forbidden, Unauthenticated } from '../errors.ts';
import { baseUrlOf } from './base-url.ts';
import { clientAddressOf } from './client-address.ts';
import { credentialOf } from './credential.ts';
import { sessionSecretOf } from './session-cookie.ts';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/** Who asks, by the headers alone: for endpoints of clients that are no browsers. Throws Unauthenticated, TooManyRequests. */
export async function actorByHeaders(core: Core, request: IncomingMessage): Promise<Actor> {
  return core.authenticator.actorOf(headerCredential(core, request));
}

/**
 * Who asks at our own endpoints: by the headers, or where those bring no credential by the session cookie. Browsers send cookies by
 * themselves, so a session counts for what changes something only where our own page asks: Forbidden for any other. A session that
 * has ended is as if it were not there. Throws Unauthenticated, Forbidden, TooManyRequests.
 */
export async function actorOfRequest(core: Core, request: IncomingMessage): Promise<Actor> {
  const credential = headerCredential(core, request);
  const secret = credential ? undefined : sessionSecretOf(request, baseUrlOf(core.config, request));
  if (secret === undefined) return core.authenticator.actorOf(credential);
  const actor = await sessionActor(core, secret);
  if (actor.sessionId !== undefined && !safeMethods.includes(request.method ?? '') && !isSameOrigin(core, request)) {
    throw new Forbidden('A browser session works only for pages of this server: this request comes from elsewhere. Send a token instead.');
  }
  return actor;
}

function headerCredential(core: Core, request: IncomingMessage): Credential | undefined {
  const credential = credentialOf(request.headers);
  return credential?.kind === 'password' ? { ...credential, address: clientAddressOf(core.config, request) } : credential;
}

async function sessionActor(core: Core, secret: string): Promise<Actor> {
  try {
    return await core.authenticator.actorOf({ kind: 'session', secret });
  } catch (error) {
    if (error instanceof Unauthenticated) return anonymous;
    throw error;
  }
}

/**
 * Whether a page of ours asks (https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header). Over plain http browsers say only the
 * origin; without either the request is taken for a foreign one.
 */
function isSameOrigin(core: Core, request: IncomingMessage): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined) return site === 'same-origin';
  return origin !== undefined && origin === new URL(baseUrlOf(core.config, request)).origin;
}
