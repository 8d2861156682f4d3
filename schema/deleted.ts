import { authorize } from '../src/access/decide.ts';
import type { NamespaceRecord } from '../src/namespaces/queries/namespaces.ts';
import { getPackageFor } from '../src/packages/find.ts';
import {
  type DeletedFileRecord,
  deletedFileListQuery,
  deletedPosition,
  type DeletedVersionRecord,
  deletedVersionListQuery,
} from '../src/packages/queries/deleted.ts';
import type { PackageRecord } from '../src/packages/queries/records.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection-type.ts';
import { listComplexity } from './connection.ts';
import { FormatEnum, VersionStatusEnum } from './enums.ts';
import { needs } from './gate.ts';
import { defineList } from './list.ts';
import { namespaceById } from './loaders.ts';
import { NamespaceInterface } from './namespace.ts';
import { PackageRef } from './refs.ts';

const DeletedVersionType = builder.objectRef<DeletedVersionRecord>('DeletedVersion').implement({
  description: 'A version that was deleted and can still be restored.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id that it had and will have: `restore(input: { versionId })` takes it.' }),
    version: t.exposeString('version', { description: 'The version.' }),
    statusBefore: t.field({
      type: VersionStatusEnum,
      description: 'The status that it had, and will have again.',
      resolve: ({ status }) => (status === 'DELETED' ? 'PUBLISHED' : status),
    }),
    packageId: t.exposeID('packageId', { description: 'Its package, which may be deleted itself: `restore(input: { packageId })` takes it then.' }),
    packageName: t.exposeString('packageName', { description: 'Name of its package.' }),
    format: t.expose('format', { type: FormatEnum, description: 'Format of its package.' }),
    namespace: t.field({ type: NamespaceInterface, nullable: true, description: 'Where its package lives.', resolve: ({ namespaceId }, _args, context) => namespaceById(context, namespaceId) }),
    sizeBytes: t.expose('sizeBytes', { type: 'BigInt', description: 'Bytes of its files together.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When it was published.' }),
    deletedAt: t.expose('deletedAt', { type: 'DateTime', description: 'When it was deleted.' }),
    restorableUntil: t.expose('restorableUntil', { type: 'DateTime', description: 'From then on it is gone for good.' }),
  }),
});

const DeletedFileType = builder.objectRef<DeletedFileRecord>('DeletedFile').implement({
  description: 'A file that was deleted by itself, or replaced, and can still be restored.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id that it had and will have: `restore(input: { fileId })` takes it.' }),
    name: t.exposeString('name', { description: 'Path within its version.' }),
    sha256: t.exposeString('sha256', { description: 'SHA-256 of its bytes, lower-case hex.' }),
    versionId: t.exposeID('versionId', { description: 'Its version, which is deleted itself where this was its last file.' }),
    version: t.exposeString('version', { description: 'Number of its version.' }),
    packageId: t.exposeID('packageId', { description: 'Its package, which may be deleted itself.' }),
    packageName: t.exposeString('packageName', { description: 'Name of its package.' }),
    format: t.expose('format', { type: FormatEnum, description: 'Format of its package.' }),
    namespace: t.field({ type: NamespaceInterface, nullable: true, description: 'Where its package lives.', resolve: ({ namespaceId }, _args, context) => namespaceById(context, namespaceId) }),
    sizeBytes: t.expose('sizeBytes', { type: 'BigInt', description: 'Its size.' }),
    deletedAt: t.expose('deletedAt', { type: 'DateTime', description: 'When it was deleted or replaced.' }),
    restorableUntil: t.expose('restorableUntil', { type: 'DateTime', description: 'From then on it is gone for good.' }),
  }),
});

const DeletedFilterInput = builder.inputType('DeletedFilter', {
  description: 'Of which packages; all conditions given must hold.',
  fields: (t) => ({
    formats: t.field({ type: [FormatEnum], description: 'Of one of these formats.' }),
    name: t.string({ description: 'With this name, in any spelling that its format holds for the same.' }),
  }),
});

const DeletedVersionConnection = connectionType(DeletedVersionType, 'DeletedVersion', 'deleted versions');
const DeletedFileConnection = connectionType(DeletedFileType, 'DeletedFile', 'deleted files');

