import { InvalidInput } from '../src/errors.ts';
import { changeVersion, type StatusChange } from '../src/packages/status.ts';
import { builder } from './builder.ts';
import { packageById, versionById } from './loaders.ts';
import { mutationField, protectedFailure } from './mutation.ts';
import { PackageRef, VersionRef } from './refs.ts';
import { takesOnPackage } from './takes.ts';

changes('yankVersion', 'YANK', {
  description:
    'Withdraws a version: whoever has locked it still gets its files, but nothing new resolves to it and it is never the latest. The ' +
    'default tag moves from it to the latest version that is left. Where it was deprecated that is over.',
  reason: 'Why, for people; null or empty: not said.',
});

changes('unyankVersion', 'UNYANK', {
  description: 'Takes back that a version was withdrawn. The default tag goes back to it where it had to leave it and nobody has set it since. One that is not withdrawn stays as it is.',
});

changes('hideVersion', 'HIDE', {
  description:
    'Takes a version out of listings: it can still be installed by its number or by a tag, but is passed over by ranges where another fits, ' +
    'and is never the latest. A deprecation stays with it; a withdrawal is over.',
});

changes('unhideVersion', 'UNHIDE', {
  description:
    'Lists a hidden version again, with the deprecation that it had. The default tag goes back to it where it had to leave it and nobody has set it since. One that is not hidden stays as it is.',
});

/** Adds a mutation that changes the status of one version. */
function changes(name: string, change: StatusChange, { description, reason }: { description: string; reason?: string }): void {
  mutationField(name, {
    description,
    takes: takesOnPackage('PUBLISH'),
    errors: [...(reason === undefined ? [] : [[InvalidInput, 'the reason is too long'] as const]), protectedFailure],
    input: (t) => ({
      versionId: t.id({ required: true, description: 'The version.' }),
      ...(reason === undefined ? {} : { reason: t.string({ description: reason }) }),
    }),
    payload: builder.objectRef<{ versionId: string; packageId: string }>(`${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`).implement({
      description: 'A version whose status was changed.',
      fields: (t) => ({
        version: t.field({ type: VersionRef, nullable: true, description: 'The version.', resolve: ({ versionId }, _args, context) => versionById(context, versionId) }),
        package: t.field({ type: PackageRef, nullable: true, description: 'Its package.', resolve: ({ packageId }, _args, context) => packageById(context, packageId) }),
      }),
    }),
    async resolve(input, { core, actor }) {
      const { versionId, reason: why } = input as { versionId: string; reason?: string | null };
      const { packageId } = await changeVersion(core, actor, versionId, change, why ?? '');
      return { versionId, packageId };
    },
  });
}
