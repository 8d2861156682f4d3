import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { authorize, notThere } from '../access/decide.ts';
import type { Core } from '../core.ts';
import { announce } from '../db/announce.ts';
import { isForeignKeyViolation } from '../db/driver-errors.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { type WebhookRow, type WebhookState, WebhookTable } from '../db/tables/webhook.ts';
import { forUpdate } from '../db/upsert.ts';
import { InvalidInput } from '../errors.ts';
import type { ResolvedFilter } from '../events/filter.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import { findNamespace } from '../namespaces/repository.ts';
import { giveUpWaiting } from './disable.ts';
import { nextDueAt } from './due.ts';
import { getWebhookFor, type LocatedWebhook } from './find.ts';
import { unproven } from './health.ts';
import { lockWebhook } from './lease.ts';
import { ownerFrom } from './owner.ts';
import { newWebhookSecret } from './secret.ts';
import { checkName, checkUrl, targetOf } from './wish.ts';

/** Webhooks that a node has at most. */
export const maxWebhooks = 100;
/** How long the old secret may go on signing at most, in seconds. */
export const maxOverlapSeconds = 7 * 24 * 60 * 60;

/** How a webhook is set up, beside what is wished for. */
export interface SetUp {
  /** Reads a document for whoever sets the webhook up; throws InvalidInput, UnreadableField. */
  readDocument: (document: string, node: NamespaceRow) => Promise<ResolvedFilter>;
  /** URL of this server as they reach it. */
  baseUrl: string;
}

/** What is chosen of a new webhook. */
export interface WebhookWish {
  namespaceId: string;
  name: string;
  url: string;
  document: string;
}

/** A webhook with a secret just made: the only time that it is seen. */
export interface WebhookWithSecret {
  webhook: WebhookRow;
  secret: string;
}

/** Makes a webhook of a node for an actor that manages it, and becomes its owner. Throws InvalidInput, UnreadableField and what authorisation throws. */
export async function createWebhook(core: Core, actor: Actor, wish: WebhookWish, { readDocument, baseUrl }: SetUp): Promise<WebhookWithSecret> {
  checkName(wish.name);
  checkUrl(wish.url);
  const filter = await readDocument(wish.document, await getNodeToManage(core.database.reads, actor, wish.namespaceId));
  const now = core.clock.now();
  const secret = newWebhookSecret();
  const webhook: WebhookRow = {
    id: newId('webhook', now),
    ...wish,
    ...targetOf(wish.url),
    filter,
    ...ownerFrom(actor),
    edition: 1,
    baseUrl,
    state: 'ACTIVE',
    reason: null,
    secret,
    previousSecret: null,
    previousExpiresAt: null,
    ...unproven,
    dueAt: null,
    leasedBy: '',
    leasedUntil: 0,
    missedEvents: 0,
    createdAt: now,
    updatedAt: now,
  };
  try {
    await core.database.tx(async (tx) => {
      await tx.query(`SELECT id FROM namespace WHERE id = ?${forUpdate(tx)}`, [wish.namespaceId]);
      await getNodeToManage(tx, actor, wish.namespaceId);
      if ((await tx.countBy(WebhookTable, { namespaceId: wish.namespaceId })) >= maxWebhooks) throw new InvalidInput('namespaceId', `A namespace has at most ${maxWebhooks} webhooks.`);
      await tx.insert(WebhookTable, webhook as never);
      await recordChange(tx, actor, webhook, { change: 'CREATED' }, now);
    });
  } catch (error) {
    // It was deleted a moment ago.
    if (isForeignKeyViolation(error)) throw notThere(actor, 'Namespace');
    throw error;
  }
  return { webhook, secret };
}

async function getNodeToManage(manager: EntityManager, actor: Actor, namespaceId: string): Promise<NamespaceRow> {
  const namespace = await findNamespace(manager, namespaceId);
  if (!namespace) throw notThere(actor, 'Namespace');
  authorize(actor, 'MANAGE', namespace);
  return namespace;
}

/** What can be changed; what is left out stays. */
export interface WebhookChanges {
  name?: string;
  url?: string;
  document?: string;
  state?: WebhookState;
}

/**
 * Changes a webhook. Whoever says where it sends or what, or takes it up again after it was disabled, becomes its owner: otherwise a webhook of
 * somebody with more rights could be turned to send what the actor may not see. Throws InvalidInput, UnreadableField and what authorisation throws.
 */
