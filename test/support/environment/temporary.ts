import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';

/** A fresh empty folder of this run. `remove` is for early tidying: what is left goes when the run ends. */
export interface TemporaryFolder {
  path: string;
  remove(): Promise<void>;
}

/** Makes a folder below the run's own. */
export async function freshFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(inject('workspace'), 'test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
