import { EntitySchema } from 'typeorm';
import type { BuildInfo } from '../../formats/format.ts';
import type { Role } from './access.ts';
import { boolean, integer, json, nullable, primary, string } from './columns.ts';

export const tokenScopes = ['READ', 'WRITE', 'DELETE', 'ADMIN'] as const;
export type TokenScope = (typeof tokenScopes)[number];

/**
 * PERSONAL: a user's rights. DEPLOY: packages of a node's subtree, no user. PROJECT: a role in a node (project or group) without a
 * user. JOB: for one pipeline, minted by one of the latter two.
 */
export const tokenKinds = ['PERSONAL', 'DEPLOY', 'PROJECT', 'JOB'] as const;
export type TokenKind = (typeof tokenKinds)[number];

export interface TokenRow {
  id: string;
  kind: TokenKind;
  name: string;
  /** SHA-256 of the secret, lower-case hex; the secret itself is never stored. */
  secretSha256: string;
  /** The same of the secret before the last rotation, good until `previousExpiresAt`. */
  previousSha256: string | null;
  previousExpiresAt: number | null;
  /** The first characters of the secret, so that a person can tell which one it is. */
  hint: string;
  /** Whose rights it has; null for all but PERSONAL. */
  userId: string | null;
  /** Where it has its role; null for PERSONAL. */
  namespaceId: string | null;
  role: Role | null;
  /** The token that minted it; JOB only. It works no longer than that one. */
  parentId: string | null;
  scopes: TokenScope[];
  /** Ids of the formats it is limited to; null: all. */
  formats: string[] | null;
  /** What the names of packages must match (`*` stands for any text); null: any. */
  namePattern: string | null;
  /** Whether it may mint JOB tokens. */
  mintsJobs: boolean;
  /** What lands on each version that it publishes; JOB only. */
  build: BuildInfo | null;
  createdById: string | null;
  createdAt: number;
  expiresAt: number | null;
  revokedAt: number | null;
  /** To within a minute; null: never used. */
  lastUsedAt: number | null;
}

/** Credentials of programs. */
export const TokenTable = new EntitySchema<TokenRow>({
  name: 'access_token',
  columns: {
    id: primary(string),
    kind: string,
    name: string,
    secretSha256: string,
    previousSha256: nullable(string),
    previousExpiresAt: nullable(integer),
    hint: string,
    userId: nullable(string),
    namespaceId: nullable(string),
    role: nullable(string),
    parentId: nullable(string),
    scopes: json,
    formats: nullable(json),
    namePattern: nullable(string),
    mintsJobs: boolean,
    build: nullable(json),
    createdById: nullable(string),
    createdAt: integer,
    expiresAt: nullable(integer),
    revokedAt: nullable(integer),
    lastUsedAt: nullable(integer),
  },
});

export interface SessionRow {
  id: string;
  secretSha256: string;
  userId: string;
  createdAt: number;
  expiresAt: number;
}

/** Browsers that have signed in; the row goes when they sign out. */
export const SessionTable = new EntitySchema<SessionRow>({
  name: 'session',
  columns: { id: primary(string), secretSha256: string, userId: string, createdAt: integer, expiresAt: integer },
});

export interface SignInFailureRow {
  /** What failures are counted by: a user name, an address, or both. */
  subject: string;
  failures: number;
  /** When the first of them was. */
  since: number;
}

/** Wrong passwords of late. */
export const SignInFailureTable = new EntitySchema<SignInFailureRow>({
  name: 'sign_in_failure',
  columns: { subject: primary(string), failures: integer, since: integer },
});

/** A key with which this registry signs, the same for all its processes. */
export interface SigningKeyRow {
  /** What it signs; each purpose has its own key. */
  purpose: string;
  /** In base64url. */
  secret: string;
  createdAt: number;
}

export const SigningKeyTable = new EntitySchema<SigningKeyRow>({
  name: 'signing_key',
  columns: { purpose: primary(string), secret: string, createdAt: integer },
});
