import { monotonicFactory } from 'ulid';

const ulid = monotonicFactory();

/** The prefix tells what an id names; also the type of a GraphQL `ID`. */
export const idPrefixes = {
  namespace: 'ns',
  user: 'usr',
  team: 'tea',
  token: 'tok',
  session: 'ses',
  package: 'pkg',
  version: 'ver',
  file: 'fil',
  upload: 'upl',
  event: 'evt',
  protectionRule: 'rul',
  cleanupPolicy: 'cln',
  cleanupRun: 'run',
  webhook: 'whk',
  webhookDelivery: 'dlv',
} as const;

export type IdKind = keyof typeof idPrefixes;

const kinds = new Map<string, IdKind>(
  (Object.entries(idPrefixes) as [IdKind, string][]).map(([kind, prefix]) => [prefix, kind]),
);

/** A fresh id such as `pkg_01K…`: prefixed, unique, and in order of time within one process. */
export function newId(kind: IdKind, nowMs?: number): string {
  return `${idPrefixes[kind]}_${ulid(nowMs)}`;
}

/** What an id names, or undefined where it is no id of ours. Only what passes here may be looked for: MariaDB compares nothing but ASCII with a column of that. */
export function kindOfId(id: string): IdKind | undefined {
  return /^[a-z]+_\w+$/.test(id) ? kinds.get(id.slice(0, id.indexOf('_'))) : undefined;
}
