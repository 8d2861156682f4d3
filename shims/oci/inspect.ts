import { ContentMissing, DigestMismatch, InvalidInput, InvalidPackage } from '../../src/errors.ts';
import type { FileFacts, FindContent, PublishTarget, SharedFile, UploadedFile, WholeInspection } from '../../src/formats/format.ts';
import { parseDigest } from '../../src/storage/named-digest.ts';
import { maxConfigBytes, parseChartConfig, parseImageConfig } from './config.ts';
import { factsOf } from './facts.ts';
import { type Descriptor, looksLikeManifest, type Manifest, maxManifestBytes, parseManifest } from './manifest.ts';
import { helmConfig, imageConfigTypes, isForeign } from './media-types.ts';
import { normalizeVersion, validateName } from './name.ts';

/**
 * Reads a version out of its manifest; what the manifest lists is among the uploads, or the package has it. Everything that it says of that is checked:
 * digests, sizes, media types of other manifests. Throws InvalidPackage, InvalidName, InvalidVersion, InvalidInput, DigestMismatch, ContentMissing.
 */
export async function inspectAll(files: readonly UploadedFile[], { name, version: wanted }: PublishTarget, find: FindContent): Promise<WholeInspection> {
  if (name === undefined) throw new InvalidInput('name', 'A manifest needs the name of the repository that it belongs to.');
  validateName(name);
  const { file, bytes } = await findManifest(files, wanted);
  const version = versionOf(file, wanted);
  const manifest = parseManifest(bytes);
  const uploads = new Map(files.filter((other) => other !== file).map((other) => [other, undefined as FileFacts | undefined]));
  const shared: SharedFile[] = [];
  const seen = new Map<string, UploadedFile>();
  for (const { descriptor, role } of contentsOf(manifest)) {
    const known = seen.get(descriptor.digest);
    const content = known ?? [...uploads.keys()].find((upload) => isNamed(upload, descriptor.digest)) ?? (await find(descriptor.digest));
    if (!content && isForeign(descriptor)) continue;
    if (!content) throw new ContentMissing(descriptor.digest);
    checkSize(descriptor, content);
    // A layer may be listed twice, and is one file.
    if (known) continue;
    seen.set(descriptor.digest, content);
    const facts: FileFacts = { name: descriptor.digest, contentType: descriptor.mediaType, attributes: { role } };
    if (uploads.has(content)) uploads.set(content, facts);
    else shared.push({ facts, sha256: content.digests.sha256, sizeBytes: content.sizeBytes });
  }
  for (const child of distinct(manifest.manifests)) await checkChild(child, find);
  const own: FileFacts = { name: version, contentType: manifest.mediaType, attributes: { role: 'manifest' } };
  return {
    version: factsOf(manifest, { name, version, sizeBytes: file.sizeBytes, ...(await readConfig(manifest, seen.get(manifest.config?.digest ?? ''))) }),
    files: files.map((each) => (each === file ? own : (uploads.get(each) ?? rejectStray(each)))),
    shared,
  };
}

/** The one upload that is a manifest: the one that was asked for, or else the only one that could be. */
async function findManifest(files: readonly UploadedFile[], wanted: string | undefined): Promise<{ file: UploadedFile; bytes: Buffer }> {
  const named = wanted === undefined ? undefined : files.find((file) => isNamed(file, normalizeVersion(wanted)));
  const candidates = named ? [named] : files.filter(({ sizeBytes }) => sizeBytes <= maxManifestBytes);
  let found: { file: UploadedFile; bytes: Buffer } | undefined;
  for (const file of candidates) {
    const bytes = await readAll(file, maxManifestBytes);
    if (files.length > 1 && !named && !looksLikeManifest(bytes)) continue;
    if (found) throw new InvalidPackage('One publish takes one manifest; publish those that an index lists before the index.');
    found = { file, bytes };
  }
  if (!found) throw new InvalidPackage(`None of the uploads is a manifest of at most ${maxManifestBytes} bytes.`);
  return found;
}

/** Throws DigestMismatch where the bytes are not those of the digest that was asked for. */
function versionOf({ digests }: UploadedFile, wanted: string | undefined): string {
  if (wanted === undefined) return `sha256:${digests.sha256}`;
  const { algorithm, hex } = parseDigest(normalizeVersion(wanted));
  if (digests[algorithm] !== hex) throw new DigestMismatch(algorithm, hex, digests[algorithm] ?? '');
  return wanted;
}

function contentsOf({ config, layers }: Manifest): { descriptor: Descriptor; role: 'config' | 'layer' }[] {
  return [...(config ? [{ descriptor: config, role: 'config' as const }] : []), ...layers.map((descriptor) => ({ descriptor, role: 'layer' as const }))];
}

function distinct(descriptors: readonly Descriptor[]): Descriptor[] {
  return [...new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor])).values()];
}

function isNamed({ digests }: UploadedFile, digest: string): boolean {
  const { algorithm, hex } = parseDigest(digest);
  return digests[algorithm] === hex;
}

function checkSize({ digest, sizeBytes }: Descriptor, content: UploadedFile): void {
  if (content.sizeBytes !== sizeBytes) throw new InvalidPackage(`The manifest says that ${digest} has ${sizeBytes} bytes, but it has ${content.sizeBytes}.`);
}

/** That it is a version of the package is seen to when the index is published. */
async function checkChild(child: Descriptor, find: FindContent): Promise<void> {
  const content = await find(child.digest);
  if (!content) throw new ContentMissing(child.digest);
  checkSize(child, content);
  const { contentType = child.mediaType } = content;
  if (contentType !== child.mediaType) throw new InvalidPackage(`The index says that ${child.digest} is ${child.mediaType}, but it is ${contentType}.`);
}

async function readConfig({ config, artifactType }: Manifest, content: UploadedFile | undefined) {
  if (!config || !content || content.sizeBytes > maxConfigBytes) return {};
  if (config.mediaType === helmConfig) return { chart: parseChartConfig(await readAll(content, maxConfigBytes)) };
  if (artifactType !== undefined || !imageConfigTypes.has(config.mediaType)) return {};
  return { image: parseImageConfig(await readAll(content, maxConfigBytes)) };
}

function rejectStray({ fileName }: UploadedFile): never {
  throw new InvalidPackage(`The manifest does not list ${fileName}; upload only what it does.`);
}

/** The content of a file that is known to have at most so many bytes. */
async function readAll(file: UploadedFile, limitBytes: number): Promise<Buffer> {
  if (file.sizeBytes > limitBytes) throw new InvalidPackage(`${file.fileName} has more than ${limitBytes} bytes.`);
  const chunks: Buffer[] = [];
  for await (const chunk of await file.open()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
