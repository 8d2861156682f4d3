import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TableShape } from '../../../src/backup/columns.ts';
import { BadExport, decodeRow, encodeRow } from '../../../src/backup/row-codec.ts';

const column = (name: string, kind: 'text' | 'integer' | 'boolean', isNullable: boolean) => ({ name, kind, isNullable, isPrimary: false, isLong: false });
const shape: TableShape = {
  name: 'odd',
  columns: [column('a', 'text', false), column('b', 'text', true), column('c', 'integer', false), column('d', 'integer', true), column('e', 'boolean', false), column('f', 'boolean', true)],
};
const bit = fc.constantFrom(0, 1);
const row = fc.record({ a: fc.string({ unit: 'binary' }), b: fc.option(fc.string({ unit: 'binary' })), c: fc.maxSafeInteger(), d: fc.option(fc.maxSafeInteger()), e: bit, f: fc.option(bit) });

describe('a row as a line', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(row, (values) => {
        const line = encodeRow(shape, values);
        expect(line).not.toMatch(/[\r\n]/);
        expect(Buffer.from(line).toString()).toBe(line);
        expect(decodeRow(shape, line)).toEqual(Object.values(values));
      }),
    );
  });

  it('is refused, and nothing else is thrown, for whatever else a line has', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.array(fc.jsonValue(), { minLength: 5, maxLength: 7 }).map((values) => JSON.stringify(values))), (line) => {
        try {
          expect(decodeRow(shape, line)).toHaveLength(6);
        } catch (error) {
          expect(error).toBeInstanceOf(BadExport);
        }
      }),
    );
  });

  it.for([
    ['too few values', '["",null,0,null,true]', 'a row of odd has 5 values instead of 6'],
    ['too many', '["",null,0,null,true,null,1]', 'a row of odd has 7 values instead of 6'],
    ['null where there must be a value', '[null,null,0,null,true,null]', 'odd.a is no text in a row'],
    ['a number for a text', '["",5,0,null,true,null]', 'odd.b is no text or null in a row'],
    ['a fraction', '["",null,0.5,null,true,null]', 'odd.c is no integer in a row'],
    ['a number that is not exact', '["",null,9007199254740993,null,true,null]', 'odd.c is no integer in a row'],
    ['a number for a boolean', '["",null,0,null,1,null]', 'odd.e is no boolean in a row'],
    ['no JSON', '["', 'a row of odd is no JSON array'],
    ['no array', '{}', 'a row of odd is no JSON array'],
  ] as const)('is refused with %s', ([, line, words]) => {
    expect(() => decodeRow(shape, line)).toThrow(words);
  });

  it('is not written where a database has something that no column holds', () => {
    const good = { a: '', b: null, c: 0, d: null, e: 0, f: null };
    for (const [name, value] of [['a', 5], ['c', '9007199254740993'], ['c', 2 ** 53], ['c', 0.5], ['e', 2], ['a', undefined], ['b', Buffer.from('x')]] as const) {
      expect(() => encodeRow(shape, { ...good, [name]: value })).toThrow(`odd.${name} has a value that is no `);
    }
  });
});
