import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addText } from './table.ts';

/** What a package's latest version is found by stands with the package: a search need not read the versions of all packages. */
export class PackageKeywords implements MigrationInterface {
  readonly name = 'PackageKeywords1764200000018';

  async up(runner: QueryRunner): Promise<void> {
    await addText(runner, 'package', 'keywords');
    const latest =
      "SELECT v.keywords FROM version v WHERE v.package_id = package.id AND v.tombstone = '' AND v.status IN ('PUBLISHED', 'DEPRECATED') ORDER BY v.is_prerelease, v.sort_key DESC LIMIT 1";
    await runner.query(`UPDATE package SET keywords = (${latest}) WHERE deleted_at IS NULL`);
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}
