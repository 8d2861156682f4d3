import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidPackage } from '../../../src/errors.ts';
import { defaultZipLimits, readZip, type ZipLimits } from '../../../shims/kit/zip.ts';
import { uploadedBytes } from '../../support/uploaded.ts';
import { zip, type ZipFile } from '../../support/zip.ts';

/** Path and content of each entry. */
async function entriesOf(archive: Buffer, limits: Partial<ZipLimits> = {}, pieceBytes = 1000): Promise<[string, string][]> {
  const { entries, read } = await readZip(uploadedBytes(archive, 'a.zip', pieceBytes), { ...defaultZipLimits, ...limits });
  const found: [string, string][] = [];
  for (const entry of entries) found.push([entry.path, (await read(entry, 10_000_000)).toString()]);
  return found;
}

it('reads what is written, in pieces of any size, in every form', async () => {
  const path = fc.stringMatching(/^[a-zä€]{1,20}(\/[a-z.]{3,10}){0,3}$/);
  const form = fc.record({ content: fc.string({ maxLength: 500 }), stored: fc.boolean(), descriptor: fc.constantFrom(undefined, 'plain' as const, 'signed' as const, 'wide' as const), zip64: fc.boolean() });
  const files = fc.uniqueArray(fc.tuple(path, form), { selector: ([name]) => name.split('/')[0], maxLength: 6 });
  const property = fc.asyncProperty(files, fc.integer({ min: 1, max: 700 }), fc.string({ maxLength: 50, unit: fc.constantFrom('P', 'K', 'x') }), fc.boolean(), async (written, size, comment, zip64) => {
    const archive = zip(written.map(([name, { descriptor, ...file }]): ZipFile => ({ path: name, ...file, ...(descriptor && !file.stored ? { descriptor } : {}) })), { comment, zip64 });
    expect(await entriesOf(archive, {}, size)).toEqual(written.map(([name, { content }]) => [name, Buffer.from(content).toString()]));
  });
  await fc.assert(property, { numRuns: 200 });
});

it('reads folders, an archive of nothing, and names in no known encoding', async () => {
  expect(await entriesOf(zip([{ path: 'd/', stored: true }, { path: 'd/x', content: 'x' }]))).toEqual([['d/', ''], ['d/x', 'x']]);
  expect(await entriesOf(zip([]))).toEqual([]);
  expect(await entriesOf(zip([{ path: Buffer.from([0xe4, 0x61]), central: { flags: 0 }, local: { flags: 0 } }]))).toEqual([['äa', '']]);
});

it('reads what is larger than its end, with the longest comment', async () => {
  const content = 'z'.repeat(300_000);
  const archive = zip([{ path: 'a', content, stored: true }, { path: 'b', content }], { zip64: true, comment: 'x'.repeat(65_535) });
  expect(await entriesOf(archive)).toEqual([['a', content], ['b', content]]);
});

const a: ZipFile = { path: 'a', content: 'content of a' };
const b: ZipFile = { path: 'b', content: 'content of b' };

