import type { Actor } from '../../src/access/actor.ts';
import type { Action } from '../../src/access/decide.ts';
import type { Core } from '../../src/core.ts';
import { NotFound } from '../../src/errors.ts';
import { type ContentOwner, getContentOwner } from '../../src/packages/content.ts';
import type { PackageHead } from '../../src/packages/heads.ts';
import type { HoldTarget } from '../../src/packages/hold-content.ts';
import { locatePackage, type PackagePlace } from '../../src/packages/locate.ts';
import { getPublishTarget } from '../../src/packages/publish-target.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import type { Exchange } from '../kit/shim.ts';
import { ociFormat } from './format.ts';
import { validateName } from './name.ts';

/** The repository that the URL names. */
export function repositoryOf({ params }: Pick<Exchange, 'params'>): string {
  return params['repository'] ?? '';
}

/** Where a repository is, or would be. Throws InvalidName. */
export async function locate(core: Core, actor: Actor, repository: string): Promise<PackagePlace> {
  validateName(repository);
  return locatePackage(core, actor, ociFormat, repository);
}

/** The repository of the URL, if it is there and the actor may act on it so. */
export async function findHead(exchange: Exchange, action?: Action): Promise<PackageHead> {
  const { core, actor } = exchange;
  const { namespacePath, name, claims } = await locate(core, actor, repositoryOf(exchange));
  return getPackageInView(core, actor, namespacePath, ociFormat, name, action, claims);
}

/** The same, also where it is not there yet: content may have come for it already. Throws what authorisation throws. */
export async function findOwner(core: Core, actor: Actor, repository: string, action?: Action): Promise<ContentOwner> {
  const { namespacePath, name, claims } = await locate(core, actor, repository);
  return getContentOwner(core, actor, namespacePath, ociFormat, name, action, claims);
}

/** Where the actor may publish what the URL names. Throws InvalidName and what authorisation throws. */
export async function findTarget(exchange: Exchange): Promise<HoldTarget> {
  const { core, actor } = exchange;
  const { namespacePath, name } = await locate(core, actor, repositoryOf(exchange));
  return { namespace: await getPublishTarget(core, actor, namespacePath, { format: ociFormat, name }), format: ociFormat, name };
}

/** A path below the repository of the URL, as `Location` tells it: without scheme and host, of which a proxy may know better. */
export function locationOf(exchange: Exchange, path: string): string {
  return `${new URL(exchange.endpointUrl).pathname}/${repositoryOf(exchange)}/${path}`;
}

/** How a manifest is refused that is not there. */
export function noManifest(reference: string): NotFound {
  return new NotFound('Version', `There is no manifest ${reference} in this repository.`);
}
