import type { GrantLevel, Role } from '../db/tables/access.ts';
import type { TokenKind, TokenScope } from '../db/tables/credential.ts';
import type { BuildInfo } from '../formats/format.ts';
import type { Narrowing } from './narrowing.ts';

/** The person behind a request. */
export interface ActorUser {
  id: string;
  username: string;
  displayName: string;
  isAdmin: boolean;
}

/** The token of a request, with what narrows it beside its scopes. */
export interface ActorToken {
  id: string;
  kind: TokenKind;
  name: string;
  /** Where it has its role; null for a person's token. */
  namespaceId: string | null;
  /** Formats it is good for; undefined: all. */
  formats: ReadonlySet<string> | undefined;
  /** What names of packages must match; undefined: any. See {@link matchesPattern}. */
  namePattern: string | undefined;
  /** Whether it may mint job tokens. */
  mintsJobs: boolean;
  /** What lands on each version that it publishes. */
  build: BuildInfo | undefined;
  /** Milliseconds since the epoch; null: never. */
  expiresAt: number | null;
}

/** Who asks, and with what rights; made from a credential, valid for one request. */
export interface Actor {
  /** Undefined: anonymous, or a token without a user. */
  user: ActorUser | undefined;
  /** The token presented, if one was. */
  token: ActorToken | undefined;
  /** The browser session presented, if one was. */
  sessionId: string | undefined;
  /** What the credential may be used for, on top of the rights. */
  scopes: ReadonlySet<TokenScope>;
  /** Namespace id to role, the higher of the user's own and their teams'; each holds for the subtree below. */
  roles: ReadonlyMap<string, Role>;
  /** Tells the address of the client, where a request brought the credential. */
  address?: (() => string) | undefined;
  /** What the credential was narrowed to, for a short-lived one that stands for another; undefined: nothing. What everybody may read it reads in any case. */
  narrowedTo?: readonly Narrowing[] | undefined;
  /** Package id to what was granted on it, the higher of the user's own and their teams'. */
  grants: ReadonlyMap<string, GrantLevel>;
}

/** Somebody who has not signed in: may read what is public. */
export const anonymous: Actor = {
  user: undefined,
  token: undefined,
  sessionId: undefined,
  scopes: new Set(['READ']),
  roles: new Map(),
  grants: new Map(),
};

/** Whether there is a credential at all. */
export function isSignedIn({ user, token }: Actor): boolean {
  return user !== undefined || token !== undefined;
}

/**
 * Whose own things the actor may look after: the user's and the token's, but for a credential that was narrowed. That stands for another one, is for packages
 * alone, and may be in hands that were never to have more.
 */
export function selfOf({ user, token, narrowedTo }: Actor): Partial<Pick<Actor, 'user' | 'token'>> {
  return narrowedTo ? {} : { user, token };
}

/** Id of who acts: the user's, or else the token's; undefined for nobody. */
export function principalId({ user, token }: Actor): string | undefined {
  return user?.id ?? token?.id;
}
