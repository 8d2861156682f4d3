import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { type Role, roles } from '../db/tables/access.ts';
import { TokenTable } from '../db/tables/credential.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import type { PackageRow } from '../db/tables/package.ts';
import { InvalidInput, Unauthenticated } from '../errors.ts';
import { nodeInWords } from '../namespaces/in-words.ts';
import { idsOfLineage } from '../namespaces/lineage.ts';
import { loadNodes } from '../namespaces/queries/namespaces.ts';
import { getPackageFor } from '../packages/find.ts';
import { subjectOf } from '../packages/subject.ts';
import { bindingRules, refusalOfPackage } from '../protection/binding.ts';
import { loadGuard } from '../protection/guard.ts';
import { getManaged } from '../protection/manage.ts';
import type { ProtectionRule } from '../protection/rules.ts';
import type { Actor } from './actor.ts';
import { type Action, actions, canSee, decide, roleOn, roleOnPackage, wordsOf } from './decide.ts';
import { wholeRegistry } from './disabled-formats.ts';
import { loadTokens } from './queries/tokens.ts';
import { whoSwitchedOff } from './switched-off.ts';
import { findUser } from './users.ts';

/** Whose rights are explained; neither: the caller's own. */
export interface Whom {
  username?: string;
  tokenId?: string;
}

/** What somebody may, and why. */
export interface AccessDecision {
  action: Action;
  allowed: boolean;
  reason: string;
  /** The role that counted; null: none. */
  role: Role | null;
  /** The node that it was given on; null: none, or it comes from elsewhere. */
  roleFromId: string | null;
  /** The protection rules that are in the way of this with the package or some of its versions or tags. */
  rules: ProtectionRule[];
}

/**
 * Explains what somebody may in a node, for those who manage it, and what is switched off there: a package that is not served cannot be
 * asked about. Throws InvalidInput and what authorisation throws.
 */
export async function explainOnNode(core: Core, actor: Actor, namespaceId: string, whom: Whom): Promise<AccessDecision[]> {
  const namespace = await getManaged(core.database.reads, actor, namespaceId, 'Namespace');
  return explain(core, actor, { namespace }, whom);
}

/** The same of a package, protection rules included. */
export async function explainOnPackage(core: Core, actor: Actor, packageId: string, whom: Whom): Promise<AccessDecision[]> {
  return explain(core, actor, await getPackageFor(core.database.reads, actor, 'MANAGE', packageId), whom);
}

/** What is done with packages, so that it matters whether they are served. */
const withPackages: ReadonlySet<Action> = new Set(['READ', 'PUBLISH', 'DELETE']);

interface Place {
  namespace: NamespaceRow;
  package?: PackageRow;
}

async function explain(core: Core, asker: Actor, place: Place, whom: Whom): Promise<AccessDecision[]> {
  const found = await findWhom(core, asker, whom);
  if (typeof found === 'string') return actions.map((action) => ({ action, allowed: false, reason: found, role: null, roleFromId: null, rules: [] }));
  const { reads } = core.database;
  const { namespace, package: owner } = place;
  const standing = await standingOf(core, asker, found, place);
  const subject = owner && subjectOf(owner);
  const guard = owner && { ...(await loadGuard(reads, found, namespace, owner)), seesNodes: canSee(asker, namespace) };
  const off = owner ? [] : await whoSwitchedOff(core, asker, namespace);
  return actions.map((action) => {
    const decision = decide(found, action, namespace, subject);
    const refused = guard && decision.allowed ? refusalOfPackage(guard, action) : undefined;
    const why = decision.allowed ? (refused?.message ?? decision.reason) : decision.needed ? `It takes the role ${decision.needed} or higher to ${wordsOf(action)}.` : decision.reason;
    const offHere = withPackages.has(action) ? off : [];
    // The node itself is there to be seen all the same.
    const isOff = action !== 'READ' && offHere.length > 0 && namespace.disabledFormats === wholeRegistry;
    return {
      action,
      allowed: decision.allowed && !refused && !isOff,
      reason: [...(isOff && decision.allowed ? [] : [why]), ...offHere, standing.words].filter((words) => words !== '').join(' '),
      role: standing.role,
      roleFromId: standing.roleFromId,
      rules: guard ? bindingRules(guard, action) : [],
    };
  });
}

