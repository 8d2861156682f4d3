import type { IncomingHttpHeaders } from 'node:http';
import { InvalidInput } from '../errors.ts';
import { type DigestName, digestNames, type Digests } from '../storage/digests.ts';

const lengths: Record<DigestName, number> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };
/** Algorithm names of RFC 9530 (https://www.rfc-editor.org/rfc/rfc9530#section-7.2) and of the older `Digest` field. */
const fieldNames = new Map<string, DigestName>([['sha-256', 'sha256'], ['sha-512', 'sha512'], ['sha', 'sha1'], ['md5', 'md5']]);

/**
 * The digests that an upload announces, in hex, where its body is the whole file: {@link wholeDigests} and {@link contentDigests}.
 * Throws InvalidInput where one cannot be read.
 */
export function announcedDigests(headers: IncomingHttpHeaders): Partial<Digests> {
  return { ...contentDigests(headers), ...wholeDigests(headers) };
}

/** Those of the body that comes with the headers, which may be a piece of the file: `Content-Digest` (base64). Throws InvalidInput. */
export function contentDigests(headers: IncomingHttpHeaders): Partial<Digests> {
  return ofDigestFields(headers, ['content-digest']);
}

/**
 * Those of the whole file: `Repr-Digest` or `Digest` (base64), `X-Checksum-Md5`, `-Sha1`, `-Sha256`, `-Sha512` (hex). Algorithms that nobody
 * here computes are passed over. Throws InvalidInput.
 */
export function wholeDigests(headers: IncomingHttpHeaders): Partial<Digests> {
  const found = ofDigestFields(headers, ['repr-digest', 'digest']);
  for (const name of digestNames) {
    const value = headers[`x-checksum-${name}`];
    if (typeof value === 'string') found[name] = hex(`X-Checksum-${name}`, name, value.trim());
  }
  return found;
}

function ofDigestFields(headers: IncomingHttpHeaders, fields: readonly string[]): Partial<Digests> {
  const found: Partial<Digests> = {};
  for (const field of fields) {
    const value = headers[field];
    if (typeof value === 'string') Object.assign(found, ofDigestField(field, value));
  }
  return found;
}

function ofDigestField(field: string, value: string): Partial<Digests> {
  const found: Partial<Digests> = {};
  for (const member of value.split(',')) {
    const equals = member.indexOf('=');
    const name = fieldNames.get(member.slice(0, equals).trim().toLowerCase());
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
