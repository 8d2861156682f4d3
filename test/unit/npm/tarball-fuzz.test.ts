import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { EntrepotError } from '../../../src/errors.ts';
import { npmTarball } from '../../support/npm-tarball.ts';
import { inspect } from './inspect-bytes.ts';

let packed: Buffer;
let plain: Buffer;
beforeAll(async () => {
  const longPath = `${'long/'.repeat(40)}x.js`;
  packed = await npmTarball({ name: '@acme/lib', version: '1.0.0', bin: 'x.js', dependencies: { a: '1' } }, { 'README.md': '# hi', [longPath]: 'x'.repeat(600) });
  plain = gunzipSync(packed);
});

/** Whether the bytes are taken; fails on any error that is not of the catalogue. */
async function isTaken(bytes: Buffer): Promise<boolean> {
  try {
    await inspect(bytes);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(EntrepotError);
    return false;
  }
}

function mutate(bytes: Buffer, changes: readonly { at: number; byte: number }[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const { at, byte } of changes) copy[at % copy.length] = byte;
  return copy;
}

const changes = fc.array(fc.record({ at: fc.nat(100_000), byte: fc.nat(255) }), { minLength: 1, maxLength: 5 });

it('answers damaged gzip with an error of the catalogue', async () => {
  expect(await isTaken(packed)).toBe(true);
  let refused = 0;
  await fc.assert(fc.asyncProperty(changes, async (mutations) => {
    if (!(await isTaken(mutate(packed, mutations)))) refused++;
  }), { numRuns: 200 });
  expect(refused).toBeGreaterThan(100);
}, 30_000);

it('answers damaged tar with a result or an error of the catalogue', async () => {
  let refused = 0;
  await fc.assert(fc.asyncProperty(changes, async (mutations) => {
    if (!(await isTaken(gzipSync(mutate(plain, mutations), { level: 1 })))) refused++;
  }), { numRuns: 400 });
  expect(refused).toBeGreaterThan(20);
}, 30_000);

/** Header fields with a right checksum, so that the damage gets past it: sizes, types, names. */
it('answers lying headers with a result or an error of the catalogue', async () => {
  const field = fc.oneof(
    fc.record({ at: fc.constant(124), bytes: fc.constantFrom('77777777777', '-0000000001', 'zzzzzzzzzzz', '00000000001', '\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff', '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe') }),
    fc.record({ at: fc.constant(156), bytes: fc.constantFrom('x', 'g', 'L', 'K', '1', '2', '5', '7', 'Z', '\0', '\xff') }),
    fc.record({ at: fc.constant(0), bytes: fc.constantFrom('../x\0', '/x\0', '\0', '\xff\xff\0', 'package.json\0', '__proto__/__proto__\0') }),
  );
  let refused = 0;
  await fc.assert(fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 3 }), fc.nat(3), async (fields, headerIndex) => {
    const copy = Buffer.from(plain);
    const header = copy.subarray(headerIndex * 1024, headerIndex * 1024 + 512);
    for (const { at, bytes } of fields) header.write(bytes, at, 'latin1');
    header.fill(' ', 148, 156);
    header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    if (!(await isTaken(gzipSync(copy, { level: 1 })))) refused++;
  }), { numRuns: 400 });
  expect(refused).toBeGreaterThan(50);
}, 30_000);

it('answers every truncation with an error of the catalogue', async () => {
  for (let end = 0; end < packed.length; end += 3) expect(await isTaken(packed.subarray(0, end)), `the first ${end} bytes`).toBe(false);
}, 30_000);

const nasty = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('__proto__', '\ud800', -0, 1e400, ['__proto__'], [[[]]], { toString: 1 }, { __proto__: null }));
const fields = [
  'description', 'keywords', 'homepage', 'bugs', 'repository', 'author', 'contributors', 'license', 'licenses', 'bin', 'scripts', 'engines', 'directories', 'os',
  'funding', 'dependencies', 'optionalDependencies', 'peerDependenciesMeta', 'bundleDependencies', 'bundledDependencies', 'gypfile', 'main', '__proto__', '0',
];

it('answers fields of any type with a result that can be stored, or an error of the catalogue', async () => {
  const property = fc.asyncProperty(fc.dictionary(fc.constantFrom(...fields), nasty, { maxKeys: 8 }), async (given) => {
    try {
      const { version } = await inspect(await npmTarball({ ...given, name: 'x', version: '1.0.0' }, { 'binding.gyp': '' }));
      expect(JSON.parse(JSON.stringify(version.metadata))).toEqual(version.metadata);
      for (const list of [version.licenses, version.keywords, version.authors]) expect(list?.every((item) => typeof item === 'string')).toBe(true);
      expect(version.dependencies?.every(({ name, requirement }) => typeof name === 'string' && typeof requirement === 'string')).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(EntrepotError);
    }
  });
  await fc.assert(property, { numRuns: 500 });
}, 30_000);
