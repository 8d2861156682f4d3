import type { EntityManager } from 'typeorm';
import { isDuplicateKey } from '../db/driver-errors.ts';
import { insertRows } from '../db/insert.ts';
import { FileTable } from '../db/tables/file.ts';
import type { VersionRow } from '../db/tables/package.ts';
import { FileExists, PreconditionFailed } from '../errors.ts';
import type { FileFacts } from '../formats/format.ts';
import { newId } from '../ids.ts';

/** What a file may be replaced for: the SHA-256 it must have one of, or whatever it is. */
export type Replaceable = readonly string[] | 'any';

/** Content that has a blob: its SHA-256 in lower-case hex. */
export interface FileContent {
  sha256: string;
  sizeBytes: number;
}

export interface PutFile {
  version: Pick<VersionRow, 'id' | 'packageId'>;
  facts: FileFacts;
  content: FileContent;
  /** Whether a file of that name gives way (and stays restorable). */
  replace: boolean;
  /** Undefined: there may be a file of that name or none. */
  ifReplaces: Replaceable | undefined;
  now: number;
}

/** A file of a version, and by how much what is live has grown with it. */
export interface FilePut {
  id: string;
  sizeBytes: number;
  files: number;
}

/**
 * Adds a file to a version. One of that name gives way and stays restorable, or throws FileExists; where
 * it has the very same content it simply stays. Throws PreconditionFailed where `ifReplaces` does not hold. The caller holds
 * the package's lock.
 */
export async function putFile(tx: EntityManager, input: PutFile): Promise<FilePut> {
  const { version, facts, content, replace, ifReplaces, now } = input;
  const { sha256, sizeBytes } = content;
  const versionId = version.id;
  if (ifReplaces !== undefined) await checkReplaced(tx, versionId, facts.name, ifReplaces);
  const id = newId('file', now);
  const row = {
    id,
    versionId,
    packageId: version.packageId,
    name: facts.name,
    sha256,
    sizeBytes,
    contentType: facts.contentType ?? 'application/octet-stream',
    attributes: facts.attributes ?? {},
    uploadedAt: now,
    downloadCount: 0,
    lastDownloadedAt: null,
    deletedAt: null,
    tombstone: '',
  };
  const insert = () => insertRows(tx, FileTable, [row]);
  try {
    await insert();
    return { id, sizeBytes, files: 1 };
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  if (!replace) throw new FileExists(facts.name);
  const existing = await tx.findOneByOrFail(FileTable, { versionId, name: facts.name, tombstone: '' });
  if (existing.sha256 === sha256) return { id: existing.id, sizeBytes: 0, files: 0 };
  await tx.query('UPDATE file SET deleted_at = ?, tombstone = id WHERE id = ?', [now, existing.id]);
  await insert();
  return { id, sizeBytes: sizeBytes - existing.sizeBytes, files: 0 };
}

async function checkReplaced(tx: EntityManager, versionId: string, name: string, wanted: Replaceable): Promise<void> {
  const existing = await tx.findOneBy(FileTable, { versionId, name, tombstone: '' });
  const holds = existing !== null && (wanted === 'any' || wanted.includes(existing.sha256));
  if (!holds) throw new PreconditionFailed(`${name} is not there with that content.`);
}
