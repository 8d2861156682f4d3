import { stage } from '../blobs/stage.ts';
import type { Core } from '../core.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { type EntrepotError, FileTooLarge, type QuotaExceeded } from '../errors.ts';
import type { Format } from '../formats/format.ts';
import { lineageUpTo } from '../namespaces/lineage.ts';
import { getPublishRules, type PublishRules } from '../settings/publish-rules.ts';
import { listQuotas, type Quota } from '../settings/quotas.ts';
import type { StagedObject } from '../storage/digests.ts';
import type { StageOptions } from '../storage/stage.ts';
import { exceeded, sumHeld, sumUsage } from './quota.ts';
import type { Usage } from './usage.ts';

/** What a file is to become; what is not known yet is undefined. */
export interface Arriving {
  format: Format;
  /** Undefined: the bytes will tell, and the rules of its format count. */
  name?: string;
  /** In its normalised spelling. */
  version?: string;
  fileName?: string;
  /** Whether it is content that is held for the package until a version names it: nothing gives way to that. */
  isHeld?: boolean;
  /** It may have at most so many bytes, whatever the settings say. */
  maxBytes?: number;
}

/** How much may come in. */
export interface Room {
  limitBytes: number;
  /** How more than that is refused. */
  refusal: EntrepotError;
}

type Namespace = Pick<NamespaceRow, 'id' | 'lineage'>;

/**
 * How large a file may be that is published here, so that what cannot succeed is refused before its body is read. `atLeastBytes` is what
 * is known of its size. `publish` checks once more, exactly. Throws FileTooLarge and QuotaExceeded. The caller has authorised the actor.
 */
export async function checkRoom(core: Core, namespace: Namespace, arriving: Arriving, atLeastBytes = 0): Promise<Room> {
  const { reads } = core.database;
  const rules = await getPublishRules(reads, namespace, arriving.format, { ...arriving, name: arriving.name ?? '' });
  const maxFileBytes = Math.min(rules.maxFileBytes, arriving.maxBytes ?? Infinity);
  if (atLeastBytes > maxFileBytes) throw new FileTooLarge(maxFileBytes);
  if (rules.quotas.length === 0) return { limitBytes: maxFileBytes, refusal: new FileTooLarge(maxFileBytes) };
  await checkCounts(core, namespace, arriving, rules.quotas);
  return tightest(core, namespace, { ...rules, maxFileBytes }, () => countReplaceable(core, namespace, arriving, rules), atLeastBytes);
}

/** As {@link checkRoom} for bytes that are sent ahead, of which only the namespace is known. */
export async function checkUploadRoom(core: Core, namespace: Namespace, maxFileBytes: number, atLeastBytes = 0): Promise<Room> {
  const quotas = await listQuotas(core.database.reads, namespace);
  return tightest(core, namespace, { maxFileBytes, quotas }, () => countLargest(core, namespace), atLeastBytes);
}

/** Puts a body into the store, at most as much as there is room for. Throws the room's refusal and what `stage` throws. */
export async function stageWithin(core: Core, room: Room, source: AsyncIterable<Uint8Array>, options: Omit<StageOptions, 'limitBytes'> & { keepMs?: number } = {}): Promise<StagedObject> {
  return within(room, (limitBytes) => stage(core, source, { ...options, limitBytes }));
}

/** Runs what takes in at most so many bytes. Throws the room's refusal, and what that throws. */
export async function within<T>(room: Room, take: (limitBytes: number) => Promise<T>): Promise<T> {
  try {
    return await take(room.limitBytes);
  } catch (error) {
    throw error instanceof FileTooLarge ? room.refusal : error;
  }
}

async function tightest(core: Core, namespace: Namespace, { maxFileBytes, quotas }: Omit<PublishRules, 'allowsDuplicates'>, countFreed: () => Promise<number>, atLeastBytes: number): Promise<Room> {
  let limitBytes = maxFileBytes;
  let quota: Quota | undefined;
  for (const candidate of quotas.filter(({ kind }) => kind === 'BYTES')) {
    const { sizeBytes } = await usageOf(core, namespace, candidate);
    const heldBytes = await sumHeld(core.database.reads, lineageUpTo(namespace, candidate.namespaceId), core.clock.now());
    const free = Math.max(0, candidate.limit - sizeBytes - heldBytes + (await countFreed()));
    if (free < limitBytes) [limitBytes, quota] = [free, candidate];
  }
  const refusal = quota ? await refuse(core, quota) : new FileTooLarge(maxFileBytes);
  if (atLeastBytes > limitBytes) throw refusal;
  return { limitBytes, refusal };
}

/** Throws QuotaExceeded where a package or version is certainly new and one too many. */
async function checkCounts(core: Core, namespace: Namespace, { format, name, version }: Arriving, quotas: readonly Quota[]): Promise<void> {
  const counting = quotas.filter(({ kind }) => kind !== 'BYTES');
  if (counting.length === 0 || name === undefined) return;
  const [found]: { id: string; versions: number }[] = await core.database.reads.query(
    "SELECT p.id, (SELECT COUNT(*) FROM version v WHERE v.package_id = p.id AND v.normalized_version = ? AND v.tombstone = '') AS versions " +
      'FROM package p WHERE p.namespace_id = ? AND p.format = ? AND p.normalized_name = ? AND p.deleted_at IS NULL',
    [version ?? '', namespace.id, format.id, format.normalizeName(name)],
  );
  const isNew = { PACKAGES: !found, VERSIONS: !found || (version !== undefined && Number(found.versions) === 0), BYTES: false };
  for (const quota of counting) {
    const used = await usageOf(core, namespace, quota);
    const count = quota.kind === 'PACKAGES' ? used.packages : used.versions;
    if (isNew[quota.kind] && count >= quota.limit) throw await refuse(core, quota);
  }
}

/** How many bytes may give way to a file: those it replaces, or where that is not known yet the most it could. */
async function countReplaceable(core: Core, namespace: Namespace, { format, name, version, fileName, isHeld }: Arriving, { allowsDuplicates }: PublishRules): Promise<number> {
  if (isHeld) return 0;
  if (name === undefined) return countLargest(core, namespace);
  if (!allowsDuplicates) return 0;
  const ofPackage = "FROM package p JOIN version v ON v.package_id = p.id AND v.tombstone = '' ";
  const where = 'WHERE p.namespace_id = ? AND p.format = ? AND p.normalized_name = ?';
  const parameters = [namespace.id, format.id, format.normalizeName(name)];
  const [row] =
    version === undefined || fileName === undefined
      ? await core.database.reads.query(`SELECT MAX(v.size_bytes) AS bytes ${ofPackage}${where}`, parameters)
      : await core.database.reads.query(
          `SELECT MAX(f.size_bytes) AS bytes ${ofPackage}JOIN file f ON f.version_id = v.id AND f.tombstone = '' ${where} AND v.normalized_version = ? AND f.name = ?`,
          [...parameters, version, fileName],
        );
  return Number(row.bytes ?? 0);
}

async function countLargest(core: Core, { id }: Namespace): Promise<number> {
  const [row] = await core.database.reads.query("SELECT MAX(v.size_bytes) AS bytes FROM package p JOIN version v ON v.package_id = p.id AND v.tombstone = '' WHERE p.namespace_id = ?", [id]);
  return Number(row.bytes ?? 0);
}

function usageOf(core: Core, namespace: Namespace, { namespaceId }: Quota): Promise<Usage> {
  return sumUsage(core.database.reads, lineageUpTo(namespace, namespaceId));
}

function refuse(core: Core, quota: Quota): Promise<QuotaExceeded> {
  return exceeded(core.database.reads, quota);
}
