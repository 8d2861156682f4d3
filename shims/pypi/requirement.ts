import type { DependencyFacts } from '../../src/formats/format.ts';
import { normalizeName } from './name.ts';

/** Of the column that holds it. */
const maxKindLength = 32;

/**
 * The dependencies that `Requires-Dist` lists (PEP 508, https://packaging.python.org/en/latest/specifications/dependency-specifiers/). One that is asked for
 * by extras is listed for each of them, its kind `extra:{name}`; all others are `runtime`. The requirement is everything behind the name: extras of the
 * dependency, versions or URL, and conditions. What does not begin with a name is passed over.
 */
export function dependenciesOf(requiresDist: readonly string[]): DependencyFacts[] {
  return requiresDist.flatMap((text) => {
    const [whole, name] = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?=$|[[(<>=!~;@,\s])/.exec(text) ?? [];
    if (whole === undefined || name === undefined) return [];
    const requirement = text.slice(whole.length).trim();
    const extras = extrasOf(requirement);
    return (extras.length === 0 ? ['runtime'] : extras.map((extra) => `extra:${extra}`)).map((kind) => ({ kind: kind.slice(0, maxKindLength), name, requirement }));
  });
}

/** The extras that a condition compares with, such as `extra == 'socks'`. */
function extrasOf(requirement: string): string[] {
  const condition = /;(.*)$/s.exec(requirement)?.[1] ?? '';
  const found = [...condition.matchAll(/\bextra\s*===?\s*(?:"([^"]*)"|'([^']*)')|(?:"([^"]*)"|'([^']*)')\s*===?\s*extra\b/g)];
  const names = found.map((match) => normalizeName(match.slice(1).find((part) => part !== undefined) ?? ''));
  return [...new Set(names.filter((name) => /^[a-z0-9-]+$/.test(name)))];
}
