/*
 * Who may do what, once more, as README "Access", design §8 and the doc comments say it in words: loops over plain data, slow and
 * without a line of src/access, to compare that with.
 */

export interface WorldNode {
  name: string;
  /** Index of the node above; undefined for the instance, which is the first. */
  parent: number | undefined;
  isProject: boolean;
  visibility: 'PUBLIC' | 'INTERNAL' | 'PRIVATE';
  isPullOpen: boolean;
  /** Formats that are switched off; `*`: the whole registry. */
  off: string[] | '*';
}

interface RoleSomewhere {
  node: number;
  role: string;
}

interface Grant {
  /** Index of the user or team. */
  holder: number;
  level: 'READ' | 'WRITE' | 'ADMIN';
}

export interface WorldPackage {
  node: number;
  format: string;
  name: string;
  isRestricted: boolean;
  visibility: WorldNode['visibility'] | null;
  isDeleted: boolean;
  userGrants: Grant[];
  teamGrants: Grant[];
}

interface Narrowing {
  scopes: ('READ' | 'WRITE' | 'DELETE' | 'ADMIN')[];
  formats: string[] | null;
  namePattern: string | null;
}

export type Caller =
  | { kind: 'ANONYMOUS' }
  | { kind: 'PERSON'; user: number }
  | ({ kind: 'PERSONAL'; user: number } & Narrowing)
  | ({ kind: 'DEPLOY' | 'PROJECT' | 'JOB'; node: number; role: 'GUEST' | 'REPORTER' | 'DEVELOPER' | 'MAINTAINER' | 'OWNER' } & Narrowing);

export interface World {
  nodes: WorldNode[];
  users: { isAdmin: boolean; roles: RoleSomewhere[]; teams: number[] }[];
  teams: { roles: RoleSomewhere[] }[];
  /** The oldest claim first. */
  packages: WorldPackage[];
  callers: Caller[];
}

/** What a question is about: a node itself, what is called so there, or a package. */
export type About = { node: number } | { node: number; format: string; name: string } | WorldPackage;

const ladder = ['nothing', 'GUEST', 'REPORTER', 'DEVELOPER', 'MAINTAINER', 'OWNER'];
const needs: Record<string, { role: string; scope: string }> = {
  READ: { role: 'REPORTER', scope: 'READ' },
  PUBLISH: { role: 'DEVELOPER', scope: 'WRITE' },
  DELETE: { role: 'MAINTAINER', scope: 'DELETE' },
  INSPECT: { role: 'REPORTER', scope: 'READ' },
  MANAGE: { role: 'MAINTAINER', scope: 'ADMIN' },
  OWN: { role: 'OWNER', scope: 'ADMIN' },
};
const grantedRole = { READ: 'REPORTER', WRITE: 'DEVELOPER', ADMIN: 'MAINTAINER' };

/** The node and those above it. */
export function upwards(world: World, node: number): number[] {
  const chain: number[] = [];
  for (let at: number | undefined = node; at !== undefined; at = world.nodes[at]?.parent) chain.push(at);
  return chain;
}

/** Whether the caller may do that. */
export function may(world: World, caller: Caller, action: string, about: About): boolean {
  const need = needs[action];
  if (!need) throw new Error(`no action ${action}`);
  // The credential narrows whatever its holder may.
  const scopes: string[] = caller.kind === 'ANONYMOUS' ? ['READ'] : caller.kind === 'PERSON' ? ['READ', 'WRITE', 'DELETE', 'ADMIN'] : caller.scopes;
  if (!scopes.includes(need.scope)) return false;
  if (!('format' in about)) {
    // A limited token, a deploy token and a job's are for packages alone.
    const isForPackages = isLimited(caller) || caller.kind === 'DEPLOY' || caller.kind === 'JOB';
    if (['INSPECT', 'MANAGE', 'OWN'].includes(action) && isForPackages) return false;
  } else {
    if (isBeyondLimits(caller, about)) return false;
    // A registry that is switched off does nothing for anybody.
    const { off } = nodeOf(world, about.node);
    if (off === '*' || off.includes(about.format)) return false;
  }
  if (action === 'READ' && isOpen(world, caller, about)) return true;
  return ladder.indexOf(roleOf(world, caller, about)) >= ladder.indexOf(need.role);
}

/** Whether the caller may know that it is there. */
export function mayKnow(world: World, caller: Caller, about: About): boolean {
  if ('format' in about && isBeyondLimits(caller, about)) return false;
  // A GUEST knows of nodes, not of what is in them.
  const least = 'isRestricted' in about ? 'REPORTER' : 'GUEST';
  return isOpen(world, caller, about) || ladder.indexOf(roleOf(world, caller, about)) >= ladder.indexOf(least);
}

/** What a name means when read at a node: an index of `packages`, or how it is refused. */
export function inView(world: World, caller: Caller, node: number, format: string, name: string): number | 'Forbidden' | 'NotFound' | 'Unauthenticated' {
  const refusal = caller.kind === 'ANONYMOUS' ? 'Unauthenticated' : 'Forbidden';
  for (const [index, claim] of world.packages.entries()) {
    if (claim.format !== format || claim.name !== name || !upwards(world, claim.node).includes(node)) continue;
    if (!mayKnow(world, caller, claim)) continue;
    if (claim.isDeleted) break;
    if (!may(world, caller, 'READ', claim)) return refusal;
    return index;
  }
  if (!mayKnow(world, caller, { node })) return caller.kind === 'ANONYMOUS' ? 'Unauthenticated' : 'NotFound';
  // Asked to sign in wherever that could make a difference.
  if (caller.kind === 'ANONYMOUS' && hasHidden(world, node)) return 'Unauthenticated';
  // Nothing is there, and nobody is told so who might not read it if it were.
  return may(world, caller, 'READ', { node, format, name }) ? 'NotFound' : refusal;
}

