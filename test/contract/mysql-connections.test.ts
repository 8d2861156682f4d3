import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { expectedFailure } from '../../src/outage.ts';
import { type FreshDatabase, freshDatabase } from '../support/environment/databases.ts';
import { isRunning } from '../support/environment/requirements.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';

const poolSize = 2;
const patienceMs = 300;

describe.skipIf(!isRunning('mariadb'))('connections to MySQL', () => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase();
  });
  afterAll(() => fresh?.drop());

  /** A database behind a proxy that can go away. */
  async function openBehind(): Promise<{ database: Database; proxy: CuttingProxy }> {
    const url = new URL(fresh.url);
    const proxy = await startCuttingProxy(`http://${url.host}`);
    url.host = new URL(proxy.url).host;
    return { database: await openDatabase(url.href, { poolSize, patienceMs }), proxy };
  }

  const codeOf = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
      return 'done';
    } catch (error) {
      return expectedFailure(error)?.code ?? String(error);
    }
  };

  it('are waited for in turn, and for no longer than is any use', async () => {
    const { database, proxy } = await openBehind();
    const slow = Array.from({ length: poolSize }, () => codeOf(database.reads.query('SELECT SLEEP(1)')));
    const late = await Promise.all(Array.from({ length: 5 }, () => codeOf(database.reads.query('SELECT 1'))));
    expect(late).toEqual(Array(5).fill('UNAVAILABLE'));
    expect(await Promise.all(slow)).toEqual(Array(poolSize).fill('done'));
    expect(await Promise.all(Array.from({ length: 20 }, () => codeOf(database.reads.query('SELECT 1'))))).toEqual(Array(20).fill('done'));
    await database.close();
    await proxy.close();
  });

  it('leave nobody waiting where the server is gone', async () => {
    const { database, proxy } = await openBehind();
    const asked = Array.from({ length: 50 }, () => codeOf(database.reads.query('SELECT SLEEP(1)')));
    await proxy.close();
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['UNAVAILABLE']));
    await database.close();
  });

  it('that are silent while a statement runs are given up, and the next ones serve', async () => {
    const { database, proxy } = await openBehind();
    await Promise.all(Array.from({ length: poolSize }, () => database.reads.query('SELECT SLEEP(0.05)')));
    database.limitSilence(500);
    // The statement is on its way for ever: what is lost and what is slow look the same from here.
    expect(await Promise.all(Array.from({ length: poolSize }, () => codeOf(database.reads.query('SELECT SLEEP(30)'))))).toEqual(Array(poolSize).fill('UNAVAILABLE'));
    expect(await codeOf(database.reads.query('SELECT 1'))).toBe('done');
    // What is idle is not silent.
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(await codeOf(database.tx((tx) => tx.query('SELECT 1')))).toBe('done');
    await database.close();
    await proxy.close();
  });
});
