import type { Route } from '../kit/shim.ts';
import { deleteToken, getTokens, login, logout, ping, postToken, webLogin, whoami } from './account-route.ts';
import { bulkAdvisories, quickAudit } from './audit-route.ts';
import { getManifest, getPackument } from './packument-route.ts';
import { putPackument } from './publish-route.ts';
import { search } from './search-route.ts';
import { deleteTag, getTags, putTag } from './tags-route.ts';
import { getTarball } from './tarball-route.ts';
import { deletePackument, deleteTarball, putRevision } from './unpublish-route.ts';

/** npm's protocol. What begins with `-` is the registry's own; everything else is a package. */
export const routes: Route[] = [
  { method: 'GET', path: '-/ping', handle: ping },
  { method: 'GET', path: '-/whoami', handle: whoami },
  { method: 'POST', path: '-/v1/login', handle: webLogin },
  { method: 'PUT', path: '-/user/:id', handle: login },
  { method: 'DELETE', path: '-/user/token/:token', handle: logout },
  { method: 'GET', path: '-/npm/v1/tokens', handle: getTokens },
  { method: 'POST', path: '-/npm/v1/tokens', handle: postToken },
  { method: 'DELETE', path: '-/npm/v1/tokens/token/:key', handle: deleteToken },
  { method: 'GET', path: '-/v1/search', handle: search },
  { method: 'POST', path: '-/npm/v1/security/advisories/bulk', handle: bulkAdvisories },
  { method: 'POST', path: '-/npm/v1/security/audits/quick', handle: quickAudit },
  { method: 'POST', path: '-/npm/v1/security/audits', handle: quickAudit },
  { method: 'GET', path: '-/package/:pkg/dist-tags', handle: getTags },
  { method: 'PUT', path: '-/package/:pkg/dist-tags/:tag', handle: putTag },
  { method: 'POST', path: '-/package/:pkg/dist-tags/:tag', handle: putTag },
  { method: 'DELETE', path: '-/package/:pkg/dist-tags/:tag', handle: deleteTag },
  { method: 'GET', path: ':pkg', handle: getPackument },
  { method: 'PUT', path: ':pkg', handle: putPackument },
  { method: 'GET', path: ':pkg/:version', handle: getManifest },
  { method: 'GET', path: ':pkg/-/:file', handle: getTarball },
  { method: 'PUT', path: ':pkg/-rev/:rev', handle: putRevision },
  { method: 'DELETE', path: ':pkg/-rev/:rev', handle: deletePackument },
  { method: 'DELETE', path: ':pkg/-/:file/-rev/:rev', handle: deleteTarball },
];

/** `@scope/name` is one name, whether its slash came encoded or not. */
export function foldScopes(segments: string[]): string[] {
  const folded: string[] = [];
  for (let index = 0; index < segments.length; index++) {
    const segment = segments[index] ?? '';
    const next = segments[index + 1];
    if (segment.startsWith('@') && !segment.includes('/') && next !== undefined) {
      folded.push(`${segment}/${next}`);
      index += 1;
    } else {
      folded.push(segment);
    }
  }
  return folded;
}
