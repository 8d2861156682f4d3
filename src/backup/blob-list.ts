import type { EntityManager } from 'typeorm';
import { shapeOf } from './columns.ts';
import { readExport } from './read-export.ts';
import { readTable } from './read-table.ts';

/** Content to be copied. */
export interface BlobToCopy {
  objectKey: string;
  sizeBytes: number;
  sha256: string;
}

/** Takes content one by one; each call is waited for. */
export type TakeBlob = (blob: BlobToCopy) => Promise<void>;

const shape = shapeOf('stored_blob');

/** Hands over every blob that the database knows. */
export async function eachBlobOf(reads: EntityManager, take: TakeBlob): Promise<void> {
  for await (const rows of readTable(reads, shape)) for (const row of rows) await take(blobOf(row));
}

/** Hands over every blob that an export names. Throws BadExport where the file is not whole, be it after some. */
export async function eachBlobOfExport(file: string, take: TakeBlob): Promise<void> {
  await readExport(file, {
    onRow: async ({ name, columns }, values) => {
      if (name === shape.name) await take(blobOf(Object.fromEntries(columns.map((column, index) => [column.name, values[index]]))));
    },
  });
}

function blobOf(row: Record<string, unknown>): BlobToCopy {
  return { objectKey: String(row['object_key']), sizeBytes: Number(row['size_bytes']), sha256: String(row['sha256']) };
}
