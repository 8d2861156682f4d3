import { builder } from '../builder.ts';
import { type MetadataSource, type MetadataType, PackageMetadata } from './interface.ts';

builder.objectRef<MetadataSource>('GenericMetadata').implement({
  description: 'Metadata of a generic version: nothing but its files is known of it.',
  interfaces: [PackageMetadata],
});

/** Generic files. */
export const genericMetadata: MetadataType = { format: 'generic', typeName: 'GenericMetadata' };
