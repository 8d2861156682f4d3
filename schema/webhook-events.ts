import { defineEvent, textOf } from './event.ts';
import { webhookById } from './loaders.ts';
import { WebhookRef } from './webhook.ts';

for (const type of ['WEBHOOK_CHANGED', 'WEBHOOK_DISABLED'] as const) {
  defineEvent(type, 'node', (t) => ({
    webhookId: t.id({ description: 'Id of the webhook.', resolve: textOf('webhookId') }),
    webhookName: t.string({ description: 'Its name.', resolve: textOf('name') }),
    webhook: t.field({
      type: WebhookRef,
      nullable: true,
      description: 'The webhook as it is now; null where it is deleted.',
      resolve: (event, _args, context) => webhookById(context, textOf('webhookId')(event)),
    }),
    ...(type === 'WEBHOOK_DISABLED'
      ? { reason: t.string({ description: 'Why it was given up.', resolve: textOf('reason') }) }
      : { details: t.field({ type: 'JSON', description: 'What was changed, as the log has it.', resolve: ({ payload }) => payload }) }),
  }));
}
