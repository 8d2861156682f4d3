import { type Action, needsOf } from '../src/access/decide.ts';

/** In words what an action takes on a namespace itself; `where` that is. */
export function takesOnNamespace(action: Action, where = 'there'): string {
  const { role, scope } = needsOf(action);
  return `Takes the role ${role} ${where}, and the scope ${scope}.`;
}

/** The same on a package or on what is in one: there a grant does as well as a role. */
export function takesOnPackage(action: Action, where = 'in its namespace', grantedOn = 'the package'): string {
  const { role, scope, grant } = needsOf(action);
  return `Takes the role ${role} ${where}${grant ? `, or the grant ${grant} on ${grantedOn}` : ''}, and the scope ${scope}.`;
}

/** What takes an administrator of this server. */
export const takesAdmin = `For administrators of this server, with the scope ${needsOf('OWN').scope}.`;
