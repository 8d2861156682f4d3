import { InUse } from '../src/errors.ts';
import { deleteFile, deletePackage, deleteVersion } from '../src/packages/remove.ts';
import { builder } from './builder.ts';
import { fileById, packageById, versionById } from './loaders.ts';
import { mutationField, protectedFailure } from './mutation.ts';
import { PackageRef, VersionRef } from './refs.ts';
import { takesOnPackage } from './takes.ts';

mutationField('deletePackage', {
  description: 'Deletes a package with all its versions. Its name stays taken, and it can be restored for a while.',
  takes: takesOnPackage('DELETE'),
  errors: [protectedFailure],
  input: (t) => ({ packageId: t.id({ required: true, description: 'The package.' }) }),
  payload: builder.objectRef<{ id: string }>('DeletePackagePayload').implement({
    description: 'A package that was deleted.',
    fields: (t) => ({ deletedPackageId: t.exposeID('id', { description: 'Its id.' }) }),
  }),
  resolve: ({ packageId }, { core, actor }) => deletePackage(core, actor, packageId),
});

mutationField('deleteVersion', {
  description: 'Deletes a version with its files. A package goes with its last version.',
  takes: takesOnPackage('DELETE'),
  errors: [protectedFailure, [InUse, 'another version is made of it']],
  input: (t) => ({ versionId: t.id({ required: true, description: 'The version.' }) }),
  payload: builder.objectRef<{ id: string; packageId: string }>('DeleteVersionPayload').implement({
    description: 'A version that was deleted.',
    fields: (t) => ({
      deletedVersionId: t.exposeID('id', { description: 'Its id.' }),
      package: t.field({ type: PackageRef, nullable: true, description: 'The package; null where it went, too.', resolve: ({ packageId }, _args, context) => packageById(context, packageId) }),
    }),
  }),
  resolve: ({ versionId }, { core, actor }) => deleteVersion(core, actor, versionId),
});

mutationField('deleteFile', {
  description: 'Deletes a file of a version. A version goes with its last file.',
  takes: takesOnPackage('DELETE'),
  errors: [protectedFailure, [InUse, 'it is one of several files of a version that is published as a whole']],
  input: (t) => ({ fileId: t.id({ required: true, description: 'The file.' }) }),
  payload: builder.objectRef<{ fileId: string; versionId: string | undefined }>('DeleteFilePayload').implement({
    description: 'A file that was deleted.',
    fields: (t) => ({
      deletedFileId: t.exposeID('fileId', { description: 'Its id.' }),
      version: t.field({
        type: VersionRef,
        nullable: true,
        description: 'The version; null where it went, too.',
        resolve: ({ versionId }, _args, context) => (versionId === undefined ? null : versionById(context, versionId)),
      }),
    }),
  }),
  async resolve({ fileId }, context) {
    const file = await fileById(context, fileId);
    await deleteFile(context.core, context.actor, fileId);
    context.loaders.clear();
    return { fileId, versionId: file?.versionId };
  },
});
