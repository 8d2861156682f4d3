import { InvalidPackage } from '../../src/errors.ts';
import type { JsonObject } from '../../src/formats/format.ts';

/** What an attestation says, as far as it is looked at here; its signature is for the installer to verify. */
export interface Attestation {
  /** How its file is called behind the name of the distribution: `publish` or `slsa`. */
  kind: string;
  predicateType: string;
  /** The file that it is about. */
  subject: { name: string; sha256: string };
}

/** The predicates that an index takes (https://docs.pypi.org/attestations/), by what tools call their files. */
const kinds: Record<string, string> = { 'https://docs.pypi.org/attestations/publish/v1': 'publish', 'https://slsa.dev/provenance/v1': 'slsa' };

/** One attestation may have so many bytes. */
export const maxAttestationBytes = 512 * 1024;

/** The names of attestations of a distribution, with and without what stands behind the latter's own name. */
export const attestationKinds: readonly string[] = Object.values(kinds);

/**
 * Reads an attestation object (PEP 740, https://packaging.python.org/en/latest/specifications/index-hosted-attestations/#attestation-objects) with the in-toto statement in
 * it (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md). Throws InvalidPackage.
 */
export function readAttestation(value: unknown): Attestation {
  const { version, verification_material: material, envelope } = asObject(value, 'an attestation');
  if (version !== 1) throw malformed('its version is not 1');
  const { certificate, transparency_entries: entries } = asObject(material, 'its verification material');
  if (!isBase64(certificate) || !Array.isArray(entries) || entries.length === 0) throw malformed('it has no certificate or no transparency entry');
  const { statement, signature } = asObject(envelope, 'its envelope');
  if (!isBase64(statement) || !isBase64(signature)) throw malformed('its statement or signature is not base64');
  const { _type: type, subject, predicateType } = asObject(parseJson(Buffer.from(statement, 'base64').toString()), 'its statement');
  if (type !== 'https://in-toto.io/Statement/v1') throw malformed('its statement is not an in-toto statement of version 1');
  const kind = typeof predicateType === 'string' && Object.hasOwn(kinds, predicateType) ? kinds[predicateType] : undefined;
  if (typeof predicateType !== 'string' || kind === undefined) throw malformed(`its predicate is none of ${Object.keys(kinds).join(', ')}`);
  const [only, ...others] = Array.isArray(subject) ? (subject as unknown[]) : [];
  if (others.length > 0) throw malformed('it is about more than one file');
  const { name, digest } = asObject(only, 'its subject');
  const { sha256 } = asObject(digest, 'the digest of its subject');
  if (typeof name !== 'string' || typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) throw malformed('its subject has no name or no SHA-256');
  return { kind, predicateType, subject: { name, sha256 } };
}

/** Throws InvalidPackage unless an attestation is about the file of that name with those bytes. */
export function checkSubject({ subject }: Attestation, file: { fileName: string; sha256: string }): void {
  if (subject.name !== file.fileName) throw new InvalidPackage(`The attestation is about ${subject.name.slice(0, 100)}, not about ${file.fileName}.`);
  if (subject.sha256 !== file.sha256) throw new InvalidPackage(`The attestation is about a ${file.fileName} with other content: its SHA-256 is ${file.sha256}, the attestation says ${subject.sha256}.`);
}

/** The provenance object of a file (PEP 740, https://packaging.python.org/en/latest/specifications/index-hosted-attestations/#provenance-objects) with its attestations as they were sent. */
export function renderProvenance(attestations: readonly string[]): string {
  return `{"version":1,"attestation_bundles":[{"publisher":{"kind":"Entrepot","claims":null},"attestations":[${attestations.join(',')}]}]}`;
}

/** Parses JSON; throws InvalidPackage. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('it is not JSON');
  }
}

function asObject(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw malformed(`${what} is not an object`);
}

function isBase64(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(value);
}

function malformed(why: string): InvalidPackage {
  return new InvalidPackage(`The attestation is not one of PEP 740: ${why}.`);
}
