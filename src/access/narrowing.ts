import { idsOfLineage } from '../namespaces/lineage.ts';
import type { Actor } from './actor.ts';
import type { Action, Node, Subject } from './decide.ts';

/** Packages and actions that a credential is narrowed to; never more than the credential itself may. */
export interface Narrowing {
  /** Id of the format. */
  format: string;
  /** One package of a node, and none of that name below it; undefined: all of the format. */
  package?: { namespaceId: string; normalizedName: string };
  actions: Action[];
}

/** What somebody is told who acts with a credential that was narrowed to something else: with another one they may. */
export const narrowedOff = 'This token was made for other packages or other actions; ask for one for this.';

/** Whether the actor's credential was not narrowed, or to something that this is. Of nodes themselves a narrowed one tells only that they are there. */
export function isCovered({ narrowedTo }: Actor, action: Action, node: Pick<Node, 'lineage'>, subject: Subject | undefined): boolean {
  if (!narrowedTo) return true;
  if (!subject) return action === 'READ';
  return narrowedTo.some(({ format, package: only, actions }) => {
    if (format !== subject.format || !actions.includes(action)) return false;
    return !only || (only.normalizedName === subject.normalizedName && idsOfLineage(node).at(-1) === only.namespaceId);
  });
}
