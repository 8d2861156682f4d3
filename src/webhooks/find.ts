import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { authorize, notThere } from '../access/decide.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { type DeliveryRow, type WebhookRow, WebhookDeliveryTable, WebhookTable } from '../db/tables/webhook.ts';
import { kindOfId } from '../ids.ts';
import { getNamespace } from '../namespaces/repository.ts';

/** A webhook with its node. */
export interface LocatedWebhook {
  webhook: WebhookRow;
  namespace: NamespaceRow;
}

/** A webhook that the actor may manage; throws what authorisation throws, and the same whether it is not there or must not be known. */
export async function getWebhookFor(manager: EntityManager, actor: Actor, id: string, what = 'Webhook'): Promise<LocatedWebhook> {
  const webhook = kindOfId(id) === 'webhook' ? await manager.findOne(WebhookTable, { where: { id } }) : null;
  if (!webhook) throw notThere(actor, what);
  const namespace = await getNamespace(manager, webhook.namespaceId);
  authorize(actor, 'MANAGE', namespace, undefined, what);
  return { webhook, namespace };
}

/** The same of a delivery, with its webhook. */
export async function getDeliveryFor(manager: EntityManager, actor: Actor, id: string): Promise<LocatedWebhook & { delivery: DeliveryRow }> {
  const what = 'Delivery';
  const delivery = kindOfId(id) === 'webhookDelivery' ? await manager.findOne(WebhookDeliveryTable, { where: { id } }) : null;
  if (!delivery) throw notThere(actor, what);
  return { ...(await getWebhookFor(manager, actor, delivery.webhookId, what)), delivery };
}
