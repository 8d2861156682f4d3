import { deleteCleanupPolicy, setCleanupPolicy, type PolicyTarget } from '../src/cleanup/manage.ts';
import type { PolicyChanges } from '../src/cleanup/policy.ts';
import { type CleanupPreview, previewCleanup, type PreviewedVersion } from '../src/cleanup/preview.ts';
import type { RunRecord } from '../src/cleanup/queries/policies.ts';
import { runCleanup } from '../src/cleanup/start.ts';
import type { CleanupPolicyRow } from '../src/db/tables/policy.ts';
import type { NamespaceRow } from '../src/db/tables/namespace.ts';
import { InvalidInput } from '../src/errors.ts';
import { builder } from './builder.ts';
import { CleanupPolicyRef, CleanupRunType, CleanupTargetEnum } from './cleanup.ts';
import { pageOf } from './connection.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { FormatEnum } from './enums.ts';
import { versionById } from './loaders.ts';
import { mutationField } from './mutation.ts';
import { NamespaceInterface } from './namespace.ts';
import { VersionRef } from './refs.ts';
import { takesOnNamespace } from './takes.ts';

const previewOrder = 'cleanup preview';
const policyProblem = 'a condition is out of bounds, a pattern is none, nothing says what may go, or not exactly one of policy and namespace is named';

mutationField('setCleanupPolicy', {
  description:
    'Makes a cleanup policy for a namespace, or changes one: what is left out stays as it is, and null takes a condition away. What may go is said by `olderThanDays`, ' +
    '`notDownloadedForDays`, `removePattern` or `keepNewest`, of which one at least is needed.',
  takes: takesOnNamespace('MANAGE'),
  errors: [[InvalidInput, policyProblem]],
  input: policyFields,
  payload: builder.objectRef<{ policy: CleanupPolicyRow }>('SetCleanupPolicyPayload').implement({
    description: 'A cleanup policy that was made or changed.',
    fields: (t) => ({ policy: t.expose('policy', { type: CleanupPolicyRef, description: 'The policy.' }) }),
  }),
  resolve: async ({ policyId, namespaceId, ...changes }, { core, actor }) => ({
    policy: await setCleanupPolicy(core, actor, targetOf({ policyId, namespaceId }), changes as PolicyChanges),
  }),
});

mutationField('deleteCleanupPolicy', {
  description: 'Deletes a cleanup policy with the record of its runs. One that is under way ends.',
  takes: takesOnNamespace('MANAGE'),
  errors: [],
  input: (t) => ({ policyId: t.id({ required: true, description: 'The policy.' }) }),
  payload: builder.objectRef<{ policy: CleanupPolicyRow; namespace: NamespaceRow }>('DeleteCleanupPolicyPayload').implement({
    description: 'A cleanup policy that was deleted.',
    fields: (t) => ({
      deletedPolicyId: t.id({ description: 'Its id.', resolve: ({ policy }) => policy.id }),
      namespace: t.expose('namespace', { type: NamespaceInterface, description: 'The node that it was of.' }),
    }),
  }),
  resolve: ({ policyId }, { core, actor }) => deleteCleanupPolicy(core, actor, policyId),
});

mutationField('runCleanup', {
  description:
    'Starts a run of a cleanup policy, in the background; where one is under way, that is the one answered. Ask for the run again by its id to see how far it is.',
  takes: takesOnNamespace('MANAGE'),
  errors: [],
  input: (t) => ({ policyId: t.id({ required: true, description: 'The policy, switched on or not.' }) }),
  payload: builder.objectRef<{ run: RunRecord }>('RunCleanupPayload').implement({
    description: 'A run that is under way.',
    fields: (t) => ({ run: t.expose('run', { type: CleanupRunType, description: 'The run.' }) }),
  }),
  resolve: async ({ policyId }, { core, actor }) => ({ run: await runCleanup(core, actor, policyId) }),
});

const PreviewedVersionType = builder.objectRef<PreviewedVersion>('CleanupPreviewVersion').implement({
  description: 'A version that a run would delete, or a file of it.',
  fields: (t) => ({
    format: t.expose('format', { type: FormatEnum, description: 'Format of its package.' }),
    packageName: t.exposeString('packageName', { description: 'Name of its package.' }),
    version: t.exposeString('version', { description: 'The version as it was published.' }),
    fileName: t.string({ nullable: true, description: 'The file that would go alone, of an older build; null where the whole version would.', resolve: ({ fileName }) => fileName ?? null }),
    sizeBytes: t.expose('sizeBytes', { type: 'BigInt', description: 'Bytes of its files, or of that one.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When it was published; of a file, when it was uploaded.' }),
    why: t.exposeString('why', { description: 'Why it may go, for people.' }),
    packageVersion: t.field({
      type: VersionRef,
      nullable: true,
      description: 'The version itself; null where the credential in use may not read it.',
      resolve: ({ versionId }, _args, context) => versionById(context, versionId),
    }),
  }),
});

