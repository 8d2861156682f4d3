import type { Refused } from '../kit/shim.ts';

/** What a request would have needed, as clients ask for it. */
const actionsOf: Record<string, string> = { GET: 'pull', HEAD: 'pull', PUT: 'pull,push', POST: 'pull,push', PATCH: 'pull,push', DELETE: 'pull,push,delete' };

/**
 * The challenge that sends clients to the token service (https://distribution.github.io/distribution/spec/auth/token/), with the scope that the request would have needed. A
 * token that was made for less is told so, and clients then ask for another.
 */
export function challengeOf({ request, endpointUrl, params, query }: Refused): string {
  const { repository, catalog } = { repository: params['repository'], catalog: /\/_catalog(?:\?|$)/.test(request.url ?? '') };
  const scopes: string[] = [];
  // Whatever is asked of an upload is part of a push.
  const isUpload = params['id'] !== undefined;
  const actions = isUpload ? 'pull,push' : (actionsOf[request.method ?? ''] ?? 'pull');
  if (repository !== undefined && isPlain(repository)) scopes.push(`repository:${repository}:${actions}`);
  const source = query.get('from');
  if (query.has('mount') && source !== null && isPlain(source)) scopes.push(`repository:${source}:pull`);
  if (catalog) scopes.push('registry:catalog:*');
  const scope = scopes.length === 0 ? '' : `,scope="${scopes.join(' ')}"`;
  const error = /^bearer /i.test(request.headers.authorization ?? '') && scopes.length > 0 ? ',error="insufficient_scope"' : '';
  return `Bearer realm="${endpointUrl}/token",service="${new URL(endpointUrl).host}"${scope}${error}`;
}

/** Names that could be read as anything else than a name are not repeated. */
function isPlain(name: string): boolean {
  return /^[a-z0-9._/-]{1,255}$/.test(name);
}
