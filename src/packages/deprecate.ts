import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { type PackageRow, VersionTable } from '../db/tables/package.ts';
import { record } from '../events/record.ts';
import { InvalidInput, NotFound } from '../errors.ts';
import { touchPackage } from './claim.ts';
import { getPackageFor } from './find.ts';

/** A version to mark with a message that its users see; an empty message takes the mark away. */
export interface Deprecation {
  version: string;
  message: string;
}

interface Live {
  id: string;
  version: string;
  normalized_version: string;
  status: string;
  status_reason: string | null;
}

const maxMessage = 2_000;

/**
 * Deprecates versions of a package or takes it back, all or none. Versions that already stand as asked are left alone.
 * Throws InvalidInput, InvalidVersion, NotFound and what authorisation throws.
 */
export async function deprecateVersions(core: Core, actor: Actor, packageId: string, marks: readonly Deprecation[]): Promise<PackageRow> {
  for (const { message } of marks) {
    if (message.length > maxMessage) throw new InvalidInput('message', `A deprecation message has at most ${maxMessage} characters.`);
  }
  return core.database.tx(async (tx) => {
    const now = core.clock.now();
    const { package: owner, namespace } = await getPackageFor(tx, actor, 'PUBLISH', packageId);
    await touchPackage(tx, packageId, now);
    const { normalizeVersion } = core.formats.get(owner.format);
    const live = await listLive(tx, packageId);
    const changed: Deprecation[] = [];
    for (const { version, message } of marks) {
      const row = live.get(normalizeVersion(version));
      if (!row) throw new NotFound('Version', `There is no version ${version}.`);
      if (stands(row, message)) continue;
      const next = message === '' ? { status: 'PUBLISHED' as const, statusReason: null } : { status: 'DEPRECATED' as const, statusReason: message };
      await tx.update(VersionTable, { id: row.id }, next);
      changed.push({ version: row.version, message });
    }
    if (changed.length > 0) {
      await record(tx, {
        type: 'VERSIONS_DEPRECATED',
        namespaceId: namespace.id,
        packageId,
        actor,
        occurredAt: now,
        payload: { format: owner.format, name: owner.name, versions: changed },
      });
    }
    return owner;
  });
}

async function listLive(tx: EntityManager, packageId: string): Promise<Map<string, Live>> {
  const rows: Live[] = await tx.query(
    "SELECT id, version, normalized_version, status, status_reason FROM version WHERE package_id = ? AND tombstone = ''",
    [packageId],
  );
  return new Map(rows.map((row) => [row.normalized_version, row]));
}

function stands({ status, status_reason }: Live, message: string): boolean {
  return message === '' ? status !== 'DEPRECATED' : status === 'DEPRECATED' && status_reason === message;
}
