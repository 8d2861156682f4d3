import { checkNodeToken, type NodeTokenKind } from './access/node-tokens.ts';
import type { TokenWish } from './access/token-rules.ts';
import { type CreatedToken, createToken } from './access/tokens.ts';
import { findUser } from './access/users.ts';
import type { Core } from './core.ts';
import { type Role, roles } from './db/tables/access.ts';
import { type TokenScope, tokenScopes } from './db/tables/credential.ts';
import { findNamespaceByPath } from './namespaces/repository.ts';

/** What was typed makes no sense. */
export class UsageError extends Error {}

/** What `entrepot token create` was told. */
export interface TokenOptions {
  name?: string;
  user?: string;
  /** Path of a namespace; empty for the instance. */
  namespace?: string;
  kind?: string;
  role?: string;
  scopes?: string;
  formats?: string;
  packages?: string;
  days?: string;
  'mints-jobs'?: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Makes a token for whoever may reach the database: of a user, or of a namespace. Throws UsageError, InvalidInput. */
export async function tokenCreate(core: Core, options: TokenOptions): Promise<CreatedToken> {
  const { user, namespace } = options;
  if (options.name === undefined) throw new UsageError('token create needs --name');
  if ((user === undefined) === (namespace === undefined)) throw new UsageError('token create needs either --user or --namespace');
  const wish = wishOf(core, options.name, options);
  return user === undefined ? ofNamespace(core, wish, options) : ofUser(core, wish, user, options);
}

async function ofUser(core: Core, wish: TokenWish, username: string, { kind, role, 'mints-jobs': mintsJobs }: TokenOptions): Promise<CreatedToken> {
  if (kind !== undefined || role !== undefined || mintsJobs) throw new UsageError('--kind, --role and --mints-jobs go with --namespace');
  const user = await findUser(core.database.reads, username);
  if (!user) throw new UsageError(`there is no user "${username}"`);
  return createToken(core, { ...wish, userId: user.id });
}

async function ofNamespace(core: Core, { scopes, ...wish }: TokenWish, options: TokenOptions): Promise<CreatedToken> {
  const [kind] = oneOf('--kind', options.kind, ['DEPLOY', 'PROJECT'] satisfies NodeTokenKind[]) ?? [];
  const [role] = oneOf<Role>('--role', options.role, roles) ?? [];
  if (kind === undefined || scopes === undefined) throw new UsageError('a token of a namespace needs --kind and --scopes');
  const path = options.namespace ?? '';
  const namespace = await findNamespaceByPath(core.database.reads, path);
  if (!namespace) throw new UsageError(`there is no namespace "${path}"`);
  const token = { ...wish, scopes, kind, namespaceId: namespace.id, ...(role ? { role } : {}), mintsJobs: options['mints-jobs'] ?? false };
  return createToken(core, { ...token, role: checkNodeToken(core, token) });
}

function wishOf(core: Core, name: string, { scopes, formats, packages, days }: TokenOptions): TokenWish {
  const wanted = oneOf<TokenScope>('--scopes', scopes, tokenScopes);
  if (days !== undefined && !(Number(days) > 0 && Number(days) <= 36_500)) throw new UsageError('--days takes a number above 0, at most 36500');
  return {
    name,
    ...(wanted ? { scopes: wanted } : {}),
    ...(formats === undefined ? {} : { formats: formats.split(',').map((format) => format.trim().toLowerCase()) }),
    ...(packages === undefined ? {} : { namePattern: packages }),
    ...(days === undefined ? {} : { expiresAt: Math.round(core.clock.now() + Number(days) * dayMs) }),
  };
}

/** The words of a list, in any case, each one of those that are known. */
function oneOf<Word extends string>(option: string, typed: string | undefined, words: readonly Word[]): Word[] | undefined {
  return typed?.split(',').map((part) => {
    const word = words.find((known) => known === part.trim().toUpperCase());
    if (word === undefined) throw new UsageError(`${option} takes ${words.join(', ')}, not ${part.trim()}`);
    return word;
  });
}
