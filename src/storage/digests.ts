/** The four digests that are computed of everything stored, in lower-case hex. */
export interface Digests {
  md5: string;
  sha1: string;
  sha256: string;
  sha512: string;
}

export type DigestName = keyof Digests;

export const digestNames: readonly DigestName[] = ['md5', 'sha1', 'sha256', 'sha512'];

/** Bytes that are durable in the object store but that no blob row names yet. */
export interface StagedObject {
  /** Key in the object store. */
  key: string;
  sizeBytes: number;
  digests: Digests;
  /** The whole content where it is small (at most 256 KiB), so that reading it back costs nothing. */
  content?: Buffer;
}
