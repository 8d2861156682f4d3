import type { Core } from '../../src/core.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { instanceId } from '../../src/db/tables/namespace.ts';
import { type LoggedEvent, type LogState, readLogState } from '../../src/events/logged-event.ts';
import { hasUnnumbered, numberEvents } from '../../src/events/number.ts';
import { newId } from '../../src/ids.ts';

/** Numbers everything that was committed so far; returns how far the log is. */
export async function numbered(core: Core): Promise<LogState> {
  while (await hasUnnumbered(core)) await numberEvents(core);
  return readLogState(core.database.reads);
}

/** Writes events of no importance, which happened at that instant, and numbers them; returns the number of the last. */
export async function fillLog(core: Core, count: number, occurredAt: number, more: Partial<LoggedEvent> = {}): Promise<number> {
  const rows = Array.from({ length: count }, () => ({
    id: newId('event'),
    seq: null,
    type: 'NAMESPACE_UPDATED',
    namespaceId: instanceId,
    packageId: null,
    versionId: null,
    actorId: null,
    tokenId: null,
    payload: { path: '', previousPath: '', visibility: 'PUBLIC' },
    address: null,
    occurredAt,
    ...more,
  }));
  for (let from = 0; from < count; from += 500) await core.database.tx((tx) => tx.insert(EventTable, rows.slice(from, from + 500) as never));
  return (await numbered(core)).lastSeq;
}
