import type { EntityManager } from 'typeorm';
import { type Actor, principalId } from '../access/actor.ts';
import { authorize } from '../access/decide.ts';
import { adoptBlobs } from '../blobs/adopt.ts';
import { release } from '../blobs/hold.ts';
import type { Core } from '../core.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import type { PackageRow, VersionRow } from '../db/tables/package.ts';
import { record } from '../events/record.ts';
import { checkPublish, checkTags } from '../protection/check.ts';
import { type Guard, loadGuard } from '../protection/guard.ts';
import { getPublishRules, type PublishRules } from '../settings/publish-rules.ts';
import { ContentMissing, FileTooLarge, InvalidInput, InvalidPackage, NotFound } from '../errors.ts';
import type { BuildInfo, FileFacts, Format, SharedFile, VersionFacts } from '../formats/format.ts';
import { maxDependencies, maxDependencyText } from '../formats/limits.ts';
import { getNamespace } from '../namespaces/repository.ts';
import type { StagedObject } from '../storage/digests.ts';
import { checkNeeds } from './bonds.ts';
import { claimPackage } from './claim.ts';
import { listOwned } from './content.ts';
import { authorizePublish } from './publish-target.ts';
import { lockQuotas } from './quota.ts';
import { putFile, type Replaceable } from './put-file.ts';
import { checkReuse } from './reuse.ts';
import { refreshSummary } from './summary.ts';
import { ensureDefaultTag, followLatest, listTagsOn, pointTag } from './tag.ts';
import { putVersion, type VersionPut } from './put-version.ts';
import { subjectOf } from './subject.ts';
import { measureVersions, recordUsage, type Usage } from './usage.ts';

export interface PublishInput {
  namespace: NamespaceRow;
  format: Format;
  version: VersionFacts;
  files: readonly { facts: FileFacts; object: StagedObject }[];
  /** Files whose content the package has already, in another version or held for it; it is held no longer then. */
  shared?: readonly SharedFile[];
  /** Whether the facts replace those that a version has which is there already; see `Inspection.describes`. */
  describes?: boolean;
  /** Whether the files are nothing without a version that is there already: throws NotFound; see `Inspection.accompanies`. */
  accompanies?: boolean;
  /** Tags to point at this version; undefined: the format's default tag, where this is now the latest version. */
  tags?: readonly string[];
  build?: BuildInfo;
  /** Refuse to replace a file whatever the setting says: throws FileExists. */
  createOnly?: boolean;
  /** Replace only a file with one of these SHA-256 (or `any` file), and add none: throws PreconditionFailed. */
  ifReplaces?: Replaceable;
  /** Further work of the same transaction. */
  also?: (tx: EntityManager) => Promise<void>;
}

export interface Published {
  package: PackageRow;
  version: VersionRow;
  /** Whether the version was not there before. */
  isNewVersion: boolean;
  fileIds: string[];
}

/**
 * Makes staged files into a version, or adds them to one: the one way anything gets published, for every client. All of
 * it happens in one transaction, or nothing. Throws InvalidName, InvalidVersion, InvalidPackage, VersionExists, FileExists, FileTooLarge, ContentMissing,
 * NameOwnedElsewhere, Protected, QuotaExceeded, UploadNotReady, and what authorisation throws. The staged objects stay the caller's on failure.
 */
export async function publish(core: Core, actor: Actor, input: PublishInput): Promise<Published> {
  const { namespace, format, version, files, shared = [], tags = [] } = input;
  check(input);
  const normalizedVersion = format.normalizeVersion(version.version);
  return core.database.tx(async (tx) => {
    const told = core.clock.now();
    // Read again: it may have been renamed, closed or deleted while the bytes came in.
    const current = await getNamespace(tx, namespace.id);
    await authorizePublish(tx, actor, current, format, version.name);
    const rules = await getPublishRules(tx, current, format, { name: version.name, version: normalizedVersion });
    checkSizes(input, rules);
    await lockQuotas(tx, current, rules.quotas);
    const { row: owner, wasLive } = await claimPackage(tx, current, format, version.name, told);
    // What is published later is later, whatever the clock of another server said.
    const now = owner.updatedAt;
    // Once more under the package's lock: it may have been restricted a moment ago.
    authorize(actor, 'PUBLISH', current, subjectOf(owner));
    const sharedBlobs = shared.map(({ sha256 }) => sha256);
    await adoptBlobs(tx, files.map(({ object }) => object), now, sharedBlobs);
    await checkShared(tx, owner, sharedBlobs, now);
    await checkNeeds(tx, format, owner.id, version);
    const guard = await loadGuard(tx, actor, current, owner);
    const { put, fileIds, grown } = await putContent(tx, { actor, input, owner, normalizedVersion, rules, guard, now });
    if (input.accompanies && put.isNew) throw new NotFound('Version', `There is no ${version.name}@${version.version} yet that it could be published with; publish that first.`);
    // To publish again what is named by its content changes nothing of it, be it immutable.
    const isSame = format.duplicates === 'impossible' && !put.isNew;
    checkPublish(guard, put.row, put.isNew || isSame);
    await checkTags(tx, guard, tags, put.row.id);
    for (const tag of tags) await pointTag(tx, owner.id, tag, put.row.id, now);
    if (input.tags === undefined) await followLatest(tx, format, guard, put.row.id, now);
    await ensureDefaultTag(tx, format, guard, now);
    await refreshSummary(tx, owner.id, put.row.id);
    await release(tx, owner, sharedBlobs);
    await input.also?.(tx);
    const event = { namespaceId: current.id, packageId: owner.id, actor, occurredAt: now };
    const names = { format: format.id, name: owner.name, version: put.row.version };
    if (put.replaced) await record(tx, { ...event, type: 'VERSION_DELETED', versionId: put.replaced.id, payload: { ...names, replacedById: put.row.id, tags: {} } });
    if (isSame) {
      for (const tag of tags) await record(tx, { ...event, type: 'TAG_SET', versionId: put.row.id, payload: { ...names, tag } });
    } else {
      const payload = { ...names, files: [...files, ...shared].map(({ facts }) => facts.name), tags };
      await record(tx, { ...event, type: put.isNew ? 'PACKAGE_PUBLISHED' : 'FILE_ADDED', versionId: put.row.id, payload });
    }
    await recordUsage(tx, current, { ...grown, packages: wasLive ? 0 : 1 });
    return { package: owner, version: put.row, isNewVersion: put.isNew, fileIds };
  });
}

