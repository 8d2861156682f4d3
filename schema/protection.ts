import { authorize, notThere } from '../src/access/decide.ts';
import { type ProtectionTarget, protectionTargets } from '../src/db/tables/policy.ts';
import type { NamespaceRecord } from '../src/namespaces/queries/namespaces.ts';
import { idsOfLineage } from '../src/namespaces/lineage.ts';
import type { PackageRecord } from '../src/packages/queries/records.ts';
import { checkScope, getManaged } from '../src/protection/manage.ts';
import {
  matchingPackagePosition,
  matchingPackagesQuery,
  type MatchingVersion,
  matchingVersionPosition,
  matchingVersionsQuery,
  type RuleScope,
} from '../src/protection/preview.ts';
import { nameOfRule } from '../src/protection/guard.ts';
import type { ProtectionRule } from '../src/protection/rules.ts';
import { builder } from './builder.ts';
import { listComplexity, listConnection } from './connection.ts';
import type { Context } from './context.ts';
import { FormatEnum, RoleEnum } from './enums.ts';
import { leaves, needs } from './gate.ts';
import { actorById, namespaceById, rulesOfNode } from './loaders.ts';
import { NamespaceInterface } from './namespace.ts';
import { PackageConnection } from './package-lists.ts';
import { PackageRef, VersionRef } from './refs.ts';
import { ActorInterface } from './user.ts';
import { VersionConnection } from './version-list.ts';

const targetDescriptions: Record<ProtectionTarget, string> = {
  PACKAGE: 'Packages by their name.',
  VERSION: 'Versions by name and version.',
  TAG: 'Tags by name and tag.',
};

/** See {@link ProtectionTarget}. */
export const ProtectionTargetEnum = builder.enumType('ProtectionTarget', {
  description: 'What a rule protects.',
  values: Object.fromEntries(protectionTargets.map((target) => [target, { description: targetDescriptions[target] }])) as {
    [target in ProtectionTarget]: { description: string };
  },
});

/** The node and the scope of a rule that may not be stored. */
interface Preview {
  node: Pick<NamespaceRecord, 'id' | 'lineage'>;
  scope: RuleScope;
}

const PreviewType = builder.objectRef<Preview>('ProtectionPreview').implement({
  description: 'What a rule is about, as far as the caller may read it.',
  fields: (t) => ({
    packages: t.connection(
      {
        type: PackageRef,
        description: 'The packages that it holds for, by name: of a rule for versions or tags those that have one that matches.',
        complexity: (args) => ({ ...listComplexity(args), field: 20 }),
        resolve: ({ node, scope }, args, { core, actor }) =>
          listConnection<PackageRecord>(core.database.reads, matchingPackagesQuery(core, actor, node, scope), args, {
            orderName: 'protected',
            positionOf: matchingPackagePosition,
          }) as never,
      },
      PackageConnection,
    ),
    versions: t.connection(
      {
        type: VersionRef,
        description: 'The versions that it holds for, by package, highest first: of a rule for packages all of theirs, of one for tags those that such a tag points at.',
        complexity: (args) => ({ ...listComplexity(args), field: 20 }),
        resolve: ({ node, scope }, args, { core, actor }) =>
          listConnection<MatchingVersion>(core.database.reads, matchingVersionsQuery(core, actor, node, scope), args, {
            orderName: 'protected',
            positionOf: matchingVersionPosition,
          }) as never,
      },
      VersionConnection,
    ),
  }),
});

