import type { Core } from '../core.ts';
import { batched } from '../db/batch.ts';
import { isIn } from '../db/condition.ts';
import type { Database } from '../db/database.ts';
import type { KnownDigests } from '../storage/digests.ts';
import type { PackageState } from './revision-memory.ts';

/** All that is needed to serve a file. */
export interface StoredFile extends KnownDigests {
  id: string;
  versionId: string;
  packageId: string;
  normalizedVersion: string;
  name: string;
  sizeBytes: number;
  contentType: string;
  objectKey: string;
  uploadedAt: number;
  /** JSON text of the format's own facts. */
  attributes: string;
}

const select =
  'SELECT f.id, f.version_id AS versionId, v.package_id AS packageId, f.name, f.sha256, b.md5, b.sha1, b.sha512, ' +
  'f.size_bytes AS sizeBytes, f.content_type AS contentType, b.object_key AS objectKey, f.uploaded_at AS uploadedAt, f.attributes, v.normalized_version AS normalizedVersion ' +
  'FROM file f JOIN stored_blob b ON b.sha256 = f.sha256 JOIN version v ON v.id = f.version_id';

/** A file by where it stands. */
export interface FilePlace {
  packageId: string;
  normalizedVersion: string;
  fileName: string;
}

/** Looks live files of live versions up, those of one turn of the event loop by one statement; made once by `openCore`. */
export function storedFileFinder(database: Database): (place: FilePlace) => Promise<StoredFile | undefined> {
  const idOf = ({ packageId, normalizedVersion, fileName }: FilePlace) => JSON.stringify([packageId, normalizedVersion, fileName]);
  return batched(idOf, async (places) => {
    // Any package with any version and any name: a little more than was asked for, where several were.
    const conditions = [
      isIn('v.package_id', distinct(places, ({ packageId }) => packageId)),
      isIn('v.normalized_version', distinct(places, ({ normalizedVersion }) => normalizedVersion)),
      isIn('f.name', distinct(places, ({ fileName }) => fileName)),
    ];
    const rows: StoredFile[] = await database.reads.query(
      `${select} WHERE ${conditions.map(({ sql }) => sql).join(' AND ')} AND v.tombstone = '' AND f.tombstone = ''`,
      conditions.flatMap(({ parameters }) => parameters),
    );
    return new Map(rows.map((file) => [idOf({ ...file, fileName: file.name }), file]));
  });
}

function distinct(places: readonly FilePlace[], of: (place: FilePlace) => string): string[] {
  return [...new Set(places.map(of))];
}

/** A live file of a live version of a package that was just read, by the version's normalised spelling: for reads, which ask for the same again and again. */
export function findFileOf(core: Core, head: PackageState, normalizedVersion: string, fileName: string): Promise<StoredFile | undefined> {
  // With the length no two places are one text.
  return core.atRevision.get(head, `file ${normalizedVersion.length} ${normalizedVersion} ${fileName}`, () => findStoredFile(core, head.id, normalizedVersion, fileName));
}

/** A live file of a live version, by the version's normalised spelling. */
export function findStoredFile(core: Core, packageId: string, normalizedVersion: string, fileName: string): Promise<StoredFile | undefined> {
  return core.findStoredFile({ packageId, normalizedVersion, fileName });
}

/** A live file of a live version, by id. */
export async function findStoredFileById(core: Core, fileId: string): Promise<StoredFile | undefined> {
  const rows: StoredFile[] = await core.database.reads.query(`${select} WHERE f.id = ? AND v.tombstone = '' AND f.tombstone = ''`, [fileId]);
  return rows[0];
}
