import type { DependencyRecord } from '../src/packages/queries/dependencies.ts';
import type { TagRecord } from '../src/packages/queries/load-packages.ts';
import type { FileRecord, PackageRecord, VersionRecord } from '../src/packages/queries/records.ts';
import { builder } from './builder.ts';

/*
 * The types that refer to each other in a circle, and the rows they are read from. Their fields are in the file of each.
 */

/** A version, with its files where they were loaded with it. */
export interface VersionNode extends VersionRecord {
  files?: FileRecord[];
}

/** A package; package.ts. */
export const PackageRef = builder.objectRef<PackageRecord>('Package');
/** A version; version.ts. */
export const VersionRef = builder.objectRef<VersionNode>('PackageVersion');
/** A file; file.ts. */
export const FileRef = builder.objectRef<FileRecord>('PackageFile');
/** A tag; package.ts. */
export const TagRef = builder.objectRef<TagRecord>('Tag');
/** A dependency; dependency.ts. */
export const DependencyRef = builder.objectRef<DependencyRecord>('Dependency');
