import type { EnumRef } from '@pothos/core';
import { roles } from '../src/db/tables/access.ts';
import type { TokenScope } from '../src/db/tables/credential.ts';
import { builder } from './builder.ts';
import { formatEnumName } from './format-enum.ts';

/** The formats this server speaks; inside it is the format's id. The values come with `toSchema({ formats })`. */
export const FormatEnum = builder.enumType(formatEnumName, {
  description: 'The package formats that this server speaks.',
  values: {} as Record<string, { value: string }>,
}) as unknown as EnumRef<never, string, string>;

/** See {@link Visibility}. */
export const VisibilityEnum = builder.enumType('Visibility', {
  description: 'Who may see and pull what is in a namespace. A child is never more visible than its parent.',
  values: {
    PUBLIC: { description: 'Everybody, without signing in.' },
    INTERNAL: { description: 'Everybody who has signed in.' },
    PRIVATE: { description: 'Members from the role REPORTER on.' },
  } as const,
});

const roleDescriptions: Record<(typeof roles)[number], string> = {
  GUEST: 'May see that the namespace is there.',
  REPORTER: 'May pull packages, too.',
  DEVELOPER: 'May publish, tag and deprecate, too.',
  MAINTAINER: 'May delete and manage the namespace, too.',
  OWNER: 'May do everything.',
};

/** The roles of {@link roles}. */
export const RoleEnum = builder.enumType('Role', {
  description: 'What a member may do in a namespace and everything below it. Each role includes those before it.',
  values: Object.fromEntries(roles.map((role) => [role, { description: roleDescriptions[role] }])) as {
    [role in (typeof roles)[number]]: { description: string };
  },
});

/** See {@link VersionStatus}. */
export const VersionStatusEnum = builder.enumType('VersionStatus', {
  description: 'What became of a version since it was published.',
  values: {
    PUBLISHED: { description: 'Listed and installable.' },
    HIDDEN: { description: 'Installable by its exact version, but not listed.' },
    DEPRECATED: { description: 'Installable, with a warning.' },
    YANKED: { description: 'Withdrawn: only where it is locked already is it still installed.' },
    DELETED: { description: 'Gone; can be restored for a while.' },
  } as const,
});

const scopeDescriptions: Record<TokenScope, string> = {
  READ: 'See and pull packages.',
  WRITE: 'Publish, tag and deprecate.',
  DELETE: 'Delete packages, versions and files.',
  ADMIN: 'Manage namespaces and tokens.',
};

/** See {@link TokenScope}. */
export const TokenScopeEnum = builder.enumType('TokenScope', {
  description: 'What a credential may be used for, within the rights of its user.',
  values: Object.fromEntries(Object.entries(scopeDescriptions).map(([scope, description]) => [scope, { description }])) as {
    [scope in TokenScope]: { description: string };
  },
});

/** Which way a list runs. */
export const OrderDirectionEnum = builder.enumType('OrderDirection', {
  description: 'Which way a list runs.',
  values: { ASC: { description: 'The smallest or oldest first.' }, DESC: { description: 'The greatest or newest first.' } } as const,
});
