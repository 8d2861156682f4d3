import { allDigests, type KnownDigests } from '../../src/storage/digests.ts';

/** The digests of a file, as headers of a download: those of RFC 9530, the older `Digest`, and {@link checksumHeaders}. */
export function digestHeaders(file: KnownDigests): Record<string, string> {
  const base64 = (digest: string) => Buffer.from(digest, 'hex').toString('base64');
  const { sha256: hex256, sha512: hex512 } = allDigests(file);
  const [sha256, sha512] = [base64(hex256), base64(hex512)];
  return {
    'repr-digest': `sha-256=:${sha256}:, sha-512=:${sha512}:`,
    digest: `sha-256=${sha256}, sha-512=${sha512}`,
    ...checksumHeaders(file),
  };
}

/** The digests of a file in hex, in the headers that Java's clients and repositories know. */
export function checksumHeaders(file: KnownDigests): Record<string, string> {
  const { md5, sha1, sha256, sha512 } = allDigests(file);
  return { 'x-checksum-md5': md5, 'x-checksum-sha1': sha1, 'x-checksum-sha256': sha256, 'x-checksum-sha512': sha512 };
}
