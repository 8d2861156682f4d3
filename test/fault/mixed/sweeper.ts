/**
 * A process that sweeps without a pause, and purges what was deleted some moments ago, until it is killed: `node sweeper.ts RETENTION_MS`.
 * Prints a line when it begins.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { openCore } from '../../../src/app.ts';
import { sweep } from '../../../src/blobs/sweep.ts';
import { readConfig } from '../../../src/config.ts';

const retentionMs = Number(process.argv[2]);
const core = await openCore(readConfig(process.env));
process.stdout.write('ready\n');
for (;;) {
  try {
    await sweep(core, { graceMs: 0, retentionMs });
  } catch (error) {
    process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  }
  await sleep(200);
}
