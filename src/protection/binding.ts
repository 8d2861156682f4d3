import type { Action } from '../access/decide.ts';
import { hasAtLeast } from '../access/decide.ts';
import type { Protected } from '../errors.ts';
import { type Guard, type Need, refusalByRole } from './guard.ts';
import { type ProtectionRule, rulesOnPackage } from './rules.ts';

const needs: Partial<Record<Action, { need: Need; doing: string }>> = {
  PUBLISH: { need: 'publishRole', doing: 'publishing' },
  DELETE: { need: 'deleteRole', doing: 'deleting' },
};

/** Why the rules for the package as a whole do not let the actor do something with it; undefined: they do. */
export function refusalOfPackage(guard: Guard, action: Action): Protected | undefined {
  const wanted = needs[action];
  return wanted && refusalByRole(guard, rulesOnPackage(guard.rules), wanted.need, { subject: guard.name, doing: wanted.doing });
}

/** The rules that are in the actor's way there, be it with the package or with versions or tags of it only. */
export function bindingRules(guard: Guard, action: Action): ProtectionRule[] {
  const need = needs[action]?.need;
  if (!need) return [];
  return guard.rules.filter((rule) => {
    const role = rule[need];
    return rule.isImmutable || (role !== null && !hasAtLeast(guard.role, role));
  });
}
