import { createHash } from 'node:crypto';
import type { Core } from '../../src/core.ts';
import { tables } from '../../src/db/tables/index.ts';
import { listObjects } from '../support/leftovers.ts';
import type { Outcome } from './reference.ts';

/** Tells whether anything was changed that a refused request must leave alone. */
export interface ChangeWatch {
  /** A digest of all rows and objects; that a credential or a file was used does not count. */
  now(): Promise<string>;
}

const countsUse = new Set(['last_used_at', 'download_count', 'last_downloaded_at']);
/** Counts only, or is made once by whoever needs it first. */
const countsOnly = new Set(['download_day', 'signing_key']);
/** What happened gets its number a moment later. */
const numbers = new Set(['seq', 'last_seq']);

/** Looks at the whole content only after something was committed: SQLite tells. */
export function changeWatch(core: Core): ChangeWatch {
  let version = -1;
  let digest = '';
  return {
    async now() {
      const [row] = await core.database.reads.query('PRAGMA data_version');
      if (row.data_version !== version) {
        version = row.data_version;
        digest = await digestOf(core);
      }
      return digest;
    },
  };
}

async function digestOf(core: Core): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(await listObjects(core)));
  for (const { options } of tables) {
    if (countsOnly.has(options.name)) continue;
    const rows: object[] = await core.database.reads.query(`SELECT * FROM ${options.name}`);
    hash.update(`${options.name} ${JSON.stringify(rows, (key, value) => (countsUse.has(key) || numbers.has(key) ? undefined : value))}`);
  }
  return hash.digest('hex');
}

/** Puts attempts that will be refused before those that change something. */
export function refusalsFirst(a: { expected: Outcome }, b: { expected: Outcome }): number {
  return Number(a.expected === 'done') - Number(b.expected === 'done');
}
