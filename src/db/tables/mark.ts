import { EntitySchema } from 'typeorm';
import { integer, nullable, primary, string } from './columns.ts';

/**
 * `import-began`: when an import began that has not come to its end; what is there is half a registry. `blobs-kept-until`: until then the sweep
 * removes no blob, since a copy is being made.
 */
export const markNames = ['import-began', 'blobs-kept-until'] as const;
export type MarkName = (typeof markNames)[number];

export interface MarkRow {
  name: MarkName;
  /** Null: the mark is not set. */
  instant: number | null;
}

/** What holds of the whole database: a row for each name from the beginning, so that it can be locked. */
export const MarkTable = new EntitySchema<MarkRow>({
  name: 'mark',
  columns: { name: primary(string), instant: nullable(integer) },
});