interface Content {
  actor: Actor;
  input: PublishInput;
  owner: PackageRow;
  normalizedVersion: string;
  rules: PublishRules;
  guard: Guard;
  now: number;
}

/** Puts the version and its files in place as the rules say; tells by how much what is live has grown, apart from the package itself. */
async function putContent(tx: EntityManager, { actor, input, owner, normalizedVersion, rules, guard, now }: Content): Promise<{ put: VersionPut; fileIds: string[]; grown: Usage }> {
  const { format, version } = input;
  const files = [
    ...input.files.map(({ facts, object }) => ({ facts, content: { sha256: object.digests.sha256, sizeBytes: object.sizeBytes } })),
    ...(input.shared ?? []).map(({ facts, ...content }) => ({ facts, content })),
  ];
  const contents = new Map(files.map(({ facts, content }) => [facts.name, content.sha256]));
  const replace = rules.allowsDuplicates && !input.createOnly;
  let lost: Usage = { sizeBytes: 0, packages: 0, versions: 0, files: 0 };
  const mayReplace = async (replaced: VersionRow) => {
    checkPublish(guard, replaced, false);
    await checkTags(tx, guard, await listTagsOn(tx, replaced.id), 'its successor');
    lost = await measureVersions(tx, [replaced.id]);
  };
  const put = await putVersion(tx, {
    format,
    package: owner,
    facts: version,
    normalizedVersion,
    build: buildOf(actor, input),
    publishedById: principalId(actor),
    files: contents,
    describes: input.describes ?? false,
    mayReplace: replace ? mayReplace : undefined,
    now,
  });
  if (!rules.allowsDuplicates) await checkReuse(tx, { format, packageId: owner.id, packageName: owner.name, version: put.row.version, normalizedVersion, files: contents });
  const grown: Usage = { sizeBytes: -lost.sizeBytes, packages: 0, versions: (put.isNew ? 1 : 0) - lost.versions, files: -lost.files };
  const fileIds: string[] = [];
  for (const { facts, content } of files) {
    const file = await putFile(tx, { version: put.row, facts, content, replace, ifReplaces: input.ifReplaces, now });
    fileIds.push(file.id);
    grown.sizeBytes += file.sizeBytes;
    grown.files += file.files;
  }
  return { put, fileIds, grown };
}

/** What the job's token says goes before what its publisher says. */
function buildOf({ token }: Actor, { build }: PublishInput): BuildInfo | undefined {
  return token?.build ? { ...build, ...token.build } : build;
}

function check({ format, version, files, shared = [], tags = [] }: PublishInput): void {
  format.validateName(version.name);
  for (const tag of tags) {
    if (!format.validateTag) throw new InvalidInput('tags', `${format.title} packages have no tags.`);
    format.validateTag(tag);
  }
  if (files.length === 0) throw new InvalidInput('files', 'A version needs at least one file.');
  const names = [...files, ...shared].map(({ facts }) => facts.name);
  if (new Set(names).size < names.length) throw new InvalidInput('files', 'Two files have the same name.');
  if (version.name.length > 255 || version.version.length > 255) throw new InvalidInput('version', 'Names and versions have at most 255 characters.');
  checkDependencies(version);
}

/** Each becomes a row, written in the transaction. */
function checkDependencies({ dependencies = [] }: VersionFacts): void {
  if (dependencies.length > maxDependencies) throw new InvalidPackage(`The version has ${dependencies.length} dependencies; at most ${maxDependencies} are taken.`);
  const characters = dependencies.reduce((sum, { kind, name, requirement }) => sum + kind.length + name.length + requirement.length, 0);
  if (characters > maxDependencyText) throw new InvalidPackage(`The dependencies have ${characters} characters; at most ${maxDependencyText} are taken.`);
}

/** The caller has locked the blobs, and the package. */
async function checkShared(tx: EntityManager, owner: PackageRow, sha256s: readonly string[], now: number): Promise<void> {
  const owned = await listOwned(tx, { ...owner, packageId: owner.id }, sha256s, now);
  const missing = sha256s.find((sha256) => !owned.has(sha256));
  if (missing !== undefined) throw new ContentMissing(`sha256:${missing}`);
}

function checkSizes({ files, shared = [] }: PublishInput, { maxFileBytes }: PublishRules): void {
  if ([...files.map(({ object }) => object), ...shared].some(({ sizeBytes }) => sizeBytes > maxFileBytes)) throw new FileTooLarge(maxFileBytes);
}
