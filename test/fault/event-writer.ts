/**
 * A process that writes events as services do, from eight transactions at once that stay open for random times, until it is killed. Prints a
 * line of ids for each transaction that was committed. `node event-writer.ts COUNT`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { closeCore, openCore } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { instanceId } from '../../src/db/tables/namespace.ts';
import { record } from '../../src/events/record.ts';

const writers = 8;
let left = Number(process.argv[2]);
const core = await openCore(readConfig(process.env));
// SQLite has one writer at a time: a transaction that stays open keeps all others waiting.
const longestMs = core.database.dialect === 'sqlite' ? 1 : 25;
process.stdout.write('ready\n');
await Promise.all(Array.from({ length: writers }, write));
await closeCore(core);

async function write(): Promise<void> {
  while (left > 0) {
    const events = 1 + Math.floor(Math.random() * 3);
    left -= events;
    const labels = await core.database.tx(async (tx) => {
      const written: string[] = [];
      for (let count = 0; count < events; count++) {
        const label = `${process.pid}-${Math.random()}`;
        await record(tx, { type: 'NAMESPACE_UPDATED', namespaceId: instanceId, actor: undefined, occurredAt: core.clock.now(), payload: { path: label, previousPath: label, visibility: 'PUBLIC' } });
        written.push(label);
        await sleep(Math.random() * longestMs);
      }
      return written;
    });
    process.stdout.write(`${labels.join(' ')}\n`);
  }
}
