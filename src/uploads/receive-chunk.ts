import { stageGrowing } from '../blobs/stage.ts';
import type { Core } from '../core.ts';
import type { UploadRow } from '../db/tables/file.ts';
import { type Room, stageWithin, within } from '../packages/room.ts';
import type { KnownDigests } from '../storage/digests.ts';
import { growObject, type StageOptions } from '../storage/stage.ts';
import type { GrowingPart } from './growing-parts.ts';
import { digestsOf } from './receive.ts';

/** A chunk that is durable, but is not counted yet. */
export interface ReceivedChunk {
  sizeBytes: number;
  /** Key of the object that it is in. */
  key: string;
  /** Its digests, where the object has nothing else and will not grow. */
  digests: KnownDigests | undefined;
  /** What it was added to; undefined: it is a part of its own. */
  continued: GrowingPart | undefined;
  /** The part with the chunk, where more can be added to that: the caller puts it back, or drops its job. */
  growing: GrowingPart | undefined;
}

/**
 * Takes in a chunk behind what the upload has: into the object of the part before, where this process has that and the store can add to it. One whose digest is
 * announced goes into an object of its own, since what is computed is of objects. Throws the room's refusal and what staging throws.
 */
export async function receiveChunk(core: Core, row: UploadRow, room: Room, body: AsyncIterable<Uint8Array>, options: Omit<StageOptions, 'limitBytes' | 'digests'>): Promise<ReceivedChunk> {
  const { expected = {}, ...limits } = options;
  const digests = digestsOf(core, row);
  const keepMs = row.expiresAt - core.clock.now();
  if (!core.store.append || Object.keys(expected).length > 0) {
    const object = await stageWithin(core, room, body, { ...options, digests, keepMs });
    return { ...object, continued: undefined, growing: undefined };
  }
  const continued = takePart(core, row);
  const job = continued?.job ?? core.hashing.begin(digests);
  try {
    const object = await within(room, (limitBytes) =>
      continued ? growObject(core.store, core.hashing, continued, body, { ...limits, limitBytes }) : stageGrowing(core, job, body, { ...limits, limitBytes, keepMs }),
    );
    const growing = { ...object, offsetBytes: continued?.offsetBytes ?? row.receivedBytes };
    return { sizeBytes: object.sizeBytes - (continued?.sizeBytes ?? 0), key: object.key, digests: undefined, continued, growing };
  } catch (error) {
    job.drop();
    throw error;
  }
}

/** The part of this process with which the upload ends. */
function takePart(core: Core, { id, receivedBytes }: UploadRow): GrowingPart | undefined {
  const part = core.growing.take(id);
  if (!part || part.offsetBytes + part.sizeBytes === receivedBytes) return part;
  part.job.drop();
  return undefined;
}
