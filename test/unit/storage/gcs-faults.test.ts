import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openGcsStore } from '../../../src/storage/gcs.ts';
import type { ObjectStore } from '../../../src/storage/object-store.ts';
import { startGcsStub } from './gcs-stub.ts';
import type { Fault, GcsStub } from './gcs-stub.ts';

let stub: GcsStub;
let store: ObjectStore;
beforeAll(async () => {
  stub = await startGcsStub();
  store = openGcsStore({ bucket: 'bucket', prefix: '' }, { apiEndpoint: stub.endpoint });
});
afterAll(() => stub.close());
beforeEach(() => stub.reset());

const key = 'objects/ab/01k';
const small = randomBytes(1000);
// A session, two parts of 8 MiB and a last one.
const large = randomBytes(20 * 2 ** 20);

async function put(content: Buffer): Promise<void> {
  const writer = await store.create(key);
  await writer.write(content);
  await writer.commit({ md5: createHash('md5').update(content).digest('hex') });
}

const isStored = (content: Buffer) => stub.objects.get(key)?.equals(content);

const simple = { what: 'a simple upload', content: small, at: 0 };
const start = { what: 'the start of a session', content: large, at: 0 };
const first = { what: 'the first part', content: large, at: 1 };
const middle = { what: 'the second part', content: large, at: 2 };
const last = { what: 'the last part', content: large, at: 3 };

describe('an upload to gcs', () => {
  test('is one request where it is small, and else parts of 8 MiB', async () => {
    await put(small);
    expect(stub.uploads).toEqual(['POST']);
    stub.reset();
    await put(large);
    expect(stub.uploads).toEqual([
      'POST',
      'PUT bytes 0-8388607/*',
      'PUT bytes 8388608-16777215/*',
      'PUT bytes 16777216-20971519/20971520',
    ]);
    expect(isStored(large)).toBe(true);
  });

  test.each<{ what: string; content: Buffer; at: number; fault: Fault }>([
    { ...simple, fault: 'unavailable' },
    { ...simple, fault: 'lost reply' },
    { ...simple, fault: 'cut' },
    { ...start, fault: 'unavailable' },
    { ...start, fault: 'lost reply' },
    { ...first, fault: 'unavailable' },
    { ...first, fault: 'lost reply' },
    { ...first, fault: 'cut' },
    { ...middle, fault: 'lost reply' },
    { ...middle, fault: 'taken in half' },
    { ...last, fault: 'unavailable' },
    { ...last, fault: 'lost reply' },
    { ...last, fault: 'cut' },
    { ...last, fault: 'taken in half' },
  ])('survives that $what is $fault', { timeout: 20_000 }, async ({ content, at, fault }) => {
    stub.faults.set(at, fault);
    await put(content);
    expect(stub.uploads.length).toBeGreaterThan(at + 1);
    expect(isStored(content)).toBe(true);
  });

  test.each([simple, start])('takes no other object under its key for its own: $what', async ({ content }) => {
    const other = randomBytes(content.length);
    stub.objects.set(key, other);
    await expect(put(content)).rejects.toMatchObject({ code: 412 });
    expect(isStored(other)).toBe(true);
  });

  test.each([simple, last])('removes an object of which the bucket received other bytes: $what', async ({ content, at }) => {
    stub.faults.set(at, 'damaged');
    await expect(put(content)).rejects.toThrow('damaged');
    expect(stub.objects.size).toBe(0);
  });

  test('gives up on a refusal at once', async () => {
    stub.objects.set(key, small);
    await expect(put(large)).rejects.toMatchObject({ code: 412 });
    expect(stub.uploads.length).toBe(1);
  });

  test('forgets its session when it is aborted, also between two tries', async () => {
    const writer = await store.create(key);
    await writer.write(large.subarray(0, 9 * 2 ** 20));
    expect(stub.sessions.size).toBe(1);
    for (let at = 2; at < 20; at += 1) stub.faults.set(at, 'unavailable');
    const writing = expect(writer.write(large)).rejects.toThrow();
    await delay(50);
    stub.faults.clear();
    await writer.abort();
    await writing;
    await vi.waitFor(() => expect(stub.sessions.size).toBe(0));
    expect(stub.objects.size).toBe(0);
  });
});
