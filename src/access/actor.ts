import type { Role, TokenScope } from '../db/tables/access.ts';

/** The person behind a request. */
export interface ActorUser {
  id: string;
  username: string;
  displayName: string;
  isAdmin: boolean;
}

/** Who asks, and with what rights; made from a credential, valid for one request. */
export interface Actor {
  /** Undefined: anonymous. */
  user: ActorUser | undefined;
  /** The token presented, if one was. */
  tokenId: string | undefined;
  /** What the credential may be used for, on top of the user's rights. */
  scopes: ReadonlySet<TokenScope>;
  /** The user's own roles: namespace id to role; each holds for the subtree below. */
  roles: ReadonlyMap<string, Role>;
}

/** Somebody who has not signed in: may read what is public. */
export const anonymous: Actor = {
  user: undefined,
  tokenId: undefined,
  scopes: new Set(['READ']),
  roles: new Map(),
};
