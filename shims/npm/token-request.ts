import type { NewToken } from '../../src/access/tokens.ts';
import { InvalidInput } from '../../src/errors.ts';
import type { JsonObject } from '../../src/formats/format.ts';

/** Limits that npm can ask for and tokens here do not have: one made without them would do more than its maker wants. */
const unknownLimits = ['cidr_whitelist', 'packages', 'scopes', 'orgs'];

const dayMs = 24 * 60 * 60 * 1000;

/**
 * What `npm token create` asks for (npm's `lib/commands/token.js`): name, days until it expires, and whether it may only
 * read, which older npm says as `readonly`. Throws InvalidInput for what tokens here cannot be limited to.
 */
export function readTokenRequest(body: JsonObject, now: number): Omit<NewToken, 'userId'> {
  const limit = unknownLimits.find((field) => Array.isArray(body[field]) && body[field].length > 0);
  if (limit !== undefined) throw new InvalidInput(limit, `Tokens cannot be limited by ${limit.replace('_', ' ')} here.`);
  const { name, expires } = body;
  return {
    name: typeof name === 'string' && name !== '' ? name : 'npm token',
    scopes: isReadOnly(body) ? ['READ'] : ['READ', 'WRITE', 'DELETE'],
    ...(typeof expires === 'number' && expires > 0 ? { expiresAt: now + expires * dayMs } : {}),
  };
}

function isReadOnly({ readonly, packages_and_scopes_permission: permission }: JsonObject): boolean {
  if (permission === undefined) return readonly === true;
  if (permission === 'read-only') return true;
  if (permission === 'read-write') return false;
  throw new InvalidInput('packages_and_scopes_permission', 'The permission of a token is "read-only" or "read-write" here.');
}