export async function updateWebhook(core: Core, actor: Actor, id: string, changes: WebhookChanges, setUp: SetUp): Promise<WebhookRow> {
  if (changes.name !== undefined) checkName(changes.name);
  if (changes.url !== undefined) checkUrl(changes.url);
  for (;;) {
    const { webhook, namespace } = await getWebhookFor(core.database.reads, actor, id);
    const isTakenOver = changes.url !== undefined || changes.document !== undefined || (webhook.state === 'DISABLED' && changes.state !== undefined && changes.state !== 'DISABLED');
    const document = changes.document ?? webhook.document;
    const filter = isTakenOver ? await setUp.readDocument(document, namespace) : undefined;
    const owned = filter && { document, filter, ...ownerFrom(actor), baseUrl: setUp.baseUrl, ...targetOf(changes.url ?? webhook.url), edition: webhook.edition + 1 };
    const changed = await core.database.tx(async (tx) => {
      await lockWebhook(tx, id);
      const current = (await getWebhookFor(tx, actor, id)).webhook;
      // Somebody was faster: what was read above may no longer hold.
      if (current.edition !== webhook.edition || current.state !== webhook.state) return undefined;
      return change(tx, actor, current, { ...owned, ...(changes.name === undefined ? {} : { name: changes.name }) }, changes, core.clock.now());
    });
    if (changed) return changed;
  }
}

async function change(tx: EntityManager, actor: Actor, current: WebhookRow, fields: Partial<WebhookRow>, { state, ...others }: WebhookChanges, now: number): Promise<WebhookRow> {
  const isSwitched = state !== undefined && state !== current.state;
  const next: WebhookRow = { ...current, ...fields, ...(isSwitched ? switched(state) : {}), updatedAt: now };
  if (isSwitched && state === 'DISABLED') await giveUpWaiting(tx, current.id, now);
  next.dueAt = await nextDueAt(tx, next, now);
  await tx.update(WebhookTable, { id: current.id }, next as never);
  const changed = [...Object.keys(others).filter((name) => others[name as keyof typeof others] !== undefined), ...(isSwitched ? ['state'] : [])];
  await recordChange(tx, actor, next, { change: 'UPDATED', changed, state: next.state }, now);
  announce(tx, 'deliveries');
  return next;
}

/** Whoever switches it on wants it tried at once. */
function switched(state: WebhookState): Partial<WebhookRow> {
  return { state, reason: state === 'DISABLED' ? 'It was switched off by hand.' : null, ...(state === 'ACTIVE' ? unproven : {}) };
}

/** Gives a webhook a new secret; the old one signs as well for so many seconds, the one before it no longer. Throws InvalidInput and what authorisation throws. */
export async function rotateWebhookSecret(core: Core, actor: Actor, id: string, overlapSeconds = 0): Promise<WebhookWithSecret> {
  if (!Number.isInteger(overlapSeconds) || overlapSeconds < 0 || overlapSeconds > maxOverlapSeconds) {
    throw new InvalidInput('overlapSeconds', `The old secret can sign for 0 to ${maxOverlapSeconds} seconds more.`);
  }
  const now = core.clock.now();
  const secret = newWebhookSecret();
  return core.database.tx(async (tx) => {
    await lockWebhook(tx, id);
    const { webhook } = await getWebhookFor(tx, actor, id);
    const changes = { secret, previousSecret: overlapSeconds === 0 ? null : webhook.secret, previousExpiresAt: overlapSeconds === 0 ? null : now + overlapSeconds * 1000, updatedAt: now };
    await tx.update(WebhookTable, { id }, changes);
    await recordChange(tx, actor, webhook, { change: 'ROTATED' }, now);
    return { webhook: { ...webhook, ...changes }, secret };
  });
}

/** Deletes a webhook with everything that was sent to it, or was to be. Throws what authorisation throws. */
export async function deleteWebhook(core: Core, actor: Actor, id: string): Promise<LocatedWebhook> {
  return core.database.tx(async (tx) => {
    await lockWebhook(tx, id);
    const found = await getWebhookFor(tx, actor, id);
    await tx.delete(WebhookTable, { id });
    await recordChange(tx, actor, found.webhook, { change: 'DELETED' }, core.clock.now());
    return found;
  });
}

/** Tells of a change, without the URL, which may hold a secret. */
async function recordChange(tx: EntityManager, actor: Actor, { id, name, namespaceId }: WebhookRow, details: { change: string; changed?: string[]; state?: WebhookState }, now: number): Promise<void> {
  await record(tx, { type: 'WEBHOOK_CHANGED', namespaceId, actor, occurredAt: now, payload: { webhookId: id, name, ...details } });
}
