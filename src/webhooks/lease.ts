import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { type WebhookRow, WebhookTable } from '../db/tables/webhook.ts';
import { affected, forUpdate, placeholders } from '../db/upsert.ts';
import { kindOfId } from '../ids.ts';
import { nextDueAt } from './due.ts';

/** For how long a process has a webhook for itself after each attempt has begun: longer than an attempt takes. */
export const leaseMs = 15_000;

/** A webhook that one process works on. It is its own for as long as the row names this holder, which is a new one each time. */
export interface Lease {
  webhookId: string;
  /** Where it sends to. */
  host: string;
  holder: string;
}

/**
 * Takes a webhook for which there is something to do and that nobody works on, the one that waits longest. `isProven`: one that is known to be
 * reached, or one of the others. `exceptHosts`: those that are sent to enough.
 */
export async function takeWebhook(core: Core, isProven: boolean, exceptHosts: readonly string[] = []): Promise<Lease | undefined> {
  const elsewhere = exceptHosts.length === 0 ? '' : `AND host NOT IN (${placeholders(exceptHosts)}) `;
  for (;;) {
    const now = core.clock.now();
    const [free]: { id: string; host: string; leasedUntil: number }[] = await core.database.reads.query(
      `SELECT id, host, leased_until AS leasedUntil FROM webhook WHERE is_proven = ? AND due_at <= ? AND leased_until <= ? ${elsewhere}ORDER BY due_at LIMIT 1`,
      [isProven ? 1 : 0, now, now, ...exceptHosts],
    );
    if (!free) return undefined;
    const holder = randomBytes(12).toString('hex');
    const taken = await core.database.tx((tx) =>
      affected(tx, 'UPDATE webhook SET leased_by = ?, leased_until = ? WHERE id = ? AND leased_until = ?', [holder, now + leaseMs, free.id, free.leasedUntil]),
    );
    if (taken === 1) return { webhookId: free.id, host: free.host, holder };
  }
}

/** Locks a webhook until the transaction ends; null where it is gone. Whoever changes it, or what is sent to it, has this lock. */
export async function lockWebhook(tx: EntityManager, id: string): Promise<WebhookRow | null> {
  if (kindOfId(id) !== 'webhook') return null;
  await tx.query(`SELECT id FROM webhook WHERE id = ?${forUpdate(tx)}`, [id]);
  return tx.findOne(WebhookTable, { where: { id } });
}

/** As {@link lockWebhook}; null also where another works on it by now. */
export async function lockLeased(tx: EntityManager, { webhookId, holder }: Lease): Promise<WebhookRow | null> {
  const webhook = await lockWebhook(tx, webhookId);
  return webhook?.leasedBy === holder ? webhook : null;
}

/** Gives a webhook back, to be taken again when there is something to do for it. */
export async function giveBack(core: Core, lease: Lease): Promise<void> {
  await core.database.tx(async (tx) => {
    const webhook = await lockLeased(tx, lease);
    if (!webhook) return;
    const dueAt = await nextDueAt(tx, webhook, core.clock.now());
    await tx.query("UPDATE webhook SET leased_by = '', leased_until = 0, due_at = ? WHERE id = ?", [dueAt, webhook.id]);
  });
}
