import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { digestNames } from '../../../src/storage/digests.ts';
import { batchBytes, createHashing } from '../../../src/storage/hashing.ts';
import { digestsOf, startDigests } from '../../../src/storage/incremental-digests.ts';

const hashing = createHashing(2);
afterAll(() => hashing.close());

/** Straight from node:crypto, one whole pass per algorithm. */
function reference(content: Uint8Array): Record<string, string> {
  return Object.fromEntries(digestNames.map((name) => [name, createHash(name).update(content).digest('hex')]));
}

const chunkings = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 12 });

describe('digests', () => {
  test('of nothing are the well-known ones', () => {
    expect(digestsOf(Buffer.alloc(0))).toMatchObject({
      md5: 'd41d8cd98f00b204e9800998ecf8427e',
      sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
    });
  });

  test('on the main thread equal those of node:crypto, however the content is cut', () => {
    fc.assert(
      fc.property(chunkings, (chunks) => {
        const running = startDigests();
        for (const chunk of chunks) running.update(chunk);
        expect(running.digests()).toEqual(reference(Buffer.concat(chunks)));
      }),
    );
  });

  test('on other threads equal those of node:crypto, several contents at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(chunkings, { minLength: 1, maxLength: 5 }), async (contents) => {
        const found = await Promise.all(
          contents.map(async (chunks) => {
            const job = hashing.begin();
            for (const chunk of chunks) await job.update(chunk);
            return job.digests();
          }),
        );
        expect(found).toEqual(contents.map((chunks) => reference(Buffer.concat(chunks))));
      }),
      { numRuns: 50 },
    );
  });

  test('read shared batches in place, in order, also when many are under way', async () => {
    const content = randomBytes(3 * batchBytes + 5);
    const job = hashing.begin();
    const updates: Promise<void>[] = [];
    for (let at = 0; at < content.length; at += batchBytes) {
      const batch = hashing.takeBatch();
      const length = content.copy(batch, 0, at);
      updates.push(job.update(batch.subarray(0, length)).then(() => hashing.giveBatch(batch)));
    }
    const digests = await job.digests();
    await Promise.all(updates);
    expect(digests).toEqual(reference(content));
  });

  test('forget a dropped job: updates under way reject, later ones too, others go on', async () => {
    const pool = createHashing(1);
    const other = pool.begin();
    await other.update(Buffer.from('abc'));
    const job = pool.begin();
    const update = expect(job.update(randomBytes(1000))).rejects.toThrow('ended');
    job.drop();
    await update;
    await expect(job.digests()).rejects.toThrow('ended');
    await other.update(Buffer.from('def'));
    expect(await other.digests()).toEqual(reference(Buffer.from('abcdef')));
    await pool.close();
  });
});

describe('the pool', () => {
  test('rejects what is under way when it closes, and starts nothing after', async () => {
    const pool = createHashing(1);
    const job = pool.begin();
    await job.update(Buffer.from('a'));
    const update = expect(job.update(Buffer.alloc(50_000_000))).rejects.toThrow();
    await pool.close();
    await update;
    await expect(job.digests()).rejects.toThrow();
    expect(() => pool.begin()).toThrow('closed');
  });

  test('closes without ever having started', async () => {
    await createHashing().close();
  });
});
