import type { IncomingHttpHeaders } from 'node:http';
import { InvalidInput } from '../../src/errors.ts';
import type { StoredFile } from '../../src/packages/download.ts';
import { type DigestName, digestNames, type Digests } from '../../src/storage/digests.ts';

const lengths: Record<DigestName, number> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };
/** Algorithm names of RFC 9530 (https://www.rfc-editor.org/rfc/rfc9530#section-7.2) and of the older `Digest` field. */
const fieldNames: Partial<Record<string, DigestName>> = { 'sha-256': 'sha256', 'sha-512': 'sha512', sha: 'sha1', md5: 'md5' };

/**
 * The digests that an upload announces, in hex: `X-Checksum-Md5`, `-Sha1`, `-Sha256`, `-Sha512` (hex), and `Repr-Digest`,
 * `Content-Digest` or `Digest` (base64). Algorithms that nobody here computes are passed over. Throws InvalidInput where one
 * cannot be read.
 */
export function announcedDigests(headers: IncomingHttpHeaders): Partial<Digests> {
  const found: Partial<Digests> = {};
  for (const field of ['repr-digest', 'content-digest', 'digest']) {
    const value = headers[field];
    if (typeof value === 'string') Object.assign(found, ofDigestField(field, value));
  }
  for (const name of digestNames) {
    const value = headers[`x-checksum-${name}`];
    if (typeof value === 'string') found[name] = hex(`X-Checksum-${name}`, name, value.trim());
  }
  return found;
}

function ofDigestField(field: string, value: string): Partial<Digests> {
  const found: Partial<Digests> = {};
  for (const member of value.split(',')) {
    const equals = member.indexOf('=');
    const name = fieldNames[member.slice(0, equals).trim().toLowerCase()];
    if (!name) continue;
    const base64 = member.slice(equals + 1).trim().replace(/^:|:$/g, '');
    found[name] = hex(field, name, Buffer.from(base64, 'base64').toString('hex'));
  }
  return found;
}

function hex(field: string, name: DigestName, value: string): string {
  if (value.length !== lengths[name] || !/^[0-9a-f]+$/i.test(value)) throw new InvalidInput(field, `${field} does not hold a ${name} digest.`);
  return value.toLowerCase();
}

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
