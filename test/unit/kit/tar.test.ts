import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidPackage } from '../../../src/errors.ts';
import { StrictTarReader } from '../../../shims/kit/tar.ts';
import { parsePax } from '../../../shims/kit/tar-header.ts';
import { tar, type TarEntry } from '../../support/npm-tarball.ts';

/** Reads an archive in pieces of a size: path, kind and content of each entry. */
function entriesOf(archive: Buffer, size = 512): [string, string, string][] {
  const found: { path: string; kind: string; pieces: Buffer[] }[] = [];
  const reader = new StrictTarReader(({ path, kind }) => {
    const pieces: Buffer[] = [];
    found.push({ path, kind, pieces });
    return (piece) => pieces.push(Buffer.from(piece));
  });
  for (let i = 0; i < archive.length; i += size) reader.push(archive.subarray(i, i + size));
  reader.end();
  return found.map(({ path, kind, pieces }) => [path, kind, Buffer.concat(pieces).toString()]);
}

/** A header with its checksum, and content, padded. */
function block(fields: { name?: string; type?: string; size?: number; link?: string; prefix?: string }, text = ''): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(fields.name ?? 'x', 0);
  header.write((fields.size ?? content.length).toString(8).padStart(11, '0'), 124);
  header.write(fields.type ?? '0', 156);
  header.write(fields.link ?? '', 157);
  header.write('ustar\x0000', 257);
  header.write(fields.prefix ?? '', 345);
  header.fill(' ', 148, 156);
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc(-content.length & 511)]);
}

function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = Buffer.byteLength(rest);
  const guess = length + String(length).length;
  return `${length + String(guess).length}${rest}`;
}

const end = Buffer.alloc(1024);
const archive = (...blocks: Buffer[]): Buffer => Buffer.concat([...blocks, end]);

it('reads what a tar writer writes, in pieces of any size', async () => {
  const path = fc.stringMatching(/^[a-zä€]{1,80}(\/[a-z.]{1,80}){0,3}$/);
  const property = fc.asyncProperty(fc.array(fc.tuple(path, fc.string({ maxLength: 1500 })), { maxLength: 5 }), fc.integer({ min: 1, max: 2000 }), async (files, size) => {
    const written = await tar(files.map(([name, content]): TarEntry => [name, content]));
    expect(entriesOf(written, size)).toEqual(files.map(([name, content]) => [name, 'file', Buffer.from(content).toString()]));
  });
  await fc.assert(property, { numRuns: 150 });
});

it('reads folders, links, long names of GNU tar, and archives without an end mark', () => {
  const long = `${'l'.repeat(200)}/x`;
  const parts = [block({ name: 'd/', type: '5' }), block({ name: 's', type: '2', link: 'x' }), block({ type: 'L' }, `${long}\0`), block({ prefix: 'ignored' }, 'hi')];
  const expected = [['d/', 'directory', ''], ['s', 'symlink', ''], [long, 'file', 'hi']];
  expect(entriesOf(archive(...parts))).toEqual(expected);
  expect(entriesOf(Buffer.concat(parts))).toEqual(expected);
  expect(entriesOf(archive(block({ prefix: 'a', name: 'b' })))).toEqual([['a/b', 'file', '']]);
});

it('reads what git archive and npm write in extended headers', () => {
  const global = block({ type: 'g', name: 'pax_global_header' }, record('comment', 'a'.repeat(40)));
  const extended = block({ type: 'x' }, record('mtime', '1.5') + record('size', '2') + record('path', 'ä/b'));
  expect(entriesOf(archive(global, extended, block({}, 'hi')))).toEqual([['ä/b', 'file', 'hi']]);
});

describe('refuses what tar readers take in different ways', () => {
  const inner = block({ name: 'package/package.json' }, '{}').toString();
  it.each<[string, Buffer, string]>([
    ['a file with a link target, whose content npm reads as entries', archive(block({ link: 'y' }, inner)), 'has a link target'],
    ['the same by an extended header', archive(block({ type: 'x' }, record('linkpath', 'y')), block({}, inner)), 'has a link target'],
    ['a link without a target', archive(block({ type: '2' })), 'has no link target'],
    ['a link with content', archive(block({ type: '1', link: 'y' }, inner)), 'is no file, but has content'],
    ['a folder with content', archive(block({ type: '5' }, inner)), 'is no file, but has content'],
    ['an entry behind the end', Buffer.concat([end, block({})]), 'more behind its end'],
    ['an entry behind one block of zeros', Buffer.concat([block({}), Buffer.alloc(512), block({}), end]), 'more behind its end'],
    ['two paths', archive(block({ type: 'L' }, 'a\0'), block({ type: 'x' }, record('path', 'b')), block({})), 'given twice'],
    ['a path for all', archive(block({ type: 'g' }, record('path', 'b')), block({})), 'of all entries at once'],
    ['a size for all', archive(block({ type: 'g' }, record('size', '5')), block({})), 'of all entries at once'],
    ['two sizes', archive(block({ type: 'x' }, record('size', '512')), block({}, 'hi')), 'two sizes'],
    ['a size written strangely', archive(block({ type: 'x' }, record('size', '0x2')), block({}, 'hi')), 'two sizes'],
    ['a record within a record', archive(block({ type: 'x' }, record('comment', `a\n${record('path', 'b')}`)), block({})), 'ambiguous'],
    ['a NUL in a path', archive(block({ type: 'x' }, record('path', 'a\0b')), block({})), 'ambiguous'],
    ['a NUL in a long name', archive(block({ type: 'L' }, 'a\0b\0'), block({})), 'NUL'],
    ['an overlong extended header', archive(block({ type: 'x' }, record('comment', 'x'.repeat(70_000))), block({})), 'too long'],
    ['an extended header of nothing', archive(block({ type: 'x' }, record('path', 'b'))), 'describes nothing'],
    ['a sparse file', archive(block({ type: 'x' }, record('GNU.sparse.major', '1')), block({})), 'sparse'],
    ['a device', archive(block({ type: '3' })), 'neither file, folder nor link'],
    ['an entry without a path', archive(block({ name: '' })), 'no path'],
    ['a wrong checksum', archive(Buffer.concat([Buffer.from('y'), block({}).subarray(1)])), 'checksum'],
    ['a truncated file', block({ size: 600 }, 'hi'), 'too early'],
    ['a missing padding', block({}, 'hi').subarray(0, 600), 'too early'],
    ['half a header', block({}).subarray(0, 300), 'too early'],
  ])('%s', (_, bytes, message) => {
    expect(() => entriesOf(bytes)).toThrow(InvalidPackage);
    expect(() => entriesOf(bytes, 7)).toThrow(message);
  });

  it.each(['5 a=b', '6 a=b\n7', '06 a=b\n', '6  a=b\n', '4 a=\n', '5 =b\n', '6 ab\n', '99 a=b\n', '6 a=b\n6 a=c\n', 'x'])('the records %j', (records) => {
    expect(() => parsePax(Buffer.from(records))).toThrow(InvalidPackage);
  });

  it('but not the record that is right', () => {
    expect([...parsePax(Buffer.from('6 a=b\n5 c=\n'))]).toEqual([['a', 'b'], ['c', '']]);
  });
});
