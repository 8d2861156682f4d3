import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { type Examined, examineNext } from './candidates.ts';
import { getNodeToManage, getPolicyFor } from './find.ts';
import type { PolicyTarget } from './manage.ts';
import { changedRules, type PolicyChanges } from './policy.ts';
import { reasonFor } from './select.ts';

/** A version that a run would remove, or a file of it. */
export interface PreviewedVersion {
  /** Of the version or the file. */
  id: string;
  versionId: string;
  packageId: string;
  format: string;
  packageName: string;
  version: string;
  /** Undefined: the whole version. */
  fileName?: string;
  sizeBytes: number;
  publishedAt: number;
  /** For people. */
  why: string;
}

/** What a run would do at the instant of the preview. */
export interface CleanupPreview {
  examinedPackages: number;
  removedVersions: number;
  removedFiles: number;
  removedBytes: number;
  /** One page of what would go, by package and id. */
  versions: PreviewedVersion[];
  hasMore: boolean;
}

export interface PreviewPage {
  first: number;
  /** Package and id of what came last on the page before. */
  after?: readonly [packageId: string, id: string] | undefined;
}

/**
 * What a run would remove at this moment, of a policy as it is or with changes, or of one that is not there yet. Goes through all
 * packages that it holds for, a portion at a time. Throws InvalidInput and what authorisation throws.
 */
export async function previewCleanup(core: Core, actor: Actor, target: PolicyTarget, changes: PolicyChanges, page: PreviewPage): Promise<CleanupPreview> {
  const { reads, dialect } = core.database;
  const known = 'policyId' in target ? await getPolicyFor(reads, actor, 'MANAGE', target.policyId) : undefined;
  const node = 'policyId' in target ? known?.namespace : await getNodeToManage(reads, actor, target.namespaceId);
  const rules = changedRules(known?.policy, changes);
  const preview: CleanupPreview = { examinedPackages: 0, removedVersions: 0, removedFiles: 0, removedBytes: 0, versions: [], hasMore: false };
  const now = core.clock.now();
  let position = '';
  while (node) {
    const examined = await examineNext(reads, dialect, { rules, node, formats: core.formats }, position, now);
    const last = examined.at(-1);
    if (!last) break;
    position = last.id;
    for (const owner of examined) add(preview, owner, page, reasonFor(rules));
  }
  return preview;
}

function add(preview: CleanupPreview, { id: packageId, format, name, removable }: Examined, { first, after }: PreviewPage, why: string): void {
  preview.examinedPackages += 1;
  for (const one of [...removable].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    preview[one.fileName === undefined ? 'removedVersions' : 'removedFiles'] += 1;
    preview.removedBytes += one.sizeBytes;
    if (after && (packageId < after[0] || (packageId === after[0] && one.id <= after[1]))) continue;
    if (preview.versions.length < first) preview.versions.push({ ...one, packageId, format, packageName: name, why });
    else preview.hasMore = true;
  }
}
