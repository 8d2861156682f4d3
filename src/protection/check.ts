import type { EntityManager } from 'typeorm';
import type { VersionRow } from '../db/tables/package.ts';
import type { Protected } from '../errors.ts';
import { type Guard, refusalByImmutability, refusalByRole } from './guard.ts';
import { rulesOn, rulesOnPackage } from './rules.ts';

/** A version as the rules see it. */
export type GuardedVersion = Pick<VersionRow, 'id' | 'version' | 'normalizedVersion'>;

/** What changes of a live version apart from its files. */
type StatusChange = 'DEPRECATE' | 'UNDEPRECATE' | 'YANK' | 'UNYANK' | 'HIDE' | 'UNHIDE';

const doings: Record<StatusChange, string> = {
  DEPRECATE: 'deprecating',
  UNDEPRECATE: 'taking back a deprecation',
  YANK: 'yanking',
  UNYANK: 'taking back a yank',
  HIDE: 'hiding',
  UNHIDE: 'showing it again',
};

/**
 * Throws Protected unless the rules let the actor publish the version: as a new one or a restored one, or, where `isNew` is false, as
 * further or other files of one that is there.
 */
export function checkPublish(guard: Guard, version: Pick<GuardedVersion, 'version' | 'normalizedVersion'>, isNew: boolean): void {
  const rules = rulesOn(guard.rules, 'VERSION', version.normalizedVersion);
  const name = nameOf(guard, version);
  orThrow(
    (isNew ? undefined : refusalByImmutability(guard, rules, name, 'its files can never be changed.')) ??
      refusalToPublish(guard) ??
      refusalByRole(guard, rules, 'publishRole', { subject: name, doing: 'publishing' }),
  );
}

/** The same where only the package's name is known yet. */
export function checkPublishName(guard: Guard): void {
  orThrow(refusalToPublish(guard));
}

/** Throws Protected unless the rules let the actor change what a version is said to be. Nobody yanks or hides an immutable one. */
export function checkStatus(guard: Guard, version: Pick<GuardedVersion, 'version' | 'normalizedVersion'>, change: StatusChange): void {
  const rules = rulesOn(guard.rules, 'VERSION', version.normalizedVersion);
  const subject = nameOf(guard, version);
  const doing = doings[change];
  const withdraws = change === 'YANK' || change === 'HIDE';
  orThrow(
    (withdraws ? refusalByImmutability(guard, rules, subject, 'it can never be yanked or hidden.') : undefined) ??
      refusalByRole(guard, rulesOnPackage(guard.rules), 'publishRole', { subject: guard.name, doing }) ??
      refusalByRole(guard, rules, 'publishRole', { subject, doing }),
  );
}

/** Throws Protected unless the rules let the actor point these tags at a version, which is not necessarily in the table yet. */
export async function checkTags(tx: EntityManager, guard: Guard, tags: readonly string[], versionId: string): Promise<void> {
  if (guard.rules.length === 0 || tags.length === 0) return;
  orThrow(refusalByRole(guard, rulesOnPackage(guard.rules), 'publishRole', { subject: guard.name, doing: 'setting its tags' }));
  const current = hasImmutableTags(guard) ? await tagsOf(tx, guard) : [];
  for (const tag of tags) {
    const rules = rulesOn(guard.rules, 'TAG', tag);
    const subject = nameOfTag(guard, tag);
    const moves = current.some(({ name, versionId: pointsAt }) => name === tag && pointsAt !== versionId);
    if (moves) orThrow(refusalByImmutability(guard, rules, subject, 'it stays where it was set first.'));
    orThrow(refusalByRole(guard, rules, 'publishRole', { subject, doing: 'setting it' }));
  }
}

/** Throws Protected unless the rules let the actor remove a tag that is there. */
export function checkTagRemoval(guard: Guard, tag: string): void {
  orThrow(
    refusalByRole(guard, rulesOnPackage(guard.rules), 'publishRole', { subject: guard.name, doing: 'removing its tags' }) ?? refusalToRemoveTag(guard, tag),
  );
}

