import type { JsonObject } from '../../src/formats/format.ts';
import type { NpmMetadata } from './inspect.ts';
import { installFields } from './manifest.ts';

type Facts = Omit<NpmMetadata, 'manifest' | 'installTextLength'>;

/** Stored metadata, ready to be spliced into documents. Both texts are JSON objects, never empty ones. */
export interface StoredMetadata {
  manifestText: string;
  /** Only the fields that an install needs. */
  installText: string;
  facts: Facts;
}

const start = '{"manifest":';
const seam = '},"fileCount":';

/**
 * Takes the stored JSON text of {@link NpmMetadata} apart without parsing the manifest: of a package with 5,000 versions
 * every packument holds 5,000 of them. Text in another arrangement than {@link inspectTarball} makes (re-written by hand or by
 * a database) is parsed and written anew, which gives the same more slowly.
 */
export function splitMetadata(metadata: string): StoredMetadata {
  // Inside a string every quote is escaped, so the last seam is the real one: behind it are plain values alone.
  const end = metadata.startsWith(start) ? metadata.lastIndexOf(seam) + 1 : 0;
  if (end === 0) return splitSlowly(metadata);
  const { installTextLength = 0, ...facts } = JSON.parse(`{${metadata.slice(end + 1)}`) as Facts & { installTextLength?: number };
  const manifestText = metadata.slice(start.length, end);
  const next = manifestText[installTextLength - 1];
  if (next !== ',' && next !== '}') return splitSlowly(metadata);
  return { manifestText, installText: `${manifestText.slice(0, installTextLength - 1)}}`, facts };
}

function splitSlowly(metadata: string): StoredMetadata {
  const { manifest, installTextLength: _, ...facts } = JSON.parse(metadata) as NpmMetadata;
  const install: JsonObject = {};
  for (const field of installFields) if (manifest[field] !== undefined) install[field] = manifest[field];
  return { manifestText: JSON.stringify(manifest), installText: JSON.stringify(install), facts };
}
