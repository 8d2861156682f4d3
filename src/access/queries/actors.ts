import type { Core } from '../../core.ts';
import { isIn, whereAll } from '../../db/condition.ts';
import type { TokenKind } from '../../db/tables/credential.ts';
import { kindOfId } from '../../ids.ts';
import { loadUsers, type UserRecord } from './users.ts';

/** What may be told of a token without a user to whoever sees its work. */
export interface TokenActorRecord {
  id: string;
  /** Its name. */
  displayName: string;
  kind: TokenKind;
}

/** Whoever did something: a person, or a token without one. */
export type ActorRecord = UserRecord | TokenActorRecord;

/** Users and tokens by id, as they are named beside their work. */
export async function loadActors(core: Core, ids: readonly string[]): Promise<Map<string, ActorRecord>> {
  const tokenIds = ids.filter((id) => kindOfId(id) === 'token');
  const userIds = ids.filter((id) => kindOfId(id) !== 'token');
  const [users, tokens] = await Promise.all([userIds.length > 0 ? loadUsers(core, userIds) : [], tokenIds.length > 0 ? loadTokenActors(core, tokenIds) : []]);
  return new Map<string, ActorRecord>([...users, ...tokens]);
}

async function loadTokenActors(core: Core, ids: readonly string[]): Promise<Map<string, TokenActorRecord>> {
  const { sql, parameters } = whereAll([isIn('id', ids)]);
  const rows: TokenActorRecord[] = await core.database.reads.query(`SELECT id, name AS displayName, kind FROM access_token${sql}`, parameters);
  return new Map(rows.map((row) => [row.id, row]));
}
