import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEventStreamParser, type StreamBlock } from '../../../schema/sdk/event-stream.ts';

/** The blocks of a stream whose bytes come in pieces of these sizes, over and over. */
function parse(stream: string | Uint8Array, sizes: readonly number[] = [Infinity]): StreamBlock[] {
  const bytes = typeof stream === 'string' ? Buffer.from(stream) : stream;
  const take = createEventStreamParser();
  const blocks: StreamBlock[] = [];
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    // A copy, so that nothing may rely on neighbouring bytes.
    blocks.push(...take(new Uint8Array(bytes.subarray(at, at + size))));
    at += size;
  }
  return blocks;
}

const block = (data: string | undefined, more: Partial<StreamBlock> = {}): StreamBlock => ({ event: 'message', id: undefined, data, ...more });

it.for<[title: string, stream: string, blocks: StreamBlock[]]>([
  // The examples of the specification.
  ['lines of data', 'data: YHOO\ndata: +2\ndata: 10\n\n', [block('YHOO\n+2\n10')]],
  ['a comment, ids, one space', ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n', [block('first event', { id: '1' }), block('second event', { id: '' }), block(' third event')]],
  ['empty data; the rest at the end is nothing', 'data\n\ndata\ndata\n\ndata:', [block(''), block('\n')]],
  ['with and without a space', 'data:test\n\ndata: test\n\n', [block('test'), block('test')]],
  // What else it says.
  ['types', 'event: add\ndata: 1\n\nevent:\ndata: 2\n\nevent: add\n\ndata: 3\n\n', [block('1', { event: 'add' }), block('2'), block('3')]],
  ['an id alone', 'id: 7\n\n', [block(undefined, { id: '7' })]],
  ['an id with a null in it is none', 'id: 7\0\ndata: x\n\nid: 7\0\n\n', [block('x')]],
  ['unknown fields and retry', 'retry: 10\nfoo: bar\nDATA: x\n data: y\ndata: z\n\n', [block('z')]],
  ['colons in a value', 'data: a:b: c\n\n', [block('a:b: c')]],
  ['a byte order mark, once', '\uFEFFdata: x\n\n\uFEFFdata: y\n\n', [block('x')]],
  ['all line ends, and empty blocks', 'data: 1\r\n\r\ndata: 2\r\rdata: 3\n\n\r\n\n\rdata: 4\r\ndata: 5\r\n\r', [block('1'), block('2'), block('3'), block('4\n5')]],
  ['no line ends but these', 'data: a\u2028b\u0085c\vd\n\n', [block('a\u2028b\u0085c\vd')]],
  ['a block without its empty line', 'data: 1\nid: 1\n', []],
])('reads %s', ([, stream, blocks]) => {
  expect(parse(stream)).toEqual(blocks);
  expect(parse(stream, [1])).toEqual(blocks);
});

it('gives a block with the first half of its last line end', () => {
  const take = createEventStreamParser();
  expect(take(Buffer.from('data: 1\r\n\r'))).toEqual([block('1')]);
  expect(take(Buffer.from('\ndata: 2\r\r'))).toEqual([block('2')]);
});

it('reads what is no UTF-8 with replacement characters', () => {
  expect(parse(Buffer.from([...Buffer.from('data: '), 0xc3, 0x28, 0xff, ...Buffer.from('\n\n')]))).toEqual([block('\uFFFD(\uFFFD')]);
});

const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 });

it('gives the same blocks however the bytes are cut', () => {
  const piece = fc.constantFrom('\r', '\n', '\r\n', ':', ' ', 'data', 'data:', 'id: ', 'event:', 'é', '📦', '\0', 'x', '\uFEFF');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), sizes, (pieces, cuts) => {
      expect(parse(pieces.join(''), cuts)).toEqual(parse(pieces.join('')));
    }),
    { numRuns: 1_000 },
  );
});

it('gives back the blocks that were written, whatever the line ends', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 }).map((value) => value.replace(/[\r\n\0]/g, '').toWellFormed());
  const field = fc.record({ name: fc.constantFrom('event', 'data', 'id', ''), value: text });
  const end = fc.constantFrom('\n', '\r\n', '\r');
  const written = fc.array(fc.record({ fields: fc.array(field, { maxLength: 6 }), end }), { maxLength: 6 });
  fc.assert(
    fc.property(written, sizes, (blocks, cuts) => {
      const stream = blocks.map(({ fields, end }) => [...fields.map(({ name, value }) => `${name}: ${value}`), '', ''].join(end));
      // After a CR alone an LF would be its second half.
      const whole = stream.join(': between\n');
      const expected = blocks.flatMap(({ fields }) => {
        const last = (name: string) => fields.findLast((candidate) => candidate.name === name)?.value;
        const data = fields.filter(({ name }) => name === 'data').map(({ value }) => value);
        if (data.length === 0 && last('id') === undefined) return [];
        return [{ event: last('event') || 'message', data: data.length > 0 ? data.join('\n') : undefined, id: last('id') }];
      });
      expect(parse(whole, cuts)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
