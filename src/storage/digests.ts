/** All digests that can be computed of a content, in lower-case hex. */
export interface Digests {
  md5: string;
  sha1: string;
  sha256: string;
  sha512: string;
}

export type DigestName = keyof Digests;

export const digestNames: readonly DigestName[] = ['md5', 'sha1', 'sha256', 'sha512'];

/** Those that are known of a content: SHA-256, which identifies it, and what somebody needed so far. */
export interface KnownDigests {
  md5: string | null;
  sha1: string | null;
  sha256: string;
  sha512: string | null;
}

/** A digest that the format of the content has computed: that it is missing is an inconsistency, never the caller's fault. */
export function digestOf<Name extends DigestName>(digests: Pick<KnownDigests, Name | 'sha256'>, name: Name): string {
  const digest = digests[name];
  if (digest === null) throw new Error(`${name} of the content ${digests.sha256} is not known`);
  return digest;
}

/** As {@link digestOf}, all of them. */
export function allDigests(digests: KnownDigests): Digests {
  return { md5: digestOf(digests, 'md5'), sha1: digestOf(digests, 'sha1'), sha256: digests.sha256, sha512: digestOf(digests, 'sha512') };
}

/** Bytes that are durable in the object store but that no blob row names yet. */
export interface StagedObject {
  /** Key in the object store. */
  key: string;
  sizeBytes: number;
  digests: KnownDigests;
  /** The whole content where it is small (at most 256 KiB), so that reading it back costs nothing. */
  content?: Buffer;
}
