import { instanceId } from '../db/tables/namespace.ts';
import { Forbidden, Unauthenticated } from '../errors.ts';
import { type Actor, isSignedIn } from './actor.ts';
import { authorize, decide, type Node } from './decide.ts';

/** What people and teams hang on: the instance, as far as a decision about administrators needs it. */
const instance: Node = { lineage: `${instanceId}/`, visibility: 'PUBLIC', isPullOpen: false, disabledFormats: '' };

/** Throws unless the actor administers this server, with a credential that may: Unauthenticated for anonymous callers, else Forbidden. */
export function authorizeAdmin(actor: Actor): void {
  if (!isSignedIn(actor)) throw new Unauthenticated();
  if (!actor.user?.isAdmin) throw new Forbidden('Only administrators of this server may do this.');
  authorize(actor, 'OWN', instance);
}

/** Whether {@link authorizeAdmin} would let the actor pass. */
export function isAdministrator(actor: Actor): boolean {
  return actor.user?.isAdmin === true && decide(actor, 'OWN', instance).allowed;
}
