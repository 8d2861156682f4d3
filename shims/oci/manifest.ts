import { InvalidPackage } from '../../src/errors.ts';
import { readDigest } from '../../src/storage/named-digest.ts';
import { manifestTypes, ociIndex, ociManifest } from './media-types.ts';

/** No manifest may be larger, in bytes; registries are asked to take at least 4 MB. */
export const maxManifestBytes = 8 * 1024 * 1024;
/** How many things one may list. */
const maxDescriptors = 2_000;
const maxText = 255;
/** Characters of all annotations and URLs together: lists of manifests repeat them. */
const maxSaid = 4 * 1024 * 1024;

/** What a manifest says of something that it lists (https://github.com/opencontainers/image-spec/blob/main/descriptor.md). */
export interface Descriptor {
  mediaType: string;
  digest: string;
  sizeBytes: number;
  artifactType?: string;
  urls?: string[];
  annotations?: Record<string, string>;
  platform?: Platform;
}

/** What an image runs on. */
export interface Platform {
  os: string;
  architecture: string;
  variant?: string;
  osVersion?: string;
}

/** A manifest or an index, as far as it is understood here; its bytes are kept as they are. */
export interface Manifest {
  mediaType: string;
  artifactType?: string;
  config?: Descriptor;
  /** Content that it is made of, beside its configuration. */
  layers: Descriptor[];
  /** Other manifests, of an index. */
  manifests: Descriptor[];
  subject?: Descriptor;
  annotations: Record<string, string>;
}

/**
 * Reads a manifest (https://github.com/opencontainers/image-spec/blob/main/manifest.md), an index
 * (https://github.com/opencontainers/image-spec/blob/main/image-index.md), or one of Docker's. Throws InvalidPackage for what is none.
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const document = parseJson(bytes);
  if (document['schemaVersion'] !== 2) reject('schemaVersion must be 2; manifests of Docker\'s first schema are not taken any more');
  const mediaType = mediaTypeOf(document);
  const isIndex = manifestTypes.get(mediaType) === 'index';
  if (isIndex && document['layers'] !== undefined) reject('an index has no layers');
  if (!isIndex && document['manifests'] !== undefined) reject('a manifest that is no index lists no manifests');
  const layers = isIndex ? [] : listOf(document['layers'] ?? document['blobs'] ?? [], 'layers');
  const manifests = isIndex ? listOf(document['manifests'] ?? reject('an index lists manifests'), 'manifests') : [];
  const config = isIndex || document['config'] === undefined ? undefined : descriptorOf(document['config'], 'config');
  if (!isIndex && !config && mediaType === ociManifest) reject('a manifest has a config');
  const subject = document['subject'] === undefined || document['subject'] === null ? undefined : descriptorOf(document['subject'], 'subject');
  const artifactType = textOf(document['artifactType'], 'artifactType');
  const annotations = annotationsOf(document['annotations'], 'annotations');
  checkSaid(annotations, [...layers, ...manifests, ...(config ? [config] : []), ...(subject ? [subject] : [])]);
  return { mediaType, layers, manifests, annotations, ...(artifactType ? { artifactType } : {}), ...(config ? { config } : {}), ...(subject ? { subject } : {}) };
}

/** Whether bytes could be a manifest: cheap to tell, where several uploads are looked through. */
export function looksLikeManifest(bytes: Uint8Array): boolean {
  try {
    const document = parseJson(bytes);
    return document['schemaVersion'] === 2 && ['layers', 'manifests', 'config', 'blobs'].some((field) => document[field] !== undefined);
  } catch {
    return false;
  }
}

type Document = Record<string, unknown>;

function reject(why: string): never {
  throw new InvalidPackage(`This is no manifest: ${why}.`);
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(bytes: Uint8Array): Document {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    reject('it is not JSON in UTF-8');
  }
  return isObject(value) ? value : reject('it is no object');
}

/** As it says itself, or else by what it lists. */
function mediaTypeOf(document: Document): string {
  const declared = textOf(document['mediaType'], 'mediaType');
  if (declared !== undefined) return manifestTypes.has(declared) ? declared : reject(`the media type ${declared} is not one of ${[...manifestTypes.keys()].join(', ')}`);
  return document['manifests'] === undefined ? ociManifest : ociIndex;
}

function listOf(value: unknown, field: string): Descriptor[] {
  if (value === null) return [];
  if (!Array.isArray(value)) reject(`${field} is no list`);
  if (value.length > maxDescriptors) reject(`${field} has more than ${maxDescriptors} entries`);
  return value.map((entry, index) => descriptorOf(entry, `${field}[${index}]`));
}

function descriptorOf(value: unknown, field: string): Descriptor {
  if (!isObject(value)) reject(`${field} is no descriptor`);
  const mediaType = textOf(value['mediaType'], `${field}.mediaType`) ?? reject(`${field} has no mediaType`);
  const named = value['digest'];
  if (typeof named !== 'string' || !readDigest(named)) reject(`${field}.digest is no sha256 or sha512 digest in lower-case hex`);
  const sizeBytes = value['size'];
  if (typeof sizeBytes !== 'number' || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0) reject(`${field}.size is no number of bytes`);
  const artifactType = textOf(value['artifactType'], `${field}.artifactType`);
  const urls = Array.isArray(value['urls']) ? value['urls'].filter((url) => typeof url === 'string') : [];
  const annotations = annotationsOf(value['annotations'], `${field}.annotations`);
  const platform = platformOf(value['platform']);
  return {
    mediaType,
    digest: named,
    sizeBytes,
    ...(artifactType ? { artifactType } : {}),
    ...(urls.length > 0 ? { urls } : {}),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    ...(platform ? { platform } : {}),
  };
}

/** Absent or empty: undefined. */
function textOf(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || value.length > maxText || /[^\x20-\x7e]/.test(value)) reject(`${field} is no text of at most ${maxText} printable characters`);
  return value;
}

function annotationsOf(value: unknown, field: string): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) reject(`${field} is no object`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') reject(`${field}: the annotation ${key.slice(0, 100)} is no text`);
  }
  return value as Record<string, string>;
}

function checkSaid(own: Record<string, string>, descriptors: readonly Descriptor[]): void {
  const said = [own, ...descriptors.map(({ annotations, urls }) => [annotations, urls])];
  const characters = said.reduce((sum: number, each) => sum + JSON.stringify(each).length, 0);
  if (characters > maxSaid) reject(`its annotations and URLs have more than ${maxSaid} characters`);
}

/** Of a platform that is none nothing is known; it is for display only. */
export function platformOf(value: unknown): Platform | undefined {
  if (!isObject(value)) return undefined;
  const text = (field: string) => (typeof value[field] === 'string' && value[field].length <= maxText ? value[field] : '');
  const [os, architecture, variant, osVersion] = [text('os'), text('architecture'), text('variant'), text('os.version')];
  if (os === '' && architecture === '') return undefined;
  return { os, architecture, ...(variant ? { variant } : {}), ...(osVersion ? { osVersion } : {}) };
}
