import { InvalidInput } from '../../src/errors.ts';
import type { Digests } from '../../src/storage/digests.ts';
import type { Fields } from '../kit/multipart.ts';
import { parseJson, readAttestation } from './attestation.ts';

/** What the fields of an upload say, apart from the metadata, which counts only as it is in the file. */
export interface UploadFields {
  name: string;
  version: string;
  /** Of the file, in lower-case hex; those that were sent. */
  digests: Partial<Digests>;
  blake2?: string;
}

const hexLengths = { md5: 32, sha256: 64, blake2: 64 };

/**
 * Reads the fields of an upload (https://docs.pypi.org/api/upload/). They must stand before the file, as all tools send them. Throws InvalidInput
 * with what is missing or malformed.
 */
export function readFields(fields: Fields): UploadFields {
  const one = (field: string) => oneOf(fields, field);
  const action = one(':action') ?? 'file_upload';
  if (action !== 'file_upload') throw new InvalidInput(':action', `"${action.slice(0, 50)}" is not possible here; upload files with "twine upload" or "uv publish".`);
  if ((one('protocol_version') ?? '1') !== '1') throw new InvalidInput('protocol_version', 'Only version 1 of the upload protocol is spoken here.');
  const fileType = one('filetype');
  if (fileType !== undefined && fileType !== 'sdist' && fileType !== 'bdist_wheel') throw new InvalidInput('filetype', 'Only wheels and source distributions are taken.');
  const name = one('name');
  const version = one('version');
  if (name === undefined || version === undefined) throw new InvalidInput('name', 'The name and the version must be sent before the file.');
  const md5 = one('md5_digest');
  const sha256 = one('sha256_digest');
  const blake2 = one('blake2_256_digest');
  return {
    name,
    version,
    digests: { ...(md5 === undefined ? {} : { md5: hexOf('md5', md5) }), ...(sha256 === undefined ? {} : { sha256: hexOf('sha256', sha256) }) },
    ...(blake2 === undefined ? {} : { blake2: hexOf('blake2', blake2) }),
  };
}

/** An attestation that came as part of the field, with the end of the name that its file gets. */
export interface SentAttestation {
  kind: string;
  content: Buffer;
}

/** The attestations in the field of that name: a list of objects, none of a kind twice (PEP 740, "Upload endpoint changes"). Throws InvalidInput, InvalidPackage. */
export function readAttestations(fields: Fields): SentAttestation[] {
  const text = oneOf(fields, 'attestations');
  if (text === undefined) return [];
  const list = parseJson(text);
  if (!Array.isArray(list) || list.length === 0) throw new InvalidInput('attestations', 'The attestations must be a list with at least one in it.');
  const sent = list.slice(0, 10).map((value: unknown) => ({ kind: readAttestation(value).kind, content: Buffer.from(JSON.stringify(value)) }));
  if (list.length > 10 || new Set(sent.map(({ kind }) => kind)).size < sent.length) throw new InvalidInput('attestations', 'There may be one attestation of each kind.');
  return sent;
}

function oneOf(fields: Fields, field: string): string | undefined {
  const values = fields.get(field) ?? [];
  if (values.length > 1) throw new InvalidInput(field, `The field "${field}" may come once.`);
  return values[0] === '' ? undefined : values[0];
}

/** Tools send hex; the documentation has MD5 in URL-safe base64. */
function hexOf(digest: keyof typeof hexLengths, text: string): string {
  const bytes = hexLengths[digest] / 2;
  if (new RegExp(`^[0-9a-fA-F]{${bytes * 2}}$`).test(text)) return text.toLowerCase();
  const decoded = Buffer.from(text, 'base64url');
  if (digest === 'md5' && decoded.length === bytes && /^[\w-]{22}(?:==)?$/.test(text)) return decoded.toString('hex');
  throw new InvalidInput(`${digest}_digest`, `The ${digest} digest is not ${bytes * 2} hexadecimal digits.`);
}
