import type { StoredFile } from '../../src/packages/download.ts';

/** The digests of a file, as headers of a download. */
export function digestHeaders({ md5, sha1, sha256, sha512 }: StoredFile): Record<string, string> {
  const base64 = (digest: string) => Buffer.from(digest, 'hex').toString('base64');
  return {
    'repr-digest': `sha-256=:${base64(sha256)}:, sha-512=:${base64(sha512)}:`,
    digest: `sha-256=${base64(sha256)}, sha-512=${base64(sha512)}`,
    'x-checksum-md5': md5,
    'x-checksum-sha1': sha1,
    'x-checksum-sha256': sha256,
    'x-checksum-sha512': sha512,
  };
}
