import type { TokenKind } from '../src/db/tables/credential.ts';
import type { Role } from '../src/db/tables/access.ts';
import type { Visibility } from '../src/db/tables/namespace.ts';
import { isToldPath } from '../src/events/audience.ts';
import type { LoggedEvent } from '../src/events/logged-event.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { RoleEnum, TokenKindEnum, VisibilityEnum } from './enums.ts';
import { defineEvent, textOf } from './event.ts';
import { namespaceById } from './loaders.ts';

/** A path in an event, where the caller may know it. */
async function pathThen({ payload, namespaceId }: LoggedEvent, field: 'path' | 'previousPath', context: Context): Promise<string | null> {
  const path = payload[field] as string;
  return isToldPath(context.actor, await namespaceById(context, namespaceId), path) ? path : null;
}

const unlessCurrent = 'Unless it is called so now, for those who see how it is set up; null for all others.';

defineEvent('NAMESPACE_CREATED', 'node', (t) => ({
  path: t.string({ nullable: true, description: `Its path then. ${unlessCurrent}`, resolve: (event, _args, context) => pathThen(event, 'path', context) }),
}));
defineEvent('NAMESPACE_UPDATED', 'node', (t) => ({
  path: t.string({ nullable: true, description: `Its path since. ${unlessCurrent}`, resolve: (event, _args, context) => pathThen(event, 'path', context) }),
  previousPath: t.string({ nullable: true, description: `Its path before. ${unlessCurrent}`, resolve: (event, _args, context) => pathThen(event, 'previousPath', context) }),
  visibility: t.field({ type: VisibilityEnum, description: 'Its visibility since.', resolve: ({ payload }) => payload['visibility'] as Visibility }),
}));
defineEvent('NAMESPACE_DELETED', 'node', (t) => ({
  path: t.string({ description: 'Its path.', resolve: textOf('path') }),
}));

const MemberKindEnum = builder.enumType('MemberKind', {
  description: 'What a member is.',
  values: { USER: { description: 'A person.' }, TEAM: { description: 'A team.' } } as const,
});

for (const type of ['MEMBER_SET', 'MEMBER_REMOVED'] as const) {
  defineEvent(type, 'node', (t) => ({
    memberKind: t.field({ type: MemberKindEnum, description: 'What the member is.', resolve: ({ payload }) => payload['kind'] as 'USER' | 'TEAM' }),
    memberId: t.id({ description: 'Id of the user or the team.', resolve: textOf('principalId') }),
    role: t.field({ type: RoleEnum, nullable: true, description: 'The role since; null: none.', resolve: ({ payload }) => (payload['role'] ?? null) as Role | null }),
    previousRole: t.field({ type: RoleEnum, nullable: true, description: 'The role before; null: none.', resolve: ({ payload }) => (payload['previousRole'] ?? null) as Role | null }),
  }));
}

for (const type of ['SETTINGS_CHANGED', 'PROTECTION_CHANGED', 'CLEANUP_CHANGED', 'TEAM_CHANGED', 'USER_CREATED', 'USER_CHANGED'] as const) {
  defineEvent(type, 'node', (t) => ({ details: t.field({ type: 'JSON', description: 'What was changed, as the log has it.', resolve: ({ payload }) => payload }) }));
}

for (const type of ['TOKEN_CREATED', 'TOKEN_ROTATED', 'TOKEN_REVOKED'] as const) {
  defineEvent(type, 'node', (t) => ({
    tokenId: t.id({ description: 'Id of the token.', resolve: textOf('tokenId') }),
    tokenName: t.string({ description: 'Its name.', resolve: textOf('name') }),
    tokenKind: t.field({ type: TokenKindEnum, description: 'Its kind.', resolve: ({ payload }) => payload['kind'] as TokenKind }),
  }));
}
