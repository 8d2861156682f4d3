import { InvalidInput, NotRestorable, QuotaExceeded } from '../src/errors.ts';
import { restoreFile, restorePackage, restoreVersion } from '../src/packages/restore.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { fileById, packageById, versionById } from './loaders.ts';
import { mutationField, protectedFailure } from './mutation.ts';
import { FileRef, PackageRef, VersionRef } from './refs.ts';
import { takesOnPackage } from './takes.ts';

interface Restored {
  packageId?: string;
  versionId?: string;
  fileId?: string;
}

mutationField('restore', {
  description:
    'Brings back what was deleted, as it was: same ids, same bytes, same tags. A package comes back with the versions that were deleted ' +
    'with it. A version brings its deleted package back, but not its other versions. A file brings back the version that went with it.',
  takes: takesOnPackage('DELETE'),
  errors: [
    [NotRestorable, 'it is not deleted, its time is over, or another of that name has taken its place meanwhile'],
    [QuotaExceeded, 'it no longer fits into a quota'],
    protectedFailure,
    [InvalidInput, 'not exactly one thing is named'],
  ],
  input: (t) => ({
    packageId: t.id({ description: 'The package; exactly one of the three.' }),
    versionId: t.id({ description: 'The version.' }),
    fileId: t.id({ description: 'The file.' }),
  }),
  payload: builder.objectRef<Restored>('RestorePayload').implement({
    description: 'What was restored.',
    fields: (t) => ({
      package: t.field({ type: PackageRef, nullable: true, description: 'The package that was restored, or in which something was.', resolve: findPackage }),
      version: t.field({
        type: VersionRef,
        nullable: true,
        description: 'The version that was restored, or in which a file was; null for a package.',
        resolve: findVersion,
      }),
      file: t.field({
        type: FileRef,
        nullable: true,
        description: 'The file that was restored; null for others.',
        resolve: ({ fileId }, _args, context) => (fileId === undefined ? null : fileById(context, fileId)),
      }),
    }),
  }),
  resolve: ({ packageId, versionId, fileId }, context) => restoreOne({ packageId, versionId, fileId }, context),
});

type Given = { [field in keyof Restored]: string | null | undefined };

async function restoreOne({ packageId, versionId, fileId }: Given, { core, actor }: Context): Promise<Restored> {
  const given = [packageId, versionId, fileId].filter((id) => typeof id === 'string');
  if (given.length !== 1) throw new InvalidInput('input', 'Name a package, a version or a file: exactly one of them.');
  if (typeof packageId === 'string') return { packageId: (await restorePackage(core, actor, packageId)).id };
  if (typeof versionId === 'string') {
    const version = await restoreVersion(core, actor, versionId);
    return { packageId: version.packageId, versionId: version.id };
  }
  const file = await restoreFile(core, actor, fileId ?? '');
  return { versionId: file.versionId, fileId: file.id };
}

async function findPackage({ packageId, versionId }: Restored, _args: object, context: Context) {
  if (packageId !== undefined) return packageById(context, packageId);
  const version = versionId === undefined ? null : await versionById(context, versionId);
  return version && packageById(context, version.packageId);
}

function findVersion({ versionId }: Restored, _args: object, context: Context) {
  return versionId === undefined ? null : versionById(context, versionId);
}