/** A rule. */
export const ProtectionRuleType = builder.objectRef<ProtectionRule>('ProtectionRule').implement({
  description:
    'Protects packages, versions or tags in a namespace and everything below it. All rules that match hold together; who is not refused by any of them still needs the rights that the action takes anyway.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    title: t.string({ description: 'How messages call it: by its patterns.', resolve: nameOfRule }),
    namespace: t.field({
      ...leaves(),
      type: NamespaceInterface,
      nullable: true,
      description: 'Where it was made; null where the caller may not see that.',
      resolve: ({ namespaceId }, _args, context) => namespaceById(context, namespaceId),
    }),
    target: t.expose('target', { type: ProtectionTargetEnum, description: 'What it protects.' }),
    format: t.expose('format', { type: FormatEnum, nullable: true, description: 'The format it is limited to; null: all.' }),
    namePattern: t.exposeString('namePattern', { description: 'What names of packages match, in the form in which the format compares names; `*` stands for any text.' }),
    pattern: t.exposeString('pattern', { nullable: true, description: 'What versions or tags match; `*` stands for any text. Null of a rule for packages.' }),
    publishRole: t.expose('publishRole', { type: RoleEnum, nullable: true, description: 'The least role that may publish, deprecate, yank and hide, or set the tag; null: it says nothing of that.' }),
    deleteRole: t.expose('deleteRole', { type: RoleEnum, nullable: true, description: 'The least role that may delete, or remove the tag; null: it says nothing of that.' }),
    isImmutable: t.exposeBoolean('isImmutable', {
      description: 'A version: nobody replaces, deletes, yanks or hides it, or adds files. A tag: nobody moves or removes it once it is set, nor deletes the version it points at.',
    }),
    createdBy: t.field({
      type: ActorInterface,
      nullable: true,
      description: 'Who made it.',
      resolve: ({ createdById }, _args, context) => (createdById === null ? null : actorById(context, createdById)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    matches: t.field({
      ...needs('MANAGE'),
      type: PreviewType,
      nullable: true,
      description: 'What it holds for now. For those who manage its namespace: it takes the role MAINTAINER.',
      resolve: (rule, _args, context) => previewOf(context, rule),
    }),
  }),
});

builder.interfaceField(NamespaceInterface, 'protectionRules', (t) =>
  t.field({
    ...needs('INSPECT', { leaves: true }),
    type: [ProtectionRuleType],
    nullable: true,
    description: 'The rules that were made here, oldest first. It takes the role REPORTER to see them.',
    args: { includeInherited: t.arg.boolean({ description: 'Also those of the namespaces above, which hold here as well; they come first.' }) },
    resolve: async (node, { includeInherited }, context) => {
      authorize(context.actor, 'INSPECT', node);
      const ids = includeInherited ? idsOfLineage(node) : [node.id];
      const lists = await Promise.all(ids.map((id) => rulesOfNode(context, id)));
      return lists.flatMap((rules) => rules ?? []);
    },
  }),
);

const PreviewInput = builder.inputType('PreviewProtectionRuleInput', {
  description: 'What `previewProtectionRule` needs to know.',
  fields: (t) => ({
    namespaceId: t.id({ required: true, description: 'Where the rule would be made.' }),
    target: t.field({ type: ProtectionTargetEnum, required: true, description: 'What it would protect.' }),
    format: t.field({ type: FormatEnum, description: 'The format it would be limited to; by default all.' }),
    namePattern: t.string({ required: true, description: 'What names of packages match; `*` stands for any text.' }),
    pattern: t.string({ description: 'What versions or tags match; `*` stands for any text. Not for packages.' }),
  }),
});

builder.queryField('previewProtectionRule', (t) =>
  t.field({
    type: PreviewType,
    nullable: true,
    description: 'What a rule would hold for if it were made now. For those who manage the namespace: it takes the role MAINTAINER.',
    args: { input: t.arg({ type: PreviewInput, required: true, description: 'The rule.' }) },
    resolve: async (_root, { input: { namespaceId, target, format, namePattern, pattern } }, { core, actor }) => {
      const node = await getManaged(core.database.reads, actor, namespaceId, 'Namespace');
      const scope: RuleScope = { target, format: format ?? null, namePattern, pattern: pattern ?? null };
      checkScope(core, scope);
      return { node, scope };
    },
  }),
);

async function previewOf(context: Context, rule: ProtectionRule): Promise<Preview> {
  const node = await namespaceById(context, rule.namespaceId);
  if (!node) throw notThere(context.actor, 'Namespace');
  authorize(context.actor, 'MANAGE', node);
  return { node, scope: rule };
}
