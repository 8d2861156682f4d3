import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { type PackageRow, type VersionRow, type VersionStatus, VersionTable } from '../db/tables/package.ts';
import { type EventType, record } from '../events/record.ts';
import { InvalidInput, NotFound } from '../errors.ts';
import { checkStatus } from '../protection/check.ts';
import { loadGuard } from '../protection/guard.ts';
import { type Located, lockPackageFor, lockVersionFor } from './find.ts';
import { refreshSummary } from './summary.ts';
import { ensureDefaultTag } from './tag.ts';

/** What can be done with a version's status. */
export type StatusChange = 'DEPRECATE' | 'UNDEPRECATE' | 'YANK' | 'UNYANK' | 'HIDE' | 'UNHIDE';

/** A version and what becomes of it. */
export interface StatusMark {
  version: string;
  change: StatusChange;
  /** DEPRECATE: the warning that users see. YANK: why. Unused by the others. */
  reason?: string;
  /** A version that stands so is left alone. */
  unless?: VersionStatus;
}

/** A version to mark with a message that its users see; an empty message takes the mark away. */
export interface Deprecation {
  version: string;
  message: string;
}

interface State {
  status: VersionStatus;
  reason: string | null;
}

interface Live extends State {
  id: string;
  version: string;
  normalizedVersion: string;
}

const maxReason = 2_000;

/**
 * What a change makes of a state. A hidden version keeps the warning of its deprecation beside it, and may get or lose one; a
 * withdrawn one is more than deprecated already.
 */
const next: Record<StatusChange, (state: State, reason: string | null) => State> = {
  DEPRECATE: (state, reason) => (state.status === 'YANKED' ? state : { status: state.status === 'HIDDEN' ? 'HIDDEN' : 'DEPRECATED', reason }),
  UNDEPRECATE: (state) => (state.status === 'DEPRECATED' ? { status: 'PUBLISHED', reason: null } : state.status === 'HIDDEN' ? { status: 'HIDDEN', reason: null } : state),
  YANK: (_state, reason) => ({ status: 'YANKED', reason }),
  UNYANK: (state) => (state.status === 'YANKED' ? { status: 'PUBLISHED', reason: null } : state),
  HIDE: ({ status, reason }) => ({ status: 'HIDDEN', reason: status === 'YANKED' ? null : reason }),
  UNHIDE: (state) => (state.status === 'HIDDEN' ? { status: state.reason === null ? 'PUBLISHED' : 'DEPRECATED', reason: state.reason } : state),
};

const events: Record<StatusChange, EventType> = {
  DEPRECATE: 'VERSIONS_DEPRECATED',
  UNDEPRECATE: 'VERSIONS_DEPRECATED',
  YANK: 'VERSIONS_YANKED',
  UNYANK: 'VERSIONS_UNYANKED',
  HIDE: 'VERSIONS_HIDDEN',
  UNHIDE: 'VERSIONS_UNHIDDEN',
};

/**
 * Changes what versions of a package are to their users, all or none. Versions that already stand as asked are left alone. The default
 * tag moves off versions that are hidden or withdrawn, and back where that is taken back. Throws InvalidInput, InvalidVersion, NotFound
 * and what authorisation throws.
 */
export async function setVersionStatus(core: Core, actor: Actor, packageId: string, marks: readonly StatusMark[]): Promise<PackageRow> {
  for (const mark of marks) checkReason(mark);
  return core.database.tx(async (tx) => {
    const now = core.clock.now();
    const found = await lockPackageFor(tx, actor, 'PUBLISH', packageId, now);
    await apply(core, tx, actor, found, marks, now);
    return found.package;
  });
}

/** Applies marks to versions of a package that the caller has locked. */
async function apply(core: Core, tx: EntityManager, actor: Actor, { package: owner, namespace }: Located, marks: readonly StatusMark[], now: number): Promise<void> {
  const { id: packageId } = owner;
  const format = core.formats.get(owner.format);
  const live = await listLive(tx, packageId);
  const guard = await loadGuard(tx, actor, namespace, owner);
  const changed: { type: EventType; version: string; message: string }[] = [];
  for (const { version, change, reason, unless } of marks) {
    const row = live.get(format.normalizeVersion(version));
    if (!row) throw new NotFound('Version', `There is no version ${version}.`);
    if (row.status === unless) continue;
    const state = next[change](row, reason === undefined || reason === '' ? null : reason);
    if (state.status === row.status && state.reason === row.reason) continue;
    checkStatus(guard, row, change);
    await tx.update(VersionTable, { id: row.id }, { status: state.status, statusReason: state.reason });
    changed.push({ type: events[change], version: row.version, message: state.reason ?? '' });
    Object.assign(row, state);
  }
  if (changed.length === 0) return;
  await ensureDefaultTag(tx, format, guard, now);
  await refreshSummary(tx, packageId);
  for (const [type, versions] of Map.groupBy(changed, (one) => one.type)) {
    const payload = { format: owner.format, name: owner.name, versions: versions.map(({ version, message }) => ({ version, message })) };
    await record(tx, { type, namespaceId: namespace.id, packageId, actor, occurredAt: now, payload });
  }
}

/** Deprecates versions of a package or takes it back; see {@link setVersionStatus}. */
export function deprecateVersions(core: Core, actor: Actor, packageId: string, marks: readonly Deprecation[]): Promise<PackageRow> {
  return setVersionStatus(
    core,
    actor,
    packageId,
    marks.map(({ version, message }) => (message === '' ? { version, change: 'UNDEPRECATE' } : { version, change: 'DEPRECATE', reason: message })),
  );
}

/** Changes the status of one version; see {@link setVersionStatus}. Throws NotFound, InvalidInput and what authorisation throws. */
export async function changeVersion(core: Core, actor: Actor, versionId: string, change: StatusChange, reason = ''): Promise<VersionRow> {
  checkReason({ change, reason });
  return core.database.tx(async (tx) => {
    const now = core.clock.now();
    const { version, ...found } = await lockVersionFor(tx, actor, 'PUBLISH', versionId, now);
    await apply(core, tx, actor, found, [{ version: version.version, change, reason }], now);
    return version;
  });
}

function checkReason({ change, reason = '' }: Omit<StatusMark, 'version'>): void {
  if (reason.length <= maxReason) return;
  const [field, what] = change === 'DEPRECATE' ? ['message', 'A deprecation message'] : ['reason', 'A reason'];
  throw new InvalidInput(field, `${what} has at most ${maxReason} characters.`);
}

async function listLive(tx: EntityManager, packageId: string): Promise<Map<string, Live>> {
  const rows: Live[] = await tx.query(
    'SELECT id, version, normalized_version AS normalizedVersion, status, status_reason AS reason FROM version ' +
      "WHERE package_id = ? AND tombstone = ''",
    [packageId],
  );
  return new Map(rows.map((row) => [row.normalizedVersion, row]));
}
