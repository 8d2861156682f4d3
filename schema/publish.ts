import {
  ContentMissing,
  DigestMismatch,
  FileExists,
  FileTooLarge,
  InvalidInput,
  InvalidName,
  InvalidPackage,
  InvalidVersion,
  NameOwnedElsewhere,
  UploadNotReady,
  VersionExists,
  QuotaExceeded,
} from '../src/errors.ts';
import { readBuild } from '../src/packages/build.ts';
import type { Published } from '../src/packages/publish.ts';
import { publishUploads } from '../src/uploads/publish-uploads.ts';
import { builder } from './builder.ts';
import { BuildInput } from './build.ts';
import { FormatEnum } from './enums.ts';
import { fileById, packageById, versionById } from './loaders.ts';
import { mutationField, protectedFailure } from './mutation.ts';
import { FileRef, PackageRef, VersionRef } from './refs.ts';
import { takesOnPackage } from './takes.ts';

mutationField('publishPackage', {
  description:
    "Publishes uploads as the files of one version. What they are is read from their bytes, as for the format's own client; only formats whose files " +
    'do not say it need name and version.',
  takes: takesOnPackage('PUBLISH'),
  errors: [
    [VersionExists, 'the version is there, or was there with other content, and duplicates are refused'],
    [FileExists, 'the same for a file, of formats whose files join one by one'],
    [NameOwnedElsewhere, 'another node of the same top-level group owns the name'],
    [InvalidName, 'the format knows no such package name or tag'],
    [InvalidVersion, 'the format knows no such version'],
    [InvalidPackage, 'the bytes are not what the format demands'],
    [ContentMissing, 'a manifest lists what is not among the uploads, and not in the package'],
    [DigestMismatch, 'the version is a digest, but not that of the bytes'],
    [FileTooLarge, 'a file is larger than is allowed here'],
    [QuotaExceeded, 'it does not fit into a quota'],
    protectedFailure,
    [UploadNotReady, 'the bytes of an upload have not arrived, or were published already'],
    [InvalidInput, 'the uploads are of several versions or of another namespace, of the same file name, or too many, name or version are missing, or the build has an overlong field or a URL that is none'],
  ],
  input: (t) => ({
    namespace: t.string({ required: true, description: 'Path of the namespace; empty for the instance.' }),
    format: t.field({ type: FormatEnum, required: true, description: 'The format.' }),
    uploads: t.idList({ required: true, description: 'Uploads of the caller whose bytes have arrived. They are used up.' }),
    name: t.string({ description: 'Name of the package, where the files do not say it.' }),
    version: t.string({ description: 'The version, where the files do not say it.' }),
    tags: t.stringList({ description: "Tags to point at this version; default: the format's default tag, where this is now the latest version." }),
    build: t.field({ type: BuildInput, description: 'Where it comes from.' }),
  }),
  payload: builder.objectRef<Published>('PublishPackagePayload').implement({
    description: 'What was published.',
    fields: (t) => ({
      package: t.field({ type: PackageRef, nullable: true, description: 'The package; null where the caller may not read it.', resolve: ({ package: { id } }, _args, context) => packageById(context, id) }),
      version: t.field({ type: VersionRef, nullable: true, description: 'The version; null where the caller may not read it.', resolve: ({ version: { id } }, _args, context) => versionById(context, id) }),
      files: t.field({
        type: [FileRef],
        description: 'The files that were added.',
        resolve: async ({ fileIds }, _args, context) => {
          const files = await Promise.all(fileIds.map((id) => fileById(context, id)));
          return files.filter((file) => file !== null);
        },
      }),
      isNewVersion: t.exposeBoolean('isNewVersion', { description: 'Whether the version was not there before.' }),
    }),
  }),
  resolve: ({ namespace, format, uploads, name, version, tags, build }, { core, actor }) =>
    publishUploads(core, actor, {
      namespacePath: namespace,
      format: core.formats.get(format),
      uploadIds: uploads,
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof version === 'string' ? { version } : {}),
      ...(tags ? { tags } : {}),
      ...(build ? { build: readBuild(build) } : {}),
    }),
});
