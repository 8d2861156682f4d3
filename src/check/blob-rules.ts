import type { Core } from '../core.ts';
import { placeholders } from '../db/upsert.ts';
import { digestNames, type KnownDigests } from '../storage/digests.ts';
import { startDigests } from '../storage/incremental-digests.ts';
import { ObjectMissing } from '../storage/object-store.ts';
import { type Rule, sqlRule, type Violation } from './rule.ts';

/** Rows that are read at a time, and objects that are asked for at once: stores far away answer in their own time. */
const batch = 100;
/** Objects that are read at once. */
const atOnce = 4;
/** What was held for a day at most, or for longer and then let go of, is removed by the sweep in hours; after two days it was passed over. */
const removedWithinMs = 48 * 60 * 60 * 1000;

interface Blob extends KnownDigests {
  objectKey: string;
  sizeBytes: number;
}

/** Of stored content, as far as the database and a listing of the store tell. */
export const blobRules: readonly Rule[] = [
  sqlRule<{ id: string }>(
    'every file has its blob',
    'SELECT f.id AS id FROM file f LEFT JOIN stored_blob b ON b.sha256 = f.sha256 WHERE b.sha256 IS NULL OR b.size_bytes <> f.size_bytes',
    ({ id }) => `file ${id} has no blob, or one of another size`,
  ),
  sqlRule<{ id: string }>(
    'every file has the digests of its format',
    ({ formats }) => {
      const wanted = formats.list().map(({ id, digests = digestNames }) => ({ id, missing: digests.map((name) => `b.${name} IS NULL`).join(' OR ') }));
      const sql = `SELECT f.id AS id FROM file f JOIN stored_blob b ON b.sha256 = f.sha256 JOIN version v ON v.id = f.version_id JOIN package p ON p.id = v.package_id WHERE ${wanted.map(({ missing }) => `(p.format = ? AND (${missing}))`).join(' OR ')}`;
      return { sql, parameters: wanted.map(({ id }) => id) };
    },
    ({ id }) => `file ${id} has a blob without a digest that its clients are told`,
  ),
  sqlRule<{ id: string }>(
    'every blob is needed',
    ({ clock }) => ({
      sql: 'SELECT b.sha256 AS id FROM stored_blob b WHERE b.referenced_at < ? AND NOT EXISTS (SELECT 1 FROM file f WHERE f.sha256 = b.sha256) AND NOT EXISTS (SELECT 1 FROM held_content h WHERE h.sha256 = b.sha256)',
      parameters: [clock.now() - removedWithinMs],
    }),
    ({ id }) => `blob ${id} is named by nothing and was not removed; do servers run, or "entrepot gc"?`,
  ),
  sqlRule<{ id: string }>(
    'no blob is to be removed',
    'SELECT d.object_key AS id FROM discard d JOIN stored_blob b ON b.object_key = d.object_key',
    ({ id }) => `object ${id} is entered for removal, but is that of a blob`,
  ),
  { title: 'every blob has its bytes', violations: (core) => eachBlob(core, batch, sizeProblem) },
  { title: 'every object is known', violations: strays },
];

/** Of the bytes themselves, all of which are read. */
export const byteRules: readonly Rule[] = [{ title: 'every blob has the bytes of its digests', violations: (core) => eachBlob(core, atOnce, digestProblem) }];

async function* eachBlob(core: Core, limit: number, look: (core: Core, blob: Blob) => Promise<string | undefined>): AsyncGenerator<Violation> {
  for (let after = ''; ; ) {
    const blobs: Blob[] = await core.database.reads.query(
      `SELECT sha256, md5, sha1, sha512, size_bytes AS sizeBytes, object_key AS objectKey FROM stored_blob WHERE sha256 > ? ORDER BY sha256 LIMIT ${limit}`,
      [after],
    );
    const last = blobs.at(-1);
    if (!last) return;
    after = last.sha256;
    const problems = await Promise.all(blobs.map((blob) => look(core, blob)));
    for (const [index, words] of problems.entries()) if (words !== undefined) yield { of: blobs[index]?.sha256 ?? '', words };
  }
}

async function sizeProblem({ store }: Core, { objectKey, sha256, sizeBytes }: Blob): Promise<string | undefined> {
  const found = await store.sizeBytes(objectKey);
  return found === Number(sizeBytes) ? undefined : `blob ${sha256} should have ${sizeBytes} bytes, its object ${objectKey} ${found === undefined ? 'is not there' : `has ${found}`}`;
}

async function digestProblem({ store }: Core, blob: Blob): Promise<string | undefined> {
  const running = startDigests();
  try {
    for await (const chunk of await store.read(blob.objectKey)) running.update(chunk as Buffer);
  } catch (error) {
    // That it is not there is told by its size.
    if (error instanceof ObjectMissing) return undefined;
    throw error;
  }
  const found = running.digests();
  const wrong = digestNames.filter((name) => blob[name] !== null && found[name] !== blob[name]);
  return wrong.length === 0 ? undefined : `blob ${blob.sha256} has bytes with another ${wrong.join(', ')}`;
}

/** Objects that no row names: nothing would ever remove them. */
async function* strays({ database, store }: Core): AsyncGenerator<Violation> {
  for await (const objects of store.list()) {
    for (let from = 0; from < objects.length; from += batch) {
      // What only proves that the store can be written to is gone in a moment.
      const keys = objects.slice(from, from + batch).map(({ key }) => key).filter((key) => !key.startsWith('ping/'));
      if (keys.length === 0) continue;
      const list = placeholders(keys);
      const known: { objectKey: string }[] = await database.reads.query(
        ['stored_blob', 'discard', 'upload_session', 'upload_part'].map((table) => `SELECT object_key AS objectKey FROM ${table} WHERE object_key IN (${list})`).join(' UNION ALL '),
        [...keys, ...keys, ...keys, ...keys],
      );
      const named = new Set(known.map(({ objectKey }) => objectKey));
      for (const key of keys) if (!named.has(key)) yield { of: key, words: `object ${key} is known to nobody` };
    }
  }
}
