import { InvalidPackage } from '../../src/errors.ts';
import type { DependencyFacts } from '../../src/formats/format.ts';
import { maxDependencies } from '../../src/formats/limits.ts';
import { normalizeName } from './name.ts';

/** Of the column that holds it. */
const maxKindLength = 32;
/** A condition that names a hundred extras is shorter. */
const maxRequirementLength = 4000;

/**
 * The dependencies that `Requires-Dist` lists (PEP 508, https://packaging.python.org/en/latest/specifications/dependency-specifiers/). One that is asked for
 * by extras is listed for each of them, its kind `extra:{name}`; all others are `runtime`. The requirement is everything behind the name: extras of the
 * dependency, versions or URL, and conditions. What does not begin with a name is passed over.
 * Throws InvalidPackage where one is out of all bounds, or all together are.
 */
export function dependenciesOf(requiresDist: readonly string[]): DependencyFacts[] {
  const found: DependencyFacts[] = [];
  for (const text of requiresDist) {
    if (text.length > maxRequirementLength) throw new InvalidPackage(`The requirement "${text.slice(0, 100)}…" has more than ${maxRequirementLength} characters.`);
    const [whole, name] = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?=$|[[(<>=!~;@,\s])/.exec(text) ?? [];
    if (whole === undefined || name === undefined) continue;
    const requirement = text.slice(whole.length).trim();
    const extras = extrasOf(requirement);
    const kinds = extras.length === 0 ? ['runtime'] : extras.map((extra) => `extra:${extra}`.slice(0, maxKindLength));
    found.push(...kinds.map((kind) => ({ kind, name, requirement })));
    if (found.length > maxDependencies) throw new InvalidPackage(`The metadata has more than ${maxDependencies} dependencies, each extra of one counted.`);
  }
  return found;
}

/** The extras that a condition compares with, such as `extra == 'socks'`. */
function extrasOf(requirement: string): string[] {
  const condition = /;(.*)$/s.exec(requirement)?.[1] ?? '';
  const found = [...condition.matchAll(/\bextra\s*===?\s*(?:"([^"]*)"|'([^']*)')|(?:"([^"]*)"|'([^']*)')\s*===?\s*extra\b/g)];
  const names = found.map((match) => normalizeName(match.slice(1).find((part) => part !== undefined) ?? ''));
  return [...new Set(names.filter((name) => /^[a-z0-9-]+$/.test(name)))];
}
