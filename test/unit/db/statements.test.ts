import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isIn, whereAll } from '../../../src/db/condition.ts';
import { nameCollation } from '../../../src/db/dialect.ts';
import { isDuplicateKey, isForeignKeyViolation, isTransient } from '../../../src/db/driver-errors.ts';
import { beginningWith, containing } from '../../../src/db/like.ts';
import { Mutex } from '../../../src/db/mutex.ts';

describe('conditions', () => {
  it('a list of values has a power of two of places', () => {
    expect(isIn('a', [])).toEqual({ sql: '1 = 0', parameters: [] });
    expect(isIn('a', ['x'])).toEqual({ sql: 'a = ?', parameters: ['x'] });
    expect(isIn('a', [1, 2, 3])).toEqual({ sql: 'a IN (?, ?, ?, ?)', parameters: [1, 2, 3, 1] });
    for (const size of [2, 4, 8, 1024]) expect(isIn('a', Array(size).fill(0)).parameters).toHaveLength(size);
  });

  it('are joined with their parameters in order', () => {
    expect(whereAll([])).toEqual({ sql: '', parameters: [] });
    expect(whereAll([{ sql: 'a = ? OR b', parameters: [1] }, isIn('c', ['x'])])).toEqual({ sql: ' WHERE (a = ? OR b) AND (c = ?)', parameters: [1, 'x'] });
  });

  it('patterns take text literally', () => {
    expect([containing('a%b_c!d'), beginningWith('100%')]).toEqual(['%a!%b!_c!!d%', '100!%%']);
  });

  it('the collation of names does not pad', () => {
    expect(nameCollation('10.11.6-MariaDB-0+deb12u1')).toBe('utf8mb4_nopad_bin');
    expect(nameCollation('8.4.3')).toBe('utf8mb4_0900_bin');
  });
});

describe('errors of the drivers', () => {
  it.for([
    [{ errno: 1062 }, 'duplicate'], [{ errcode: 2067 }, 'duplicate'], [{ errcode: 1555 }, 'duplicate'], [{ driverError: { errno: 1062 } }, 'duplicate'],
    [{ errno: 1451 }, 'foreign'], [{ errno: 1452 }, 'foreign'], [{ errcode: 787 }, 'foreign'],
    [{ errno: 1213 }, 'transient'], [{ errno: 1205 }, 'transient'], [{ errcode: 5 }, 'transient'], [{ errcode: 517 }, 'transient'], [{ driverError: { errcode: 261 } }, 'transient'],
    [{ errno: 1064 }, ''], [{ errcode: 1 }, ''], [new Error('1062'), ''], [null, ''], [undefined, ''], ['1062', ''],
  ] as const)('%o is %s', ([error, kind]) => {
    expect([isDuplicateKey(error) && 'duplicate', isForeignKeyViolation(error) && 'foreign', isTransient(error) && 'transient'].filter(Boolean).join()).toBe(kind);
  });
});

describe('the mutex', () => {
  it('runs one after the other, in order, also after a failure', async () => {
    const mutex = new Mutex();
    const log: string[] = [];
    let running = 0;
    const task = (name: string, fails = false) =>
      mutex.run(async () => {
        expect(++running).toBe(1);
        await sleep(Math.random() * 3);
        log.push(name);
        running -= 1;
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([task('a'), task('b', true), task('c'), task('d', true), task('e')]);
    expect(log).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as Error).message))).toEqual(log);
    expect(results.map(({ status }) => status === 'rejected')).toEqual([false, true, false, true, false]);
  });
});
