import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn } from './table.ts';

/** Where webhooks send to, so that one host does not take all the places. */
export class WebhookHosts implements MigrationInterface {
  readonly name = 'WebhookHosts1764200000011';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'webhook', 'host', "varchar(255) NOT NULL DEFAULT ''");
    const webhooks: { id: string; url: string }[] = await runner.query("SELECT id, url FROM webhook WHERE host = ''");
    for (const { id, url } of webhooks) await runner.query('UPDATE webhook SET host = ? WHERE id = ?', [new URL(url).host.slice(0, 255), id]);
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}
