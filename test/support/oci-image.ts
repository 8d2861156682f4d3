import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ociFormat } from '../../shims/oci/format.ts';
import { inspectAll } from '../../shims/oci/inspect.ts';
import { stage } from '../../src/blobs/stage.ts';
import { uploadedFile } from '../../src/blobs/uploaded-file.ts';
import type { Core } from '../../src/core.ts';
import type { NamespaceRow } from '../../src/db/tables/namespace.ts';
import { contentFinder, contentOwnerAt } from '../../src/packages/content.ts';
import { holdContent } from '../../src/packages/hold-content.ts';
import { publish, type Published } from '../../src/packages/publish.ts';
import type { Actor } from '../../src/access/actor.ts';

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';
export const configType = 'application/vnd.oci.image.config.v1+json';
export const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** The digest of bytes, as manifests name it. */
export function digestOf(bytes: Buffer | string, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** Some content as a manifest lists it. */
export function descriptorOf(bytes: Buffer | string, mediaType: string, more: object = {}) {
  return { mediaType, digest: digestOf(bytes), size: Buffer.byteLength(bytes), ...more };
}

/** An image, or any other manifest, with the content that it lists. */
export interface TestImage {
  /** Its bytes. */
  manifest: string;
  digest: string;
  mediaType: string;
  /** Configuration and layers. */
  blobs: (string | Buffer)[];
}

/** What tests say of an image; the rest has defaults. */
export interface ImageParts {
  layers?: (string | Buffer)[];
  /** The whole configuration, or what it has beside the platform. */
  config?: object;
  configType?: string;
  layerType?: string;
  /** More fields of the manifest: `subject`, `artifactType`, `annotations`. */
  fields?: object;
}

/** Makes an image of these layers. */
export function imageOf({ layers = ['layer'], config = {}, configType: typeOfConfig = configType, layerType: typeOfLayer = layerType, fields = {} }: ImageParts = {}): TestImage {
  const described = typeOfConfig === configType ? { architecture: 'amd64', os: 'linux', ...config } : config;
  const configBytes = JSON.stringify(described);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: descriptorOf(configBytes, typeOfConfig),
    layers: layers.map((layer) => descriptorOf(layer, typeOfLayer)),
    ...fields,
  });
  return { manifest, digest: digestOf(manifest), mediaType: manifestType, blobs: [...new Set([configBytes, ...layers])] };
}

/** Makes an index of other manifests. */
export function indexOf(images: readonly TestImage[], fields: object = {}): TestImage {
  const manifests = images.map(({ manifest, mediaType }, index) => descriptorOf(manifest, mediaType, { platform: { os: 'linux', architecture: index === 0 ? 'amd64' : `arch${index}` } }));
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests, ...fields });
  return { manifest, digest: digestOf(manifest), mediaType: indexType, blobs: [] };
}

function bytesOf(content: string | Buffer): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : content;
}

/** Publishes an image past any HTTP. */
export async function putImage(core: Core, actor: Actor, namespace: NamespaceRow, name: string, { manifest, blobs }: TestImage, tags: string[] = []): Promise<Published> {
  const files = await Promise.all([manifest, ...blobs].map(async (content, index) => {
    const object = await stage(core, Readable.from([bytesOf(content)]), { limitBytes: 10_000_000 });
    return { object, file: uploadedFile(core, object, `upload ${index}`) };
  }));
  const find = contentFinder(core, await contentOwnerAt(core, namespace.id, ociFormat, name));
  const whole = await inspectAll(files.map(({ file }) => file), { name }, find);
  const published = whole.files.map((facts, index) => ({ facts, object: files[index]?.object as never }));
  return publish(core, actor, { namespace, format: ociFormat, version: whole.version, files: published, shared: whole.shared, tags });
}

/** Holds content for a repository, as a pushed blob is. */
export async function holdBlob(core: Core, actor: Actor, namespace: NamespaceRow, name: string, content: string | Buffer): Promise<void> {
  const object = await stage(core, Readable.from([bytesOf(content)]), { limitBytes: 10_000_000 });
  await holdContent(core, actor, { namespace, format: ociFormat, name }, object);
}
