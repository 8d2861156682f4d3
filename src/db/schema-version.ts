import type { EntityManager } from 'typeorm';
import { migrations } from './migrations/index.ts';

const names: readonly string[] = migrations.map((Migration) => new Migration().name);

/** The newest migration of this version: which tables and columns it knows. */
export const newestMigration = names.at(-1) ?? '';

/** The database is not as this version has it. */
export class OtherSchema extends Error {
  readonly code = 'OTHER_SCHEMA';
}

/** Throws OtherSchema unless the migrations that have run are those of this version. Migrates nothing. */
export async function expectNewestSchema(reads: EntityManager): Promise<void> {
  const rows: { name: string }[] = await reads.query('SELECT name FROM migration').catch(() => []);
  const ran = rows.map(({ name }) => name);
  const missing = names.find((name) => !ran.includes(name));
  if (missing !== undefined) throw new OtherSchema(`The database lacks ${missing}: use the version that runs on it, or "entrepot migrate" first.`);
  const unknown = ran.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new OtherSchema(`The database has ${unknown}, which this version does not know: use the version that runs on it.`);
}
