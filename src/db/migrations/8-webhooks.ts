import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, nullable, primary } from './table.ts';

/** Webhooks, what is sent to them, and what came of it. */
export class Webhooks implements MigrationInterface {
  readonly name = 'Webhooks1764200000008';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'webhook',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.ascii('namespace_id', 30),
        column.name('name', 255),
        column.text('url'),
        column.text('document'),
        column.text('filter'),
        column.ascii('owner_id', 30),
        column.text('owner_scopes'),
        column.integer('owner_expires_at', nullable),
        column.integer('edition'),
        column.text('base_url'),
        column.ascii('state', 16),
        column.text('reason', nullable),
        column.ascii('secret', 64),
        column.ascii('previous_secret', 64, nullable),
        column.integer('previous_expires_at', nullable),
        column.boolean('is_proven'),
        column.integer('failures'),
        column.integer('failing_since', nullable),
        column.integer('next_attempt_at'),
        column.integer('due_at', nullable),
        column.ascii('leased_by', 30),
        column.integer('leased_until'),
        column.integer('missed_events'),
        column.integer('created_at'),
        column.integer('updated_at'),
      ],
      indices: { webhook_namespace: ['namespace_id', 'id'], webhook_due: ['is_proven', 'due_at'] },
      references: { namespace_id: { table: 'namespace', cascade: true } },
    });
    await createTable(runner, {
      name: 'webhook_delivery',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.ascii('webhook_id', 30),
        column.integer('event_seq', nullable),
        column.ascii('event_type', 32),
        column.ascii('package_id', 30, nullable),
        column.ascii('state', 16),
        column.text('reason', nullable),
        column.text('body', nullable),
        column.integer('edition', nullable),
        column.integer('attempts'),
        column.integer('failures'),
        column.integer('first_attempt_at', nullable),
        column.integer('next_attempt_at'),
        column.integer('created_at'),
        column.integer('finished_at', nullable),
      ],
      uniques: { webhook_delivery_event: ['webhook_id', 'event_seq'] },
      indices: {
        webhook_delivery_order: ['webhook_id', 'state', 'event_seq'],
        webhook_delivery_time: ['webhook_id', 'state', 'next_attempt_at'],
        webhook_delivery_newest: ['webhook_id', 'id'],
        webhook_delivery_finished: ['finished_at'],
      },
      references: { webhook_id: { table: 'webhook', cascade: true } },
    });
    await createTable(runner, {
      name: 'webhook_attempt',
      columns: (column) => [
        column.ascii('delivery_id', 30, primary),
        column.integer('number', primary),
        column.integer('started_at'),
        column.integer('duration_ms', nullable),
        column.integer('status', nullable),
        column.text('error', nullable),
        column.text('response', nullable),
      ],
      references: { delivery_id: { table: 'webhook_delivery', cascade: true } },
    });
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}