describe('refuses what readers take in different ways', () => {
  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'no directory'],
    ['what is no archive', Buffer.from('hello world'.repeat(100)), 'no directory'],
    ['a truncated archive', zip([a, b]).subarray(0, -5), 'no directory'],
    ['an archive without its beginning', zip([a, b]).subarray(5), 'not before its end'],
    ['bytes behind the end', zip([a], { behind: Buffer.from('x') }), 'does not end'],
    ['an end within the comment', zip([a], { comment: 'PK\x05\x06 and then something more' }), 'does not end'],
    ['bytes before the beginning', Buffer.concat([Buffer.from('#!/bin/sh\n'), zip([a])]), 'not before its end'],
    ['bytes before the first entry', zip([{ ...a, before: Buffer.from('x') }]), 'gap'],
    ['bytes between entries', zip([a, { ...b, before: Buffer.from('x') }]), 'gap'],
    ['an entry that the directory does not have', zip([a, { ...b, before: zip([{ path: 'c' }]).subarray(0, 40) }]), 'gap'],
    ['bytes before the directory', zip([a], { directoryOffset: 20 }), 'not before its end'],
    ['bytes behind the directory', zip([a], { beforeEnd: Buffer.from('x') }), 'not before its end'],
    ['two entries of one name', zip([a, { ...a, content: 'other' }]), 'two entries called "a"'],
    ['a file and a folder of one name', zip([a, { path: 'a/', stored: true }]), 'two entries called "a"'],
    ['a file within a file', zip([a, { path: 'a/b/c' }]), 'a file within a file'],
    ['a file within a file, with neighbours', zip([{ path: 'a-b' }, { path: 'a/b' }, { path: 'a/' }, { path: 'a/b/c' }, { path: 'a/b-c' }]), 'a file within a file: "a/b/c"'],
    ['two names of an entry', zip([{ ...a, local: { path: 'c' } }]), 'two names'],
    ['names of different lengths', zip([{ ...a, local: { path: 'cc' } }]), 'two names'],
    ['a second name in Unicode', zip([{ ...a, extra: Buffer.from([0x75, 0x70, 6, 0, 1, 0, 0, 0, 0, 0x63]) }]), 'two names'],
    ['two sizes', zip([{ ...a, local: { size: 3 } }]), 'headers of "a" differ'],
    ['two packed sizes', zip([{ ...a, local: { packed: 3 } }]), 'headers of "a" differ'],
    ['two checksums', zip([{ ...a, local: { crc: 3 } }]), 'headers of "a" differ'],
    ['two methods', zip([{ ...a, local: { method: 0 } }]), 'headers of "a" differ'],
    ['a descriptor that only one header has', zip([{ ...a, local: { flags: 0x808 } }]), 'headers of "a" differ'],
    ['a descriptor that says something else', zip([{ ...a, descriptor: 'signed', central: { size: 5 } }]), 'behind "a" differs'],
    ['a descriptor behind stored content', zip([{ ...a, stored: true, descriptor: 'signed' }]), 'without its size'],
    ['entries that overlap', zip([a, { ...b, central: { offset: 0 } }]), 'overlaps another entry'],
    ['an entry twice as long as it is', zip([{ ...a, central: { packed: 30 }, local: { packed: 30 } }, b]), 'gap'],
    ['an entry that goes beyond the directory', zip([a, { ...b, central: { packed: 500 }, local: { packed: 500 } }]), 'too early'],
    ['another number of entries', zip([a], { entries: 2 }), 'another number of entries'],
    ['fewer entries than there are', zip([a, b], { entries: 1 }), 'another number of entries'],
    ['an encrypted entry', zip([{ ...a, central: { flags: 1 } }]), 'encrypted'],
    ['another method', zip([{ ...a, central: { method: 14 } }]), 'packed in a way'],
    ['a folder with content', zip([{ path: 'd/', content: 'x' }]), 'is a folder, but has content'],
    ['a stored entry of two sizes', zip([{ ...a, stored: true, central: { size: 3 }, local: { size: 3 } }]), 'two sizes'],
    ['a size that is nowhere', zip([{ ...a, central: { size: 0xffffffff } }]), 'has no size'],
    ['extra fields that go too far', zip([{ ...a, extra: Buffer.from([9, 9, 9, 0, 1]) }]), 'extra fields'],
    ['an extra field twice', zip([{ ...a, extra: Buffer.from([9, 9, 0, 0, 9, 9, 0, 0]) }]), 'extra fields'],
    ['a name that is not UTF-8', zip([{ path: Buffer.from([0xff]) }]), 'not UTF-8'],
    ['a path that climbs', zip([{ path: '../a' }]), 'leaves the folder'],
    ['a path that climbs within', zip([{ path: 'a/../../b' }]), 'leaves the folder'],
    ['an absolute path', zip([{ path: '/etc/passwd' }]), 'leaves the folder'],
    ['a drive', zip([{ path: 'c:/x' }]), 'leaves the folder'],
    ['a backslash', zip([{ path: 'a\\b' }]), 'backslash'],
    ['a line end in a path', zip([{ path: 'a\nb' }]), 'control character'],
    ['an entry without a path', zip([{ path: '' }]), 'is empty'],
    ['content that cannot be unpacked', zip([{ ...a, stored: true, central: { method: 8 }, local: { method: 8 } }]), 'cannot be unpacked'],
    ['content of another size', zip([{ ...a, central: { size: 5 }, local: { size: 5 } }]), 'cannot be unpacked'],
    ['content of another checksum', zip([{ ...a, central: { crc: 5 }, local: { crc: 5 } }]), 'not what its directory says'],
  ])('%s', async (_, archive, message) => {
    await expect(entriesOf(archive)).rejects.toThrow(InvalidPackage);
    await expect(entriesOf(archive, {}, 7)).rejects.toThrow(message);
  });
});

describe('limits', () => {
  it.each<[string, Partial<ZipLimits>, Partial<ZipLimits>, string]>([
    ['entries', { maxEntries: 2 }, { maxEntries: 1 }, 'more than 1 entries'],
    ['the directory', { maxDirectoryBytes: 94 }, { maxDirectoryBytes: 93 }, 'directory of the archive'],
    ['paths', { maxPathLength: 1 }, { maxPathLength: 0 }, 'more than 0 characters'],
    ['what it unpacks to', { maxUnpackedBytes: 24 }, { maxUnpackedBytes: 23 }, 'unpacks to more than 23'],
    ['the ratio', { freeUnpackedBytes: 24, maxRatio: 0 }, { freeUnpackedBytes: 0, maxRatio: 0.01 }, 'unpacks to more than'],
  ])('%s', async (_, enough, tooFew, message) => {
    expect(await entriesOf(zip([a, b]), enough)).toHaveLength(2);
    await expect(entriesOf(zip([a, b]), tooFew)).rejects.toThrow(message);
  });

  it('what is read of an entry', async () => {
    const { entries: [entry], read } = await readZip(uploadedBytes(zip([a])));
    if (entry === undefined) throw new Error('no entry');
    expect(await read(entry, 12)).toHaveLength(12);
    await expect(read(entry, 11)).rejects.toThrow('more than 11 bytes');
  });

  it('a bomb that lies about its size', async () => {
    const bomb = zip([{ path: 'a', content: Buffer.alloc(50_000_000), central: { size: 10 }, local: { size: 10 } }]);
    await expect(entriesOf(bomb)).rejects.toThrow('cannot be unpacked');
  });
});

it('answers damaged archives with a result or an error of the catalogue', async () => {
  const archive = zip([a, { ...b, descriptor: 'signed' }, { path: 'c/d', content: 'x'.repeat(300), zip64: true }], { zip64: true, comment: 'hi' });
  const damage = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(damage, fc.option(fc.nat(archive.length)), async (changes, cut) => {
    const bytes = Buffer.from(archive);
    for (const [at, value] of changes) bytes[at] = value;
    await entriesOf(cut === null ? bytes : bytes.subarray(0, cut)).catch((error: unknown) => expect(error).toBeInstanceOf(InvalidPackage));
  });
  await fc.assert(property, { numRuns: 1000 });
});
