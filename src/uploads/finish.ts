import type { Actor } from '../access/actor.ts';
import { removeSoon } from '../blobs/discard.ts';
import { discardStaged, stage } from '../blobs/stage.ts';
import type { Core } from '../core.ts';
import { type UploadPartRow, UploadPartTable, type UploadRow } from '../db/tables/file.ts';
import { DigestMismatch, InvalidInput, UploadOffsetMismatch } from '../errors.ts';
import type { DigestName, Digests, StagedObject } from '../storage/digests.ts';
import { readDigests } from '../storage/read-digests.ts';
import { verifyDigests } from '../storage/stage.ts';
import { fillUpload, stagedObjectOf } from './filled.ts';
import { digestsOf, getUpload, type WritableUpload } from './receive.ts';
import { removeUpload } from './remove.ts';
import { type Position, takeTurn } from './turn.ts';

/** What the whole must be. Digests in hex of either case. */
export interface FinishOptions extends Position {
  expected?: Partial<Digests> | undefined;
}

/**
 * Makes one object of the chunks of the actor's upload, with the digests of the whole; a single one is taken as it is, unless another
 * process may be adding to it. Until that is done the
 * chunks stay, whatever happens. May be called again, also while it runs at another process: all calls answer the same. Throws DigestMismatch
 * (a complete upload then stays as it is, any other is removed), UploadOffsetMismatch, InvalidInput where bytes are missing, NotFound, and what authorisation throws.
 */
export async function finishUpload(core: Core, actor: Actor, upload: string | WritableUpload, { expected, ...position }: FinishOptions = {}): Promise<UploadRow> {
  const { row } = await takeTurn(core, actor, upload, position);
  const filled = row.objectKey === null ? await fill(core, actor, row, expected) : row;
  const { digests } = await withDigests(core, stagedObjectOf(filled), expected);
  verifyDigests(digests, expected);
  // Another request may have filled it a moment ago.
  await core.database.settled();
  return { ...filled, ...digests };
}

/** The object, with the digests that are expected of it: some may not have been computed as it came. */
async function withDigests(core: Core, object: StagedObject, expected: Partial<Digests> = {}): Promise<StagedObject> {
  const missing = (Object.keys(expected) as DigestName[]).filter((name) => object.digests[name] === null);
  if (missing.length === 0) return object;
  const found = await readDigests(core.store, core.hashing, object.key, missing);
  return { ...object, digests: { ...object.digests, ...Object.fromEntries(missing.map((name) => [name, found[name]])) } };
}

async function fill(core: Core, actor: Actor, row: UploadRow, expected: Partial<Digests> | undefined): Promise<UploadRow> {
  const { id, lengthBytes, receivedBytes } = row;
  if (receivedBytes !== (lengthBytes ?? receivedBytes)) throw new InvalidInput('body', `The upload was announced with ${lengthBytes} bytes, but only ${receivedBytes} have arrived.`);
  const failure = await joinParts(core, row, expected).then(() => undefined, (error: unknown) => ({ error }));
  if (failure?.error instanceof DigestMismatch) {
    await removeUpload(core, id, { unlessFilled: true });
    throw failure.error;
  }
  const now = await getUpload(core, core.database.reads, actor, id);
  // Where another request was faster, it has taken the parts away from under our hands: no failure.
  if (now.objectKey !== null) return now;
  throw failure ? failure.error : new UploadOffsetMismatch(now.receivedBytes);
}

/** Does nothing where more has arrived meanwhile, or another was faster. */
async function joinParts(core: Core, row: UploadRow, expected: Partial<Digests> | undefined): Promise<void> {
  const parts = await listParts(core, row);
  const whole = await takeWhole(core, row, parts);
  const object = whole ? await withDigests(core, whole, expected) : await copyInto(core, row, parts, expected);
  verifyDigests(object.digests, expected);
  const keys = parts.map(({ objectKey }) => objectKey).filter((key) => key !== object.key);
  const isFilled = await core.database.tx(async (tx) => {
    if (!(await fillUpload(tx, row, object))) return false;
    await tx.query('DELETE FROM upload_part WHERE upload_id = ?', [row.id]);
    await removeSoon(tx, keys);
    return true;
  });
  if (!isFilled && !whole) await discardStaged(core, [object]);
}

/** Those that had arrived when the row was read. */
async function listParts(core: Core, { id, receivedBytes }: UploadRow): Promise<UploadPartRow[]> {
  const parts = await core.database.reads.find(UploadPartTable, { where: { uploadId: id }, order: { offsetBytes: 'ASC' } });
  const arrived = parts.filter(({ offsetBytes }) => offsetBytes < receivedBytes);
  return arrived.map((part, index) => ({ ...part, sizeBytes: (arrived[index + 1]?.offsetBytes ?? receivedBytes) - part.offsetBytes }));
}

/** The object of the only part, where nobody may still be adding to it: the process that began it takes it away from its other requests, and others let it be. */
async function takeWhole(core: Core, { id }: UploadRow, [only, ...others]: readonly UploadPartRow[]): Promise<StagedObject | undefined> {
  const growing = core.growing.take(id);
  try {
    if (!only || others.length > 0) return undefined;
    const { objectKey: key, sizeBytes, isGrowing, md5, sha1, sha256, sha512 } = only;
    if (!isGrowing && sha256 !== null) return { key, sizeBytes, digests: { md5, sha1, sha256, sha512 } };
    return growing?.key === key && growing.sizeBytes === sizeBytes ? { key, sizeBytes, digests: await growing.job.digests() } : undefined;
  } finally {
    growing?.job.drop();
  }
}

function copyInto(core: Core, row: UploadRow, parts: readonly UploadPartRow[], expected: Partial<Digests> | undefined): Promise<StagedObject> {
  const { receivedBytes, expiresAt } = row;
  return stage(core, contentOf(core, parts), { limitBytes: receivedBytes, expectedBytes: receivedBytes, expected, digests: digestsOf(core, row), keepMs: expiresAt - core.clock.now() });
}

async function* contentOf(core: Core, parts: readonly UploadPartRow[]): AsyncGenerator<Uint8Array> {
  for (const { objectKey, sizeBytes } of parts) yield* await core.store.read(objectKey, { start: 0, end: sizeBytes - 1 });
}
