import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { TagTable, type VersionRow } from '../db/tables/package.ts';
import { record } from '../events/record.ts';
import { checkTagRemoval, checkTags } from '../protection/check.ts';
import { loadGuard } from '../protection/guard.ts';
import { InvalidInput, NotFound } from '../errors.ts';
import { getVersion, lockPackageFor } from './find.ts';
import { isListed } from './summary.ts';
import { pointTag } from './tag.ts';

export interface SetTag {
  packageId: string;
  tag: string;
  version: string;
}

/** Points a tag at a version; throws InvalidName, InvalidVersion, InvalidInput, NotFound, Protected and what authorisation throws. */
export async function setTag(core: Core, actor: Actor, { packageId, tag, version }: SetTag): Promise<VersionRow> {
  return core.database.tx(async (tx) => {
    const now = core.clock.now();
    const { package: owner, namespace } = await lockPackageFor(tx, actor, 'PUBLISH', packageId, now);
    const format = core.formats.get(owner.format);
    if (!format.validateTag) throw new InvalidInput('tag', `${format.title} packages have no tags.`);
    format.validateTag(tag);
    const target = await getVersion(tx, format, packageId, version);
    if (tag === format.defaultTag && !isListed(target)) {
      throw new InvalidInput('version', `${target.version} is ${target.status === 'HIDDEN' ? 'hidden' : 'withdrawn'}; "${tag}" cannot point at it.`);
    }
    await checkTags(tx, await loadGuard(tx, actor, namespace, owner), [tag], target.id);
    await pointTag(tx, packageId, tag, target.id, now);
    await record(tx, {
      type: 'TAG_SET',
      namespaceId: namespace.id,
      packageId,
      versionId: target.id,
      actor,
      occurredAt: now,
      payload: { format: format.id, name: owner.name, tag, version: target.version },
    });
    return target;
  });
}

/** Removes a tag; throws NotFound, Protected, InvalidInput for the default tag, and what authorisation throws. */
export async function removeTag(core: Core, actor: Actor, packageId: string, tag: string): Promise<void> {
  await core.database.tx(async (tx) => {
    const now = core.clock.now();
    const { package: owner, namespace } = await lockPackageFor(tx, actor, 'PUBLISH', packageId, now);
    const format = core.formats.get(owner.format);
    if (tag === format.defaultTag) throw new InvalidInput('tag', `The tag "${tag}" cannot be removed; point it elsewhere instead.`);
    if (!(await tx.existsBy(TagTable, { packageId, name: tag }))) throw new NotFound('Tag', `There is no tag "${tag}".`);
    checkTagRemoval(await loadGuard(tx, actor, namespace, owner), tag);
    await tx.query('DELETE FROM tag WHERE package_id = ? AND name = ?', [packageId, tag]);
    await record(tx, {
      type: 'TAG_REMOVED',
      namespaceId: namespace.id,
      packageId,
      actor,
      occurredAt: now,
      payload: { format: format.id, name: owner.name, tag },
    });
  });
}

