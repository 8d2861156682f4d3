import { authorize, notThere } from '../src/access/decide.ts';
import { type GrantLevel, grantLevels } from '../src/db/tables/access.ts';
import { InvalidInput } from '../src/errors.ts';
import { type GrantRecord, setPackageAccess } from '../src/packages/access.ts';
import type { PackageRecord } from '../src/packages/queries/records.ts';
import { subjectOf } from '../src/packages/subject.ts';
import { builder } from './builder.ts';
import { VisibilityEnum } from './enums.ts';
import { needs } from './gate.ts';
import { grantsOfPackage, nodeForDecision, packageById, teamById, userById } from './loaders.ts';
import { mutationField } from './mutation.ts';
import { PackageRef } from './refs.ts';
import { takesOnPackage } from './takes.ts';
import { TeamType } from './team.ts';
import { UserType } from './user.ts';

const levelDescriptions: Record<GrantLevel, string> = {
  READ: 'See and pull it, as a REPORTER.',
  WRITE: 'Publish, tag and deprecate, too, as a DEVELOPER.',
  ADMIN: 'Delete it and manage its access, too, as a MAINTAINER.',
};

const GrantLevelEnum = builder.enumType('GrantLevel', {
  description: 'What a grant on a package allows. Each includes those before it.',
  values: Object.fromEntries(grantLevels.map((level) => [level, { description: levelDescriptions[level] }])) as { [level in GrantLevel]: { description: string } },
});

const PackageGrantType = builder.objectRef<GrantRecord>('PackageGrant').implement({
  description: 'A right on one package, beside or instead of those in its namespace.',
  fields: (t) => ({
    level: t.expose('level', { type: GrantLevelEnum, description: 'What it allows.' }),
    user: t.field({ type: UserType, nullable: true, description: 'Who has it; null where it is a team.', resolve: ({ principalId }, _args, context) => userById(context, principalId) }),
    team: t.field({ type: TeamType, nullable: true, description: 'The team that has it; null where it is a user.', resolve: ({ principalId }, _args, context) => teamById(context, principalId) }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when.' }),
  }),
});

const PackageAccessType = builder.objectRef<PackageRecord>('PackageAccess').implement({
  description: 'Who may do what with a package, beside what its namespace says.',
  fields: (t) => ({
    inheritsFromNamespace: t.boolean({
      description: "Whether the roles in its namespace count. If not, only grants and the namespace's owners do, and it is PRIVATE unless it has a visibility of its own.",
      resolve: ({ isRestricted }) => !isRestricted,
    }),
    visibility: t.expose('visibility', { type: VisibilityEnum, nullable: true, description: 'Its own; null: none. `Package.visibility` tells what comes of it.' }),
    grants: t.field({
      type: [PackageGrantType],
      description: 'The rights that were given on it, highest first.',
      resolve: async ({ id }, _args, context) => (await grantsOfPackage(context, id)) ?? [],
    }),
  }),
});

builder.objectField(PackageRef, 'access', (t) =>
  t.field({
    ...needs('MANAGE'),
    type: PackageAccessType,
    nullable: true,
    description: 'Who may do what with it, beside what its namespace says. For those who manage it: it takes the role MAINTAINER or the grant ADMIN.',
    resolve: async (row, _args, context) => {
      const node = await nodeForDecision(context, row.namespaceId);
      if (!node) throw notThere(context.actor, 'Package');
      authorize(context.actor, 'MANAGE', node, subjectOf(row));
      return row;
    },
  }),
);

const GrantInput = builder.inputType('PackageGrantInput', {
  description: 'A right on a package for a user or a team: name one of the two.',
  fields: (t) => ({
    username: t.string({ description: 'The user.' }),
    teamName: t.string({ description: 'The team.' }),
    level: t.field({ type: GrantLevelEnum, required: true, description: 'What it allows.' }),
  }),
});

mutationField('setPackageAccess', {
  description:
    'Changes who may do what with a package, all of it or nothing; what is left out stays. Who takes a package out of inheritance without a grant or the role OWNER shuts themselves out.',
  takes: takesOnPackage('MANAGE'),
  errors: [[InvalidInput, 'there is no such user or team, one is named twice or not exactly one is, there are too many, or it would be more visible than its namespace']],
  input: (t) => ({
    packageId: t.id({ required: true, description: 'The package.' }),
    inheritsFromNamespace: t.boolean({ description: "Whether the roles in its namespace count. If not, only grants and the namespace's owners do." }),
    visibility: t.field({ type: VisibilityEnum, description: "Its own, at most as open as its namespace's; null: as its namespace, or PRIVATE where it does not inherit." }),
    grants: t.field({ type: [GrantInput], description: 'All rights that there shall be, in place of those that there are; at most 200.' }),
  }),
  payload: builder.objectRef<{ packageId: string }>('SetPackageAccessPayload').implement({
    description: 'A package whose access was changed.',
    fields: (t) => ({
      package: t.field({
        type: PackageRef,
        nullable: true,
        description: 'The package, with the rights that the caller had before; null where those no longer show it.',
        resolve: ({ packageId }, _args, context) => packageById(context, packageId),
      }),
    }),
  }),
  async resolve({ packageId, inheritsFromNamespace, visibility, grants }, { core, actor }) {
    await setPackageAccess(core, actor, packageId, {
      ...(typeof inheritsFromNamespace === 'boolean' ? { inheritsFromNamespace } : {}),
      ...(visibility === undefined ? {} : { visibility }),
      ...(grants ? { grants: grants.map(({ username, teamName, level }) => ({ level, ...named({ username, teamName }) })) } : {}),
    });
    return { packageId };
  },
});

function named({ username, teamName }: { username?: string | null | undefined; teamName?: string | null | undefined }): { username?: string; teamName?: string } {
  return { ...(typeof username === 'string' ? { username } : {}), ...(typeof teamName === 'string' ? { teamName } : {}) };
}
