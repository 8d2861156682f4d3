import type { Action } from '../access/decide.ts';

/**
 * Who is told of an event: whoever may do this with the package or the node that it is about, as things are when it is told.
 * SEE: to know that the node is there. TOKEN: to manage the token that it is about; of a person's, administrators are told, too. ADMIN: administrators.
 */
export type Audience = { of: 'PACKAGE' | 'NODE'; needs: Action | 'SEE' } | { of: 'TOKEN' } | { of: 'ADMIN' };

const readers: Audience = { of: 'PACKAGE', needs: 'READ' };
const inspectors: Audience = { of: 'NODE', needs: 'INSPECT' };
const managers: Audience = { of: 'NODE', needs: 'MANAGE' };
const administrators: Audience = { of: 'ADMIN' };

/** Every kind of event, and who is told of it. */
export const audiences = {
  PACKAGE_PUBLISHED: readers,
  FILE_ADDED: readers,
  VERSIONS_DEPRECATED: readers,
  VERSIONS_YANKED: readers,
  VERSIONS_UNYANKED: readers,
  VERSIONS_HIDDEN: readers,
  VERSIONS_UNHIDDEN: readers,
  TAG_SET: readers,
  TAG_REMOVED: readers,
  FILE_DELETED: readers,
  VERSION_DELETED: readers,
  PACKAGE_DELETED: readers,
  FILE_RESTORED: readers,
  VERSION_RESTORED: readers,
  PACKAGE_RESTORED: readers,
  PURGED: { of: 'PACKAGE', needs: 'DELETE' },
  ACCESS_CHANGED: { of: 'PACKAGE', needs: 'MANAGE' },
  NAMESPACE_CREATED: { of: 'NODE', needs: 'SEE' },
  NAMESPACE_UPDATED: { of: 'NODE', needs: 'SEE' },
  // Recorded at the node above, where not everybody may have known of it.
  NAMESPACE_DELETED: inspectors,
  MEMBER_SET: inspectors,
  MEMBER_REMOVED: inspectors,
  SETTINGS_CHANGED: inspectors,
  PROTECTION_CHANGED: inspectors,
  CLEANUP_CHANGED: inspectors,
  WEBHOOK_CHANGED: managers,
  WEBHOOK_DISABLED: managers,
  TOKEN_CREATED: { of: 'TOKEN' },
  TOKEN_ROTATED: { of: 'TOKEN' },
  TOKEN_REVOKED: { of: 'TOKEN' },
  TEAM_CHANGED: administrators,
  USER_CREATED: administrators,
  USER_CHANGED: administrators,
} satisfies Record<string, Audience>;

export type EventType = keyof typeof audiences;

/** Every kind of event. */
export const eventTypes = Object.keys(audiences) as EventType[];

/** After these somebody may have fewer rights than before: whoever listens is looked at again. */
export const rightsChanging: ReadonlySet<EventType> = new Set<EventType>([
  'ACCESS_CHANGED',
  'NAMESPACE_UPDATED',
  'SETTINGS_CHANGED',
  'MEMBER_SET',
  'MEMBER_REMOVED',
  'TOKEN_ROTATED',
  'TOKEN_REVOKED',
  'TEAM_CHANGED',
  'USER_CHANGED',
]);
