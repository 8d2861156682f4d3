import type { FieldMap, ObjectRef } from '@pothos/core';
import { readEventCursor, writeEventCursor } from '../src/events/cursor.ts';
import type { LoggedEvent } from '../src/events/logged-event.ts';
import { type EventType, eventTypes } from '../src/events/kinds.ts';
import type { StreamItem } from '../src/events/stream.ts';
import { builder } from './builder.ts';
import { FormatEnum } from './enums.ts';
import { actorById, namespaceById, packageById, versionById } from './loaders.ts';
import { NamespaceInterface } from './namespace.ts';
import { PackageRef, VersionRef } from './refs.ts';
import { ActorInterface } from './user.ts';

type Types = (typeof builder)['$inferSchemaTypes'];

/** What is not an event, but comes between them. */
export type Sign = Exclude<StreamItem, { kind: 'EVENT' }>;
/** What a subscription to the log yields. */
export type StreamRow = LoggedEvent | Sign;

builder.scalarType('Cursor', {
  description: 'A position in the event log, opaque. Cursors of one server sort as texts like the events they stand for.',
  serialize: (seq) => writeEventCursor(seq as number),
  parseValue: (value) => readEventCursor(String(value)),
});

/** What each kind of event tells, and whom. */
const descriptions: Record<EventType, string> = {
  PACKAGE_PUBLISHED: 'A version became installable.',
  FILE_ADDED: 'Files came to a version that was there.',
  VERSIONS_DEPRECATED: 'Versions were deprecated, or it was taken back.',
  VERSIONS_YANKED: 'Versions were withdrawn.',
  VERSIONS_UNYANKED: 'Versions are no longer withdrawn.',
  VERSIONS_HIDDEN: 'Versions were hidden.',
  VERSIONS_UNHIDDEN: 'Versions are no longer hidden.',
  TAG_SET: 'A tag was pointed at a version.',
  TAG_REMOVED: 'A tag was removed.',
  FILE_DELETED: 'A file of a version was deleted.',
  VERSION_DELETED: 'A version was deleted, or gave way to one that was published anew.',
  PACKAGE_DELETED: 'A package was deleted with all its versions.',
  FILE_RESTORED: 'A file of a version was restored.',
  VERSION_RESTORED: 'A version was restored.',
  PACKAGE_RESTORED: 'A package was restored.',
  PURGED: 'What was deleted is gone for good. For those who may delete.',
  ACCESS_CHANGED: 'It was changed who may do what with a package; `Package.access` tells how it is now. For those who manage it.',
  NAMESPACE_CREATED: 'A group or project was made.',
  NAMESPACE_UPDATED: 'A namespace was renamed, opened, closed or described anew.',
  NAMESPACE_DELETED: 'A group or project was deleted; `namespace` is the one above. For those who see how that is set up.',
  MEMBER_SET: 'A user or a team was given a role in a namespace. For those who see how it is set up.',
  MEMBER_REMOVED: 'The role of a user or a team in a namespace was taken. For those who see how it is set up.',
  SETTINGS_CHANGED: 'Settings of a namespace were changed; `Namespace.settings` tells how they are now. For those who see how it is set up.',
  PROTECTION_CHANGED: 'A protection rule was made, changed or deleted. For those who see how the namespace is set up.',
  CLEANUP_CHANGED: 'A cleanup policy was made, changed or deleted. For those who see how the namespace is set up.',
  WEBHOOK_CHANGED: 'A webhook was made, changed or deleted. For those who manage the namespace.',
  WEBHOOK_DISABLED: 'A webhook was given up: nothing could be delivered for days, the receiver wants nothing more, or its owner is gone. For those who manage the namespace.',
  TOKEN_CREATED: 'A token was made. For those who manage it.',
  TOKEN_ROTATED: 'A token got a new secret. For those who manage it.',
  TOKEN_REVOKED: 'A token was revoked. For those who manage it.',
  TEAM_CHANGED: 'A team was made, changed or deleted, or its members changed. For administrators.',
  USER_CREATED: 'A user was made. For administrators.',
  USER_CHANGED: 'A user was changed, blocked or unblocked, or has a new password. For administrators.',
};

/** The kinds of event. */
export const EventTypeEnum = builder.enumType('EventType', {
  description: 'The kinds of event; each has a type of its own, of the same name.',
  values: Object.fromEntries(eventTypes.map((type) => [type, { description: descriptions[type] }])) as { [type in EventType]: { description: string } },
});

