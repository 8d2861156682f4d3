import { EntitySchema } from 'typeorm';
import type { BuildInfo, JsonObject } from '../../formats/format.ts';
import { boolean, integer, json, nullable, primary, string, text } from './columns.ts';
import type { Visibility } from './namespace.ts';

export interface PackageRow {
  id: string;
  namespaceId: string;
  /** The node below which the name has one owner: see `claimScopeOf`. */
  topId: string;
  format: string;
  /** The spelling of the first publish. */
  name: string;
  normalizedName: string;
  /** Grows with every change that a rendered document could show. */
  revision: number;
  /** Of the latest version, for lists and search. */
  description: string | null;
  /** Of the latest version, for search; null where there is none. */
  keywords: string[] | null;
  createdAt: number;
  updatedAt: number;
  /** Set: deleted, the name still claimed. */
  deletedAt: number | null;
  /** Whether it has left its namespace's inheritance: only grants and owners count, and its own visibility. */
  isRestricted: boolean;
  /** Its own; null: as its namespace, or PRIVATE where it is restricted. Never opens more than the namespace. */
  visibility: Visibility | null;
}

export const PackageTable = new EntitySchema<PackageRow>({
  name: 'package',
  columns: {
    id: primary(string),
    namespaceId: string,
    topId: string,
    format: string,
    name: string,
    normalizedName: string,
    revision: integer,
    description: nullable(text),
    keywords: nullable(json),
    createdAt: integer,
    updatedAt: integer,
    deletedAt: nullable(integer),
    isRestricted: boolean,
    visibility: nullable(string),
  },
});

export type VersionStatus = 'PUBLISHED' | 'HIDDEN' | 'DEPRECATED' | 'YANKED' | 'DELETED';

export interface VersionRow {
  id: string;
  packageId: string;
  version: string;
  normalizedVersion: string;
  /** Bytewise order is the format's order. */
  sortKey: string;
  isPrerelease: boolean;
  status: VersionStatus;
  statusReason: string | null;
  description: string | null;
  readme: string | null;
  licenses: string[];
  homepage: string | null;
  repositoryUrl: string | null;
  keywords: string[];
  authors: string[];
  metadata: JsonObject;
  build: BuildInfo | null;
  /** Of its live files together. */
  sizeBytes: number;
  publishedAt: number;
  /** A user's or a token's id. */
  publishedById: string | null;
  deletedAt: number | null;
  /** Empty while live, the own id once deleted: leaves the version's place in the unique key free. */
  tombstone: string;
}

export const VersionTable = new EntitySchema<VersionRow>({
  name: 'version',
  columns: {
    id: primary(string),
    packageId: string,
    version: string,
    normalizedVersion: string,
    sortKey: string,
    isPrerelease: boolean,
    status: string,
    statusReason: nullable(text),
    description: nullable(text),
    readme: nullable(text),
    licenses: json,
    homepage: nullable(text),
    repositoryUrl: nullable(text),
    keywords: json,
    authors: json,
    metadata: json,
    build: nullable(json),
    sizeBytes: integer,
    publishedAt: integer,
    publishedById: nullable(string),
    deletedAt: nullable(integer),
    tombstone: string,
  },
});

export interface TagRow {
  packageId: string;
  name: string;
  versionId: string;
  updatedAt: number;
  /**
   * The versions that it has moved off by itself, since they could not be installed; first the one that somebody put it at. Null: none.
   */
  formerVersionIds: string[] | null;
}

export const TagTable = new EntitySchema<TagRow>({
  name: 'tag',
  columns: { packageId: primary(string), name: primary(string), versionId: string, updatedAt: integer, formerVersionIds: nullable(json) },
});

/** A tag that a deleted version had, which restoring it brings back. */
export interface BuriedTagRow {
  versionId: string;
  name: string;
  /** When the version was deleted. */
  deletedAt: number;
}

export const BuriedTagTable = new EntitySchema<BuriedTagRow>({
  name: 'buried_tag',
  columns: { versionId: primary(string), name: primary(string), deletedAt: integer },
});

export interface DependencyRow {
  versionId: string;
  /** Order of declaration, from 0. */
  position: number;
  format: string;
  kind: string;
  name: string;
  normalizedName: string;
  requirement: string;
}

export const DependencyTable = new EntitySchema<DependencyRow>({
  name: 'dependency',
  columns: {
    versionId: primary(string),
    position: primary(integer),
    format: string,
    kind: string,
    name: string,
    normalizedName: string,
    requirement: text,
  },
});
