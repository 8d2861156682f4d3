import type { EnumRef } from '@pothos/core';
import { roles } from '../src/db/tables/access.ts';
import type { TokenKind, TokenScope } from '../src/db/tables/credential.ts';
import { type QuotaKind, quotaKinds } from '../src/settings/quotas.ts';
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
    HIDDEN: { description: 'Installable by its exact version or a tag, passed over by ranges where another fits, not listed by clients, never the latest.' },
    DEPRECATED: { description: 'Installable, with a warning.' },
    YANKED: { description: 'Withdrawn: where it is locked already it is still installed, but nothing new resolves to it, and it is never the latest.' },
    DELETED: { description: 'Gone; can be restored for a while. No version in a list of versions is in this state: see `deletedVersions`.' },
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

const nodeTokenKinds = {
  DEPLOY: { description: 'Packages of a namespace and below; no user.' },
  PROJECT: { description: 'A role in a namespace and below; no user.' },
} as const;

/** See {@link TokenKind}. */
export const TokenKindEnum = builder.enumType('TokenKind', {
  description: 'Whose rights a token has.',
  values: {
    PERSONAL: { description: 'Those of its user.' },
    ...nodeTokenKinds,
    JOB: { description: 'Some of those of the deploy or project token that minted it, for one run of a pipeline.' },
  } satisfies { [kind in TokenKind]: object },
});

/** The kinds that the managers of a node make. */
export const NodeTokenKindEnum = builder.enumType('NamespaceTokenKind', { description: 'The kinds of token that belong to a namespace.', values: nodeTokenKinds });

/** Which way a list runs. */
export const OrderDirectionEnum = builder.enumType('OrderDirection', {
  description: 'Which way a list runs.',
  values: { ASC: { description: 'The smallest or oldest first.' }, DESC: { description: 'The greatest or newest first.' } } as const,
});

const quotaDescriptions: Record<QuotaKind, string> = { BYTES: 'Bytes of live files.', PACKAGES: 'Packages.', VERSIONS: 'Versions.' };

/** See {@link quotaKinds}. */
export const QuotaKindEnum = builder.enumType('QuotaKind', {
  description: 'What a quota limits.',
  values: Object.fromEntries(quotaKinds.map((kind) => [kind, { description: quotaDescriptions[kind] }])) as { [kind in QuotaKind]: { description: string } },
});
