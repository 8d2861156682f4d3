import type { IncomingMessage } from 'node:http';
import { type Actor, anonymous } from '../access/actor.ts';
import type { Credential } from '../access/authenticate.ts';
import type { Core } from '../core.ts';
import { Forbidden, Unauthenticated } from '../errors.ts';
import { baseUrlOf } from './base-url.ts';
import { clientAddressOf, wholeAddressOf } from './client-address.ts';
import { credentialOf } from './credential.ts';
import { sessionSecretOf } from './session-cookie.ts';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Who asks, by the headers alone: for endpoints of clients that are no browsers. A browser sends a password that it was once given by itself, with forms of
 * any page too, so what changes something is refused to pages of other sites. Throws Unauthenticated, Forbidden, TooManyRequests.
 */
export async function actorByHeaders(core: Core, request: IncomingMessage): Promise<Actor> {
  if (!safeMethods.includes(request.method ?? '') && isFromOtherSite(core, request)) throw new Forbidden('Packages are not changed from pages of other sites: this request comes from one.');
  return withAddress(core, request, await core.authenticator.actorOf(headerCredential(core, request)));
}

/**
 * Who asks at our own endpoints: by the headers, or where those bring no credential by the session cookie. Browsers send cookies by
 * themselves, so a session counts for what changes something only where our own page asks: Forbidden for any other. A session that
 * has ended is as if it were not there. Throws Unauthenticated, Forbidden, TooManyRequests.
 */
export async function actorOfRequest(core: Core, request: IncomingMessage): Promise<Actor> {
  const credential = headerCredential(core, request);
  const secret = credential ? undefined : sessionSecretOf(request, baseUrlOf(core.config, request));
  if (secret === undefined) return withAddress(core, request, await core.authenticator.actorOf(credential));
  const actor = withAddress(core, request, await sessionActor(core, secret));
  if (actor.sessionId !== undefined && !safeMethods.includes(request.method ?? '') && !isSameOrigin(core, request)) {
    throw elsewhere();
  }
  return actor;
}

/**
 * Who follows something by a request or on the connection that it opened, to be asked again and again: by `authorization` where it is given, as
 * in the header of that name, else as {@link actorOfRequest}. What it returns throws Unauthenticated when the credential is no longer good, be
 * it a session that has ended. Throws what it will throw, at once, and Forbidden where another site's page asks with a session, or with a password that the
 * browser sends by itself: it opens WebSockets for any page.
 */
export async function liveActor(core: Core, request: IncomingMessage, authorization?: string): Promise<() => Promise<Actor>> {
  const credential = authorization === undefined ? headerCredential(core, request) : withClient(core, request, credentialOf({ authorization }));
  const secret = credential ? undefined : sessionSecretOf(request, baseUrlOf(core.config, request));
  const session = secret === undefined || !(await sessionActor(core, secret)).sessionId ? undefined : ({ kind: 'session', secret } as const);
  const isSentByItself = session ? !isSameOrigin(core, request) : authorization === undefined && credential !== undefined && isFromOtherSite(core, request);
  if (request.headers.upgrade !== undefined && isSentByItself) throw elsewhere();
  const actor = async () => withAddress(core, request, await core.authenticator.actorOf(credential ?? session));
  await actor();
  return actor;
}

/** What somebody does is recorded with where they did it from. */
function withAddress(core: Core, request: IncomingMessage, actor: Actor): Actor {
  return { ...actor, address: wholeAddressOf(core.config, request) };
}

function elsewhere(): Forbidden {
  return new Forbidden('A browser session, or a password that the browser remembers, works only for pages of this server: this request comes from elsewhere. Send a token instead.');
}

/** The credential of a request's headers, whatever dialect it comes in; undefined: none. Throws Unauthenticated where it cannot be read. */
export function credentialOfRequest(core: Core, request: IncomingMessage): Credential | undefined {
  return headerCredential(core, request);
}

/** A credential that came in a request's body. */
export function withClientAddress(core: Core, request: IncomingMessage, credential: Credential): Credential {
  return withClient(core, request, credential) ?? credential;
}

function headerCredential(core: Core, request: IncomingMessage): Credential | undefined {
  return withClient(core, request, credentialOf(request.headers));
}

/** Wrong passwords are counted by the address that they come from. */
function withClient(core: Core, request: IncomingMessage, credential: Credential | undefined): Credential | undefined {
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

/** Whether a page asks that is not ours; clients that are no browsers say nothing of pages. `none`: somebody typed the address. */
function isFromOtherSite(core: Core, request: IncomingMessage): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  return (origin !== undefined || (site !== undefined && site !== 'none')) && !isSameOrigin(core, request);
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
