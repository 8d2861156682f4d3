import type { EntityManager } from 'typeorm';
import { type TeamRow, TeamTable, type UserRow, UserTable } from '../db/tables/access.ts';
import { InvalidInput } from '../errors.ts';
import { findTeam } from './teams.ts';
import { findUser } from './users.ts';

/** A user or a team, by name or id: exactly one of them. */
export interface PrincipalName {
  username?: string;
  teamName?: string;
  userId?: string;
  teamId?: string;
}

/** Whom a name means; throws InvalidInput where that is nobody, or not one. The caller has checked that the actor may ask. */
export async function findPrincipal(manager: EntityManager, name: PrincipalName): Promise<{ kind: 'USER' | 'TEAM'; id: string; name: string }> {
  const given = Object.entries(name).filter(([, value]) => value !== undefined) as [keyof PrincipalName, string][];
  const [only, ...more] = given;
  if (!only || more.length > 0) throw new InvalidInput('username', 'Name a user or a team: one of the two.');
  const [field, value] = only;
  const kind = field === 'username' || field === 'userId' ? 'USER' : 'TEAM';
  const row = await find[field](manager, value);
  if (!row) throw new InvalidInput(field, kind === 'USER' ? `There is no user "${value}".` : `There is no team "${value}".`);
  return { kind, id: row.id, name: 'username' in row ? row.username : row.name };
}

const find: Record<keyof PrincipalName, (manager: EntityManager, value: string) => Promise<UserRow | TeamRow | null>> = {
  username: findUser,
  teamName: findTeam,
  userId: (manager, id) => manager.findOne(UserTable, { where: { id } }),
  teamId: (manager, id) => manager.findOne(TeamTable, { where: { id } }),
};
