import { authorize } from '../src/access/decide.ts';
import { keptRuns } from '../src/cleanup/start.ts';
import { runListQuery, type RunRecord } from '../src/cleanup/queries/policies.ts';
import type { CleanupPolicyRow, CleanupState, CleanupTarget } from '../src/db/tables/policy.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection-type.ts';
import { listComplexity } from './connection.ts';
import { FormatEnum } from './enums.ts';
import { needs } from './gate.ts';
import { defineList } from './list.ts';
import { actorById, cleanupPoliciesOf, cleanupPolicyById, namespaceById } from './loaders.ts';
import { NamespaceInterface } from './namespace.ts';
import { ActorInterface } from './user.ts';

const CleanupStateEnum = builder.enumType('CleanupState', {
  description: 'How far a run is.',
  values: {
    RUNNING: { description: 'Under way, or about to begin.' },
    DONE: { description: 'Through.' },
    FAILED: { description: 'Given up; `message` says why. What it had removed by then stays removed.' },
  } satisfies Record<CleanupState, object>,
});

/** What a policy removes. */
export const CleanupTargetEnum = builder.enumType('CleanupTarget', {
  description: 'What a cleanup policy removes.',
  values: {
    VERSION: { description: 'Versions.' },
    BUILD: {
      description:
        'Older builds of versions that are being worked on (snapshots of Maven), never the version itself. Conditions on age and downloads are about the build, patterns about ' +
        'the version, and `keepNewest` (1 or more) counts the builds of each kind of file.',
    },
  } satisfies Record<CleanupTarget, object>,
});

/** A policy; its fields are below. */
export const CleanupPolicyRef = builder.objectRef<CleanupPolicyRow>('CleanupPolicy');

/** A run of a policy. */
export const CleanupRunType = builder.objectRef<RunRecord>('CleanupRun').implement({
  description: 'One run of a cleanup policy, with how far it is.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    policy: t.field({
      type: CleanupPolicyRef,
      nullable: true,
      description: 'The policy; null only where it was deleted a moment ago.',
      resolve: ({ policyId }, _args, context) => cleanupPolicyById(context, policyId),
    }),
    state: t.expose('state', { type: CleanupStateEnum, description: 'How far it is.' }),
    examinedPackages: t.expose('examinedPackages', { type: 'BigInt', description: 'Packages it is through with.' }),
    removedVersions: t.expose('removedVersions', { type: 'BigInt', description: 'Versions it has deleted. They can be restored for a while.' }),
    removedFiles: t.expose('removedFiles', { type: 'BigInt', description: 'Files of builds it has deleted.' }),
    removedBytes: t.expose('removedBytes', { type: 'BigInt', description: 'Bytes of those files, and of the files of those versions.' }),
    startedBy: t.field({
      type: ActorInterface,
      nullable: true,
      description: 'Who started it; null where it started by itself.',
      resolve: ({ startedById }, _args, context) => (startedById === null ? null : actorById(context, startedById)),
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was started.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last made a step.' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it ended; null while it is under way.' }),
    message: t.exposeString('message', { nullable: true, description: 'Why it failed.' }),
  }),
});

const CleanupRunConnection = connectionType(CleanupRunType, 'CleanupRun', 'runs of a cleanup policy');

const listRuns = defineList<CleanupPolicyRow, object, RunRecord>({
  name: 'cleanup runs',
  idOf: ({ id }) => id,
  query: (_context, policies) => runListQuery(policies.map(({ id }) => id)),
  orderName: () => 'cleanup runs',
  positionOf: (_args, { id }) => [id],
});

builder.objectType(CleanupPolicyRef, {
  description:
    'What of the packages of a namespace and everything below it may go by itself. A version is deleted when all conditions say so; versions that carry a tag, ' +
    'those that a protection rule keeps from being deleted, and packages with access of their own are left alone.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    name: t.exposeString('name', { description: 'For people.' }),
    namespace: t.field({
      type: NamespaceInterface,
      nullable: true,
      description: 'The node whose packages it is about, with those below.',
      resolve: ({ namespaceId }, _args, context) => namespaceById(context, namespaceId),
    }),
    target: t.expose('target', { type: CleanupTargetEnum, description: 'What it removes.' }),
    isEnabled: t.exposeBoolean('isEnabled', { description: 'Whether it runs by itself, once a day.' }),
    formats: t.field({ type: [FormatEnum], nullable: true, description: 'Only packages of these formats; null: of all.', resolve: ({ formats }) => formats }),
    namePattern: t.exposeString('namePattern', { nullable: true, description: 'Only packages whose name, as its format compares names, matches; `*` stands for any text. Null: all.' }),
    keepNewest: t.exposeInt('keepNewest', { description: 'So many of the versions of a package published last stay; of builds, so many of each kind of file of a version.' }),
    olderThanDays: t.exposeInt('olderThanDays', { nullable: true, description: 'Only versions published more than so many days ago; null: however new.' }),
    notDownloadedForDays: t.exposeInt('notDownloadedForDays', {
      nullable: true,
      description: 'Only versions of which no file was downloaded for more than so many days, counted from the publish where none ever was; null: downloaded or not.',
    }),
    removePattern: t.exposeString('removePattern', { nullable: true, description: 'Only versions that match this regular expression of RE2 as a whole; null: any.' }),
    keepPattern: t.exposeString('keepPattern', { nullable: true, description: 'Versions that match this regular expression of RE2 as a whole stay; null: none for that.' }),
    createdBy: t.field({
      type: ActorInterface,
      nullable: true,
      description: 'Who made it, where that is known.',
      resolve: ({ createdById }, _args, context) => (createdById === null ? null : actorById(context, createdById)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    nextRunAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it runs by itself next; null where it does not.',
      resolve: ({ isEnabled, nextRunAt }) => (isEnabled ? nextRunAt : null),
    }),
    runs: t.connection(
      { type: CleanupRunType, description: `Its runs, newest first; the last ${keptRuns} are kept.`, complexity: listComplexity, resolve: (row, args, context, info) => listRuns(context, row, args, info) as never },
      CleanupRunConnection,
    ),
  }),
});

builder.interfaceField(NamespaceInterface, 'cleanupPolicies', (t) =>
  t.field({
    ...needs('INSPECT'),
    type: [CleanupPolicyRef],
    nullable: true,
    description: 'The cleanup policies of this node itself, oldest first; those of the nodes above hold here as well. Needs the role REPORTER.',
    async resolve(row, _args, context) {
      authorize(context.actor, 'INSPECT', row);
      return (await cleanupPoliciesOf(context, row.id)) ?? [];
    },
  }),
);
