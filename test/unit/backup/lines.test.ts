import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLines } from '../../../src/backup/lines.ts';
import { BadExport } from '../../../src/backup/row-codec.ts';

async function linesOf(chunks: Uint8Array[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of splitLines(async function* () { yield* chunks; }())) lines.push(line.toString());
  return lines;
}

describe('lines', () => {
  it('are the same wherever the bytes are cut', async () => {
    const line = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ''));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), async (lines, size) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
        expect(await linesOf(chunks)).toEqual(lines);
      }),
      { numRuns: 50 },
    );
  });

  it('have an end, each of them', async () => {
    await expect(linesOf([Buffer.from('a\nb')])).rejects.toThrow(new BadExport('it ends in the middle of a line'));
  });

  it('are not waited for without an end', async () => {
    const chunk = Buffer.alloc(64 * 1024 * 1024, 'x');
    await expect(linesOf(Array<Buffer>(5).fill(chunk))).rejects.toThrow('it has a line of more than');
  });
});
