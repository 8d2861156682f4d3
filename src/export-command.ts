import { copyBlobs, type CopyReport } from './backup/copy-blobs.ts';
import { eachBlobOf, eachBlobOfExport } from './backup/blob-list.ts';
import { exportTo, exportToFile } from './backup/export.ts';
import { keepingBlobs } from './blobs/keep.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import { expectWhole } from './db/marks.ts';
import { openDatabase } from './db/open.ts';
import { expectNewestSchema } from './db/schema-version.ts';
import { openObjectStore } from './storage/open.ts';
import { UsageError } from './token-command.ts';

type Print = (line: string) => void;

/** What `entrepot export` was told. */
export interface ExportOptions {
  /** A file that is not there yet; undefined: standard output. */
  to?: string;
  /** URL of a store that gets the content as well. */
  blobs?: string;
}

/**
 * Writes what the database has at one instant to a file or to `output`; with `blobs` also copies the content that it names and that store lacks. The file
 * gets its name when all of that is done. Migrates nothing. Returns the exit code: 1 where content could not be copied.
 */
export async function exportCommand(config: Config, { to, blobs }: ExportOptions, output: NodeJS.WriteStream, print: Print): Promise<number> {
  if (to === undefined && blobs !== undefined) throw new UsageError('export --blobs needs --to FILE');
  if (to === undefined && output.isTTY) throw new UsageError('an export is no text for a terminal: give --to FILE, or send it somewhere');
  return withDatabase(config, async (database) => {
    const now = systemClock.now();
    if (to === undefined) {
      await exportTo(database, output, now);
      return 0;
    }
    if (blobs === undefined) {
      print(totalOf(await exportToFile(database, to, now)));
      return 0;
    }
    const [from, target] = await differentStores(config.storageUrl, blobs);
    return keepingBlobs(database, systemClock, async (expectKept) => {
      let report: CopyReport | undefined;
      const rows = await exportToFile(database, to, now, async (file) => {
        report = await copyBlobs(from, target, (take) => eachBlobOfExport(file, take), print);
        expectKept();
      });
      print(totalOf(rows));
      return tell(report, print);
    });
  });
}

/** What `entrepot copy-blobs` was told. */
export interface CopyOptions {
  to?: string;
  /** Default: the configured store. */
  from?: string;
  /** The export whose content it is; default: what the database knows. */
  of?: string;
}

/** Copies content that the target lacks. Returns the exit code: 1 where some could not be copied. */
export async function copyBlobsCommand(config: Config, { to, from = config.storageUrl, of }: CopyOptions, print: Print): Promise<number> {
  if (to === undefined) throw new UsageError('copy-blobs needs --to URL');
  const [source, target] = await differentStores(from, to);
  if (of !== undefined) return tell(await copyBlobs(source, target, (take) => eachBlobOfExport(of, take), print), print);
  return withDatabase(config, async (database) => {
    await expectNewestSchema(database.reads);
    await expectWhole(database.reads);
    return keepingBlobs(database, systemClock, async () => tell(await copyBlobs(source, target, (take) => eachBlobOf(database.reads, take), print), print));
  });
}

async function withDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(config.databaseUrl);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function differentStores(from: string, to: string) {
  if (from === to) throw new UsageError(`${to} is the store that content comes from`);
  return [await openObjectStore(from), await openObjectStore(to)] as const;
}

function totalOf(rows: Record<string, number>): string {
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return `${total} rows exported: ${rows['package']} packages, ${rows['version']} versions, ${rows['file']} files, ${rows['event']} events`;
}

function tell(report: CopyReport | undefined, print: Print): number {
  if (!report) return 0;
  print(`${report.copied} blobs copied (${report.copiedBytes} bytes), ${report.present} were there, ${report.failed} could not be copied`);
  return report.failed === 0 ? 0 : 1;
}
