import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openObjectStore } from '../../../src/storage/open.ts';

describe('openObjectStore', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'open store-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each<[string, (folder: string) => string]>([
    ['a file URL', (path) => pathToFileURL(path).href],
    ['a file URL with one slash', (path) => `file:${path}`],
    ['an absolute path', (path) => path],
    ['a relative path', (path) => relative(process.cwd(), path)],
  ])('opens files by %s', async (name, urlOf) => {
    const store = await openObjectStore(urlOf(folder));
    expect(store.kind).toBe('files');
    const key = name.replaceAll(' ', '-').toLowerCase();
    const writer = await store.create(key);
    await writer.write(Buffer.from(name));
    await writer.commit();
    expect(await readFile(join(folder, key), 'utf8')).toBe(name);
  });

  test.each(['gs://bucket', 'gs://bucket/', 'gs://my.bucket_1/prefix/deep/'])('opens a bucket by %s', async (url) => {
    expect((await openObjectStore(url)).kind).toBe('gcs');
  });

  test.each(['', 's3://bucket', 's3:bucket', 'http://host/x', 'gs://', 'gs://B@D', 'gs://bucket/pre fix', 'gs://bucket?x=1'])(
    'refuses %j',
    async (url) => {
      await expect(openObjectStore(url)).rejects.toThrow(/STORAGE_URL/);
    },
  );
});
