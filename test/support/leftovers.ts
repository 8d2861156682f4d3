import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closeCore, openCore } from '../../src/app.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { check } from '../../src/check/check.ts';
import { readConfig } from '../../src/config.ts';
import type { Core } from '../../src/core.ts';
import { tables } from '../../src/db/tables/index.ts';

const hourMs = 60 * 60 * 1000;

/**
 * What is there that nothing needs, or needed that is not there, in words: blobs without a file, or held, removals never done, parts of uploads, blobs
 * and parts without their object, objects without a blob, downloads of nothing. Empty after a sweep with everything in order, once all uploads
 * have expired.
 */
export async function leftovers(core: Core): Promise<string[]> {
  const { reads } = core.database;
  const problems: string[] = [];
  const orphans: { sha256: string }[] = await reads.query('SELECT sha256 FROM stored_blob WHERE NOT EXISTS (SELECT 1 FROM file WHERE file.sha256 = stored_blob.sha256)');
  problems.push(...orphans.map(({ sha256 }) => `blob ${sha256} is named by no file`));
  const [{ held }] = await reads.query('SELECT COUNT(*) AS held FROM held_content');
  if (Number(held) > 0) problems.push(`${held} blobs are still held for packages`);
  const [{ downloads }] = await reads.query(
    'SELECT COUNT(*) AS downloads FROM download_day WHERE file_id NOT IN (SELECT id FROM file UNION ALL SELECT id FROM version UNION ALL SELECT id FROM package)',
  );
  if (Number(downloads) > 0) problems.push(`${downloads} rows count downloads of nothing`);
  const removals: { object_key: string }[] = await reads.query('SELECT object_key FROM discard');
  problems.push(...removals.map((row) => `object ${row.object_key} is still to be removed`));
  const blobs: { object_key: string; size_bytes: number }[] = await reads.query('SELECT object_key, size_bytes FROM stored_blob');
  for (const blob of blobs) {
    const sizeBytes = await core.store.sizeBytes(blob.object_key);
    if (sizeBytes !== blob.size_bytes) problems.push(`object ${blob.object_key} has ${sizeBytes} bytes instead of ${blob.size_bytes}`);
  }
  const waiting: { object_key: string | null }[] = await reads.query('SELECT object_key FROM upload_session');
  const parts: { object_key: string; size_bytes: number; upload_id: string }[] = await reads.query('SELECT object_key, size_bytes, upload_id FROM upload_part');
  for (const part of parts) {
    const sizeBytes = await core.store.sizeBytes(part.object_key);
    problems.push(`object ${part.object_key} with ${sizeBytes} of ${part.size_bytes} bytes is still a part of ${part.upload_id}`);
  }
  const known = new Set([...blobs, ...removals, ...waiting, ...parts].map((row) => row.object_key));
  const strays = (await listObjects(core)).filter((key) => !known.has(key));
  problems.push(...strays.map((key) => `object ${key} is known to nobody`));
  return problems;
}

/**
 * Sweeps a backend as if two days had passed and tells what is left, and what is not as it must be: for servers in processes of their own.
 * Half-written temporary files are not counted, since the store itself removes them by age, nor events that waited for a server to number them.
 */
export async function leftoversOf(env: Record<string, string>): Promise<string[]> {
  let laterMs = 48 * hourMs;
  const core = await openCore(readConfig({ ...env, LOG_LEVEL: 'silent' }), { clock: { now: () => Date.now() + laterMs } });
  try {
    await sweep(core);
    // What that one has let go of has its grace.
    laterMs += hourMs;
    await sweep(core);
    const problems = [...(await leftovers(core)), ...(await check(core, { withBytes: true, againAfterMs: 0 }))];
    return problems.filter((problem) => !problem.includes('tmp/') && !problem.includes('has no number'));
  } finally {
    await closeCore(core);
  }
}

/** The keys of everything that lies in the store; on disk temporary files included, which the store itself does not tell. */
export async function listObjects(core: Core): Promise<string[]> {
  const { storageUrl } = core.config;
  if (core.store.kind !== 'files') {
    const keys: string[] = [];
    for await (const some of core.store.list()) keys.push(...some.map(({ key }) => key));
    return keys.sort();
  }
  const root = storageUrl.startsWith('file://') ? fileURLToPath(storageUrl) : storageUrl.replace(/^file:/, '');
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name))).sort();
}

/** Tables that only count, and what is made once by whoever needs it first: downloads, some time after they were made, wrong passwords, and what a namespace holds, be it nothing. */
const counters = new Set(['download_day', 'sign_in_failure', 'namespace_usage', 'signing_key']);

/** How many rows each table has and how many objects the store: equal before and after whatever must change nothing. */
export async function countEverything(core: Core): Promise<Record<string, number>> {
  const counts: Record<string, number> = { objects: (await listObjects(core)).length };
  for (const { options } of tables) {
    if (counters.has(options.name)) continue;
    const [row] = await core.database.reads.query(`SELECT COUNT(*) AS total FROM ${options.name}`);
    counts[options.name] = Number(row.total);
  }
  return counts;
}
