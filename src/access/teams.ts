import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { isDuplicateKey } from '../db/driver-errors.ts';
import { TeamMemberTable, type TeamRow, TeamTable } from '../db/tables/access.ts';
import { instanceId } from '../db/tables/namespace.ts';
import { forUpdate } from '../db/upsert.ts';
import { InvalidInput, NotFound, TeamExists } from '../errors.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import type { Actor } from './actor.ts';
import { authorizeAdmin } from './admin.ts';
import { findUser, normalizePrincipalName } from './users.ts';

const maxDescription = 1000;

export interface NewTeam {
  name: string;
  /** What it is for; up to 1,000 characters. */
  description?: string;
}

/** Makes a team, as an administrator; throws TeamExists, InvalidName, InvalidInput and what authorisation throws. */
export async function createTeam(core: Core, actor: Actor, input: NewTeam): Promise<TeamRow> {
  authorizeAdmin(actor);
  const name = normalizePrincipalName(input.name, 'team');
  checkDescription(input.description);
  const now = core.clock.now();
  const team: TeamRow = { id: newId('team', now), name, description: input.description ?? null, createdAt: now };
  await translate(name, () =>
    core.database.tx(async (tx) => {
      await tx.insert(TeamTable, team);
      await tell(core, tx, actor, team, { change: 'CREATED' });
    }),
  );
  return team;
}

/** Changes a team, as an administrator; throws NotFound, TeamExists, InvalidName, InvalidInput and what authorisation throws. */
export async function updateTeam(core: Core, actor: Actor, teamName: string, changes: { name?: string; description?: string | null }): Promise<TeamRow> {
  authorizeAdmin(actor);
  const name = changes.name === undefined ? undefined : normalizePrincipalName(changes.name, 'team');
  checkDescription(changes.description);
  return translate(name ?? teamName, () =>
    core.database.tx(async (tx) => {
      const team = await lockTeam(tx, teamName);
      const next: TeamRow = { ...team, name: name ?? team.name, description: changes.description === undefined ? team.description : changes.description };
      await tx.update(TeamTable, { id: team.id }, next);
      await tell(core, tx, actor, next, { change: 'UPDATED', previousName: team.name });
      return next;
    }),
  );
}

/** Deletes a team with all that it was given, as an administrator; throws NotFound and what authorisation throws. */
export async function deleteTeam(core: Core, actor: Actor, teamName: string): Promise<TeamRow> {
  authorizeAdmin(actor);
  const team = await core.database.tx(async (tx) => {
    const row = await lockTeam(tx, teamName);
    // Grants name users and teams alike, so no foreign key takes them along as it does members and roles.
    await tx.query('DELETE FROM package_grant WHERE principal_id = ?', [row.id]);
    await tx.delete(TeamTable, { id: row.id });
    await tell(core, tx, actor, row, { change: 'DELETED' });
    return row;
  });
  core.authenticator.forget();
  return team;
}

/** Puts a user into a team, as an administrator; once is enough. Throws NotFound and what authorisation throws. */
export async function addTeamMember(core: Core, actor: Actor, teamName: string, username: string): Promise<TeamRow> {
  return changeMember(core, actor, teamName, username, 'MEMBER_ADDED', async (tx, teamId, userId) => {
    if (await tx.existsBy(TeamMemberTable, { teamId, userId })) return false;
    await tx.insert(TeamMemberTable, { teamId, userId, createdAt: core.clock.now() });
    return true;
  });
}

/** Takes a user out of a team, as an administrator. Throws NotFound, also where the user is not in it, and what authorisation throws. */
export async function removeTeamMember(core: Core, actor: Actor, teamName: string, username: string): Promise<TeamRow> {
  return changeMember(core, actor, teamName, username, 'MEMBER_REMOVED', async (tx, teamId, userId) => {
    if (!(await tx.existsBy(TeamMemberTable, { teamId, userId }))) throw new NotFound('Member', `"${username}" is not in the team "${teamName}".`);
    await tx.delete(TeamMemberTable, { teamId, userId });
    return true;
  });
}

/** The team of that name, whatever its case. */
export function findTeam(manager: EntityManager, name: string): Promise<TeamRow | null> {
  return manager.findOne(TeamTable, { where: { name: name.toLowerCase() } });
}

type Change = (tx: EntityManager, teamId: string, userId: string) => Promise<boolean>;

async function changeMember(core: Core, actor: Actor, teamName: string, username: string, change: string, apply: Change): Promise<TeamRow> {
  authorizeAdmin(actor);
  const team = await core.database.tx(async (tx) => {
    const row = await lockTeam(tx, teamName);
    const user = await findUser(tx, username);
    if (!user) throw new NotFound('User', `There is no user "${username}".`);
    if (await apply(tx, row.id, user.id)) await tell(core, tx, actor, row, { change, userId: user.id, username: user.username });
    return row;
  });
  core.authenticator.forget();
  return team;
}

async function lockTeam(tx: EntityManager, name: string): Promise<TeamRow> {
  await tx.query(`SELECT id FROM team WHERE name = ?${forUpdate(tx)}`, [name.toLowerCase()]);
  const team = await findTeam(tx, name);
  if (!team) throw new NotFound('Team', `There is no team "${name}".`);
  return team;
}

function tell(core: Core, tx: EntityManager, actor: Actor, team: TeamRow, payload: Record<string, string>): Promise<void> {
  return record(tx, { type: 'TEAM_CHANGED', namespaceId: instanceId, actor, occurredAt: core.clock.now(), payload: { teamId: team.id, name: team.name, ...payload } });
}

function checkDescription(description: string | null | undefined): void {
  if (description && description.length > maxDescription) throw new InvalidInput('description', `A description has at most ${maxDescription} characters.`);
}

async function translate<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDuplicateKey(error)) throw new TeamExists(name);
    throw error;
  }
}
