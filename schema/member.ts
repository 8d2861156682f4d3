import { authorize } from '../src/access/decide.ts';
import { type MemberKey, removeMember, setMember } from '../src/access/members.ts';
import { type MemberRecord, memberListQuery } from '../src/access/queries/members.ts';
import { InvalidInput } from '../src/errors.ts';
import type { NamespaceRecord } from '../src/namespaces/queries/namespaces.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection-type.ts';
import { listComplexity } from './connection.ts';
import { RoleEnum } from './enums.ts';
import { leaves, needs } from './gate.ts';
import { defineList } from './list.ts';
import { namespaceById, teamById, userById } from './loaders.ts';
import { mutationField } from './mutation.ts';
import { NamespaceInterface } from './namespace.ts';
import { takesOnNamespace } from './takes.ts';
import { TeamType } from './team.ts';
import { UserType } from './user.ts';

type Membership = Omit<MemberRecord, 'principalName'>;

const MembershipType = builder.objectRef<Membership>('Membership').implement({
  description: 'A role that a user or a team was given on a namespace and everything below it.',
  fields: (t) => ({
    role: t.expose('role', { type: RoleEnum, description: 'The role.' }),
    user: t.field({
      type: UserType,
      nullable: true,
      description: 'The user; null for a team.',
      resolve: ({ kind, principalId }, _args, context) => (kind === 'USER' ? userById(context, principalId) : null),
    }),
    team: t.field({
      type: TeamType,
      nullable: true,
      description: 'The team, all of whose members have the role; null for a user.',
      resolve: ({ kind, principalId }, _args, context) => (kind === 'TEAM' ? teamById(context, principalId) : null),
    }),
    namespace: t.field({
      ...leaves(),
      type: NamespaceInterface,
      nullable: true,
      description: 'Where the role was given, which may be above; null where the caller may not see that namespace.',
      resolve: ({ namespaceId }, _args, context) => namespaceById(context, namespaceId),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when they are a member.' }),
  }),
});

const listMembers = defineList<NamespaceRecord, { includeInherited?: boolean | null | undefined }, MemberRecord>({
  name: 'members',
  idOf: ({ id }) => id,
  query: (_context, nodes, { includeInherited }) => memberListQuery(nodes, includeInherited ?? false),
  orderName: () => 'name',
  positionOf: (_args, { principalName, principalId, namespaceId }) => [principalName, principalId, namespaceId],
});

builder.interfaceField(NamespaceInterface, 'members', (t) =>
  t.connection(
    {
      ...needs('INSPECT'),
      type: MembershipType,
      nullable: true,
      description: 'Who was given a role here, by name. For those with the role REPORTER or higher here.',
      args: { includeInherited: t.arg.boolean({ defaultValue: false, description: 'Whether roles given above count, too; `namespace` tells where each was.' }) },
      complexity: listComplexity,
      resolve: (row, args, context, info) => {
        authorize(context.actor, 'INSPECT', row);
        return listMembers(context, row, args, info) as never;
      },
    },
    connectionType(MembershipType, 'Membership', 'members'),
  ),
);

mutationField('setMember', {
  description: 'Gives a user or a team a role on a namespace and everything below it, in place of the one they had there.',
  takes: `${takesOnNamespace('MANAGE')} Nobody gives or changes a role above their own.`,
  errors: [[InvalidInput, 'there is no such user or team, not exactly one is named, or a top-level namespace would be left without an owner by who is no administrator']],
  input: (t) => ({ ...keyFields(t), role: t.field({ type: RoleEnum, required: true, description: 'The role.' }) }),
  payload: builder.objectRef<Membership>('SetMemberPayload').implement({
    description: 'A role that was given.',
    fields: (t) => ({ membership: t.field({ type: MembershipType, description: 'The membership.', resolve: (membership) => membership }) }),
  }),
  resolve: async ({ role, ...input }, { core, actor }) => membershipOf(await setMember(core, actor, { ...keyOf(input), role })),
});

mutationField('removeMember', {
  description: 'Takes the role that a user or a team was given on this very namespace; roles given above stay.',
  takes: `${takesOnNamespace('MANAGE')} Nobody takes a role above their own.`,
  errors: [[InvalidInput, 'there is no such user or team, not exactly one is named, or a top-level namespace would be left without an owner by who is no administrator']],
  input: keyFields,
  payload: builder.objectRef<Membership>('RemoveMemberPayload').implement({
    description: 'A role that was taken.',
    fields: (t) => ({
      namespace: t.field({
        type: NamespaceInterface,
        nullable: true,
        description: 'The namespace; null where the caller no longer sees it.',
        resolve: ({ namespaceId }, _args, context) => namespaceById(context, namespaceId),
      }),
    }),
  }),
  resolve: async (input, { core, actor }) => membershipOf(await removeMember(core, actor, keyOf(input))),
});

function keyFields(t: PothosSchemaTypes.InputFieldBuilder<(typeof builder)['$inferSchemaTypes'], 'InputObject'>) {
  return {
    namespaceId: t.id({ required: true, description: 'The namespace.' }),
    username: t.string({ description: 'The user; this or `teamName`.' }),
    teamName: t.string({ description: 'The team; this or `username`.' }),
  };
}

function keyOf({ namespaceId, username, teamName }: { namespaceId: string; username?: string | null | undefined; teamName?: string | null | undefined }): MemberKey {
  return { namespaceId, ...(typeof username === 'string' ? { username } : {}), ...(typeof teamName === 'string' ? { teamName } : {}) };
}

function membershipOf({ namespace, ...rest }: Awaited<ReturnType<typeof setMember>>): Membership {
  return { ...rest, namespaceId: namespace.id };
}
