import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { StorageFull, Unavailable } from '../../../src/errors.ts';
import { GcsRefusal } from '../../../src/storage/gcs-request.ts';
import { ObjectMissing, type ObjectStore, SinkClosed, StoreSilent } from '../../../src/storage/object-store.ts';
import { tellOutages } from '../../../src/storage/outages.ts';

const withCode = (code: string) => Object.assign(new Error(`it says ${code}`), { code });

/** A store all of whose methods fail so. */
function failing(error: Error): ObjectStore {
  const fail = () => Promise.reject(error);
  return tellOutages({ kind: 'files', create: fail, read: fail, copyTo: fail, sizeBytes: fail, list: () => (async function* () {})(), delete: fail, ping: fail });
}

const caught = (work: Promise<unknown>) => work.then(() => undefined, (error: unknown) => error as Error);

it.for([
  ['no space', withCode('ENOSPC'), StorageFull],
  ['no quota', withCode('EDQUOT'), StorageFull],
  ['a disk that fails', withCode('EIO'), Unavailable],
  ['a disk that is read-only', withCode('EROFS'), Unavailable],
  ['a bucket that refuses', new GcsRefusal(403, 'PUT', 'billing'), Unavailable],
  ['a connection that breaks', withCode('ECONNRESET'), Unavailable],
  ['silence', new StoreSilent('nothing came'), Unavailable],
] as const)('%s is an outage, with what happened as its cause', async ([, error, kind]) => {
  const store = failing(error);
  for (const work of [store.create('a'), store.read('a'), store.copyTo('a', new PassThrough()), store.sizeBytes('a'), store.delete('a')]) {
    const told = await caught(work);
    expect(told).toBeInstanceOf(kind);
    expect(told?.cause).toBe(error);
    expect(told?.message).not.toContain(error.message);
  }
});

it.for([new ObjectMissing('a'), new SinkClosed(), new TypeError('a mistake'), new Error('the writer is broken')])('%s is none', async (error) => {
  expect(await caught(failing(error).read('a'))).toBe(error);
});

it('nor does a stream that breaks in the middle end otherwise', async () => {
  const error = withCode('EIO');
  const stream = new Readable({ read: () => undefined });
  const store = tellOutages({ ...failing(error), read: async () => stream } as ObjectStore);
  const read = (async () => {
    for await (const _ of await store.read('a')) stream.destroy(error);
  })();
  stream.push('some');
  expect(await caught(read)).toMatchObject({ code: 'UNAVAILABLE', cause: error });
});
