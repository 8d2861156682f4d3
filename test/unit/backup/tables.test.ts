import { describe, expect, it } from 'vitest';
import { shapeOf } from '../../../src/backup/columns.ts';
import { exportedTables, leftOutTables } from '../../../src/backup/tables.ts';
import { tables } from '../../../src/db/tables/index.ts';

describe('the tables of an export', () => {
  it('are all that there are, but for those that it says why they stay behind', () => {
    const decided = [...exportedTables, ...Object.keys(leftOutTables)];
    expect(decided.toSorted()).toEqual(tables.map(({ options }) => options.name).toSorted());
  });

  it('have columns that name their rows', () => {
    for (const name of exportedTables) expect(shapeOf(name).columns.filter(({ isPrimary }) => isPrimary), name).not.toEqual([]);
  });

  it('are none that the code does not know', () => {
    expect(() => shapeOf('nothing')).toThrow('there is no table nothing');
  });
});
