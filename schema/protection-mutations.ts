import { InvalidInput } from '../src/errors.ts';
import { createProtectionRule, deleteProtectionRule, type RuleChanges, updateProtectionRule } from '../src/protection/manage.ts';
import type { ProtectionRule } from '../src/protection/rules.ts';
import { builder } from './builder.ts';
import { FormatEnum, RoleEnum } from './enums.ts';
import { namespaceById } from './loaders.ts';
import { mutationField } from './mutation.ts';
import { NamespaceInterface } from './namespace.ts';
import { ProtectionRuleType, ProtectionTargetEnum } from './protection.ts';
import { takesOnNamespace } from './takes.ts';

const takesRule = `${takesOnNamespace('MANAGE')} What asks for a role, or did so, is for those who have it.`;
const ruleProblem = 'a pattern is none or not of the target, the rule asks for nothing or for no more than is needed anyway, or for what its target or format cannot be';

mutationField('createProtectionRule', {
  description: 'Makes a rule for a namespace and everything below it, from the next request on.',
  takes: takesRule,
  errors: [[InvalidInput, `${ruleProblem}, or the namespace has too many already`]],
  input: (t) => ({
    namespaceId: t.id({ required: true, description: 'Where it holds.' }),
    target: t.field({ type: ProtectionTargetEnum, required: true, description: 'What it protects.' }),
    format: t.field({ type: FormatEnum, description: 'The format it is limited to; by default all.' }),
    namePattern: t.string({ required: true, description: 'What names of packages match, in the form in which the format compares names; `*` stands for any text. 1 to 255 characters, at most 8 of them `*`.' }),
    pattern: t.string({ description: 'What versions or tags match, in the same way. Needed for those targets, and not for packages.' }),
    publishRole: t.field({ type: RoleEnum, description: 'The least role that may publish, deprecate, yank and hide, or set the tag; by default it says nothing of that.' }),
    deleteRole: t.field({ type: RoleEnum, description: 'The least role that may delete, or remove the tag; by default it says nothing of that.' }),
    isImmutable: t.boolean({ description: 'Whether versions never change or go, or tags never move or go, whoever asks. By default not.' }),
  }),
  payload: builder.objectRef<{ rule: ProtectionRule }>('CreateProtectionRulePayload').implement({
    description: 'A rule that was made.',
    fields: (t) => ({ rule: t.expose('rule', { type: ProtectionRuleType, description: 'The rule.' }) }),
  }),
  resolve: async ({ namespaceId, target, format, namePattern, pattern, publishRole, deleteRole, isImmutable }, { core, actor }) => ({
    rule: await createProtectionRule(core, actor, namespaceId, {
      target,
      format: format ?? null,
      namePattern,
      pattern: pattern ?? null,
      publishRole: publishRole ?? null,
      deleteRole: deleteRole ?? null,
      isImmutable: isImmutable ?? false,
    }),
  }),
});

mutationField('updateProtectionRule', {
  description: 'Changes a rule; what is left out stays.',
  takes: takesRule,
  errors: [[InvalidInput, ruleProblem]],
  input: (t) => ({
    ruleId: t.id({ required: true, description: 'The rule.' }),
    format: t.field({ type: FormatEnum, description: 'The format it is limited to; null: all.' }),
    namePattern: t.string({ description: 'What names of packages match; `*` stands for any text.' }),
    pattern: t.string({ description: 'What versions or tags match; `*` stands for any text.' }),
    publishRole: t.field({ type: RoleEnum, description: 'The least role that may publish, deprecate, yank and hide, or set the tag; null: it says nothing of that.' }),
    deleteRole: t.field({ type: RoleEnum, description: 'The least role that may delete, or remove the tag; null: it says nothing of that.' }),
    isImmutable: t.boolean({ description: 'Whether versions never change or go, or tags never move or go, whoever asks.' }),
  }),
  payload: builder.objectRef<{ rule: ProtectionRule }>('UpdateProtectionRulePayload').implement({
    description: 'A rule that was changed.',
    fields: (t) => ({ rule: t.expose('rule', { type: ProtectionRuleType, description: 'The rule.' }) }),
  }),
  async resolve({ ruleId, namePattern, isImmutable, format, pattern, publishRole, deleteRole }, { core, actor }) {
    const changes: RuleChanges = {
      ...(typeof namePattern === 'string' ? { namePattern } : {}),
      ...(typeof isImmutable === 'boolean' ? { isImmutable } : {}),
      ...(format === undefined ? {} : { format }),
      ...(pattern === undefined ? {} : { pattern }),
      ...(publishRole === undefined ? {} : { publishRole }),
      ...(deleteRole === undefined ? {} : { deleteRole }),
    };
    return { rule: await updateProtectionRule(core, actor, ruleId, changes) };
  },
});

mutationField('deleteProtectionRule', {
  description: 'Deletes a rule.',
  takes: takesRule,
  errors: [],
  input: (t) => ({ ruleId: t.id({ required: true, description: 'The rule.' }) }),
  payload: builder.objectRef<ProtectionRule>('DeleteProtectionRulePayload').implement({
    description: 'A rule that was deleted.',
    fields: (t) => ({
      deletedRuleId: t.exposeID('id', { description: 'Its id.' }),
      namespace: t.field({
        type: NamespaceInterface,
        nullable: true,
        description: 'Where it was.',
        resolve: ({ namespaceId }, _args, context) => namespaceById(context, namespaceId),
      }),
    }),
  }),
  resolve: ({ ruleId }, { core, actor }) => deleteProtectionRule(core, actor, ruleId),
});
