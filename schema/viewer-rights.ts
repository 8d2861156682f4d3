import { type Action, decide, type Node, roleOnPackage, type Subject } from '../src/access/decide.ts';
import type { Actor } from '../src/access/actor.ts';
import { subjectOf } from '../src/packages/subject.ts';
import { builder } from './builder.ts';
import { RoleEnum } from './enums.ts';
import { nodeForDecision } from './loaders.ts';
import { NamespaceInterface } from './namespace.ts';
import { PackageRef } from './refs.ts';

/** Whose rights on what. */
interface Question {
  actor: Actor;
  /** Null: gone since it was read, so nothing is allowed. */
  node: Node | null;
  subject?: Subject;
}

const rights: Record<Lowercase<Action>, { action: Action; description: string }> = {
  read: { action: 'READ', description: 'See it and pull.' },
  publish: { action: 'PUBLISH', description: 'Publish, tag, deprecate, hide and yank.' },
  delete: { action: 'DELETE', description: 'Delete and restore.' },
  inspect: { action: 'INSPECT', description: 'See members, settings and rules.' },
  manage: { action: 'MANAGE', description: 'Change settings, rules, tokens and members; make what is below.' },
  own: { action: 'OWN', description: 'Delete and rename it, change its visibility, name owners.' },
};

const ViewerRightsType = builder.objectRef<Question>('ViewerRights').implement({
  description: 'What the caller may do, as far as role, visibility and credential go; a protection rule or a quota may still be in the way.',
  fields: (t) =>
    Object.fromEntries(
      Object.entries(rights).map(([name, { action, description }]) => [
        name,
        t.boolean({ description, resolve: ({ actor, node, subject }) => node !== null && decide(actor, action, node, subject).allowed }),
      ]),
    ),
});

builder.interfaceField(NamespaceInterface, 'viewerCan', (t) =>
  t.field({ type: ViewerRightsType, description: 'What the caller may do here.', resolve: (node, _args, { actor }) => ({ actor, node }) }),
);

builder.objectFields(PackageRef, (t) => ({
  viewerCan: t.field({
    type: ViewerRightsType,
    description: 'What the caller may do with it.',
    resolve: async (row, _args, context) => ({ actor: context.actor, node: await nodeForDecision(context, row.namespaceId), subject: subjectOf(row) }),
  }),
  viewerRole: t.field({
    type: RoleEnum,
    nullable: true,
    description: "The caller's role on it, given by its namespace, those above, or the package itself; null without one.",
    resolve: async (row, _args, context) => {
      const node = await nodeForDecision(context, row.namespaceId);
      return (node && roleOnPackage(context.actor, node, subjectOf(row).access)) ?? null;
    },
  }),
}));
