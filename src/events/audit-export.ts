import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { listPages } from '../db/keyset.ts';
import { CursorExpired } from '../errors.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import type { AuditFilter } from './audit.ts';
import { type AuditRecord, auditListQuery } from './audit-list.ts';
import { writeEventCursor } from './cursor.ts';
import { readLogState } from './logged-event.ts';
import { isExpired } from './stream.ts';

/** Events that are read, and told, at once. */
const batch = 200;

/** What is to be exported. */
export interface AuditExport {
  /** Looks, before each batch, whether it still may: gives the node, and who asks (undefined: the operator), or throws, which ends the export. */
  look: () => Promise<{ node: NamespaceRow; actor: Actor | undefined }>;
  filter: AuditFilter;
  /** Behind which position to begin; undefined: with the oldest event that is kept. */
  afterSeq: number | undefined;
}

interface ExportRecord extends AuditRecord {
  actorName: string | null;
  tokenName: string | null;
}

const names =
  'COALESCE((SELECT u.username FROM user u WHERE u.id = e.actor_id), (SELECT t.name FROM access_token t WHERE t.id = e.actor_id)) AS actorName, ' +
  '(SELECT t.name FROM access_token t WHERE t.id = e.token_id) AS tokenName';

/**
 * The audit events of a node and all below, the oldest first, up to the end that the log has now: each a line of JSON with its `cursor`, many
 * lines at a time. Reads on when what it gave has been taken. Throws CursorExpired, be it in the middle, where events that come next are no
 * longer kept, and what `look` throws.
 */
export async function* exportAudit(core: Core, { look, filter, afterSeq }: AuditExport): AsyncGenerator<string, void, undefined> {
  const { reads } = core.database;
  const log = await readLogState(reads);
  let seq = afterSeq ?? log.purgedSeq;
  if (isExpired(seq, log)) throw new CursorExpired(Math.min(log.purgedSeq, log.lastSeq));
  for (let isMore = true; isMore; ) {
    const query = await auditListQuery(core, { ...(await look()), filter, direction: 'ASC' });
    const page = { limit: batch, backward: false, after: [seq], before: [log.lastSeq + 1] };
    const [found] = (await listPages<ExportRecord>(reads, { ...query, select: `${query.select}, ${names}` }, page)).values();
    const { purgedSeq } = await readLogState(reads);
    if (purgedSeq > seq && (afterSeq !== undefined || seq > log.purgedSeq)) throw new CursorExpired(purgedSeq);
    const rows = found?.rows ?? [];
    yield rows.map(lineOf).join('');
    seq = rows.at(-1)?.seq ?? seq;
    isMore = found?.hasMore ?? false;
  }
}

function lineOf({ payload, seq, occurredAt, ...row }: ExportRecord): string {
  const { id, type, path, namespaceId, packageId, versionId, actorId, actorName, tokenId, tokenName, address } = row;
  const told = { cursor: writeEventCursor(seq), id, type, occurredAt: new Date(occurredAt).toISOString(), path, namespaceId, packageId, versionId, actorId, actorName, tokenId, tokenName, address };
  // The details as the log has them.
  return `${JSON.stringify(told).slice(0, -1)},"details":${payload}}\n`;
}
