import type { EntityManager } from 'typeorm';
import { isDuplicateKey } from '../db/driver-errors.ts';
import { DependencyTable, type PackageRow, type VersionRow, VersionTable } from '../db/tables/package.ts';
import { VersionExists } from '../errors.ts';
import type { BuildInfo, Format, VersionFacts } from '../formats/format.ts';
import { newId } from '../ids.ts';

export interface PutVersion {
  format: Format;
  package: PackageRow;
  facts: VersionFacts;
  normalizedVersion: string;
  build: BuildInfo | undefined;
  publishedById: string | undefined;
  now: number;
}

/**
 * Inserts a version with its dependencies. Where it exists: throws VersionExists for formats that publish a version at
 * once, and returns the one that is there for those whose files join one by one.
 */
export async function putVersion(tx: EntityManager, input: PutVersion): Promise<{ row: VersionRow; isNew: boolean }> {
  const { format, facts, normalizedVersion, now } = input;
  const row = rowOf(input);
  try {
    await tx.createQueryBuilder().insert().into(VersionTable).values(row as never).updateEntity(false).execute();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    if (format.publishes === 'version') throw new VersionExists(input.package.name, facts.version);
    const existing = await tx.findOneOrFail(VersionTable, { where: { packageId: input.package.id, normalizedVersion, tombstone: '' } });
    return { row: existing, isNew: false };
  }
  await insertDependencies(tx, input, row.id);
  return { row, isNew: true };

  function rowOf({ package: owner, build, publishedById }: PutVersion): VersionRow {
    return {
      id: newId('version', now),
      packageId: owner.id,
      version: facts.version,
      normalizedVersion,
      sortKey: format.sortKey(normalizedVersion),
      isPrerelease: format.isPrerelease(normalizedVersion),
      status: 'PUBLISHED',
      statusReason: null,
      description: facts.description ?? null,
      readme: facts.readme ?? null,
      licenses: facts.licenses ?? [],
      homepage: facts.homepage ?? null,
      repositoryUrl: facts.repositoryUrl ?? null,
      keywords: facts.keywords ?? [],
      authors: facts.authors ?? [],
      metadata: facts.metadata ?? {},
      build: build ?? null,
      sizeBytes: 0,
      publishedAt: now,
      publishedById: publishedById ?? null,
      deletedAt: null,
      tombstone: '',
    };
  }
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
    await tx.createQueryBuilder().insert().into(DependencyTable).values(rows.slice(from, from + chunk)).updateEntity(false).execute();
  }
}
