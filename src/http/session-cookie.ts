import type { IncomingMessage } from 'node:http';

const name = 'entrepot_session';

/** The secret of the browser session that a request brings in its cookie; undefined: none. */
export function sessionSecretOf({ headers }: IncomingMessage): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (pair.slice(0, equals).trim() !== name) continue;
    const value = pair.slice(equals + 1).trim();
    return value === '' || value.length > 128 ? undefined : value;
  }
  return undefined;
}

/**
 * `Set-Cookie` of a session (RFC 6265): out of reach of scripts, not sent along by other sites, and over https only where this server
 * is reached by it. `baseUrl`: of this server as the browser reaches it.
 */
export function sessionCookie(baseUrl: string, secret: string, maxAgeSeconds: number): string {
  const { pathname, protocol } = new URL(baseUrl);
  const secure = protocol === 'https:' ? '; Secure' : '';
  return `${name}=${secret}; Path=${pathname}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
}

/** `Set-Cookie` that makes the browser forget it. */
export function noSessionCookie(baseUrl: string): string {
  return sessionCookie(baseUrl, '', 0);
}
