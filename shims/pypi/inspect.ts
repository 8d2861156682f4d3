import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { InvalidPackage } from '../../src/errors.ts';
import type { FileFacts, Inspection, JsonObject, PublishTarget, UploadedFile } from '../../src/formats/format.ts';
import { checkSubject, maxAttestationBytes, parseJson, readAttestation } from './attestation.ts';
import { type CoreMetadata, parseCoreMetadata } from './core-metadata.ts';
import { factsOf } from './facts.ts';
import { checkSdistName, kindOfFile, parseWheelName, type WheelName } from './file-name.ts';
import { normalizeName } from './name.ts';
import { readSdistMetadata } from './sdist.ts';
import { normalizeVersion } from './version.ts';
import { readWheelMetadata } from './wheel.ts';

/** `FileFacts.attributes` of PyPI. */
export interface PyPiAttributes {
  kind: 'wheel' | 'sdist' | 'attestation' | 'signature';
  /** Of a wheel: what its name says. */
  pythonTags?: string[];
  abiTags?: string[];
  platformTags?: string[];
  build?: string;
  /** The Pythons that this file is for, as its own metadata says. */
  requiresPython?: string;
  /** SHA-256 of the metadata in it, lower-case hex. */
  metadataSha256?: string;
  /** Of an attestation or a signature: the file that it is of. */
  of?: string;
  /** Of an attestation: what it attests. */
  predicateType?: string;
}

const companion = /^(.+)\.(?:(?:publish|slsa)\.attestation|asc)$/;
const maxSignatureBytes = 8 * 1024;

/**
 * Reads a wheel or a source distribution. All facts come from its bytes, none from what a client says of it, and its name must agree with them, and the target where it says something. Attestations
 * (`{file}.publish.attestation`, as tools call them) and PGP signatures (`{file}.asc`) belong to a file that must be sent with them.
 * Throws InvalidPackage, InvalidName, InvalidVersion; passes on what opening and reading the upload throws.
 */
export async function inspectDistribution(file: UploadedFile, target: PublishTarget = {}, beside: readonly UploadedFile[] = []): Promise<Inspection> {
  const inspection = await inspectFile(file, beside);
  checkTarget(inspection, target);
  return inspection;
}

async function inspectFile(file: UploadedFile, beside: readonly UploadedFile[]): Promise<Inspection> {
  if (kindOfFile(file.fileName) !== undefined) return inspectOnce(file);
  const base = companion.exec(file.fileName)?.[1];
  if (base === undefined || kindOfFile(base) === undefined) {
    throw new InvalidPackage(`"${file.fileName.slice(0, 100)}" is neither a wheel (.whl) nor a source distribution (.tar.gz); no other files are taken.`);
  }
  const of = beside.find(({ fileName }) => fileName === base);
  if (of === undefined) throw new InvalidPackage(`${file.fileName.slice(0, 100)} belongs to ${base.slice(0, 100)}; send them together.`);
  const { version } = await inspectOnce(of);
  return { version, file: await companionFacts(file, of) };
}

const inspected = new WeakMap<UploadedFile, Promise<Inspection>>();

/** What a distribution says; read once, however many attestations and signatures come with it. */
function inspectOnce(file: UploadedFile): Promise<Inspection> {
  const known = inspected.get(file);
  if (known) return known;
  const inspection = kindOfFile(file.fileName) === 'wheel' ? inspectWheel(file, parseWheelName(file.fileName)) : inspectSdist(file);
  inspected.set(file, inspection);
  return inspection;
}

/** What is announced of a file must be what it is. */
function checkTarget({ version: found }: Inspection, { name = found.name, version = found.version }: PublishTarget): void {
  if (normalizeName(name) === normalizeName(found.name) && normalizeVersion(version) === normalizeVersion(found.version)) return;
  throw new InvalidPackage(`The file is ${found.name} ${found.version}, but ${name.slice(0, 100)} ${version.slice(0, 100)} was to be published.`);
}

/** Facts of an attestation or a signature. Throws InvalidPackage where it is none, or not of that file. */
export async function companionFacts(file: UploadedFile, of: UploadedFile): Promise<FileFacts> {
  if (file.fileName === `${of.fileName}.asc`) {
    const isSignature = file.sizeBytes <= maxSignatureBytes && (await text(await file.open())).startsWith('-----BEGIN PGP SIGNATURE-----');
    if (!isSignature) throw new InvalidPackage('The signature is not an armoured PGP signature of at most 8 KiB.');
    return fileFacts(file.fileName, 'application/pgp-signature', { kind: 'signature', of: of.fileName });
  }
  if (file.sizeBytes > maxAttestationBytes) throw new InvalidPackage(`An attestation has at most ${maxAttestationBytes} bytes.`);
  const attestation = readAttestation(parseJson(await text(await file.open())));
  checkSubject(attestation, { fileName: of.fileName, sha256: of.digests.sha256 });
  const name = `${of.fileName}.${attestation.kind}.attestation`;
  if (file.fileName !== name) throw new InvalidPackage(`What ${file.fileName.slice(0, 100)} attests makes it ${name}.`);
  return fileFacts(name, 'application/json', { kind: 'attestation', of: of.fileName, predicateType: attestation.predicateType });
}

async function inspectWheel(file: UploadedFile, name: WheelName): Promise<Inspection> {
  const bytes = await readWheelMetadata(file, name);
  const metadata = parseCoreMetadata(bytes);
  checkSame(metadata, name, file.fileName);
  const { pythonTags, abiTags, platformTags, build } = name;
  const tags = { pythonTags, abiTags, platformTags, ...(build === undefined ? {} : { build }) };
  // Tools make a wheel's metadata whole, whereas that of an sdist may leave to the build what depends on it.
  return { version: factsOf(metadata), describes: true, file: fileFacts(file.fileName, 'application/octet-stream', { kind: 'wheel', ...tags, ...ownFacts(metadata, bytes) }) };
}

async function inspectSdist(file: UploadedFile): Promise<Inspection> {
  const bytes = await readSdistMetadata(file);
  const metadata = parseCoreMetadata(bytes);
  checkSdistName(file.fileName, metadata.name, metadata.version);
  return { version: factsOf(metadata), file: fileFacts(file.fileName, 'application/octet-stream', { kind: 'sdist', ...ownFacts(metadata, bytes) }) };
}

function checkSame(metadata: CoreMetadata, { name, version }: WheelName, fileName: string): void {
  if (normalizeName(metadata.name) === normalizeName(name) && normalizeVersion(metadata.version) === normalizeVersion(version)) return;
  throw new InvalidPackage(`The metadata in ${fileName} is of ${metadata.name} ${metadata.version}; it must be what the file name says.`);
}

function ownFacts({ fields: { requiresPython } }: CoreMetadata, bytes: Buffer): Pick<PyPiAttributes, 'requiresPython' | 'metadataSha256'> {
  return { ...(requiresPython === undefined ? {} : { requiresPython }), metadataSha256: createHash('sha256').update(bytes).digest('hex') };
}

function fileFacts(name: string, contentType: string, attributes: PyPiAttributes): FileFacts {
  return { name, contentType, attributes: { ...attributes } satisfies JsonObject };
}
