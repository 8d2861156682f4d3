import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Core } from './core.ts';
import { exportAudit } from './events/audit-export.ts';
import { readEventCursor } from './events/cursor.ts';
import { readInstant } from './instant.ts';
import { findNamespaceByPath } from './namespaces/repository.ts';
import { UsageError } from './token-command.ts';

/** What `entrepot audit export` was told. */
export interface AuditOptions {
  /** Path of a namespace; empty for the instance. */
  namespace?: string;
  from?: string;
  to?: string;
  after?: string;
}

/**
 * Writes what happened in a namespace and below as lines of JSON, the oldest first, for whoever may reach the database: all of it, whether or
 * not audit events are on. Ends early where nobody reads any more. Throws UsageError, InvalidInput, CursorExpired.
 */
export async function auditExport(core: Core, options: AuditOptions, output: Writable): Promise<void> {
  const { namespace: path, after } = options;
  if (path === undefined) throw new UsageError('audit export needs --namespace');
  const look = async () => {
    const node = await findNamespaceByPath(core.database.reads, path);
    if (!node) throw new UsageError(`there is no namespace "${path}"`);
    return { node, actor: undefined };
  };
  const filter = { from: instantOf('--from', options.from), to: instantOf('--to', options.to) };
  let isOver = false;
  output.once('error', () => (isOver = true));
  for await (const part of exportAudit(core, { look, filter, afterSeq: after === undefined ? undefined : readEventCursor(after, '--after') })) {
    if (!isOver && !output.write(part)) await once(output, 'drain').catch(() => undefined);
    if (isOver) return;
  }
}

function instantOf(option: string, text: string | undefined): number | undefined {
  const instant = text === undefined ? undefined : readInstant(text);
  if (text !== undefined && instant === undefined) throw new UsageError(`${option} takes an instant such as 2026-11-20T13:35:28Z`);
  return instant;
}