interface Arguments {
  filter?: { formats?: string[] | null | undefined; name?: string | null | undefined } | null | undefined;
}

const listVersionsBelow = defineList<NamespaceRecord, Arguments, DeletedVersionRecord>({
  name: 'deletedVersions of nodes',
  idOf: ({ id }) => id,
  query: ({ core, actor }, nodes, args) => deletedVersionListQuery(core, actor, { nodes }, filterOf(args)),
  orderName: () => 'deletedAt',
  positionOf: (_args, row) => deletedPosition(row),
});

const listFilesBelow = defineList<NamespaceRecord, Arguments, DeletedFileRecord>({
  name: 'deletedFiles of nodes',
  idOf: ({ id }) => id,
  query: ({ core, actor }, nodes, args) => deletedFileListQuery(core, actor, { nodes }, filterOf(args)),
  orderName: () => 'deletedAt',
  positionOf: (_args, row) => deletedPosition(row),
});

const listVersionsOf = defineList<PackageRecord, object, DeletedVersionRecord>({
  name: 'deletedVersions of packages',
  idOf: ({ id }) => id,
  query: ({ core, actor }, packages) => deletedVersionListQuery(core, actor, { packageIds: packages.map(({ id }) => id) }, {}),
  orderName: () => 'deletedAt',
  positionOf: (_args, row) => deletedPosition(row),
});

const listFilesOf = defineList<PackageRecord, object, DeletedFileRecord>({
  name: 'deletedFiles of packages',
  idOf: ({ id }) => id,
  query: ({ core, actor }, packages) => deletedFileListQuery(core, actor, { packageIds: packages.map(({ id }) => id) }, {}),
  orderName: () => 'deletedAt',
  positionOf: (_args, row) => deletedPosition(row),
});

builder.interfaceField(NamespaceInterface, 'deletedVersions', (t) =>
  t.connection(
    {
      ...needs('DELETE'),
      type: DeletedVersionType,
      nullable: true,
      description: 'The versions that were deleted here and below and can still be restored, the last deleted first. For those who may delete here.',
      args: { filter: t.arg({ type: DeletedFilterInput, description: 'Of which packages; by default all.' }) },
      complexity: listComplexity,
      resolve: (node, args, context, info) => {
        authorize(context.actor, 'DELETE', node);
        return listVersionsBelow(context, node, args, info) as never;
      },
    },
    DeletedVersionConnection,
  ),
);

builder.interfaceField(NamespaceInterface, 'deletedFiles', (t) =>
  t.connection(
    {
      ...needs('DELETE'),
      type: DeletedFileType,
      nullable: true,
      description: 'The files that were deleted by themselves, or replaced, here and below, and can still be restored, the last first. For those who may delete here.',
      args: { filter: t.arg({ type: DeletedFilterInput, description: 'Of which packages; by default all.' }) },
      complexity: listComplexity,
      resolve: (node, args, context, info) => {
        authorize(context.actor, 'DELETE', node);
        return listFilesBelow(context, node, args, info) as never;
      },
    },
    DeletedFileConnection,
  ),
);

builder.objectFields(PackageRef, (t) => ({
  deletedVersions: t.connection(
    {
      ...needs('DELETE'),
      type: DeletedVersionType,
      nullable: true,
      description: 'Its versions that were deleted and can still be restored, the last deleted first. For those who may delete in it.',
      complexity: listComplexity,
      resolve: async (row, args, context, info) => {
        await getPackageFor(context.core.database.reads, context.actor, 'DELETE', row.id);
        return listVersionsOf(context, row, args, info) as never;
      },
    },
    DeletedVersionConnection,
  ),
  deletedFiles: t.connection(
    {
      ...needs('DELETE'),
      type: DeletedFileType,
      nullable: true,
      description: 'Its files that were deleted by themselves, or replaced, and can still be restored, the last first. For those who may delete in it.',
      complexity: listComplexity,
      resolve: async (row, args, context, info) => {
        await getPackageFor(context.core.database.reads, context.actor, 'DELETE', row.id);
        return listFilesOf(context, row, args, info) as never;
      },
    },
    DeletedFileConnection,
  ),
}));

function filterOf({ filter }: Arguments): { formats?: string[] | undefined; name?: string | undefined } {
  return { formats: filter?.formats ?? undefined, name: filter?.name ?? undefined };
}
