import { EntitySchema } from 'typeorm';
import { boolean, integer, json, nullable, primary, string } from './columns.ts';

/** Roles of a node, each including those before it. */
export const roles = ['GUEST', 'REPORTER', 'DEVELOPER', 'MAINTAINER', 'OWNER'] as const;
export type Role = (typeof roles)[number];

export const tokenScopes = ['READ', 'WRITE', 'DELETE', 'ADMIN'] as const;
export type TokenScope = (typeof tokenScopes)[number];

export interface UserRow {
  id: string;
  /** Lower case; what the person signs in with. */
  username: string;
  displayName: string;
  /** Argon2id in PHC string form; null: cannot sign in with a password. */
  passwordHash: string | null;
  isAdmin: boolean;
  isBlocked: boolean;
  createdAt: number;
}

export const UserTable = new EntitySchema<UserRow>({
  name: 'user',
  columns: {
    id: primary(string),
    username: string,
    displayName: string,
    passwordHash: nullable(string),
    isAdmin: boolean,
    isBlocked: boolean,
    createdAt: integer,
  },
});

export interface MembershipRow {
  userId: string;
  namespaceId: string;
  role: Role;
  createdAt: number;
}

export const MembershipTable = new EntitySchema<MembershipRow>({
  name: 'membership',
  columns: { userId: primary(string), namespaceId: primary(string), role: string, createdAt: integer },
});

export interface TokenRow {
  id: string;
  name: string;
  /** SHA-256 of the secret, lower-case hex; the secret itself is never stored. */
  secretSha256: string;
  /** The first characters of the secret, so that a person can tell which one it is. */
  hint: string;
  userId: string;
  scopes: TokenScope[];
  createdAt: number;
  expiresAt: number | null;
  revokedAt: number | null;
}

export const TokenTable = new EntitySchema<TokenRow>({
  name: 'token',
  columns: {
    id: primary(string),
    name: string,
    secretSha256: string,
    hint: string,
    userId: string,
    scopes: json,
    createdAt: integer,
    expiresAt: nullable(integer),
    revokedAt: nullable(integer),
  },
});
