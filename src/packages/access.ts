import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/decide.ts';
import { findPrincipal } from '../access/principal.ts';
import { openness } from '../access/visibility.ts';
import type { Core } from '../core.ts';
import { isIn, whereAll } from '../db/condition.ts';
import { type GrantLevel, grantLevels, PackageGrantTable } from '../db/tables/access.ts';
import type { NamespaceRow, Visibility } from '../db/tables/namespace.ts';
import { type PackageRow, PackageTable } from '../db/tables/package.ts';
import { forUpdate } from '../db/upsert.ts';
import { InvalidInput } from '../errors.ts';
import { record } from '../events/record.ts';
import { touchPackage } from './claim.ts';
import { getPackageFor } from './find.ts';
import { subjectOf } from './subject.ts';

/** A right on the package for a user or a team, by name: exactly one of them. */
export interface NewGrant {
  username?: string;
  teamName?: string;
  level: GrantLevel;
}

/** What is left out stays as it is. */
export interface AccessChanges {
  /** False: of the roles in its namespace only OWNER counts, and it is private by itself. */
  inheritsFromNamespace?: boolean;
  /** Null: as its namespace. */
  visibility?: Visibility | null;
  /** In place of all that there are. */
  grants?: readonly NewGrant[];
}

const maxGrants = 200;

interface Grant {
  principalId: string;
  level: GrantLevel;
}

/** As it is given. */
interface NamedGrant extends Grant {
  /** Of the user or the team. */
  name: string;
}

/**
 * Changes who may do what with a package, all of it or nothing. Its visibility may not be more open than its namespace's; where that is
 * closed later, the narrower of both counts. Throws InvalidInput, NotFound and what authorisation throws.
 */
export async function setPackageAccess(core: Core, actor: Actor, packageId: string, changes: AccessChanges): Promise<PackageRow> {
  const changed = await core.database.tx(async (tx) => {
    const now = core.clock.now();
    const { namespace } = await getPackageFor(tx, actor, 'MANAGE', packageId);
    checkVisibility(namespace, changes.visibility);
    const grants = changes.grants && (await readGrants(tx, changes.grants));
    await touchPackage(tx, packageId, now);
    const current = await tx.findOneByOrFail(PackageTable, { id: packageId });
    // Once more under the lock: it may have been restricted a moment ago.
    authorize(actor, 'MANAGE', namespace, subjectOf(current));
    const next = {
      isRestricted: changes.inheritsFromNamespace === undefined ? Boolean(current.isRestricted) : !changes.inheritsFromNamespace,
      visibility: changes.visibility === undefined ? current.visibility : changes.visibility,
    };
    await tx.update(PackageTable, { id: packageId }, next);
    if (grants) await replaceGrants(tx, packageId, grants, now);
    await record(tx, {
      type: 'ACCESS_CHANGED',
      namespaceId: namespace.id,
      packageId,
      actor,
      occurredAt: now,
      payload: { format: current.format, name: current.name, inheritsFromNamespace: !next.isRestricted, visibility: next.visibility, ...(grants ? { grants } : {}) },
    });
    return { ...current, ...next };
  });
  core.authenticator.forget();
  return changed;
}

/** A right that was given on a package. */
export interface GrantRecord extends Grant {
  packageId: string;
  createdAt: number;
}

/** The rights given on packages, highest first, by package. The caller has seen to it that the actor may know them. */
export async function loadGrants(core: Core, packageIds: readonly string[]): Promise<Map<string, GrantRecord[]>> {
  const { sql, parameters } = whereAll([isIn('package_id', packageIds)]);
  const rows: GrantRecord[] = await core.database.reads.query(
    `SELECT package_id AS packageId, principal_id AS principalId, level, created_at AS createdAt FROM package_grant${sql} ORDER BY created_at, principal_id`,
    parameters,
  );
  rows.sort((a, b) => grantLevels.indexOf(b.level) - grantLevels.indexOf(a.level));
  return Map.groupBy(rows, ({ packageId }) => packageId);
}

function checkVisibility(namespace: NamespaceRow, visibility: Visibility | null | undefined): void {
  if (!visibility || openness[visibility] <= openness[namespace.visibility]) return;
  throw new InvalidInput('visibility', `Its namespace is ${namespace.visibility}; a package in it cannot be ${visibility}.`);
}

async function readGrants(tx: EntityManager, given: readonly NewGrant[]): Promise<NamedGrant[]> {
  if (given.length > maxGrants) throw new InvalidInput('grants', `A package has at most ${maxGrants} grants; give them to teams.`);
  const grants = new Map<string, NamedGrant>();
  for (const { level, ...named } of given) {
    const { kind, id, name } = await findPrincipal(tx, named);
    if (grants.has(id)) throw new InvalidInput('grants', `"${name}" is named twice.`);
    if (kind === 'TEAM') await lockTeam(tx, id, named.teamName);
    grants.set(id, { principalId: id, name, level });
  }
  return [...grants.values()];
}

/** No foreign key holds a team whose grant is being written; its row's lock does. */
async function lockTeam(tx: EntityManager, id: string, teamName: string | undefined): Promise<void> {
  const rows: unknown[] = await tx.query(`SELECT id FROM team WHERE id = ?${forUpdate(tx)}`, [id]);
  if (rows.length === 0) throw new InvalidInput('teamName', `There is no team "${teamName}".`);
}

/** Those that stay keep the time that they were given at. */
async function replaceGrants(tx: EntityManager, packageId: string, grants: readonly Grant[], now: number): Promise<void> {
  const before = new Map((await tx.findBy(PackageGrantTable, { packageId })).map((row) => [row.principalId, row]));
  await tx.delete(PackageGrantTable, { packageId });
  const rows = grants.map(({ principalId, level }) => ({ packageId, principalId, level, createdAt: before.get(principalId)?.createdAt ?? now }));
  if (rows.length > 0) await tx.insert(PackageGrantTable, rows);
}
