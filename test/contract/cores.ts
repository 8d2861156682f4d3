import { closeCore, openCore } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Core } from '../../src/core.ts';
import type { TestClock } from '../support/clock.ts';
import { openWithFiles } from '../support/environment/backends.ts';
import type { FreshDatabase } from '../support/environment/databases.ts';

/** So many processes' worth of services on one fresh database, without servers and their workers. */
export async function openCores(open: () => Promise<FreshDatabase>, count: number, clock: TestClock): Promise<{ cores: Core[]; close: () => Promise<void> }> {
  const backend = await openWithFiles(open);
  const config = readConfig({ ...backend.env, LOG_LEVEL: 'silent' });
  const cores: Core[] = [];
  for (let index = 0; index < count; index++) cores.push(await openCore(config, { clock }));
  return {
    cores,
    close: async () => {
      for (const core of cores) await closeCore(core);
      await backend.close();
    },
  };
}
