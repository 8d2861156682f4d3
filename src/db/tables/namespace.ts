import { EntitySchema } from 'typeorm';
import { boolean, integer, nullable, primary, string, text } from './columns.ts';

export type NamespaceKind = 'INSTANCE' | 'GROUP' | 'PROJECT';
export type Visibility = 'PUBLIC' | 'INTERNAL' | 'PRIVATE';

/** A node of the tree Instance > Group (nested) > Project. */
export interface NamespaceRow {
  id: string;
  kind: NamespaceKind;
  parentId: string | null;
  /** The top-level node above it (itself for those and for the instance): within it a package name has one owner. */
  topId: string;
  /** `acme/platform/widgets`; empty for the instance. */
  path: string;
  /** For people. */
  name: string;
  description: string | null;
  /** Ids from the instance down to the node itself, each followed by `/`: a prefix of every descendant's lineage. */
  lineage: string;
  visibility: Visibility;
  /** Effective: whether anybody may pull its packages, however private it is. Follows from settings, as the next three. */
  isPullOpen: boolean;
  /** Effective: formats that are switched off, as `,npm,maven,`; `*`: the whole registry; empty: none. */
  disabledFormats: string;
  /** Effective: how long what was deleted here stays restorable. */
  retentionDays: number;
  /** Effective: whether owners see who did what. */
  isAudited: boolean;
  createdAt: number;
  updatedAt: number;
}

export const NamespaceTable = new EntitySchema<NamespaceRow>({
  name: 'namespace',
  columns: {
    id: primary(string),
    kind: string,
    parentId: nullable(string),
    topId: string,
    path: string,
    name: string,
    description: nullable(text),
    lineage: string,
    visibility: string,
    isPullOpen: boolean,
    disabledFormats: string,
    retentionDays: integer,
    isAudited: boolean,
    createdAt: integer,
    updatedAt: integer,
  },
});

/** A node that was deleted: what happened in it is the business of the one that was above. */
export interface DeletedNamespaceRow {
  id: string;
  /** The nearest node above it that is there. */
  heirId: string;
  /** Its path at the end. */
  path: string;
  deletedAt: number;
}

export const DeletedNamespaceTable = new EntitySchema<DeletedNamespaceRow>({
  name: 'deleted_namespace',
  columns: { id: primary(string), heirId: string, path: string, deletedAt: integer },
});

/** The one INSTANCE node, made by the first migration. */
export const instanceId = 'ns_00000000000000000000000000';