mutationField('previewCleanup', {
  description:
    'Tells what a run would delete at this moment, and changes nothing: of a policy, of one with other conditions (as `setCleanupPolicy` takes them), or of one that is not there ' +
    'yet. Looks at every package that the policy is about.',
  takes: takesOnNamespace('MANAGE'),
  errors: [[InvalidInput, `${policyProblem}, or the page is out of bounds`]],
  input: (t) => ({
    ...policyFields(t),
    first: t.int({ description: 'How many of the versions to list, up to 100; 20 unless told.' }),
    after: t.string({ description: 'Only versions behind this cursor: `endCursor` of the page before.' }),
  }),
  payload: builder.objectRef<CleanupPreview>('PreviewCleanupPayload').implement({
    description: 'What a run would delete.',
    fields: (t) => ({
      examinedPackages: t.expose('examinedPackages', { type: 'BigInt', description: 'Packages that the policy is about.' }),
      removedVersions: t.expose('removedVersions', { type: 'BigInt', description: 'How many versions would go, on all pages.' }),
      removedFiles: t.expose('removedFiles', { type: 'BigInt', description: 'How many files of older builds would go, on all pages.' }),
      removedBytes: t.expose('removedBytes', { type: 'BigInt', description: 'Bytes of all that would go.' }),
      versions: t.expose('versions', { type: [PreviewedVersionType], description: 'One page of what would go, package by package.', complexity: { field: 5, multiplier: 20 } }),
      hasNextPage: t.exposeBoolean('hasMore', { description: 'Whether there are more behind this page.' }),
      endCursor: t.string({
        nullable: true,
        description: 'Cursor of the last version on this page; null where it is empty.',
        resolve: ({ versions }) => {
          const last = versions.at(-1);
          return last ? writeCursor(previewOrder, [last.packageId, last.id]) : null;
        },
      }),
    }),
  }),
  async resolve({ policyId, namespaceId, first, after, ...changes }, { core, actor }) {
    const { limit } = pageOf({ first }, previewOrder);
    return previewCleanup(core, actor, targetOf({ policyId, namespaceId }), changes as PolicyChanges, { first: limit, after: positionOf(after) });
  },
});

function policyFields(t: PothosSchemaTypes.InputFieldBuilder<(typeof builder)['$inferSchemaTypes'], 'InputObject'>) {
  return {
    policyId: t.id({ description: 'A policy that is there.' }),
    namespaceId: t.id({ description: 'The namespace for which there is to be a policy; instead of `policyId`.' }),
    name: t.string({ description: 'What to call it, 1 to 255 characters; `Cleanup` unless told.' }),
    target: t.field({ type: CleanupTargetEnum, description: 'What it removes; `VERSION` unless told.' }),
    isEnabled: t.boolean({ description: 'Whether it runs by itself, once a day; true unless told. The first time is a day from now.' }),
    formats: t.field({ type: [FormatEnum], description: 'Only packages of these formats; by default of all.' }),
    namePattern: t.string({ description: 'Only packages whose name, as its format compares names, matches; `*` stands for any text.' }),
    keepNewest: t.int({ description: 'So many of the versions of a package published last stay, 1 unless told. With 0 the last one may go as well, and the package with it. Of builds, so many of each kind of file of a version, 1 or more.' }),
    olderThanDays: t.int({ description: 'Only versions published more than so many days ago.' }),
    notDownloadedForDays: t.int({ description: 'Only versions of which no file was downloaded for more than so many days, counted from the publish where none ever was.' }),
    removePattern: t.string({ description: 'Only versions that match this as a whole: a regular expression of RE2 (https://github.com/google/re2/wiki/Syntax) of at most 255 characters.' }),
    keepPattern: t.string({ description: 'Versions that match this as a whole stay; of the same kind.' }),
  };
}

function targetOf({ policyId, namespaceId }: { policyId?: string | null | undefined; namespaceId?: string | null | undefined }): PolicyTarget {
  if (typeof policyId === 'string' && typeof namespaceId === 'string') throw new InvalidInput('namespaceId', 'Name the policy or the namespace, not both; a policy stays where it is.');
  if (typeof policyId === 'string') return { policyId };
  if (typeof namespaceId === 'string') return { namespaceId };
  throw new InvalidInput('policyId', 'Name the policy, or the namespace for which there is to be one.');
}

function positionOf(cursor: string | null | undefined): readonly [string, string] | undefined {
  if (typeof cursor !== 'string') return undefined;
  const [packageId, versionId] = readCursor(cursor, previewOrder, 'after');
  return [String(packageId), String(versionId)];
}
