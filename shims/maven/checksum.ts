import { InvalidInput } from '../../src/errors.ts';
import type { DigestName } from '../../src/storage/digests.ts';

/** A checksum file is at most so long; what surrounds the digest is a file name. */
export const maxChecksumBytes = 4096;

const lengths: Record<DigestName, number> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };

/**
 * The digest in a checksum file, in lower-case hex: alone, with the file's name behind it as sha1sum writes it, or before it as OpenSSL does
 * (`SHA1(lib.jar)= …`). Throws InvalidInput where there is none of that algorithm.
 */
export function parseChecksum(text: string, algorithm: DigestName): string {
  const found = text.split(/[\s=]+/).find((word) => word.length === lengths[algorithm] && /^[0-9a-fA-F]+$/.test(word));
  if (found === undefined) throw new InvalidInput('checksum', `The checksum file holds no ${algorithm} digest.`);
  return found.toLowerCase();
}
