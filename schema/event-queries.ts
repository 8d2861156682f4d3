import { CursorExpired, InvalidInput } from '../src/errors.ts';
import { type EventFilter, readFilter } from '../src/events/filter.ts';
import { type LoggedEvent, readLogState } from '../src/events/logged-event.ts';
import { type EventPage, pageOfEvents } from '../src/events/page.ts';
import { readEventCursor } from '../src/events/cursor.ts';
import { followLog, type StreamItem } from '../src/events/stream.ts';
import { builder, defaultPageSize, maxPageSize } from './builder.ts';
import type { Context } from './context.ts';
import { FormatEnum } from './enums.ts';
import { EventInterface, EventTypeEnum, StreamItemInterface, type StreamRow } from './event.ts';
import type { LiveItem } from './live.ts';
import { PackagePublishedType } from './package-events.ts';

const EventFilterInput = builder.inputType('EventFilter', {
  description: 'Which events; conditions are joined by AND.',
  fields: (t) => ({
    types: t.field({ type: [EventTypeEnum], description: 'Of these kinds.' }),
    namespace: t.string({ description: 'At the namespace of this path or below.' }),
    formats: t.field({ type: [FormatEnum], description: 'About packages of these formats.' }),
    name: t.string({ description: 'About packages of this name, as their format compares names.' }),
  }),
});

const EventEdgeType = builder.objectRef<LoggedEvent>('EventEdge').implement({
  description: 'An event with its cursor.',
  fields: (t) => ({
    node: t.field({ type: EventInterface, description: 'The event.', complexity: 0, resolve: (event) => event }),
    cursor: t.field({ type: 'Cursor', description: 'Its position.', resolve: ({ seq }) => seq }),
  }),
});

const EventPageInfoType = builder.objectRef<EventPage>('EventPageInfo').implement({
  description: 'Where a page of the log ends.',
  fields: (t) => ({
    endCursor: t.field({
      type: 'Cursor',
      description: 'Everything up to here has been told: `after` of the next page, or of a subscription. Also where the page is empty.',
      resolve: ({ endSeq }) => endSeq,
    }),
    hasNextPage: t.exposeBoolean('hasMore', { description: 'Whether the log goes on. A page may be short, even empty, and others follow: it looks at so many events only.' }),
  }),
});

const EventConnectionType = builder.objectRef<EventPage>('EventConnection').implement({
  description: 'A page of the event log.',
  fields: (t) => ({
    edges: t.field({ type: [EventEdgeType], description: 'The events with their cursors.', complexity: { field: 0, multiplier: 1 }, resolve: ({ events }) => events }),
    nodes: t.field({ type: [EventInterface], description: 'The events.', complexity: { field: 0, multiplier: 1 }, resolve: ({ events }) => events }),
    pageInfo: t.field({ type: EventPageInfoType, description: 'Where it ends.', resolve: (page) => page }),
  }),
});

builder.queryField('events', (t) =>
  t.field({
    type: EventConnectionType,
    description:
      'The event log, oldest first: the same that the subscription `events` follows. Fails with CURSOR_EXPIRED where some of what came behind the cursor is no longer kept.',
    args: {
      after: t.arg({ type: 'Cursor', description: 'Only what came behind it; without it from the oldest that is kept.' }),
      filter: t.arg({ type: EventFilterInput, description: 'Which events.' }),
      first: t.arg.int({ description: `At most so many, up to ${maxPageSize}; ${defaultPageSize} unless told.` }),
    },
    complexity: ({ first }) => ({ field: 5, multiplier: Math.max(1, first ?? defaultPageSize) }),
    async resolve(_root, { after, filter, first }, { core, actor }) {
      const limit = first ?? defaultPageSize;
      if (limit < 0 || limit > maxPageSize) throw new InvalidInput('first', `A page has 0 to ${maxPageSize} events.`);
      return pageOfEvents(core, actor, { afterSeq: after ?? undefined, limit, matches: await readFilter(core, actor, filter ?? {}) });
    },
  }),
);

builder.subscriptionType({ description: 'What can be followed, over Server-Sent Events or WebSocket.' });

const afterDescription = 'First everything that was missed since this cursor, then what happens. Without it, only what happens from now on.';

builder.subscriptionFields((t) => ({
  events: t.field({
    type: StreamItemInterface,
    description: 'Every event that the caller may see, in one order, each once. With `after` first what was missed, then live.',
    args: {
      after: t.arg({ type: 'Cursor', description: afterDescription }),
      filter: t.arg({ type: EventFilterInput, description: 'Which events.' }),
    },
    subscribe: (_root, { after, filter }, context) => follow(context, after, filter ?? {}, (item) => ({ item, isSilent: false })),
    resolve: ({ item }): StreamRow => (item.kind === 'EVENT' ? item.event : item),
  }),
  packagePublished: t.field({
    type: PackagePublishedType,
    description: 'The common case: a version became installable. Ends with the error CURSOR_EXPIRED, with a `cursor` to go on from, where some of what came behind the cursor is no longer kept.',
    args: {
      namespace: t.arg.string({ description: 'At the namespace of this path or below.' }),
      formats: t.arg({ type: [FormatEnum], description: 'Of these formats.' }),
      name: t.arg.string({ description: 'Of packages of this name, as their format compares names.' }),
      after: t.arg({ type: 'Cursor', description: afterDescription }),
    },
    subscribe: (_root, { after, ...filter }, context) => follow(context, after, { ...filter, types: ['PACKAGE_PUBLISHED'] }, published),
    resolve: ({ item }): LoggedEvent => {
      if (item.kind !== 'EVENT') throw new Error(`${item.kind} is no event`);
      return item.event;
    },
  }),
}));

async function follow({ core, actor, live }: Context, after: number | null | undefined, filter: EventFilter, map: (item: StreamItem) => LiveItem): Promise<AsyncIterable<LiveItem>> {
  if (!live) throw new Error('a subscription was opened by a request that cannot follow it');
  const matches = await readFilter(core, actor, filter);
  const given = live.resumeAfter === undefined ? after : readEventCursor(live.resumeAfter);
  const afterSeq = given ?? (await readLogState(core.database.reads)).lastSeq;
  // Whoever loses the connection before anything was told goes on from here.
  const beginning: StreamItem = { kind: 'HEARTBEAT', seq: afterSeq, occurredAt: core.clock.now(), actor };
  return mapped({ item: beginning, isSilent: true }, followLog(core, { actor: live.actor, signal: live.signal, matches, afterSeq }), map);
}

function published(item: StreamItem): LiveItem {
  if (item.kind === 'EXPIRED') throw new CursorExpired(item.seq);
  return { item, isSilent: item.kind === 'HEARTBEAT' };
}

/** One, then each of the others as something else; ends what it takes them from when it ends itself. */
function mapped<From, To>(first: To, from: AsyncIterableIterator<From>, map: (item: From) => To): AsyncIterableIterator<To> {
  let isBegun = false;
  return {
    async next() {
      if (!isBegun) {
        isBegun = true;
        return { done: false, value: first };
      }
      const { done, value } = await from.next();
      return done ? { done: true, value: undefined } : { done: false, value: map(value) };
    },
    async return() {
      isBegun = true;
      await from.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
