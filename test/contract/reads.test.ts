import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stopBackground, type TestApp } from '../support/app.ts';
import { databases, openRegistry, publishAs } from './registry.ts';

describe.for(databases)('hot reads on $name', ({ open, missing }) => {
  let app: TestApp;
  const statements: string[] = [];
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open, { onStatement: (sql) => statements.push(sql) });
    await stopBackground(app);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);

  test('heads asked for in one turn share one statement', async () => {
    const names = ['one', 'two', 'three', 'four', 'five'];
    for (const name of names) await publishAs(app, { name });
    statements.length = 0;
    const lists = await Promise.all([...names, 'one', 'absent'].map((name) => app.core.heads.list('npm', name)));
    expect(statements).toHaveLength(1);
    expect(lists.map((list) => list.map(({ name }) => name))).toEqual([['one'], ['two'], ['three'], ['four'], ['five'], ['one'], []]);
  });

  test('heads of two formats do not mix', async () => {
    await publishAs(app, { format: 'generic', name: 'one' });
    statements.length = 0;
    const [npm, generic] = await Promise.all([app.core.heads.list('npm', 'one'), app.core.heads.list('generic', 'one')]);
    expect(npm[0]?.id).not.toBe(generic[0]?.id);
    expect(statements).toHaveLength(2);
  });

  test('lists of different lengths make few different statements', async () => {
    statements.length = 0;
    for (let count = 1; count <= 16; count++) await Promise.all(Array.from({ length: count }, (_, index) => app.core.heads.list('npm', `n${index}`)));
    expect(new Set(statements).size).toBe(5);
  });

  test('heads show what was written just before, also while others ask', async () => {
    let asking = true;
    const crowd = (async () => {
      while (asking) await app.core.heads.list('npm', 'fresh');
    })();
    for (let revision = 1; revision <= 10; revision++) {
      await publishAs(app, { name: 'fresh', version: `1.0.${revision}` });
      expect((await app.core.heads.list('npm', 'fresh'))[0]?.revision).toBe(revision);
    }
    asking = false;
    await crowd;
  });

  test('heads that cannot be read fail for those who asked, and work again', async () => {
    const { reads } = app.core.database;
    const query = reads.query.bind(reads);
    reads.query = () => Promise.reject(new Error('the database is away'));
    const results = await Promise.allSettled([app.core.heads.list('npm', 'one'), app.core.heads.list('npm', 'two')]);
    reads.query = query;
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await app.core.heads.list('npm', 'one')).toHaveLength(1);
  });
});
