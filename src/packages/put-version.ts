import type { EntityManager } from 'typeorm';
import { isDuplicateKey } from '../db/driver-errors.ts';
import { insertRows } from '../db/insert.ts';
import { FileTable } from '../db/tables/file.ts';
import { DependencyTable, type PackageRow, type VersionRow, VersionTable } from '../db/tables/package.ts';
import { VersionExists } from '../errors.ts';
import type { BuildInfo, Format, VersionFacts } from '../formats/format.ts';
import { newId } from '../ids.ts';
import { buryVersions } from './remove.ts';
import { pointTag } from './tag.ts';

export interface PutVersion {
  format: Format;
  package: PackageRow;
  facts: VersionFacts;
  normalizedVersion: string;
  build: BuildInfo | undefined;
  publishedById: string | undefined;
  /** Its files, names to SHA-256. */
  files: ReadonlyMap<string, string>;
  /** Whether the facts replace those of a version that is there and stays. */
  describes: boolean;
  /** Asked before a version that is there gives way to this one; throws where it may not. Undefined: none gives way. */
  mayReplace: ((replaced: VersionRow) => Promise<void>) | undefined;
  now: number;
}

/** A version that files can be put into. */
export interface VersionPut {
  row: VersionRow;
  isNew: boolean;
  /** The one whose place it has taken, deleted with its files. */
  replaced?: VersionRow;
}

/**
 * Inserts a version with its dependencies. Where it exists: returns the one that is there for formats whose files join one by one, with
 * new facts where a describing file comes and a new date where it is mutable, and for the others where it has the very same files; else it gives way and stays restorable,
 * its tags going over to the new one, or throws VersionExists. The caller holds the package's lock.
 */
export async function putVersion(tx: EntityManager, input: PutVersion): Promise<VersionPut> {
  const { format, facts, normalizedVersion, now } = input;
  const row = rowOf(input);
  const insert = async () => {
    await insertRows(tx, VersionTable, [row]);
    await insertDependencies(tx, input, row.id);
  };
  try {
    await insert();
    return { row, isNew: true };
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  if (format.publishes === 'version' && !input.mayReplace) throw new VersionExists(input.package.name, facts.version);
  const existing = await tx.findOneOrFail(VersionTable, { where: { packageId: input.package.id, normalizedVersion, tombstone: '' } });
  if (format.publishes === 'file') return { row: await renew(tx, input, existing), isNew: false };
  if (await hasFiles(tx, existing.id, input.files)) return { row: existing, isNew: false };
  await input.mayReplace?.(existing);
  const tags = await buryVersions(tx, 'id = ?', existing.id, now);
  await insert();
  for (const tag of Object.keys(tags)) await pointTag(tx, input.package.id, tag, row.id, now);
  return { row, isNew: true, replaced: existing };

  function rowOf({ package: owner, build, publishedById }: PutVersion): VersionRow {
    return {
      id: newId('version', now),
      packageId: owner.id,
      version: facts.version,
      normalizedVersion,
      sortKey: format.sortKey(normalizedVersion, now),
      isPrerelease: facts.isSecondary ?? format.isPrerelease(normalizedVersion),
      status: 'PUBLISHED',
      statusReason: null,
      ...columnsOf(facts),
      build: build ?? null,
      sizeBytes: 0,
      publishedAt: now,
      publishedById: publishedById ?? null,
      deletedAt: null,
      tombstone: '',
    };
  }
}

/** The facts as they are stored, but for the dependencies. */
function columnsOf(facts: VersionFacts) {
  return {
    description: facts.description ?? null,
    readme: facts.readme ?? null,
    licenses: facts.licenses ?? [],
    homepage: facts.homepage ?? null,
    repositoryUrl: facts.repositoryUrl ?? null,
    keywords: facts.keywords ?? [],
    authors: facts.authors ?? [],
    metadata: facts.metadata ?? {},
  };
}

/**
 * What a version says of itself is from now on what a describing file says, whole: what the new facts leave out, it no longer says. A
 * version that is being worked on was published when something last came to it, by whom and in what build.
 */
async function renew(tx: EntityManager, input: PutVersion, existing: VersionRow): Promise<VersionRow> {
  const { format, normalizedVersion, facts, describes, build, publishedById, now } = input;
  const columns: Partial<VersionRow> = {
    ...(describes ? columnsOf(facts) : {}),
    ...(format.isMutable?.(normalizedVersion) ? { publishedAt: now, publishedById: publishedById ?? null, build: build ?? null } : {}),
  };
  if (Object.keys(columns).length > 0) await tx.update(VersionTable, { id: existing.id }, columns as never);
  if (describes) {
    await tx.delete(DependencyTable, { versionId: existing.id });
    await insertDependencies(tx, input, existing.id);
  }
  return { ...existing, ...columns };
}

/** Whether a version has exactly these files. */
async function hasFiles(tx: EntityManager, versionId: string, files: ReadonlyMap<string, string>): Promise<boolean> {
  const rows = await tx.findBy(FileTable, { versionId, tombstone: '' });
  return rows.length === files.size && rows.every(({ name, sha256 }) => files.get(name) === sha256);
}

const chunk = 500;

async function insertDependencies(tx: EntityManager, { format, facts }: PutVersion, versionId: string): Promise<void> {
  const rows = (facts.dependencies ?? []).map(({ kind, name, requirement }, position) => ({
    versionId,
    position,
    format: format.id,
    kind,
    name: name.slice(0, 255),
    normalizedName: format.normalizeName(name).slice(0, 255),
    requirement,
  }));
  for (let from = 0; from < rows.length; from += chunk) {
    await insertRows(tx, DependencyTable, rows.slice(from, from + chunk));
  }
}
