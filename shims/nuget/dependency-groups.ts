import { InvalidPackage } from '../../src/errors.ts';
import type { DependencyFacts } from '../../src/formats/format.ts';
import { childOf, childrenOf, type XmlElement } from '../kit/xml.ts';
import { shortFramework } from './framework.ts';
import { validateId } from './name.ts';
import { isSemVer2Range, parseRange, rangeText } from './range.ts';

/** A dependency of a group. */
export interface NugetDependency {
  id: string;
  /** Normalised: `[1.0.0, )`. */
  range: string;
  /** Which of its assets are used, as declared. */
  include?: string;
  exclude?: string;
}

/** What a package needs where it is used from one target framework; without one it is for all others. */
export interface DependencyGroup {
  targetFramework?: string;
  dependencies: NugetDependency[];
}

const maxDependencies = 5_000;
const maxFrameworkLength = 100;

/** Groups, and whether a range in them is more than old clients can read. */
export interface DependencyGroups {
  groups: DependencyGroup[];
  isSemVer2: boolean;
}

/**
 * `<dependencies>` of a nuspec (https://learn.microsoft.com/nuget/reference/nuspec#dependencies-element). Where there are groups, what
 * stands beside them counts for nothing, as for the client. Throws InvalidPackage, InvalidName, InvalidVersion.
 */
export function readDependencyGroups(metadata: XmlElement): DependencyGroups {
  const element = childOf(metadata, 'dependencies');
  const declared = childrenOf(element, 'group');
  const loose = childrenOf(element, 'dependency');
  const sources = declared.length > 0 ? declared : loose.length > 0 && element ? [element] : [];
  const found: DependencyGroups = { groups: [], isSemVer2: false };
  let count = 0;
  for (const source of sources) {
    const targetFramework = source.attributes['targetFramework']?.trim().slice(0, maxFrameworkLength);
    const dependencies = new Map<string, NugetDependency>();
    for (const dependency of childrenOf(source, 'dependency')) {
      if (++count > maxDependencies) throw new InvalidPackage(`The nuspec has more than ${maxDependencies} dependencies.`);
      const { id, isSemVer2, ...rest } = readDependency(dependency);
      if (isSemVer2) found.isSemVer2 = true;
      if (dependencies.has(id.toLowerCase())) throw new InvalidPackage(`The nuspec names the dependency ${id} twice in one group.`);
      dependencies.set(id.toLowerCase(), { id, ...rest });
    }
    found.groups.push({ ...(targetFramework ? { targetFramework } : {}), dependencies: [...dependencies.values()] });
  }
  return found;
}

/** The same for everybody: one for each group it stands in, the group's framework being its kind; `any` where it has none. */
export function dependencyFacts(groups: readonly DependencyGroup[]): DependencyFacts[] {
  return groups.flatMap(({ targetFramework, dependencies }) => {
    const kind = (targetFramework === undefined ? 'any' : shortFramework(targetFramework)).replace(/[^!-~]/g, '').slice(0, 32);
    return dependencies.map(({ id, range }) => ({ kind, name: id, requirement: range }));
  });
}

function readDependency({ attributes }: XmlElement): NugetDependency & { isSemVer2: boolean } {
  const id = attributes['id']?.trim() ?? '';
  validateId(id);
  const range = parseRange(attributes['version'] ?? '');
  const { include, exclude } = attributes;
  return { id, range: rangeText(range), isSemVer2: isSemVer2Range(range), ...(include ? { include: include.slice(0, 200) } : {}), ...(exclude ? { exclude: exclude.slice(0, 200) } : {}) };
}
