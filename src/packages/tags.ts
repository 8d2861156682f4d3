import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import type { VersionRow } from '../db/tables/package.ts';
import { affected } from '../db/upsert.ts';
import { record } from '../events/record.ts';
import { InvalidInput, NotFound } from '../errors.ts';
import { touchPackage } from './claim.ts';
import { getPackageFor, getVersion } from './find.ts';
import { pointTag } from './tag.ts';

export interface SetTag {
  packageId: string;
  tag: string;
  version: string;
}

/** Points a tag at a version; throws InvalidName, InvalidVersion, NotFound and what authorisation throws. */
export async function setTag(core: Core, actor: Actor, { packageId, tag, version }: SetTag): Promise<VersionRow> {
  return core.database.tx(async (tx) => {
    const now = core.clock.now();
    const { package: owner, namespace } = await getPackageFor(tx, actor, 'PUBLISH', packageId);
    const format = core.formats.get(owner.format);
    if (!format.validateTag) throw new InvalidInput('tag', `${format.title} packages have no tags.`);
    format.validateTag(tag);
    await touchPackage(tx, packageId, now);
    const target = await getVersion(tx, format, packageId, version);
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

/** Removes a tag; throws NotFound, InvalidInput for the default tag, and what authorisation throws. */
export async function removeTag(core: Core, actor: Actor, packageId: string, tag: string): Promise<void> {
  await core.database.tx(async (tx) => {
    const now = core.clock.now();
    const { package: owner, namespace } = await getPackageFor(tx, actor, 'PUBLISH', packageId);
    const format = core.formats.get(owner.format);
    if (tag === format.defaultTag) throw new InvalidInput('tag', `The tag "${tag}" cannot be removed; point it elsewhere instead.`);
    await touchPackage(tx, packageId, now);
    if ((await affected(tx, 'DELETE FROM tag WHERE package_id = ? AND name = ?', [packageId, tag])) === 0) {
      throw new NotFound('Tag', `There is no tag "${tag}".`);
    }
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

