import { type EntityManager, In } from 'typeorm';
import { type Actor, isSignedIn } from '../access/actor.ts';
import { authorize, canSee, decide, notThere, type Subject } from '../access/decide.ts';
import type { Core } from '../core.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { type PackageRow, PackageTable } from '../db/tables/package.ts';
import { Forbidden, Unauthenticated } from '../errors.ts';
import type { Format } from '../formats/format.ts';
import { noSuchNamespace } from '../namespaces/read.ts';
import { findNamespaceByPath } from '../namespaces/repository.ts';
import { checkPublishName } from '../protection/check.ts';
import { loadGuardOfName } from '../protection/guard.ts';
import { claimScopeOf } from './claim.ts';
import { subjectOf } from './subject.ts';

/** What is to be published. */
export interface PublishName {
  format: Format;
  /** Undefined: the bytes will tell. */
  name?: string;
}

/**
 * The namespace at a path, if the actor may publish there: by its role, or by a grant on the package of that name. For shims to ask
 * before they take the bytes; `publish` decides once more, in its transaction. Throws Protected, and what authorisation throws.
 */
export async function getPublishTarget(core: Core, actor: Actor, namespacePath: string, { format, name }: PublishName): Promise<NamespaceRow> {
  const { reads } = core.database;
  const namespace = await findNamespaceByPath(reads, namespacePath);
  if (!namespace) throw noSuchNamespace(actor, namespacePath);
  if (name !== undefined) {
    const owner = await authorizePublish(reads, actor, namespace, format, name);
    checkPublishName(await loadGuardOfName(reads, actor, namespace, { format: format.id, name, normalizedName: format.normalizeName(name) }, owner));
  }
  if (name === undefined && !(await hasGrantIn(reads, actor, namespace))) authorizeAt(actor, namespace, { format: format.id });
  return namespace;
}

/** Throws unless the actor may publish a package of that name in the namespace; returns it where it is there already. */
export async function authorizePublish(manager: EntityManager, actor: Actor, namespace: NamespaceRow, format: Format, name: string): Promise<PackageRow | null> {
  const normalizedName = format.normalizeName(name);
  const row = await manager.findOne(PackageTable, { where: { format: format.id, normalizedName, topId: claimScopeOf(format, namespace) } });
  const owner = row?.namespaceId === namespace.id ? row : null;
  authorizeAt(actor, namespace, owner ? subjectOf(owner) : { format: format.id, normalizedName });
  return owner;
}

/** Refused as the namespace, not as the package, so that a name that must not be known looks like any other. */
function authorizeAt(actor: Actor, namespace: NamespaceRow, subject: Subject): void {
  const decision = decide(actor, 'PUBLISH', namespace, subject);
  if (decision.allowed) return;
  if (decision.isNarrowedOff) throw new Unauthenticated(decision.reason);
  const { access: _, ...anyOfThatName } = subject;
  if (!decision.visible && !canSee(actor, namespace) && !canSee(actor, namespace, anyOfThatName)) throw noSuchNamespace(actor, namespace.path);
  if (!isSignedIn(actor)) throw notThere(actor, 'Namespace');
  throw new Forbidden(decision.reason);
}

/** Whether the actor may publish in a package of the namespace by a grant on it, whatever it may in the namespace. */
async function hasGrantIn(manager: EntityManager, actor: Actor, namespace: NamespaceRow): Promise<boolean> {
  if (actor.grants.size === 0) return false;
  const granted = await manager.findBy(PackageTable, { namespaceId: namespace.id, id: In([...actor.grants.keys()]) });
  return granted.some((owner) => decide(actor, 'PUBLISH', namespace, subjectOf(owner)).allowed);
}

/** As {@link getPublishTarget}, where not even the format is known yet. */
export async function getUploadTarget(core: Core, actor: Actor, namespacePath: string): Promise<NamespaceRow> {
  const namespace = await findNamespaceByPath(core.database.reads, namespacePath);
  if (!namespace) throw noSuchNamespace(actor, namespacePath);
  await authorizeUpload(core.database.reads, actor, namespace);
  return namespace;
}

/** Throws unless the actor may send bytes ahead that are to be published in the namespace: in a certain package, where that is known. */
export async function authorizeUpload(manager: EntityManager, actor: Actor, namespace: NamespaceRow, subject?: { format: Format; name: string }): Promise<void> {
  if (subject) {
    await authorizePublish(manager, actor, namespace, subject.format, subject.name);
    return;
  }
  if (await hasGrantIn(manager, actor, namespace)) return;
  if (!canSee(actor, namespace)) throw noSuchNamespace(actor, namespace.path);
  authorize(actor, 'PUBLISH', namespace);
}
