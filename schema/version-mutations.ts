import { InvalidInput, InvalidName, InvalidVersion } from '../src/errors.ts';
import { deprecateVersions } from '../src/packages/status.ts';
import { removeTag, setTag } from '../src/packages/tags.ts';
import { builder } from './builder.ts';
import { packageById, versionById } from './loaders.ts';
import { mutationField, protectedFailure } from './mutation.ts';
import { PackageRef, VersionRef } from './refs.ts';
import { takesOnPackage } from './takes.ts';

const maxVersions = 1_000;

mutationField('setTag', {
  description: 'Points a tag at a version, wherever it pointed before.',
  takes: takesOnPackage('PUBLISH'),
  errors: [
    [InvalidName, 'no tag may be called so'],
    [InvalidVersion, 'the format knows no such version'],
    [InvalidInput, 'packages of this format have no tags, or the default tag was to point at a hidden or withdrawn version'],
    protectedFailure,
  ],
  input: (t) => ({
    packageId: t.id({ required: true, description: 'The package.' }),
    tag: t.string({ required: true, description: 'The tag.' }),
    version: t.string({ required: true, description: 'The version it shall point at.' }),
  }),
  payload: builder.objectRef<{ packageId: string; versionId: string }>('SetTagPayload').implement({
    description: 'A tag that was set.',
    fields: (t) => ({
      package: t.field({ type: PackageRef, nullable: true, description: 'The package.', resolve: ({ packageId }, _args, context) => packageById(context, packageId) }),
      version: t.field({ type: VersionRef, nullable: true, description: 'The version it points at.', resolve: ({ versionId }, _args, context) => versionById(context, versionId) }),
    }),
  }),
  async resolve({ packageId, tag, version }, { core, actor }) {
    const { id } = await setTag(core, actor, { packageId, tag, version });
    return { packageId, versionId: id };
  },
});

mutationField('removeTag', {
  description: "Removes a tag. The default tag of a format stays; it can only be pointed elsewhere.",
  takes: takesOnPackage('PUBLISH'),
  errors: [[InvalidInput, 'it is the default tag'], protectedFailure],
  input: (t) => ({
    packageId: t.id({ required: true, description: 'The package.' }),
    tag: t.string({ required: true, description: 'The tag.' }),
  }),
  payload: builder.objectRef<{ packageId: string }>('RemoveTagPayload').implement({
    description: 'A tag that was removed.',
    fields: (t) => ({
      package: t.field({ type: PackageRef, nullable: true, description: 'The package.', resolve: ({ packageId }, _args, context) => packageById(context, packageId) }),
    }),
  }),
  async resolve({ packageId, tag }, { core, actor }) {
    await removeTag(core, actor, packageId, tag);
    return { packageId };
  },
});

mutationField('deprecateVersions', {
  description: 'Marks versions with a warning that their users see, or takes the warning back; all of them or none. Hidden versions stay hidden, withdrawn ones stay as they are.',
  takes: takesOnPackage('PUBLISH'),
  errors: [
    [InvalidVersion, 'the format knows no such version'],
    [InvalidInput, 'the message is too long, or there are too many versions'],
    protectedFailure,
  ],
  input: (t) => ({
    packageId: t.id({ required: true, description: 'The package.' }),
    versions: t.stringList({ required: true, description: `The versions, at most ${maxVersions}.` }),
    message: t.string({ description: 'The warning; null or empty takes it back.' }),
  }),
  payload: builder.objectRef<{ packageId: string }>('DeprecateVersionsPayload').implement({
    description: 'Versions that were marked.',
    fields: (t) => ({
      package: t.field({ type: PackageRef, nullable: true, description: 'The package.', resolve: ({ packageId }, _args, context) => packageById(context, packageId) }),
    }),
  }),
  async resolve({ packageId, versions, message }, { core, actor }) {
    if (versions.length > maxVersions) throw new InvalidInput('versions', `At most ${maxVersions} versions can be marked at once.`);
    await deprecateVersions(core, actor, packageId, versions.map((version) => ({ version, message: message ?? '' })));
    return { packageId };
  },
});
