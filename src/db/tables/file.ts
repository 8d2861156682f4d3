import { EntitySchema } from 'typeorm';
import type { JsonObject } from '../../formats/format.ts';
import { boolean, integer, json, nullable, primary, string } from './columns.ts';

/** Content: one row per distinct sha256, shared by every file that has it. (`blob` alone is a reserved word of MySQL.) */
export interface BlobRow {
  sha256: string;
  sizeBytes: number;
  /** Null: no format that has it, and nobody who sent it, needed this digest so far. */
  md5: string | null;
  sha1: string | null;
  sha512: string | null;
  /** Key in the object store. */
  objectKey: string;
  createdAt: number;
  /** When something last came to name it, or ceased to; the sweep's grace counts from here. */
  referencedAt: number;
}

export const BlobTable = new EntitySchema<BlobRow>({
  name: 'stored_blob',
  columns: {
    sha256: primary(string),
    sizeBytes: integer,
    md5: nullable(string),
    sha1: nullable(string),
    sha512: nullable(string),
    objectKey: string,
    createdAt: integer,
    referencedAt: integer,
  },
});

export interface FileRow {
  id: string;
  versionId: string;
  /** Of its version: so that content of a package is found by digest, however many other packages have it. */
  packageId: string;
  /** Path within the version. */
  name: string;
  sha256: string;
  sizeBytes: number;
  contentType: string;
  attributes: JsonObject;
  uploadedAt: number;
  downloadCount: number;
  lastDownloadedAt: number | null;
  deletedAt: number | null;
  /** Empty while live, the own id once replaced or deleted. */
  tombstone: string;
}

export const FileTable = new EntitySchema<FileRow>({
  name: 'file',
  columns: {
    id: primary(string),
    versionId: string,
    packageId: string,
    name: string,
    sha256: string,
    sizeBytes: integer,
    contentType: string,
    attributes: json,
    uploadedAt: integer,
    downloadCount: integer,
    lastDownloadedAt: nullable(integer),
    deletedAt: nullable(integer),
    tombstone: string,
  },
});

/** Content that a package has before any of its versions names it. The package itself need not be there yet. */
export interface HeldContentRow {
  namespaceId: string;
  format: string;
  normalizedName: string;
  sha256: string;
  heldAt: number;
  expiresAt: number;
}

export const HeldContentTable = new EntitySchema<HeldContentRow>({
  name: 'held_content',
  columns: {
    namespaceId: primary(string),
    format: primary(string),
    normalizedName: primary(string),
    sha256: primary(string),
    heldAt: integer,
    expiresAt: integer,
  },
});

/** Objects to remove from the store once `dueAt` has passed: the durable queue of the sweep. */
export interface DiscardRow {
  objectKey: string;
  dueAt: number;
}

export const DiscardTable = new EntitySchema<DiscardRow>({
  name: 'discard',
  columns: { objectKey: primary(string), dueAt: integer },
});

/** Bytes that were sent ahead of `publishPackage`. */
export interface UploadRow {
  id: string;
  namespaceId: string;
  /** The user or token it belongs to; nobody else may fill or publish it. */
  principalId: string;
  fileName: string;
  /** The format and normalised name of the package that it is for; null: it is not known yet. */
  format: string | null;
  packageName: string | null;
  /** Null until the bytes have arrived. */
  objectKey: string | null;
  sizeBytes: number | null;
  md5: string | null;
  sha1: string | null;
  sha256: string | null;
  sha512: string | null;
  /** How many bytes have arrived: the end of the last part, or the size of the object. */
  receivedBytes: number;
  partCount: number;
  /** The size that was announced with a part. */
  lengthBytes: number | null;
  /** Counts the requests that went on with it: bytes of any but the newest come too late. */
  turn: number;
  createdAt: number;
  expiresAt: number;
}

export const UploadTable = new EntitySchema<UploadRow>({
  name: 'upload_session',
  columns: {
    id: primary(string),
    namespaceId: string,
    principalId: string,
    fileName: string,
    format: nullable(string),
    packageName: nullable(string),
    objectKey: nullable(string),
    sizeBytes: nullable(integer),
    md5: nullable(string),
    sha1: nullable(string),
    sha256: nullable(string),
    sha512: nullable(string),
    receivedBytes: integer,
    partCount: integer,
    lengthBytes: nullable(integer),
    turn: integer,
    createdAt: integer,
    expiresAt: integer,
  },
});

/** A piece of an upload that comes in several, in an object of its own until all of them are joined: one chunk, or several that one process took in a row. */
export interface UploadPartRow {
  uploadId: string;
  /** Where in the upload it begins: the end of the part before. */
  offsetBytes: number;
  /** What it had when it was begun, at least one. A growing one has all up to the next part, or to the end of what has arrived. */
  sizeBytes: number;
  objectKey: string;
  /**
   * Whether the process that began it may add to its object: this is then not to be taken as it is by any other, and may have more bytes than count, where
   * a process died, or was late. Only that process knows its digests.
   */
  isGrowing: boolean;
  md5: string | null;
  sha1: string | null;
  sha256: string | null;
  sha512: string | null;
}

export const UploadPartTable = new EntitySchema<UploadPartRow>({
  name: 'upload_part',
  columns: {
    uploadId: primary(string),
    offsetBytes: primary(integer),
    sizeBytes: integer,
    objectKey: string,
    isGrowing: boolean,
    md5: nullable(string),
    sha1: nullable(string),
    sha256: nullable(string),
    sha512: nullable(string),
  },
});