/** Whatever a subscription to the log yields. */
export const StreamItemInterface = builder.interfaceRef<StreamRow>('StreamItem').implement({
  description: 'What `events` yields: events, and signs that the stream is alive or has lost its place.',
  resolveType: (row) => ('kind' in row ? (row.kind === 'HEARTBEAT' ? 'Heartbeat' : 'CursorExpired') : typeNameOf(row.type)),
  fields: (t) => ({
    cursor: t.field({ type: 'Cursor', description: 'Subscribe with it as `after` to go on from here.', resolve: ({ seq }) => seq }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it happened.' }),
  }),
});

/** Every event. */
export const EventInterface = builder.interfaceRef<LoggedEvent>('Event').implement({
  description: 'Something that happened. Whoever may see what it is about is told, as things are when it is told.',
  interfaces: [StreamItemInterface],
  resolveType: ({ type }) => typeNameOf(type),
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    type: t.expose('type', { type: EventTypeEnum, description: 'What kind of event it is.' }),
    actor: t.field({
      type: ActorInterface,
      nullable: true,
      description: 'Who did it; null for the registry itself.',
      resolve: ({ actorId }, _args, context) => (actorId === null ? null : actorById(context, actorId)),
    }),
    namespace: t.field({
      type: NamespaceInterface,
      nullable: true,
      description: 'Where it happened; null where that is gone or the caller may not see it.',
      resolve: ({ namespaceId }, _args, context) => namespaceById(context, namespaceId),
    }),
  }),
});

/** Every event of a package. */
export const PackageEventInterface = builder.interfaceRef<LoggedEvent>('PackageEvent').implement({
  description: 'Something that happened to a package.',
  interfaces: [EventInterface, StreamItemInterface],
  resolveType: ({ type }) => typeNameOf(type),
  fields: (t) => ({
    format: t.field({ type: FormatEnum, description: 'Its format.', resolve: textOf('format') }),
    packageName: t.string({ description: 'Its name.', resolve: textOf('name') }),
    package: t.field({
      type: PackageRef,
      nullable: true,
      description: 'The package as it is now; null where it is deleted.',
      resolve: ({ packageId }, _args, context) => (packageId === null ? null : packageById(context, packageId)),
    }),
  }),
});

/** Every event of one version. */
export const VersionEventInterface = builder.interfaceRef<LoggedEvent>('VersionEvent').implement({
  description: 'Something that happened to one version of a package.',
  interfaces: [PackageEventInterface, EventInterface, StreamItemInterface],
  resolveType: ({ type }) => typeNameOf(type),
  fields: (t) => ({
    versionName: t.string({ description: 'The version as it was published.', resolve: textOf('version') }),
    version: t.field({
      type: VersionRef,
      nullable: true,
      description: 'The version as it is now; null where it is deleted.',
      resolve: ({ versionId }, _args, context) => (versionId === null ? null : versionById(context, versionId)),
    }),
  }),
});

const parents = {
  node: [EventInterface, StreamItemInterface],
  package: [PackageEventInterface, EventInterface, StreamItemInterface],
  version: [VersionEventInterface, PackageEventInterface, EventInterface, StreamItemInterface],
};

type Fields = (t: PothosSchemaTypes.ObjectFieldBuilder<Types, LoggedEvent>) => FieldMap;

/** Defines the type of a kind of event: of a version, a package or anything else. */
export function defineEvent(type: EventType, about: keyof typeof parents, fields: Fields = () => ({})): ObjectRef<Types, LoggedEvent> {
  return builder.objectRef<LoggedEvent>(typeNameOf(type)).implement({ description: descriptions[type], interfaces: parents[about] as never, fields: fields as never });
}

/** Reads a text that every event of a kind carries. */
export function textOf(field: string): (event: LoggedEvent) => string {
  return ({ payload }) => payload[field] as string;
}

/** `PACKAGE_PUBLISHED` as the name of a type: `PackagePublished`. */
export function typeNameOf(type: EventType): string {
  return type.toLowerCase().replace(/(?:^|_)(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

/** That all is well. */
export const HeartbeatType = builder.objectRef<Sign>('Heartbeat').implement({
  description: 'A sign, some fifteen seconds after the last item, that the stream is alive. Everything up to its cursor has been told.',
  interfaces: [StreamItemInterface] as never,
});

/** That something was lost. */
export const CursorExpiredType = builder.objectRef<Sign>('CursorExpired').implement({
  description:
    'The last item of a stream whose `after` is too old: of what came behind it some is no longer kept. Read anew what you need, then subscribe with this cursor, ' +
    'behind which everything is there.',
  interfaces: [StreamItemInterface] as never,
  fields: (t) => ({
    lostBefore: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Events before this instant are no longer kept; null where the cursor is of another log than this.',
      resolve: (row) => (row.kind === 'EXPIRED' ? row.lostBefore : null),
    }),
  }),
});