/** Who is meant, with all rights; in words where they can do nothing at all. */
async function findWhom(core: Core, asker: Actor, { username, tokenId }: Whom): Promise<Actor | string> {
  const { reads } = core.database;
  if (username !== undefined && tokenId !== undefined) throw new InvalidInput('tokenId', 'Name a user or a token, not both.');
  if (username !== undefined) {
    const user = await findUser(reads, username);
    if (!user) throw new InvalidInput('username', `There is no user "${username}".`);
    return user.isBlocked ? 'This user is blocked.' : core.authenticator.actorOfUser(user);
  }
  if (tokenId === undefined) return asker;
  const known = await loadTokens(core, asker, [tokenId]);
  const token = known.has(tokenId) ? await reads.findOne(TokenTable, { where: { id: tokenId } }) : null;
  if (!token) throw new InvalidInput('tokenId', 'There is no such token, or you may not see it.');
  return core.authenticator.actorOfToken(token).catch((error: unknown) => {
    if (error instanceof Unauthenticated) return error.message;
    throw error;
  });
}

interface Standing {
  role: Role | null;
  roleFromId: string | null;
  words: string;
}

/** The role that counts and where it comes from. */
async function standingOf(core: Core, asker: Actor, person: Actor, { namespace, package: owner }: Place): Promise<Standing> {
  const access = owner && subjectOf(owner).access;
  const role = roleOnPackage(person, namespace, access) ?? null;
  if (person.user?.isAdmin) return { role, roleFromId: null, words: 'Administrators of this server count as OWNER everywhere.' };
  const inherited = roleOn(person, namespace);
  const fromId = inherited && nearest(person, namespace, inherited);
  if (role !== null && role === inherited && fromId) {
    const path = (await loadNodes(core, [fromId])).get(fromId)?.path ?? '';
    const where = canSee(asker, namespace) ? nodeInWords(path) : 'its namespace';
    return { role, roleFromId: fromId, words: `The role ${role} comes from ${where}${await throughTeam(core.database.reads, person, memberships, fromId, role)}.` };
  }
  const left = inherited ? ` The package does not inherit from its namespace, so that the role ${inherited} there does not count.` : '';
  if (role === null || !access) return { role, roleFromId: null, words: `There is no role here.${left}` };
  const level = person.grants.get(access.id) ?? 'READ';
  const through = await throughTeam(core.database.reads, person, grants, access.id, level);
  return { role, roleFromId: null, words: `The role ${role} comes from the grant ${level} on the package${through}.${access.isRestricted ? left : ''}` };
}

/** Of the nodes that give the role the lowest. */
function nearest(person: Actor, namespace: NamespaceRow, role: Role): string | undefined {
  return idsOfLineage(namespace).findLast((id) => roles.indexOf(person.roles.get(id) as Role) === roles.indexOf(role));
}

/** Where a right is given to users and to teams. */
interface Given {
  ofUser: string;
  ofTeams: string;
}

const memberships: Given = {
  ofUser: 'SELECT 1 FROM membership WHERE user_id = ? AND namespace_id = ? AND role = ?',
  ofTeams: 'SELECT t.name AS name FROM team_member m JOIN team t ON t.id = m.team_id JOIN team_membership g ON g.team_id = t.id WHERE m.user_id = ? AND g.namespace_id = ? AND g.role = ? ORDER BY t.name',
};

const grants: Given = {
  ofUser: 'SELECT 1 FROM package_grant WHERE principal_id = ? AND package_id = ? AND level = ?',
  ofTeams: 'SELECT t.name AS name FROM team_member m JOIN team t ON t.id = m.team_id JOIN package_grant g ON g.principal_id = t.id WHERE m.user_id = ? AND g.package_id = ? AND g.level = ? ORDER BY t.name',
};

/** ` through the team "x"` where the person has the right from there only. */
async function throughTeam(manager: EntityManager, { user }: Actor, { ofUser, ofTeams }: Given, id: string, level: string): Promise<string> {
  if (!user) return '';
  const parameters = [user.id, id, level];
  if ((await manager.query(ofUser, parameters)).length > 0) return '';
  const [team]: { name: string }[] = await manager.query(ofTeams, parameters);
  return team ? ` through the team "${team.name}"` : '';
}
