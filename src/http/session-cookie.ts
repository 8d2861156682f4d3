import type { IncomingMessage } from 'node:http';

const name = 'entrepot_session';

/** The secret of the browser session that a request brings in its cookie; undefined: none. `baseUrl`: as below. */
export function sessionSecretOf({ headers }: IncomingMessage, baseUrl: string): string | undefined {
  if (headers.cookie === undefined) return undefined;
  const wanted = prefixedName(new URL(baseUrl));
  for (const pair of headers.cookie.split(';')) {
    const equals = pair.indexOf('=');
    if (equals === -1 || pair.slice(0, equals).trim() !== wanted) continue;
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
  const url = new URL(baseUrl);
  const secure = url.protocol === 'https:' ? '; Secure' : '';
  return `${prefixedName(url)}=${secret}; Path=${url.pathname}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
}

/** `Set-Cookie` that makes the browser forget it. */
export function noSessionCookie(baseUrl: string): string {
  return sessionCookie(baseUrl, '', 0);
}

/**
 * Browsers let only the host itself set a cookie that begins with `__Host-`, and only https one that begins with `__Secure-`; the first is
 * not for paths. Otherwise a neighbouring host, or whoever is on the line, could make somebody work in a session that is not theirs
 * (https://www.rfc-editor.org/rfc/rfc6265#section-8.6, https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.3).
 */
function prefixedName({ protocol, pathname }: URL): string {
  if (protocol !== 'https:') return name;
  return pathname === '/' ? `__Host-${name}` : `__Secure-${name}`;
}
