import type { Role } from '../../src/db/tables/access.ts';
import type { TokenScope } from '../../src/db/tables/credential.ts';
import type { Visibility } from '../../src/db/tables/namespace.ts';

/*
 * Who may do what, said once more and plainly, to hold the product against. Nothing here is shared with it.
 */

/** Somebody who asks. */
export interface Asker {
  name: string;
  /** A person, not a token without one. */
  isUser: boolean;
  isAdmin?: boolean;
  /** In the group of the place. */
  role?: Role;
  scopes: readonly TokenScope[];
  /** A deploy or job token. */
  isForPackages?: boolean;
  /** Was given the right to mint job tokens. */
  mints?: boolean;
  /** Undefined: good. */
  credential?: 'none' | 'bad';
}

/** Where something is. */
export interface Situation {
  visibility: Visibility;
  anyoneCanPull?: boolean;
  isRestricted?: boolean;
  isOff?: boolean;
}

/** What is asked for. SEE: to know of a node. ACCOUNT: something of one's own as a person. NOBODY: somebody else's own. */
export type Need = 'SEE' | 'READ' | 'PUBLISH' | 'DELETE' | 'INSPECT' | 'MANAGE' | 'OWN' | 'ADMIN' | 'ANYBODY' | 'NOBODY' | 'SIGNED_IN' | 'ACCOUNT' | 'TOKENS' | 'MINT';

/** What comes of it: done, or the status of the refusal. */
export type Outcome = 'done' | 401 | 403 | 404;

const ranks: Role[] = ['GUEST', 'REPORTER', 'DEVELOPER', 'MAINTAINER', 'OWNER'];
const least: Partial<Record<Need, Role>> = { SEE: 'GUEST', READ: 'REPORTER', PUBLISH: 'DEVELOPER', DELETE: 'MAINTAINER', INSPECT: 'REPORTER', MANAGE: 'MAINTAINER', OWN: 'OWNER' };
const scope: Partial<Record<Need, TokenScope>> = { READ: 'READ', PUBLISH: 'WRITE', DELETE: 'DELETE', INSPECT: 'READ', MANAGE: 'ADMIN', OWN: 'ADMIN', ADMIN: 'ADMIN', TOKENS: 'ADMIN' };

/** What the API must say of a field that takes this. */
export function wordsOf(need: Need): string[] {
  const role = least[need];
  const needed = scope[need];
  const words: Partial<Record<Need, string>> = { ADMIN: 'For administrators', ANYBODY: 'For everybody', ACCOUNT: 'For everybody who has signed in', TOKENS: 'For everybody who has signed in', MINT: 'the right to mint' };
  return [...(role ? [`the role ${role}`] : []), ...(needed ? [`the scope ${needed}`] : []), ...(words[need] ? [words[need]] : [])];
}

/** On the node itself. */
export function onNode(asker: Asker, situation: Situation, need: Need): Outcome {
  return decide(asker, need, { ...situation, isRestricted: false, anyoneCanPull: false, isOff: false }, 'NODE');
}

/** On a package in it that is there. */
export function onPackage(asker: Asker, situation: Situation, need: Need): Outcome {
  return decide(asker, need, situation, 'PACKAGE');
}

/** On one that is not there yet; it is never restricted. */
export function onNewPackage(asker: Asker, situation: Situation, need: Need): Outcome {
  return decide(asker, need, { ...situation, isRestricted: false }, 'NEW');
}

/** On a package that is there, asked for by its name at a node: where it must not be known like a name that is not. */
export function byName(asker: Asker, situation: Situation, need: Need, at: { asker: Asker; situation: Situation }): Outcome {
  const outcome = onPackage(asker, situation, need);
  if (outcome !== 404 || onNode(at.asker, at.situation, 'SEE') !== 'done') return outcome;
  const reading = onNewPackage(at.asker, at.situation, 'READ');
  return reading === 'done' ? 404 : reading;
}

function decide(asker: Asker, need: Need, situation: Situation, of: 'NODE' | 'PACKAGE' | 'NEW'): Outcome {
  const isPackage = of !== 'NODE';
  if (asker.credential === 'bad') return 401;
  const isAnonymous = asker.credential === 'none';
  const refused = (status: 403 | 404): Outcome => (isAnonymous ? 401 : status);
  const needed = scope[need];
  if (need === 'ANYBODY') return 'done';
  if (need === 'NOBODY') return refused(404);
  if (need === 'SIGNED_IN') return isAnonymous ? 401 : 'done';
  if (need === 'ACCOUNT' || need === 'TOKENS') {
    if (isAnonymous) return 401;
    return asker.isUser && (needed === undefined || asker.scopes.includes(needed)) ? 'done' : 403;
  }
  if (need === 'MINT') return asker.mints ? 'done' : refused(403);
  if (need === 'ADMIN') return asker.isAdmin && asker.scopes.includes('ADMIN') ? 'done' : refused(403);

  const role = asker.isAdmin ? 'OWNER' : asker.role;
  const counts = situation.isRestricted && role !== 'OWNER' ? undefined : role;
  const isOpen =
    !situation.isRestricted && (situation.visibility === 'PUBLIC' || (situation.visibility === 'INTERNAL' && asker.isUser) || (isPackage && situation.anyoneCanPull === true));
  // A GUEST knows of the node, not of what is in it.
  if (!isOpen && (counts === undefined || (of === 'PACKAGE' && counts === 'GUEST'))) return refused(404);
  if (need === 'SEE') return 'done';
  if (needed !== undefined && !asker.scopes.includes(needed)) return refused(403);
  if (isPackage && situation.isOff) return refused(403);
  if (!isPackage && asker.isForPackages && (need === 'INSPECT' || need === 'MANAGE' || need === 'OWN')) return refused(403);
  if (need === 'READ' && isOpen) return 'done';
  const wanted = least[need];
  return wanted !== undefined && counts !== undefined && ranks.indexOf(counts) >= ranks.indexOf(wanted) ? 'done' : refused(403);
}
