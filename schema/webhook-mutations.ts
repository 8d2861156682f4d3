import type { NamespaceRow } from '../src/db/tables/namespace.ts';
import { InvalidInput, UnreadableField } from '../src/errors.ts';
import { createWebhook, deleteWebhook, maxOverlapSeconds, rotateWebhookSecret, type SetUp, updateWebhook, type WebhookWithSecret } from '../src/webhooks/manage.ts';
import { type DeliveryRecord, webhookRecord, type WebhookRecord } from '../src/webhooks/queries.ts';
import { pingWebhook, redeliver } from '../src/webhooks/send-again.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { type Failure, mutationField } from './mutation.ts';
import { NamespaceInterface } from './namespace.ts';
import { takesOnNamespace } from './takes.ts';
import { DeliveryType, WebhookRef, WebhookStateEnum } from './webhook.ts';
import { defaultDocument, readDocument } from './webhook-document.ts';

const documentDescription =
  'A GraphQL subscription to `events` or `packagePublished`, whose result is what is posted. It has no `after` and no variables without defaults, asks for nothing that the caller may not read, and ' +
  'is about the namespace or what is below.';
const takes = takesOnNamespace('MANAGE');
const unreadable: Failure = [UnreadableField, 'the document asks for a field that the caller may not read'];

mutationField('createWebhook', {
  description: 'Makes a webhook of a namespace. It has the rights of the caller, as they are when something is sent, and never more than the credential in use.',
  takes,
  errors: [[InvalidInput, 'name, URL or document are none, the document asks for something outside of the namespace, or the namespace has too many already'], unreadable],
  input: (t) => ({
    namespaceId: t.id({ required: true, description: 'The instance, group or project. What happens there and below is sent.' }),
    name: t.string({ required: true, description: 'What to call it, 1 to 255 characters.' }),
    url: t.string({ required: true, description: 'Where to post to: an http or https URL without user name and password. It has to lead to the public internet, unless the operator has opened other networks.' }),
    document: t.string({ description: `${documentDescription} By default what happens to packages, with their names.` }),
  }),
  payload: secretPayload('CreateWebhookPayload', 'A webhook that was made.'),
  resolve: ({ document, ...wish }, context) => createWebhook(context.core, context.actor, { ...wish, document: document ?? defaultDocument }, setUpOf(context)),
});

mutationField('updateWebhook', {
  description:
    'Changes a webhook; what is left out stays. Whoever changes its URL or its document, or takes it up again after it was disabled, becomes its owner: it has their rights from then on, and what ' +
    'was not delivered yet is made anew.',
  takes,
  errors: [[InvalidInput, 'name, URL or document are none, or the document asks for something outside of the namespace'], unreadable],
  input: (t) => ({
    webhookId: t.id({ required: true, description: 'The webhook.' }),
    name: t.string({ description: 'What to call it, 1 to 255 characters.' }),
    url: t.string({ description: 'Where to post to.' }),
    document: t.string({ description: documentDescription }),
    state: t.field({ type: WebhookStateEnum, description: 'ACTIVE to send, PAUSED to let wait what happens, DISABLED to give up what waits. Made ACTIVE, it is tried at once.' }),
  }),
  payload: builder.objectRef<{ webhook: WebhookRecord }>('UpdateWebhookPayload').implement({
    description: 'A webhook that was changed.',
    fields: (t) => ({ webhook: t.expose('webhook', { type: WebhookRef, description: 'The webhook.' }) }),
  }),
  async resolve({ webhookId, name, url, document, state }, context) {
    const changes = {
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof url === 'string' ? { url } : {}),
      ...(typeof document === 'string' ? { document } : {}),
      ...(state ? { state } : {}),
    };
    return { webhook: webhookRecord(await updateWebhook(context.core, context.actor, webhookId, changes, setUpOf(context))) };
  },
});

mutationField('rotateWebhookSecret', {
  description: 'Gives a webhook a new secret to sign with.',
  takes,
  errors: [[InvalidInput, 'the overlap is out of bounds']],
  input: (t) => ({
    webhookId: t.id({ required: true, description: 'The webhook.' }),
    overlapSeconds: t.int({ description: `How long the old secret signs as well, 0 to ${maxOverlapSeconds} seconds; by default 0. Until then there are two signatures, of which one will do.` }),
  }),
  payload: secretPayload('RotateWebhookSecretPayload', 'A webhook with a new secret.'),
  resolve: ({ webhookId, overlapSeconds }, { core, actor }) => rotateWebhookSecret(core, actor, webhookId, overlapSeconds ?? 0),
});

mutationField('deleteWebhook', {
  description: 'Deletes a webhook with the record of what was sent, and what waits for it.',
  takes,
  errors: [],
  input: (t) => ({ webhookId: t.id({ required: true, description: 'The webhook.' }) }),
  payload: builder.objectRef<{ webhook: { id: string }; namespace: NamespaceRow }>('DeleteWebhookPayload').implement({
    description: 'A webhook that was deleted.',
    fields: (t) => ({
      deletedWebhookId: t.id({ description: 'Its id.', resolve: ({ webhook }) => webhook.id }),
      namespace: t.expose('namespace', { type: NamespaceInterface, description: 'The node that it was of.' }),
    }),
  }),
  resolve: ({ webhookId }, { core, actor }) => deleteWebhook(core, actor, webhookId),
});

mutationField('redeliver', {
  description: 'Sends a delivery that has come to an end once more, with the same `webhook-id` and, unless the webhook was set up anew, the same content.',
  takes,
  errors: [[InvalidInput, 'it has not come to an end yet, or its webhook is disabled']],
  input: (t) => ({ deliveryId: t.id({ required: true, description: 'The delivery.' }) }),
  payload: deliveryPayload('RedeliverPayload', 'A delivery that will be sent once more.'),
  resolve: async ({ deliveryId }, { core, actor }) => ({ delivery: await redeliver(core, actor, deliveryId) }),
});

mutationField('pingWebhook', {
  description: 'Sends a message of the type `Ping` to a webhook, once and at once, in whatever state it is; ask for the delivery to see what came of it.',
  takes,
  errors: [],
  input: (t) => ({ webhookId: t.id({ required: true, description: 'The webhook.' }) }),
  payload: deliveryPayload('PingWebhookPayload', 'A ping that will be sent.'),
  resolve: async ({ webhookId }, { core, actor }) => ({ delivery: await pingWebhook(core, actor, webhookId) }),
});

function setUpOf(context: Context): SetUp {
  return { readDocument: (document, node) => readDocument(context, document, node), baseUrl: context.baseUrl };
}

function secretPayload(name: string, description: string) {
  return builder.objectRef<WebhookWithSecret>(name).implement({
    description,
    fields: (t) => ({
      webhook: t.field({ type: WebhookRef, description: 'The webhook.', resolve: ({ webhook }) => webhookRecord(webhook) }),
      secret: t.exposeString('secret', { description: 'What it signs with: `whsec_…`. This is the only time that it is shown.' }),
    }),
  });
}

function deliveryPayload(name: string, description: string) {
  return builder.objectRef<{ delivery: DeliveryRecord }>(name).implement({
    description,
    fields: (t) => ({ delivery: t.expose('delivery', { type: DeliveryType, description: 'The delivery.' }) }),
  });
}
