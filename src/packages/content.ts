import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { type Action, canRead } from '../access/decide.ts';
import { readablePackages } from '../access/visible-nodes.ts';
import { type HoldingPackage, listHeld } from '../blobs/hold.ts';
import { uploadedFile } from '../blobs/uploaded-file.ts';
import type { Core } from '../core.ts';
import { placeholders } from '../db/upsert.ts';
import { NotFound } from '../errors.ts';
import type { FindContent, Format } from '../formats/format.ts';
import type { KnownDigests } from '../storage/digests.ts';
import { parseDigest } from '../storage/named-digest.ts';
import type { PackageHead } from './heads.ts';
import { findPackageIn, getPlaceInView, noPackage } from './view.ts';

/** A package as content is looked for in it; without an id: one that is not there yet, for which content may be held. */
export interface ContentOwner extends HoldingPackage {
  packageId?: string | undefined;
  /** Of the package, as it was read with its id. */
  revision?: number | undefined;
}

/** Content of a package. */
export interface FoundContent extends KnownDigests {
  sizeBytes: number;
  objectKey: string;
  /** Since when the registry has it, in milliseconds. */
  createdAt: number;
  /** A file of a live version that has it; undefined: it is only held. */
  file: { id: string; versionId: string; packageId: string; contentType: string } | undefined;
}

/** What is held is promised for at least this long to whoever finds it, in milliseconds: time enough to publish what names it. */
const promisedMs = 60 * 60 * 1000;

const blobColumns = 'b.sha256, b.md5, b.sha1, b.sha512, b.size_bytes AS sizeBytes, b.object_key AS objectKey, b.created_at AS createdAt';

/**
 * Content of a package by its digest, wherever the package has it: in a file of a live version, or held for it. The caller has seen to it that the
 * package may be read. Throws InvalidInput for what is no digest.
 */
export async function findContent(core: Core, owner: ContentOwner, digest: string): Promise<FoundContent | undefined> {
  const { packageId: id, revision } = owner;
  if (id === undefined || revision === undefined) return lookFor(core, owner, digest);
  let found: FoundContent | undefined;
  const known = await core.atRevision.get({ id, revision }, `content ${digest}`, async () => {
    found = await lookFor(core, owner, digest);
    // What is held comes and goes without a revision of the package, so only files are remembered.
    return found?.file && found;
  });
  return known ?? found;
}

async function lookFor(core: Core, { namespaceId, format, normalizedName }: ContentOwner, digest: string): Promise<FoundContent | undefined> {
  const { algorithm: column, hex } = parseDigest(digest);
  // One statement, and by the name: another publish may make the package, and make what is held a file of it, at any moment.
  const [row]: (Omit<FoundContent, 'file'> & Nullable<NonNullable<FoundContent['file']>>)[] = await core.database.reads.query(
    `SELECT ${blobColumns}, f.id AS id, v.id AS versionId, f.package_id AS packageId, f.content_type AS contentType FROM stored_blob b ` +
      'LEFT JOIN package p ON p.namespace_id = ? AND p.format = ? AND p.normalized_name = ? AND p.deleted_at IS NULL ' +
      "LEFT JOIN file f ON f.sha256 = b.sha256 AND f.package_id = p.id AND f.tombstone = '' LEFT JOIN version v ON v.id = f.version_id AND v.tombstone = '' " +
      'LEFT JOIN held_content h ON h.sha256 = b.sha256 AND h.namespace_id = ? AND h.format = ? AND h.normalized_name = ? AND h.expires_at > ? ' +
      `WHERE b.${column} = ? AND (v.id IS NOT NULL OR h.sha256 IS NOT NULL) ORDER BY v.id IS NULL LIMIT 1`,
    [namespaceId, format, normalizedName, namespaceId, format, normalizedName, core.clock.now() + promisedMs, hex],
  );
  if (!row) return undefined;
  const { id, versionId, packageId, contentType, ...content } = row;
  const isFile = id !== null && versionId !== null && packageId !== null && contentType !== null;
  return { ...content, file: isFile ? { id, versionId, packageId, contentType } : undefined };
}

type Nullable<T> = { [key in keyof T]: T[key] | null };

/** The same; throws NotFound where the package does not have it. Of one that is not there it says just that, as of one that the caller must not know of. */
export async function getContent(core: Core, owner: ContentOwner, digest: string): Promise<FoundContent> {
  const found = await findContent(core, owner, digest);
  if (!found) throw noContent(owner, digest);
  return found;
}

/** How content is refused that a package does not have. */
export function noContent({ packageId, normalizedName }: ContentOwner, digest: string): NotFound {
  return packageId === undefined ? noPackage(normalizedName) : new NotFound('Content', `There is no ${digest} in ${normalizedName}.`);
}

/** The package of that name in a node, there or not: as content is looked for in it. */
export async function contentOwnerAt(core: Core, namespaceId: string, format: Format, name: string): Promise<ContentOwner> {
  const head = await findPackageIn(core, namespaceId, format, name);
  return { packageId: head?.id, namespaceId, format: format.id, normalizedName: format.normalizeName(name) };
}