/** How publishing a name at a node ends. */
export function publishing(world: World, caller: Caller, node: number, format: string, name: string): 'allowed' | 'Forbidden' | 'NotFound' | 'Unauthenticated' {
  const any = { node, format, name };
  const about = world.packages.find((claim) => claim.node === node && claim.format === format && claim.name === name) ?? any;
  if (may(world, caller, 'PUBLISH', about)) return 'allowed';
  if (caller.kind === 'ANONYMOUS') return 'Unauthenticated';
  return [about, any, { node }].some((thing) => mayKnow(world, caller, thing)) ? 'Forbidden' : 'NotFound';
}

/** How sending bytes ahead ends that are to be published at a node: it takes the right to publish there, or in a package of it. */
export function uploading(world: World, caller: Caller, node: number): 'allowed' | 'Forbidden' | 'NotFound' | 'Unauthenticated' {
  const things: About[] = [{ node }, ...world.packages.filter((about) => about.node === node)];
  if (things.some((about) => may(world, caller, 'PUBLISH', about))) return 'allowed';
  if (caller.kind === 'ANONYMOUS') return 'Unauthenticated';
  return mayKnow(world, caller, { node }) ? 'Forbidden' : 'NotFound';
}

function hasHidden(world: World, node: number): boolean {
  const isBelow = (index: number) => upwards(world, index).includes(node);
  if (world.nodes.some(({ visibility }, index) => isBelow(index) && visibility !== 'PUBLIC')) return true;
  return world.packages.some(({ node: home, isRestricted, visibility }) => isBelow(home) && (isRestricted || (visibility ?? 'PUBLIC') !== 'PUBLIC'));
}

function roleOf(world: World, caller: Caller, about: About): string {
  const inherited = roleInNode(world, caller, about.node);
  if (!('isRestricted' in about)) return inherited;
  // A package that has left its namespace's inheritance belongs to its grants and to owners.
  const own = about.isRestricted && inherited !== 'OWNER' ? 'nothing' : inherited;
  const grants: Grant[] = [];
  if (caller.kind === 'PERSON' || caller.kind === 'PERSONAL') {
    for (const grant of about.userGrants) if (grant.holder === caller.user) grants.push(grant);
    for (const grant of about.teamGrants) if (world.users[caller.user]?.teams.includes(grant.holder)) grants.push(grant);
  }
  return highest([own, ...grants.map(({ level }) => grantedRole[level])]);
}

function roleInNode(world: World, caller: Caller, node: number): string {
  if (caller.kind === 'ANONYMOUS') return 'nothing';
  const above = upwards(world, node);
  if (caller.kind !== 'PERSON' && caller.kind !== 'PERSONAL') return above.includes(caller.node) ? caller.role : 'nothing';
  const user = world.users[caller.user];
  if (!user || user.isAdmin) return user ? 'OWNER' : 'nothing';
  const roles = [...user.roles];
  for (const team of user.teams) roles.push(...(world.teams[team]?.roles ?? []));
  return highest(roles.filter((held) => above.includes(held.node)).map(({ role }) => role));
}

/** Visibility, which is for everybody or for people, and pulls that are open to everybody. */
function isOpen(world: World, caller: Caller, about: About): boolean {
  const node = nodeOf(world, about.node);
  const isPerson = caller.kind === 'PERSON' || caller.kind === 'PERSONAL';
  const letsIn = (visibility: string) => visibility === 'PUBLIC' || (visibility === 'INTERNAL' && isPerson);
  if (!('isRestricted' in about)) return letsIn(node.visibility) || (node.isPullOpen && 'format' in about);
  const own = about.visibility ?? (about.isRestricted ? 'PRIVATE' : node.visibility);
  if (letsIn(node.visibility) && letsIn(own)) return true;
  return node.isPullOpen && !about.isRestricted && about.visibility === null;
}

function isLimited(caller: Caller): boolean {
  return 'scopes' in caller && (caller.formats !== null || caller.namePattern !== null);
}

function isBeyondLimits(caller: Caller, { format, name }: { format: string; name: string }): boolean {
  if (!('scopes' in caller)) return false;
  if (caller.formats !== null && !caller.formats.includes(format)) return true;
  return caller.namePattern !== null && !fits(caller.namePattern, name);
}

/** `*` is any text, everything else itself. */
function fits(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  if (pattern.startsWith('*')) return fits(pattern.slice(1), name) || (name !== '' && fits(pattern, name.slice(1)));
  return name !== '' && name[0] === pattern[0] && fits(pattern.slice(1), name.slice(1));
}

function highest(roles: string[]): string {
  return roles.reduce((best, role) => (ladder.indexOf(role) > ladder.indexOf(best) ? role : best), 'nothing');
}

function nodeOf(world: World, index: number): WorldNode {
  const found = world.nodes[index];
  if (!found) throw new Error(`no node ${index}`);
  return found;
}
