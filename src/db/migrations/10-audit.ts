import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createTable, isSqliteRunner, primary } from './table.ts';

/** What owners need to be shown who did what, be it in a namespace that is gone; and what the log no longer has to be kept for. */
export class Audit implements MigrationInterface {
  readonly name = 'Audit1764200000010';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'namespace', 'is_audited', 'smallint NOT NULL DEFAULT 0');
    await fillIsAudited(runner);
    await createTable(runner, {
      name: 'deleted_namespace',
      columns: (column) => [column.ascii('id', 30, primary), column.ascii('heir_id', 30), column.name('path', 255), column.integer('deleted_at')],
      indices: { deleted_namespace_heir: ['heir_id'] },
      references: { heir_id: { table: 'namespace' } },
    });
    await createTable(runner, {
      name: 'buried_tag',
      columns: (column) => [column.ascii('version_id', 30, primary), column.name('name', 255, primary), column.integer('deleted_at')],
      references: { version_id: { table: 'version', cascade: true } },
    });
    await fillBuriedTags(runner);
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}

/** The setting of each node as it is in effect: the nearest that sets it decides, down to one that locks it. */
async function fillIsAudited(runner: QueryRunner): Promise<void> {
  const settings: { id: string; value: string | null; isLocked: number }[] = await runner.query(
    "SELECT namespace_id AS id, value, is_locked AS isLocked FROM setting WHERE name = 'auditEvents'",
  );
  if (settings.length === 0) return;
  const set = new Map(settings.map((row) => [row.id, row]));
  const nodes: { id: string; lineage: string }[] = await runner.query('SELECT id, lineage FROM namespace');
  for (const { id, lineage } of nodes) {
    let isOn = false;
    for (const above of lineage.split('/')) {
      const row = set.get(above);
      if (row && row.value !== null) isOn = row.value === 'true';
      if (row && Number(row.isLocked) === 1) break;
    }
    if (isOn) await runner.query('UPDATE namespace SET is_audited = 1 WHERE id = ?', [id]);
  }
}

/** Until now only the events of deletions told which tags to give back: `{"tags":{"next":"ver_…"}}`. */
async function fillBuriedTags(runner: QueryRunner): Promise<void> {
  const insert = isSqliteRunner(runner) ? 'INSERT OR IGNORE' : 'INSERT IGNORE';
  const select = `SELECT id, payload, occurred_at AS deletedAt FROM event WHERE id > ? AND type IN ('VERSION_DELETED', 'PACKAGE_DELETED', 'FILE_DELETED') AND payload LIKE '%"tags":{"%' ORDER BY id LIMIT 500`;
  for (let after = ''; ; ) {
    const events: { id: string; payload: string; deletedAt: number }[] = await runner.query(select, [after]);
    const last = events.at(-1);
    if (!last) return;
    after = last.id;
    for (const { payload, deletedAt } of events) {
      for (const [name, versionId] of Object.entries(JSON.parse(payload).tags as Record<string, string>)) {
        await runner.query(
          `${insert} INTO buried_tag (version_id, name, deleted_at) SELECT v.id, ?, v.deleted_at FROM version v WHERE v.id = ? AND v.deleted_at = ? AND v.tombstone <> ''`,
          [name, versionId, deletedAt],
        );
      }
    }
  }
}