/**
 * The package that a name means at a namespace, as content is looked for in it, if the actor may act on it so; also where it is not there yet, and content may have come
 * ahead of it, for whoever might read it if it was. Throws NotFound and what authorisation throws.
 */
export async function getContentOwner(core: Core, actor: Actor, namespacePath: string, format: Format, name: string, action: Action = 'READ', claims?: readonly PackageHead[]): Promise<ContentOwner> {
  const { head, namespace } = await getPlaceInView(core, actor, namespacePath, format, name, action, claims);
  const normalizedName = format.normalizeName(name);
  if (head) return { packageId: head.id, revision: head.revision, namespaceId: head.namespaceId, format: format.id, normalizedName };
  // One that is there is none that the actor sees, and of one that was deleted the rights still hold.
  const claim = (await core.heads.list(format.id, normalizedName)).find(({ namespaceId }) => namespaceId === namespace.id);
  if (claim && !(claim.isDeleted && canRead(actor, claim.node, claim.subject))) throw noPackage(normalizedName);
  return { namespaceId: namespace.id, format: format.id, normalizedName };
}

/** As a format's `inspectAll` looks for content of the package that it is to be published in. */
export function contentFinder(core: Core, owner: ContentOwner): FindContent {
  return async (digest) => {
    const found = await findContent(core, owner, digest);
    if (!found) return undefined;
    const { md5, sha1, sha256, sha512, sizeBytes, objectKey: key } = found;
    const file = uploadedFile(core, { key, sizeBytes, digests: { md5, sha1, sha256, sha512 } }, digest);
    return found.file ? { ...file, contentType: found.file.contentType } : file;
  };
}

/**
 * Some package of a format that has this content and that the actor may read; undefined: none that was found among the first that have it. Throws
 * InvalidInput for what is no digest.
 */
export async function findReadableOwner(core: Core, actor: Actor, format: string, digest: string): Promise<ContentOwner | undefined> {
  const { algorithm: column, hex } = parseDigest(digest);
  const readable = readablePackages(actor, core.database.dialect);
  const columns = 'p.id AS packageId, p.namespace_id AS namespaceId, p.format AS format, p.normalized_name AS normalizedName';
  const node = 'JOIN namespace n ON n.id = p.namespace_id';
  const [named]: ContentOwner[] = await core.database.reads.query(
    `SELECT ${columns} FROM (SELECT f.package_id, f.version_id FROM stored_blob b JOIN file f ON f.sha256 = b.sha256 WHERE b.${column} = ? AND f.tombstone = '' LIMIT ${maxLooked}) c ` +
      `JOIN version v ON v.id = c.version_id AND v.tombstone = '' JOIN package p ON p.id = c.package_id ${node} WHERE p.format = ? AND p.deleted_at IS NULL AND ${readable.sql} LIMIT 1`,
    [hex, format, ...readable.parameters],
  );
  if (named) return named;
  // Packages that are not there yet have no row; what they would be is as open as their namespace.
  const held =
    "SELECT h.namespace_id, h.format, h.normalized_name, p.id, COALESCE(p.is_restricted, 0) AS is_restricted, p.visibility FROM stored_blob b JOIN held_content h ON h.sha256 = b.sha256 " +
    `LEFT JOIN package p ON p.namespace_id = h.namespace_id AND p.format = h.format AND p.normalized_name = h.normalized_name WHERE b.${column} = ? AND h.format = ? AND h.expires_at > ? LIMIT ${maxLooked}`;
  const [owner]: (Omit<ContentOwner, 'packageId'> & { packageId: string | null })[] = await core.database.reads.query(
    `SELECT ${columns} FROM (${held}) p ${node} WHERE ${readable.sql} LIMIT 1`,
    [hex, format, core.clock.now() + promisedMs, ...readable.parameters],
  );
  return owner && { ...owner, packageId: owner.packageId ?? undefined };
}

/** Content that half the world has is looked for in so many places. */
const maxLooked = 1_000;

/**
 * Within a transaction that has locked the blobs: those of these that a package has, held or in a file of a live version. Where the package's lock is
 * held as well, it has them until the end of the transaction.
 */
export async function listOwned(tx: EntityManager, owner: ContentOwner, sha256s: readonly string[], now: number): Promise<Set<string>> {
  const held = await listHeld(tx, owner, sha256s, now);
  if (owner.packageId === undefined || sha256s.length === 0) return new Set(held);
  const rows: { sha256: string }[] = await tx.query(
    `SELECT DISTINCT f.sha256 FROM file f JOIN version v ON v.id = f.version_id WHERE f.package_id = ? AND f.sha256 IN (${placeholders(sha256s)}) AND f.tombstone = '' AND v.tombstone = ''`,
    [owner.packageId, ...sha256s],
  );
  return new Set([...held, ...rows.map(({ sha256 }) => sha256)]);
}
