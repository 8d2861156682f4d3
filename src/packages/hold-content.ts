import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/decide.ts';
import { adoptBlobs, beginGrace } from '../blobs/adopt.ts';
import { hold, listHeld, release } from '../blobs/hold.ts';
import type { Core } from '../core.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { PackageTable } from '../db/tables/package.ts';
import { ContentMissing, InUse } from '../errors.ts';
import type { Format } from '../formats/format.ts';
import { getNamespace } from '../namespaces/repository.ts';
import { listQuotas, type Quota } from '../settings/quotas.ts';
import type { StagedObject } from '../storage/digests.ts';
import { type ContentOwner, getContent, listOwned, noContent } from './content.ts';
import { authorizePublish } from './publish-target.ts';
import { checkHeld, lockQuotas } from './quota.ts';
import { subjectOf } from './subject.ts';

/** The package for which content is to be held. */
export interface HoldTarget {
  namespace: NamespaceRow;
  format: Format;
  name: string;
}

/**
 * Holds staged bytes for a package, which need not be there yet, until a version names them, or for a day: those who may read the package find them
 * by their digest. Throws UploadNotReady, QuotaExceeded and what authorisation throws; the object then stays the caller's. `also` is further work of the same transaction.
 */
export async function holdContent(core: Core, actor: Actor, target: HoldTarget, object: StagedObject, also?: (tx: EntityManager) => Promise<void>): Promise<void> {
  await core.database.tx(async (tx) => {
    const now = core.clock.now();
    const place = await authorizedOwner(tx, actor, target);
    await adoptBlobs(tx, [object], now);
    await holdWithin(tx, place, object.digests.sha256, now);
    await also?.(tx);
  });
}

/**
 * Holds content for a package that another package has, which the caller has seen to be readable; returns whether it still has it. Nothing is copied.
 * Throws QuotaExceeded and what authorisation throws.
 */
export async function shareContent(core: Core, actor: Actor, target: HoldTarget, source: ContentOwner, sha256: string): Promise<boolean> {
  try {
    return await core.database.tx(async (tx) => {
      const now = core.clock.now();
      const place = await authorizedOwner(tx, actor, target);
      await adoptBlobs(tx, [], now, [sha256]);
      if (!(await listOwned(tx, source, [sha256], now)).has(sha256)) return false;
      await holdWithin(tx, place, sha256, now);
      return true;
    });
  } catch (error) {
    if (error instanceof ContentMissing) return false;
    throw error;
  }
}

/**
 * Lets go of content that is held for a package. Throws InUse where a version names it, NotFound where it is not there, and what authorisation of the
 * deletion throws. The caller has seen to it that the actor may know of the package.
 */
export async function letGo(core: Core, actor: Actor, owner: ContentOwner, digest: string): Promise<void> {
  const found = await getContent(core, owner, digest);
  await core.database.tx(async (tx) => {
    const namespace = await getNamespace(tx, owner.namespaceId);
    const row = owner.packageId === undefined ? null : await tx.findOne(PackageTable, { where: { id: owner.packageId } });
    authorize(actor, 'DELETE', namespace, row ? subjectOf(row) : { format: owner.format, normalizedName: owner.normalizedName });
    if (found.file) throw new InUse(`${digest} is a part of what is published here; delete the versions that name it.`);
    await beginGrace(tx, [found.sha256], core.clock.now());
    if ((await release(tx, owner, [found.sha256])) === 0) throw noContent(owner, digest);
  });
}

/** For what is held, and within which quotas of bytes. */
interface HoldPlace {
  namespace: NamespaceRow;
  owner: ContentOwner;
  quotas: readonly Quota[];
}

/** Locks the quotas: call it before other locks are taken. */
async function authorizedOwner(tx: EntityManager, actor: Actor, { namespace, format, name }: HoldTarget): Promise<HoldPlace> {
  // Read again: it may have been closed or deleted while the bytes came in.
  const current = await getNamespace(tx, namespace.id);
  await authorizePublish(tx, actor, current, format, name);
  const quotas = (await listQuotas(tx, current)).filter(({ kind }) => kind === 'BYTES');
  await lockQuotas(tx, current, quotas);
  return { namespace: current, owner: { namespaceId: current.id, format: format.id, normalizedName: format.normalizeName(name) }, quotas };
}

/** Holds content if there is room for it; what is held already takes no more. */
async function holdWithin(tx: EntityManager, { namespace, owner, quotas }: HoldPlace, sha256: string, now: number): Promise<void> {
  const held = await listHeld(tx, owner, [sha256], now);
  await hold(tx, owner, sha256, now);
  if (held.length === 0) await checkHeld(tx, namespace, quotas, now);
}
