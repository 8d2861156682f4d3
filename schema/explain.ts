import { type Action, actions } from '../src/access/decide.ts';
import { type AccessDecision, explainOnNode, explainOnPackage, type Whom } from '../src/access/explain.ts';
import { builder } from './builder.ts';
import { RoleEnum } from './enums.ts';
import { leaves, needs } from './gate.ts';
import { namespaceById } from './loaders.ts';
import { NamespaceInterface } from './namespace.ts';
import { ProtectionRuleType } from './protection.ts';
import { PackageRef } from './refs.ts';

const actionDescriptions: Record<Action, string> = {
  READ: 'See and pull.',
  PUBLISH: 'Publish, tag, deprecate, hide and yank.',
  DELETE: 'Delete and restore.',
  INSPECT: 'See members, settings and rules, which visibility opens to nobody.',
  MANAGE: 'Change members, settings, rules, tokens and access.',
  OWN: 'What only owners may: delete or rename the namespace, open it, name owners.',
};

const AccessActionEnum = builder.enumType('AccessAction', {
  description: 'What rights are asked for.',
  values: Object.fromEntries(actions.map((action) => [action, { description: actionDescriptions[action] }])) as { [action in Action]: { description: string } },
});

const AccessDecisionType = builder.objectRef<AccessDecision>('AccessDecision').implement({
  description: 'Whether somebody may do something, and why.',
  fields: (t) => ({
    action: t.expose('action', { type: AccessActionEnum, description: 'What it is about.' }),
    allowed: t.exposeBoolean('allowed', { description: 'Whether they may. Of a package, protection rules for some of its versions or tags may still refuse those.' }),
    reason: t.exposeString('reason', { description: 'Why, in words; of a namespace also which one switched packages off.' }),
    role: t.expose('role', { type: RoleEnum, nullable: true, description: 'The role that counts here; null: none.' }),
    roleFrom: t.field({
      ...leaves(),
      type: NamespaceInterface,
      nullable: true,
      description: 'Where that role was given; null where it comes from a grant on the package or from being an administrator, and where the caller may not see it.',
      resolve: ({ roleFromId }, _args, context) => (roleFromId === null ? null : namespaceById(context, roleFromId)),
    }),
    rules: t.expose('rules', { type: [ProtectionRuleType], description: 'The protection rules that are in the way of this, with the package or some of its versions or tags.' }),
  }),
});

const description =
  'What somebody may do here and why, a decision for each action. For those who manage it: it takes the role MAINTAINER. Without arguments it is about the caller.';
const whom = {
  username: { description: 'The user it is about.' },
  tokenId: { description: "The token it is about: one of the caller's own, or of a namespace that they manage." },
};

builder.interfaceField(NamespaceInterface, 'explainAccess', (t) =>
  t.field({
    ...needs('MANAGE'),
    type: [AccessDecisionType],
    nullable: true,
    description,
    complexity: 20,
    args: { username: t.arg.string(whom.username), tokenId: t.arg.id(whom.tokenId) },
    resolve: ({ id }, args, { core, actor }) => explainOnNode(core, actor, id, whomOf(args)),
  }),
);

builder.objectField(PackageRef, 'explainAccess', (t) =>
  t.field({
    ...needs('MANAGE'),
    type: [AccessDecisionType],
    nullable: true,
    description,
    complexity: 20,
    args: { username: t.arg.string(whom.username), tokenId: t.arg.id(whom.tokenId) },
    resolve: ({ id }, args, { core, actor }) => explainOnPackage(core, actor, id, whomOf(args)),
  }),
);

function whomOf({ username, tokenId }: { username?: string | null | undefined; tokenId?: string | null | undefined }): Whom {
  return { ...(typeof username === 'string' ? { username } : {}), ...(typeof tokenId === 'string' ? { tokenId } : {}) };
}
