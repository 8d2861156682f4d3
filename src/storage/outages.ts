import type { Readable } from 'node:stream';
import { EntrepotError, StorageFull, Unavailable } from '../errors.ts';
import { ObjectMissing, type ObjectStore, type ObjectWriter, SinkClosed, StoreSilent } from './object-store.ts';

/** No space, quota used up, file larger than allowed. */
const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** What a failure of the store is to whoever asked for something that needs it: an outage, unless it is daily life, or a mistake of ours. */
function asOutage(error: unknown): unknown {
  if (error instanceof EntrepotError || error instanceof ObjectMissing || error instanceof SinkClosed) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (full.has(code ?? '')) return new StorageFull('The storage has no room left; nothing can be published until its operator makes some.', { cause: error });
  const isMistake = code === undefined && !(error instanceof StoreSilent);
  if (isMistake) return error;
  return new Unavailable('The storage cannot be reached at the moment; try again in a while.', { cause: error });
}

async function orOutage<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw asOutage(error);
  }
}

/** A store that tells its failures as Unavailable and StorageFull, with what happened as their cause. */
export function tellOutages(store: ObjectStore): ObjectStore {
  return {
    ...store,
    create: async (key) => writerOf(await orOutage(store.create(key))),
    ...(store.append && { append: async (key, sizeBytes) => writerOf(await orOutage(store.append?.(key, sizeBytes) as Promise<ObjectWriter>)) }),
    read: async (key, range) => streamOf(await orOutage(store.read(key, range))),
    copyTo: (key, sink, range) => orOutage(store.copyTo(key, sink, range)),
    sizeBytes: (key) => orOutage(store.sizeBytes(key)),
    delete: (key) => orOutage(store.delete(key)),
    ...(store.signedUrl && { signedUrl: (key, options) => orOutage(store.signedUrl?.(key, options) as Promise<string>) }),
  };
}

function writerOf(writer: ObjectWriter): ObjectWriter {
  return { write: (chunk) => orOutage(writer.write(chunk)), commit: (written) => orOutage(writer.commit(written)), abort: () => writer.abort() };
}

/** The same stream, so that nothing is copied; only the error with which it ends is another. */
function streamOf(stream: Readable): Readable {
  const destroy = stream._destroy.bind(stream);
  stream._destroy = (error, callback) => destroy(error, (told) => callback(told ? (asOutage(told) as Error) : told));
  return stream;
}
