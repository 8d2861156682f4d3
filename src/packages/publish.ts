import type { EntityManager } from 'typeorm';
import { type Actor, principalId } from '../access/actor.ts';
import { authorize } from '../access/decide.ts';
import { adoptBlobs } from '../blobs/adopt.ts';
import type { Core } from '../core.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import type { PackageRow, VersionRow } from '../db/tables/package.ts';
import { record } from '../events/record.ts';
import { FileTooLarge, InvalidInput } from '../errors.ts';
import type { BuildInfo, FileFacts, Format, VersionFacts } from '../formats/format.ts';
import { getNamespace } from '../namespaces/repository.ts';
import type { StagedObject } from '../storage/digests.ts';
import { claimPackage } from './claim.ts';
import { authorizePublish } from './publish-target.ts';
import { putFile, type Replaceable } from './put-file.ts';
import { checkReuse } from './reuse.ts';
import { refreshSummary } from './summary.ts';
import { ensureDefaultTag, followLatest, pointTag } from './tag.ts';
import { putVersion } from './put-version.ts';
import { subjectOf } from './subject.ts';

export interface PublishInput {
  namespace: NamespaceRow;
  format: Format;
  version: VersionFacts;
  files: readonly { facts: FileFacts; object: StagedObject }[];
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
 * it happens in one transaction, or nothing. Throws InvalidName, InvalidVersion, VersionExists, FileExists, FileTooLarge,
 * NameOwnedElsewhere, UploadNotReady, and what authorisation throws. The staged objects stay the caller's on failure.
 */
export async function publish(core: Core, actor: Actor, input: PublishInput): Promise<Published> {
  const { namespace, format, version, files, tags = [] } = input;
  check(input);
  const normalizedVersion = format.normalizeVersion(version.version);
  return core.database.tx(async (tx) => {
    const now = core.clock.now();
    // Read again: it may have been renamed, closed or deleted while the bytes came in.
    const current = await getNamespace(tx, namespace.id);
    await authorizePublish(tx, actor, current, format, version.name);
    const owner = await claimPackage(tx, current, format, version.name, now);
    // Once more under the package's lock: it may have been restricted a moment ago.
    authorize(actor, 'PUBLISH', current, subjectOf(owner));
    await adoptBlobs(tx, files.map(({ object }) => object), now);
    const put = await putVersion(tx, { format, package: owner, facts: version, normalizedVersion, build: buildOf(actor, input), publishedById: principalId(actor), now });
    const sha256s = files.map(({ object }) => object.digests.sha256);
    if (put.isNew) await checkReuse(tx, format, owner.id, { name: owner.name, version: put.row.version, normalized: normalizedVersion }, sha256s);
    const replace = format.duplicates === 'allowed' && !input.createOnly;
    const fileIds: string[] = [];
    for (const { facts, object } of files) {
      fileIds.push(await putFile(tx, { versionId: put.row.id, facts, object, replace, ifReplaces: input.ifReplaces, now }));
    }
    for (const tag of tags) await pointTag(tx, owner.id, tag, put.row.id, now);
    if (input.tags === undefined) await followLatest(tx, format, owner.id, put.row.id, now);
    await ensureDefaultTag(tx, format, owner.id, now);
    await refreshSummary(tx, owner.id, put.row.id);
    await input.also?.(tx);
    await record(tx, {
      type: put.isNew ? 'PACKAGE_PUBLISHED' : 'FILE_ADDED',
      namespaceId: current.id,
      packageId: owner.id,
      versionId: put.row.id,
      actor,
      occurredAt: now,
      payload: { format: format.id, name: owner.name, version: put.row.version, files: files.map(({ facts }) => facts.name), tags },
    });
    return { package: owner, version: put.row, isNewVersion: put.isNew, fileIds };
  });
}

/** What the job's token says goes before what its publisher says. */
function buildOf({ token }: Actor, { build }: PublishInput): BuildInfo | undefined {
  return token?.build ? { ...build, ...token.build } : build;
}

function check({ format, version, files, tags = [] }: PublishInput): void {
  format.validateName(version.name);
  for (const tag of tags) {
    if (!format.validateTag) throw new InvalidInput('tags', `${format.title} packages have no tags.`);
    format.validateTag(tag);
  }
  if (files.length === 0) throw new InvalidInput('files', 'A version needs at least one file.');
  if (new Set(files.map(({ facts }) => facts.name)).size < files.length) throw new InvalidInput('files', 'Two files have the same name.');
  for (const { object } of files) {
    if (object.sizeBytes > format.maxFileBytes) throw new FileTooLarge(format.maxFileBytes);
  }
  if (version.name.length > 255 || version.version.length > 255) throw new InvalidInput('version', 'Names and versions have at most 255 characters.');
}
