import type { Actor } from '../access/actor.ts';
import { authorize, canSee } from '../access/decide.ts';
import { checkServed } from '../access/disabled-formats.ts';
import type { Core } from '../core.ts';
import { NotFound } from '../errors.ts';
import type { Format } from '../formats/format.ts';
import { getVisibleNamespace } from '../namespaces/read.ts';
import type { PackageHead } from './heads.ts';

/**
 * The package that a name means when read at a namespace: of those in its subtree that the actor may see, the one whose
 * claim is oldest, whole. A later publisher elsewhere can therefore never slip a version into somebody's resolution; not
 * even after the first one was deleted, since the claim stays.
 * Throws NotFound, or what authorisation throws.
 */
export async function getPackageInView(core: Core, actor: Actor, namespacePath: string, format: Format, name: string): Promise<PackageHead> {
  const claims = await core.heads.list(format.id, format.normalizeName(name));
  for (const head of claims) {
    if (!isBelow(head.node.path, namespacePath)) continue;
    if (!canSee(actor, head.node, head.subject)) continue;
    authorize(actor, 'READ', head.node, head.subject);
    if (head.isDeleted) break;
    return head;
  }
  // Not there, or not to be known: which of the two does not show, since only the namespace asked for decides the answer.
  checkServed(await getVisibleNamespace(core, actor, namespacePath), format.id);
  throw new NotFound('Package', `${name} is not in this registry.`);
}

function isBelow(path: string, ancestor: string): boolean {
  return ancestor === '' || path === ancestor || path.startsWith(`${ancestor}/`);
}
