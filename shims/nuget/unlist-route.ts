import { setVersionStatus } from '../../src/packages/status.ts';
import type { Exchange } from '../kit/shim.ts';
import { findHead, versionOf } from './listing.ts';

/**
 * `DELETE …/{id}/{version}`: unlists a version, as nuget.org does: nobody is led to it any more, and what depends on it still gets it
 * (https://learn.microsoft.com/nuget/api/package-publish-resource#delete-a-package). To delete it for good is a mutation.
 */
export async function unlist(exchange: Exchange): Promise<void> {
  const head = await findHead(exchange, 'PUBLISH');
  const version = versionOf(exchange.params['version'] ?? '', head);
  // A withdrawn version is more than unlisted already, and keeps the reason that its users are told.
  await setVersionStatus(exchange.core, exchange.actor, head.id, [{ version, change: 'HIDE', unless: 'YANKED' }]);
  exchange.response.writeHead(204).end();
}

/** `POST …/{id}/{version}`: lists it again, also where it was withdrawn. */
export async function relist(exchange: Exchange): Promise<void> {
  const head = await findHead(exchange, 'PUBLISH');
  const version = versionOf(exchange.params['version'] ?? '', head);
  exchange.request.resume();
  await setVersionStatus(exchange.core, exchange.actor, head.id, [
    { version, change: 'UNYANK' },
    { version, change: 'UNHIDE' },
  ]);
  exchange.response.writeHead(200, { 'content-length': 0 }).end();
}
