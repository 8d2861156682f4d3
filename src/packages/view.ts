import { type Actor, isSignedIn } from '../access/actor.ts';
import { type Action, authorize, canSee, checkLimits } from '../access/decide.ts';
import type { Core } from '../core.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { NotFound, Unauthenticated } from '../errors.ts';
import type { Format } from '../formats/format.ts';
import { getVisibleNamespace } from '../namespaces/read.ts';
import type { PackageHead } from './heads.ts';

/**
 * The package that a name means when read at a namespace: of those in its subtree that the actor may see, the one whose
 * claim is oldest, whole. A later publisher elsewhere can therefore never slip a version into somebody's resolution; not
 * even after the first one was deleted, since the claim stays.
 * Throws NotFound, or what authorisation of the action throws. `claims`: those of the name that decide, where the caller has just read them.
 */
export async function getPackageInView(core: Core, actor: Actor, namespacePath: string, format: Format, name: string, action: Action = 'READ', claims?: readonly PackageHead[]): Promise<PackageHead> {
  const { head } = await getPlaceInView(core, actor, namespacePath, format, name, action, claims);
  if (head) return head;
  throw noPackage(name);
}

/** How a package is refused that is not there, or not to be known. */
export function noPackage(name: string): NotFound {
  return new NotFound('Package', `${name} is not in this registry.`);
}

/** Where a package is that a name means at a namespace, or where it would be. */
export type PlaceInView = { head: PackageHead; namespace?: undefined } | { head: undefined; namespace: NamespaceRow };

/**
 * As {@link getPackageInView}, but of a package that is not there, and that the actor might read if it was, it tells the namespace. Throws what
 * authorisation throws.
 */
export async function getPlaceInView(core: Core, actor: Actor, namespacePath: string, format: Format, name: string, action: Action = 'READ', claims?: readonly PackageHead[]): Promise<PlaceInView> {
  const normalizedName = format.normalizeName(name);
  const head = findInView(actor, namespacePath, claims ?? (await listClaims(core, namespacePath, format, normalizedName)));
  if (head) {
    authorize(actor, action, head.node, head.subject);
    return { head };
  }
  // Not there, or not to be known: which of the two does not show, since only the namespace asked for decides the answer.
  const namespace = await getVisibleNamespace(core, actor, namespacePath);
  // Many clients send their credential only when they are asked for it, so wherever it could make a difference they are.
  if (!isSignedIn(actor) && (await hasHidden(core, namespace))) throw new Unauthenticated(`${name} is not here for callers who have not signed in.`);
  const subject = { format: format.id, normalizedName };
  checkLimits(actor, namespace, subject);
  authorize(actor, 'READ', namespace, subject);
  return { head: undefined, namespace };
}

/** The live package of that name in this very node, as a publish finds it; whatever is below the node, and whoever asks. */
export async function findPackageIn(core: Core, namespaceId: string, format: Format, name: string): Promise<PackageHead | undefined> {
  const claims = await core.heads.list(format.id, format.normalizeName(name));
  return claims.find((claim) => claim.namespaceId === namespaceId && !claim.isDeleted);
}

/** All packages of a name, oldest claim first; where names are taken in one node alone, the one of the node that is asked goes before those below it. */
export async function listClaims(core: Core, namespacePath: string, format: Format, normalizedName: string): Promise<PackageHead[]> {
  const claims = await core.heads.list(format.id, normalizedName);
  if (format.root === undefined) return claims;
  const isAsked = ({ node }: PackageHead) => node.path === namespacePath;
  return [...claims.filter(isAsked), ...claims.filter((claim) => !isAsked(claim))];
}

/** Which of all packages of a name it means at a namespace, for this actor; undefined: none that it may know of. */
export function findInView(actor: Actor, namespacePath: string, claims: readonly PackageHead[]): PackageHead | undefined {
  const first = findClaimInView(actor, namespacePath, claims);
  // Its claim stays, but what was deleted is shown to nobody by its name.
  return first?.isDeleted ? undefined : first;
}

/** The same, be it deleted. */
export function findClaimInView(actor: Actor, namespacePath: string, claims: readonly PackageHead[]): PackageHead | undefined {
  return claims.find(({ node, subject }) => isBelow(node.path, namespacePath) && canSee(actor, node, subject));
}

function isBelow(path: string, ancestor: string): boolean {
  return ancestor === '' || path === ancestor || path.startsWith(`${ancestor}/`);
}

/** Whether anything at or below the node is not for everybody. */
async function hasHidden(core: Core, { lineage }: NamespaceRow): Promise<boolean> {
  const below = `${lineage}%`;
  const found = (sql: string): Promise<unknown[]> => core.database.reads.query(`${sql} LIMIT 1`, [below]);
  const inNode = 'SELECT 1 FROM package p JOIN namespace n ON n.id = p.namespace_id WHERE n.lineage LIKE ? AND';
  const hidden = await Promise.all([
    found("SELECT 1 FROM namespace WHERE lineage LIKE ? AND visibility <> 'PUBLIC'"),
    found(`${inNode} p.is_restricted = 1`),
    found(`${inNode} p.visibility IN ('INTERNAL', 'PRIVATE')`),
  ]);
  return hidden.some((rows) => rows.length > 0);
}
