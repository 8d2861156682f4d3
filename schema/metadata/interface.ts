import type { StoredMetadata } from '../../src/packages/queries/load-versions.ts';
import { builder } from '../builder.ts';

/** What a version's metadata is read from. */
export type MetadataSource = StoredMetadata;

/** The GraphQL type of a format's metadata: one file of this folder. */
export interface MetadataType {
  /** Id of the format. */
  format: string;
  /** Name of the type. */
  typeName: string;
}

const typeNames = new Map<string, string>();

/** Tells which type shows the metadata of a format; called by `metadata/list.ts` for each. */
export function registerMetadataType({ format, typeName }: MetadataType): void {
  typeNames.set(format, typeName);
}

/** The interface that every format's metadata type implements. */
export const PackageMetadata = builder.interfaceRef<MetadataSource>('PackageMetadata').implement({
  description: "A format's own facts of a version. Each format has its type; `raw` is what all of them have.",
  resolveType: ({ format }) => typeNames.get(format) ?? 'RawMetadata',
  fields: (t) => ({
    raw: t.field({ type: 'JSON', description: 'Everything that is stored, as it is stored.', resolve: ({ metadata }) => JSON.parse(metadata) as unknown }),
  }),
});

builder.objectRef<MetadataSource>('RawMetadata').implement({
  description: 'Metadata of a format that has no type of its own.',
  interfaces: [PackageMetadata],
});

const parsed = new WeakMap<MetadataSource, unknown>();

/** What a format stores of a version, parsed once however many fields ask; `Stored` is what the format's `inspect` gives. */
export function storedOf<Stored extends object>(source: MetadataSource): Stored {
  const known = parsed.get(source) ?? (JSON.parse(source.metadata) as unknown);
  parsed.set(source, known);
  return known as Stored;
}
