import type { GrowingObject } from '../storage/stage.ts';

/** The last part of an upload, as long as this process adds to it. */
export interface GrowingPart extends GrowingObject {
  /** Where in the upload it begins. */
  offsetBytes: number;
}

/** So many are remembered, each with the state of its digests, some kilobytes; of any more the oldest no longer grow. */
const maxParts = 1_000;

/**
 * The parts that this process began and may add to, by upload. Whoever takes one out has it alone until it is put back, so no two requests ever write to one
 * object. To forget one costs no more than time: what comes next is a part of its own.
 */
export class GrowingParts {
  readonly #parts = new Map<string, GrowingPart>();

  /** Takes out the part of an upload. */
  take(uploadId: string): GrowingPart | undefined {
    const part = this.#parts.get(uploadId);
    this.#parts.delete(uploadId);
    return part;
  }

  /** Has a part grow further. */
  put(uploadId: string, part: GrowingPart): void {
    this.drop(uploadId);
    this.#parts.set(uploadId, part);
    const [oldest] = this.#parts.keys();
    if (this.#parts.size > maxParts && oldest !== undefined) this.drop(oldest);
  }

  /** Forgets the part of an upload. */
  drop(uploadId: string): void {
    this.take(uploadId)?.job.drop();
  }
}
