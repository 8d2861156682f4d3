import type { IncomingHttpHeaders } from 'node:http';
import type { Credential } from '../access/authenticate.ts';
import { Unauthenticated } from '../errors.ts';

/** Headers that carry nothing but a token, with which clients of some formats and CI systems come. */
const tokenHeaders = ['private-token', 'deploy-token', 'job-token', 'x-nuget-apikey'] as const;

/**
 * The credential of a request, whatever dialect it comes in: `Authorization: Bearer`, `Basic` (a token as password, or a
 * user's password), the bare token as gem and cargo send it, or one of the token headers. Undefined: none.
 * Throws Unauthenticated where there is one that cannot be read (RFC 7617, RFC 6750).
 */
export function credentialOf(headers: IncomingHttpHeaders): Credential | undefined {
  const { authorization } = headers;
  if (authorization !== undefined && authorization !== '') {
    const credential = ofAuthorization(authorization);
    if (credential) return credential;
  }
  for (const name of tokenHeaders) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') return { kind: 'secret', secret: value };
  }
  return undefined;
}

function ofAuthorization(header: string): Credential | undefined {
  // Spaces at the end are gone by now.
  if (/^(?:bearer|basic|token)$/i.test(header)) throw new Unauthenticated('The Authorization header holds no credential; is the variable with the token empty?');
  const space = header.indexOf(' ');
  if (space === -1) return { kind: 'secret', secret: header };
  const scheme = header.slice(0, space).toLowerCase();
  const value = header.slice(space + 1).trim();
  if (scheme === 'bearer' || scheme === 'token') return { kind: 'secret', secret: value };
  if (scheme === 'basic') return ofBasic(value);
  throw new Unauthenticated('The Authorization header must be Bearer or Basic.');
}

function ofBasic(value: string): Credential | undefined {
  const text = Buffer.from(value, 'base64').toString('utf8');
  // What .NET answers a challenge with where it has no credential; it must not count as a wrong password either.
  if (text === ':') return undefined;
  const colon = text.indexOf(':');
  if (colon === -1) throw new Unauthenticated('The Basic credential is not user:password in base64.');
  const username = text.slice(0, colon);
  const password = text.slice(colon + 1);
  // Some clients can send a token only as the user name, with an empty or fixed password.
  if (username.startsWith('ept_')) return { kind: 'secret', secret: username };
  return { kind: 'password', username, password };
}
