import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { placeholders, upsert } from '../db/upsert.ts';
import { TooManyRequests } from '../errors.ts';

/** Wrong passwords are counted for so long, from the first one on. */
const windowMs = 15 * 60 * 1000;

/** How many wrong passwords are looked at. */
const limits = { pair: 10, address: 100, username: 100 };

/** What wrong passwords are counted by. */
export type FailureSubjects = Record<keyof typeof limits, string>;

/** The keys of an attempt. Hashed, since people type passwords in the place of names, and names may be of any length. */
export function failureSubjects(username: string, address: string): FailureSubjects {
  const name = username.toLowerCase();
  return { pair: key('pair', name, address), address: key('address', address), username: key('username', name) };
}

/** How many failures each has; throws TooManyRequests where one has as many as are allowed. */
export async function checkFailures(manager: EntityManager, subjects: FailureSubjects, now: number): Promise<Record<keyof FailureSubjects, number>> {
  const keys = Object.values(subjects);
  const rows: { subject: string; failures: number; since: number }[] = await manager.query(
    `SELECT subject, failures, since FROM sign_in_failure WHERE subject IN (${placeholders(keys)}) AND since > ?`,
    [...keys, now - windowMs],
  );
  const counts = { pair: 0, address: 0, username: 0 };
  let until = 0;
  for (const kind of ['pair', 'address', 'username'] as const) {
    const row = rows.find(({ subject }) => subject === subjects[kind]);
    if (!row) continue;
    counts[kind] = row.failures;
    if (row.failures >= limits[kind]) until = Math.max(until, row.since + windowMs);
  }
  if (until > now) {
    const seconds = Math.ceil((until - now) / 1000);
    throw new TooManyRequests(`Too many wrong passwords; try again in ${Math.ceil(seconds / 60)} minutes.`, seconds);
  }
  return counts;
}

/** Counts a wrong password. */
export async function countFailure(tx: EntityManager, subjects: FailureSubjects, now: number): Promise<void> {
  const start = now - windowMs;
  // In one order, so that two attempts do not wait for each other's rows. What is past its time begins anew; MySQL assigns from left to
  // right, so the count comes first.
  for (const subject of Object.values(subjects).sort()) {
    await upsert(tx, 'sign_in_failure', { subject, failures: 1, since: now }, ['subject'], {
      failures: `CASE WHEN sign_in_failure.since > ${start} THEN sign_in_failure.failures + 1 ELSE 1 END`,
      since: `CASE WHEN sign_in_failure.since > ${start} THEN sign_in_failure.since ELSE ${now} END`,
    });
  }
}

/** After a right password: forgets the wrong ones for this user name from this address. */
export async function clearFailures(tx: EntityManager, { pair }: FailureSubjects): Promise<void> {
  await tx.query('DELETE FROM sign_in_failure WHERE subject = ?', [pair]);
}

/** Removes what no longer counts. */
export async function removeOldFailures(core: Core, now: number): Promise<void> {
  await core.database.tx((tx) => tx.query('DELETE FROM sign_in_failure WHERE since <= ?', [now - windowMs]));
}

function key(...parts: string[]): string {
  return `${parts[0]} ${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}
