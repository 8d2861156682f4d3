import { dayMs } from '../../src/days.ts';
import type { PolicyRules } from '../../src/cleanup/policy.ts';
import type { MadePackage, MadeRule, MadeVersion, Repository } from './random-repository.ts';

/**
 * Which versions a policy of a node lets go, by id: said once more in plain words over what was made, with none of the code that is
 * under test.
 */
export function modelOfCleanup({ packages, rules: protection }: Repository, path: string, policy: PolicyRules, now: number): Set<string> {
  const gone = new Set<string>();
  for (const owner of packages) {
    const isInScope = path === '' || owner.path === path || owner.path.startsWith(`${path}/`);
    if (!isInScope || !owner.isLive || owner.isRestricted) continue;
    if (policy.formats && !policy.formats.includes(owner.format)) continue;
    if (policy.namePattern !== null && !stars(policy.namePattern).test(owner.name)) continue;
    const live = owner.versions.filter(({ isLive }) => isLive);
    for (const version of live) {
      const newer = live.filter((other) => other.publishedAt > version.publishedAt || (other.publishedAt === version.publishedAt && other.id > version.id)).length;
      if (newer < policy.keepNewest) continue;
      if (policy.olderThanDays !== null && version.publishedAt >= now - policy.olderThanDays * dayMs) continue;
      if (policy.notDownloadedForDays !== null && lastUse(version) >= now - policy.notDownloadedForDays * dayMs) continue;
      if (policy.removePattern !== null && !whole(policy.removePattern).test(version.version)) continue;
      if (policy.keepPattern !== null && whole(policy.keepPattern).test(version.version)) continue;
      if (version.tags.length > 0 || protection.some((rule) => keeps(rule, owner, version))) continue;
      gone.add(version.id);
    }
  }
  return gone;
}

function keeps({ path, target, format, namePattern, pattern, deleteRole, isImmutable }: MadeRule, owner: MadePackage, { version }: MadeVersion): boolean {
  const isHere = owner.path === path || owner.path.startsWith(`${path}/`);
  if (!isHere || (format !== null && format !== owner.format) || !stars(namePattern).test(owner.name)) return false;
  if (target === 'PACKAGE') return deleteRole !== null;
  return target === 'VERSION' && stars(pattern ?? '').test(version) && (isImmutable || deleteRole !== null);
}

function lastUse({ downloads, publishedAt }: MadeVersion): number {
  const known = downloads.filter((at) => at !== null);
  return known.length > 0 ? Math.max(...known) : publishedAt;
}

function stars(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}
