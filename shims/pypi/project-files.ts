import type { FileDocumentRow } from '../../src/packages/document-rows.ts';
import { digestOf } from '../../src/storage/digests.ts';
import type { PyPiAttributes } from './inspect.ts';

/** A distribution as documents list it. Instants are milliseconds since 1970, digests lower-case hex. */
export interface ProjectFile {
  /** As it was first published. */
  version: string;
  normalizedVersion: string;
  name: string;
  sizeBytes: number;
  sha256: string;
  md5: string;
  uploadedAt: number;
  attributes: PyPiAttributes;
  /** Set: installers pass over it unless it is asked for by its exact version, and why; empty where that was not said (PEP 592). */
  yanked?: string;
  hasSignature: boolean;
  hasAttestations: boolean;
}

/** A hidden version is meant for nobody new, which is just what yanked means to installers. */
const hiddenReason = 'This version is hidden by its publisher and not meant for new use.';

/** The distributions of a project by version and name; signatures and attestations become facts of what they are of. */
export function projectFiles(rows: readonly FileDocumentRow[]): ProjectFile[] {
  const all = rows.map((row) => ({ row, attributes: JSON.parse(row.attributes) as PyPiAttributes }));
  const companions = new Set(all.filter(({ attributes }) => attributes.of !== undefined).map(({ row, attributes }) => companionKey(row, attributes.of ?? '', attributes.kind)));
  return all
    .filter(({ attributes }) => attributes.of === undefined)
    .map(({ row, attributes }) => ({
      version: row.version,
      normalizedVersion: row.normalizedVersion,
      name: row.fileName,
      sizeBytes: Number(row.sizeBytes),
      sha256: row.sha256,
      md5: digestOf(row, 'md5'),
      uploadedAt: Number(row.uploadedAt),
      attributes,
      ...(row.status === 'YANKED' ? { yanked: row.statusReason ?? '' } : row.status === 'HIDDEN' ? { yanked: hiddenReason } : {}),
      hasSignature: companions.has(companionKey(row, row.fileName, 'signature')),
      hasAttestations: companions.has(companionKey(row, row.fileName, 'attestation')),
    }));
}

function companionKey({ normalizedVersion }: FileDocumentRow, fileName: string, kind: string): string {
  return `${normalizedVersion}/${fileName}/${kind}`;
}

/** Where a distribution is, below the endpoint. */
export function fileUrl(endpointUrl: string, project: string, { normalizedVersion, name }: Pick<ProjectFile, 'normalizedVersion' | 'name'>): string {
  return `${endpointUrl}/files/${project}/${encodeURIComponent(normalizedVersion)}/${encodeURIComponent(name)}`;
}

/** Where the provenance of a distribution is. */
export function provenanceUrl(endpointUrl: string, project: string, { normalizedVersion, name }: ProjectFile): string {
  return `${endpointUrl}/integrity/${project}/${encodeURIComponent(normalizedVersion)}/${encodeURIComponent(name)}/provenance`;
}

/** `yyyy-mm-ddThh:mm:ss.ffffffZ`, as all of PyPI's documents have it. */
export function microseconds(instant: number): string {
  return new Date(instant).toISOString().replace('Z', '000Z');
}
