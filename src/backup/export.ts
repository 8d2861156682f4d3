import { randomUUID } from 'node:crypto';
import { link, open, rename, stat, unlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Database } from '../db/database.ts';
import { expectWhole } from '../db/marks.ts';
import { expectNewestSchema, newestMigration } from '../db/schema-version.ts';
import { flushFolder } from '../storage/durable-move.ts';
import { isMissing } from '../storage/missing-file.ts';
import { type RowCounts, writeExport } from './write-export.ts';

/** There is a file of that name already, maybe the only good backup. */
export class FileTaken extends Error {
  readonly code = 'FILE_TAKEN';
}

/** The version in package.json, for people; it is at another place beside compiled files, so it is found by the package's name. */
const product: string = createRequire(import.meta.url)('entrepot/package.json').version;

/**
 * Writes what the database has at one instant into `sink`, gzipped, and ends it; servers may go on writing meanwhile. Memory is a few megabytes,
 * whatever there is. Throws OtherSchema, HalfImported, and what the sink throws.
 */
export async function exportTo(database: Database, sink: Writable, takenAt: number): Promise<RowCounts> {
  await expectNewestSchema(database.reads);
  await expectWhole(database.reads);
  return database.snapshot(async (reads) => {
    let rows: RowCounts = {};
    const text = async function* () {
      rows = yield* writeExport(reads, { product, migration: newestMigration, takenAt });
    };
    // One piece waits for the next step, since each may have megabytes.
    await pipeline(Readable.from(text(), { highWaterMark: 1 }), createGzip(), sink);
    return rows;
  });
}

/**
 * The same into a file that only its owner may read. It gets its name when all of it is on the disk and `beforeNamed`, which is told where it is
 * until then, has done its work; where anything fails nothing is left. Throws FileTaken as well.
 */
export async function exportToFile(database: Database, file: string, takenAt: number, beforeNamed?: (temporary: string) => Promise<void>): Promise<RowCounts> {
  if (await isThere(file)) throw taken(file);
  const temporary = `${file}.${randomUUID()}.part`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    const rows = await exportTo(database, handle.createWriteStream({ flush: true }), takenAt).finally(() => handle.close());
    await beforeNamed?.(temporary);
    await giveName(temporary, file);
    await flushFolder(dirname(file));
    return rows;
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
}

/** Unlike a renamed file a linked one takes nobody's place; not every file system has links. */
async function giveName(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw taken(file);
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw error;
    await rename(temporary, file);
  }
}

function taken(file: string): FileTaken {
  return new FileTaken(`${file} is there already; an export overwrites nothing.`);
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
