import { EntitySchema } from 'typeorm';
import { boolean, integer, nullable, primary, string } from './columns.ts';

/** Roles of a node, each including those before it. */
export const roles = ['GUEST', 'REPORTER', 'DEVELOPER', 'MAINTAINER', 'OWNER'] as const;
export type Role = (typeof roles)[number];

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

/** What a user is in a node and everything below it. */
export const MembershipTable = new EntitySchema<MembershipRow>({
  name: 'membership',
  columns: { userId: primary(string), namespaceId: primary(string), role: string, createdAt: integer },
});

export interface TeamRow {
  id: string;
  /** Lower case, unique. */
  name: string;
  description: string | null;
  createdAt: number;
}

/** A group of users, which gets roles and grants like a user. */
export const TeamTable = new EntitySchema<TeamRow>({
  name: 'team',
  columns: { id: primary(string), name: string, description: nullable(string), createdAt: integer },
});

export interface TeamMemberRow {
  teamId: string;
  userId: string;
  createdAt: number;
}

/** Who is in a team. */
export const TeamMemberTable = new EntitySchema<TeamMemberRow>({
  name: 'team_member',
  columns: { teamId: primary(string), userId: primary(string), createdAt: integer },
});

export interface TeamMembershipRow {
  teamId: string;
  namespaceId: string;
  role: Role;
  createdAt: number;
}

/** What the members of a team are in a node and everything below it. */
export const TeamMembershipTable = new EntitySchema<TeamMembershipRow>({
  name: 'team_membership',
  columns: { teamId: primary(string), namespaceId: primary(string), role: string, createdAt: integer },
});

/** What a grant on a single package allows, each including those before it. */
export const grantLevels = ['READ', 'WRITE', 'ADMIN'] as const;
export type GrantLevel = (typeof grantLevels)[number];

export interface PackageGrantRow {
  packageId: string;
  /** A user's or a team's id. */
  principalId: string;
  level: GrantLevel;
  createdAt: number;
}

/** Rights on one package, beside or instead of those of its namespace. */
export const PackageGrantTable = new EntitySchema<PackageGrantRow>({
  name: 'package_grant',
  columns: { packageId: primary(string), principalId: primary(string), level: string, createdAt: integer },
});
