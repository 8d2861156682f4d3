import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { expect, it } from 'vitest';
import { InvalidInput } from '../../../src/errors.ts';
import { readBody, readPast } from '../../../src/http/read-body.ts';

const body = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

it('reads a body whole, up to its limit', async () => {
  expect((await readBody(body('abc', 'de'), 5)).toString()).toBe('abcde');
  await expect(readBody(body('abc', 'def'), 5)).rejects.toThrow(InvalidInput);
});

it('reads past a body, up to its limit', async () => {
  const source = body('abc', 'de');
  expect(await readPast(source, 5)).toBeUndefined();
  expect(source.readableEnded).toBe(true);
  await expect(readPast(body('abc', 'def'), 5)).rejects.toThrow(InvalidInput);
});

it.for([readBody, readPast])('says that it is no gzip: %o', async (read) => {
  await expect(read(body('no gzip').pipe(createGunzip()), 100)).rejects.toThrow('not gzip');
});
