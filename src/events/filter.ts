import type { Actor } from '../access/actor.ts';
import { canSee, notThere } from '../access/decide.ts';
import type { Core } from '../core.ts';
import { InvalidInput } from '../errors.ts';
import { findNamespaceByPath } from '../namespaces/repository.ts';
import type { EventSubject } from './audience.ts';
import type { LoggedEvent } from './logged-event.ts';
import type { EventType } from './kinds.ts';

/** Which events; conditions are joined by AND. */
export interface EventFilter {
  types?: readonly EventType[] | null | undefined;
  /** Path of a node: what happened at it or below. */
  namespace?: string | null | undefined;
  /** Ids of formats: what happened to packages of those. */
  formats?: readonly string[] | null | undefined;
  /** What happened to packages of this name, as each format compares names. */
  name?: string | null | undefined;
}

/** Whether an event, about this, is wanted. */
export type Matches = (event: LoggedEvent, subject: EventSubject) => boolean;

/** A filter that was read: it means the same for good, and can be kept as JSON. */
export interface ResolvedFilter {
  types: readonly EventType[] | null;
  /** Of the node. */
  lineage: string | null;
  formats: readonly string[] | null;
  name: string | null;
}

/** Reads a filter for an actor. A node is meant for good, whatever it is called later. Throws NotFound for one the actor may not know of, InvalidInput. */
export async function resolveFilter(core: Core, actor: Actor, { types, namespace, formats, name }: EventFilter): Promise<ResolvedFilter> {
  if (typeof name === 'string' && name.length > 255) throw new InvalidInput('filter.name', 'A name has at most 255 characters.');
  const lineage = typeof namespace === 'string' && namespace !== '' ? await lineageOf(core, actor, namespace) : null;
  return { types: types ?? null, lineage, formats: formats ?? null, name: name ?? null };
}

/** What a filter lets through. */
export function matcherOf(core: Pick<Core, 'formats'>, { types, lineage, formats, name }: ResolvedFilter): Matches {
  const wantedTypes = types && new Set(types);
  const wantedFormats = formats && new Set(formats);
  const normalized = new Map<string, string>();
  const isCalled = (format: string, normalizedName: string | undefined) => {
    if (name === null) return true;
    if (!normalized.has(format)) normalized.set(format, core.formats.find(format)?.normalizeName(name) ?? name);
    return normalized.get(format) === normalizedName;
  };
  return ({ type }, { node, package: owner }) => {
    if (wantedTypes && !wantedTypes.has(type)) return false;
    if (lineage !== null && !node?.lineage.startsWith(lineage)) return false;
    if (!wantedFormats && name === null) return true;
    return owner !== null && (wantedFormats?.has(owner.subject.format) ?? true) && isCalled(owner.subject.format, owner.subject.normalizedName);
  };
}

/** Both of these: what a filter of an actor lets through. */
export async function readFilter(core: Core, actor: Actor, filter: EventFilter): Promise<Matches> {
  return matcherOf(core, await resolveFilter(core, actor, filter));
}

async function lineageOf(core: Core, actor: Actor, path: string): Promise<string> {
  const node = await findNamespaceByPath(core.database.reads, path);
  if (!node || !canSee(actor, node)) throw notThere(actor, 'Namespace');
  return node.lineage;
}
