import type { EntityManager } from 'typeorm';
import { isUnreferenced } from '../blobs/unreferenced.ts';
import type { Core } from '../core.ts';
import { insertValues } from '../db/insert.ts';
import { numberEvents } from '../events/number.ts';
import { collectDeliveries } from '../webhooks/collect.ts';
import type { TableShape } from './columns.ts';
import { inOneGo, type Step } from './import-lock.ts';
import { renumbering } from './log-position.ts';
import { readExport } from './read-export.ts';
import { charactersOf, isFull, type RowBatch } from './row-batch.ts';
import { BadExport, type StoredValue } from './row-codec.ts';
import type { RowCounts } from './write-export.ts';

/** What the registry that is imported is to be. */
export interface ImportOptions {
  /**
   * That which was exported, at another place: it was stopped before the export and runs no more. Its log goes on, so cursors hold, and its webhooks
   * are sent to. Otherwise it is another one, or an earlier state: the log gets new numbers, and webhooks are paused.
   */
  continues?: boolean;
  /** Whether webhooks are sent to in any case. */
  keepsWebhooks?: boolean;
}

/**
 * Fills an empty, migrated database from the export in a file, which is read to its end and found whole before anything is written. Returns the
 * counts of rows. Throws BadExport, NotEmpty, ImportRuns; then the database is as it was, or marked so that no server starts on it and the next import begins
 * anew.
 */
export async function importFrom(core: Core, file: string, { continues = false, keepsWebhooks = continues }: ImportOptions = {}): Promise<RowCounts> {
  const { database } = core;
  const now = core.clock.now();
  await readExport(file);
  let counts: RowCounts = {};
  await inOneGo(database, now, async (step) => {
    counts = await fill(file, step, continues ? () => undefined : renumbering(now));
    await step((tx) => expectCounts(tx, counts));
    await step((tx) => settle(tx, now, keepsWebhooks));
  });
  // What was committed shortly before the export may have had no number yet.
  while ((await numberEvents(core, [collectDeliveries(core)])) > 0);
  return counts;
}

function fill(file: string, step: Step, change: (shape: TableShape, values: StoredValue[]) => void): Promise<RowCounts> {
  let batch: RowBatch | undefined;
  const flush = async () => {
    if (!batch) return;
    const { shape, rows } = batch;
    batch = undefined;
    await step((tx) => insertValues(tx, shape.name, shape.columns.map(({ name }) => name), rows));
  };
  return readExport(file, {
    async onRow(shape, values) {
      if (batch && isFull(batch)) await flush();
      change(shape, values);
      batch ??= { shape, rows: [], characters: 0 };
      batch.rows.push(values);
      batch.characters += charactersOf(values);
    },
    onTableEnd: flush,
  });
}

/** Nobody else has written meanwhile. */
async function expectCounts(tx: EntityManager, counts: RowCounts): Promise<void> {
  for (const [table, count] of Object.entries(counts)) {
    const [row] = await tx.query(`SELECT COUNT(*) AS total FROM \`${table}\``);
    if (Number(row.total) !== count) throw new BadExport(`the database has ${row.total} rows of ${table} instead of ${count}: somebody else has written to it meanwhile`);
  }
}

async function settle(tx: EntityManager, now: number, keepsWebhooks: boolean): Promise<void> {
  // What nothing names was to be removed at the time of the export; its grace begins anew, since no sweep has been here.
  await tx.query(`UPDATE stored_blob SET referenced_at = ? WHERE ${isUnreferenced}`, [now]);
  if (!keepsWebhooks) await tx.query("UPDATE webhook SET state = 'PAUSED', due_at = NULL, updated_at = ? WHERE state = 'ACTIVE'", [now]);
}
