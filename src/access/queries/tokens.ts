import type { Core } from '../../core.ts';
import { type Condition, isIn, whereAll } from '../../db/condition.ts';
import type { ListQuery } from '../../db/keyset.ts';
import type { TokenKind, TokenRow } from '../../db/tables/credential.ts';
import { loadNamespaces } from '../../namespaces/queries/namespaces.ts';
import { type Actor, selfOf } from '../actor.ts';
import { decide } from '../decide.ts';

type Told = 'id' | 'kind' | 'name' | 'hint' | 'userId' | 'namespaceId' | 'role' | 'namePattern' | 'createdById' | 'createdAt' | 'expiresAt' | 'revokedAt' | 'lastUsedAt';

/** A token as it is read: nothing that its secret could be guessed from. Scopes, formats and build are JSON text. */
export interface TokenRecord extends Pick<TokenRow, Told> {
  scopes: string;
  formats: string | null;
  mintsJobs: number | boolean;
  build: string | null;
}

const columns =
  't.id AS id, t.kind AS kind, t.name AS name, t.hint AS hint, t.user_id AS userId, t.namespace_id AS namespaceId, t.role AS role, t.scopes AS scopes, ' +
  't.formats AS formats, t.name_pattern AS namePattern, t.mints_jobs AS mintsJobs, t.build AS build, t.created_by_id AS createdById, ' +
  't.created_at AS createdAt, t.expires_at AS expiresAt, t.revoked_at AS revokedAt, t.last_used_at AS lastUsedAt';

/** A row that a service gave back, as it would be read. */
export function tokenRecord(row: TokenRow): TokenRecord {
  const { scopes, formats, build, secretSha256: _secret, previousSha256: _previous, ...told } = row;
  return { ...told, scopes: JSON.stringify(scopes), formats: formats && JSON.stringify(formats), build: build && JSON.stringify(build) };
}

/** The tokens with these ids that the actor may know of: the one in use, those of the person, those of nodes that it manages. */
export async function loadTokens(core: Core, actor: Actor, ids: readonly string[]): Promise<Map<string, TokenRecord>> {
  const { sql, parameters } = whereAll([isIn('t.id', ids)]);
  const rows: TokenRecord[] = await core.database.reads.query(`SELECT ${columns} FROM access_token t${sql}`, parameters);
  const nodeIds = [...new Set(rows.map(({ namespaceId }) => namespaceId).filter((id) => id !== null))];
  const nodes = nodeIds.length === 0 ? new Map<string, never>() : await loadNamespaces(core, actor, nodeIds);
  const { user, token } = selfOf(actor);
  const mayKnow = ({ id, userId, namespaceId }: TokenRecord) => {
    if (id === token?.id) return true;
    if (userId !== null) return userId === user?.id;
    const node = nodes.get(namespaceId ?? '');
    return node !== undefined && decide(actor, 'MANAGE', node).allowed;
  };
  return new Map(rows.filter(mayKnow).map((row) => [row.id, row]));
}

/** Which tokens are wanted. */
export interface TokenFilter {
  kinds?: readonly TokenKind[] | undefined;
  /** Also those that were revoked or have expired. */
  includeEnded?: boolean | undefined;
}

/** The tokens of nodes, newest first. The caller has seen to it that the actor manages those. */
export function tokenListQuery(namespaceIds: readonly string[], { kinds, includeEnded }: TokenFilter, now: number): ListQuery {
  return {
    from: 'access_token t',
    where: [...(kinds ? [isIn('t.kind', kinds)] : []), ...(includeEnded ? [] : [stillGood(now)])],
    order: [
      { sql: 't.created_at', direction: 'DESC' },
      { sql: 't.id', direction: 'DESC' },
    ],
    select: columns,
    key: 't.id AS id',
    row: 'JOIN access_token t ON t.id = hit.id',
    parent: { sql: 't.namespace_id', ids: namespaceIds },
  };
}

function stillGood(now: number): Condition {
  return { sql: 't.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?)', parameters: [now] };
}