/** Whether a tag may follow the versions by itself in what the actor does. */
export async function mayFollow(tx: EntityManager, guard: Guard, tag: string): Promise<boolean> {
  const rules = rulesOn(guard.rules, 'TAG', tag);
  if (refusalByRole(guard, rules, 'publishRole', { subject: '', doing: '' })) return false;
  if (!rules.some(({ isImmutable }) => isImmutable)) return true;
  return !(await tagsOf(tx, guard)).some(({ name }) => name === tag);
}

/**
 * Throws Protected unless the rules let the actor delete these versions, or files of them, with the tags that point at them.
 */
export async function checkDelete(tx: EntityManager, guard: Guard, versions: readonly GuardedVersion[]): Promise<void> {
  if (guard.rules.length === 0) return;
  const tags = guard.rules.some(({ target }) => target === 'TAG') ? await tagsOf(tx, guard) : [];
  for (const version of versions) {
    orThrow(refusalToDelete(guard, version, tags.filter(({ versionId }) => versionId === version.id).map(({ name }) => name)));
  }
}

/** The same for a package with all its live versions. */
export async function checkDeletePackage(tx: EntityManager, guard: Guard): Promise<void> {
  orThrow(refusalToDeletePackage(guard));
  if (guard.rules.every(({ target }) => target === 'PACKAGE')) return;
  const live: GuardedVersion[] = await tx.query(
    "SELECT id, version, normalized_version AS normalizedVersion FROM version WHERE package_id = ? AND tombstone = '' ORDER BY sort_key DESC",
    [guard.packageId],
  );
  await checkDelete(tx, guard, live);
}

/** Why the rules do not let the actor delete a version with these tags; undefined: they do. */
export function refusalToDelete(guard: Guard, version: Pick<GuardedVersion, 'version' | 'normalizedVersion'>, tags: readonly string[]): Protected | undefined {
  const rules = rulesOn(guard.rules, 'VERSION', version.normalizedVersion);
  const subject = nameOf(guard, version);
  const why =
    refusalByImmutability(guard, rules, subject, 'it can never be deleted.') ??
    refusalToDeletePackage(guard) ??
    refusalByRole(guard, rules, 'deleteRole', { subject, doing: 'deleting' });
  if (why) return why;
  for (const tag of tags) {
    const refused = refusalToRemoveTag(guard, tag);
    if (refused) return refused;
  }
  return undefined;
}

function refusalToPublish(guard: Guard): Protected | undefined {
  return refusalByRole(guard, rulesOnPackage(guard.rules), 'publishRole', { subject: guard.name, doing: 'publishing' });
}

function refusalToDeletePackage(guard: Guard): Protected | undefined {
  return refusalByRole(guard, rulesOnPackage(guard.rules), 'deleteRole', { subject: guard.name, doing: 'deleting' });
}

function refusalToRemoveTag(guard: Guard, tag: string): Protected | undefined {
  const rules = rulesOn(guard.rules, 'TAG', tag);
  const subject = nameOfTag(guard, tag);
  return (
    refusalByImmutability(guard, rules, subject, 'it can never be removed, and the version it points at cannot be deleted.') ??
    refusalByRole(guard, rules, 'deleteRole', { subject, doing: 'removing it' })
  );
}

function hasImmutableTags({ rules }: Guard): boolean {
  return rules.some(({ target, isImmutable }) => target === 'TAG' && isImmutable);
}

function tagsOf(tx: EntityManager, { packageId }: Guard): Promise<{ name: string; versionId: string }[]> {
  return tx.query('SELECT name, version_id AS versionId FROM tag WHERE package_id = ?', [packageId]);
}

function nameOf({ name }: Guard, { version }: Pick<GuardedVersion, 'version'>): string {
  return `${name}@${version}`;
}

function nameOfTag({ name }: Guard, tag: string): string {
  return `The tag "${tag}" of ${name}`;
}

function orThrow(refused: Protected | undefined): void {
  if (refused) throw refused;
}
