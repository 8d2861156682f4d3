import { EntrepotError } from '../../src/errors.ts';
import { type ContentOwner, contentOwnerAt, findContent, findReadableOwner } from '../../src/packages/content.ts';
import { type HoldTarget, shareContent } from '../../src/packages/hold-content.ts';
import { parseDigest } from '../../src/storage/named-digest.ts';
import type { Exchange } from '../kit/shim.ts';
import { ociFormat } from './format.ts';
import { findOwner } from './repository.ts';

/**
 * Has a repository share a blob of the one that `?from=` names, or without it of any that the actor may read; returns whether it does. What is not there or not to be
 * read is no failure: the client sends the bytes then. Throws InvalidInput for what is no digest.
 */
export async function mount(exchange: Exchange, target: HoldTarget, digest: string): Promise<boolean> {
  const { core, actor } = exchange;
  parseDigest(digest);
  for (const find of [() => contentOwnerAt(core, target.namespace.id, ociFormat, target.name), () => findSource(exchange, digest)]) {
    const source = await find();
    const found = source && (await findContent(core, source, digest));
    if (found && (await shareContent(core, actor, target, source, found.sha256))) return true;
  }
  return false;
}

async function findSource({ core, actor, query }: Exchange, digest: string): Promise<ContentOwner | undefined> {
  const from = query.get('from');
  if (from === null || from === '') return findReadableOwner(core, actor, ociFormat.id, digest);
  try {
    return await findOwner(core, actor, from);
  } catch (error) {
    if (error instanceof EntrepotError) return undefined;
    throw error;
  }
}
