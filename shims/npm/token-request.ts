import type { TokenWish } from '../../src/access/token-rules.ts';
import { InvalidInput } from '../../src/errors.ts';
import type { JsonObject } from '../../src/formats/format.ts';
import { npmFormat } from './format.ts';
import { checkName } from './name.ts';

/** Limits that npm can ask for and tokens here do not have: one made without them would do more than its maker wants. */
const unknownLimits = ['cidr_whitelist', 'orgs'];

const dayMs = 24 * 60 * 60 * 1000;
const maxDays = 36_500;

/**
 * What `npm token create` asks for (npm's `lib/commands/token.js`): name, days until it expires, whether it may only read, which older
 * npm says as `readonly`, and which package or scope it is for. Throws InvalidInput for what tokens here cannot be limited to.
 */
export function readTokenRequest(body: JsonObject, now: number): TokenWish {
  const limit = unknownLimits.find((field) => isGiven(body[field]));
  if (limit !== undefined) throw new InvalidInput(limit, `Tokens cannot be limited by ${limit.replace('_', ' ')} here.`);
  const { name } = body;
  const namePattern = readNames(body);
  const days = readDays(body);
  return {
    name: typeof name === 'string' && name !== '' ? name : 'npm token',
    scopes: isReadOnly(body) ? ['READ'] : ['READ', 'WRITE', 'DELETE'],
    // Packages of other formats have names of their own.
    ...(namePattern === undefined ? {} : { namePattern, formats: [npmFormat.id] }),
    ...(days === undefined ? {} : { expiresAt: now + Math.round(days * dayMs) }),
  };
}

/** Days until it expires; undefined: never. Nonsense is refused, for a token that was to expire would live for ever. */
function readDays({ expires }: JsonObject): number | undefined {
  if (expires === undefined || expires === null) return undefined;
  if (typeof expires !== 'number' || !(expires > 0 && expires <= maxDays)) throw new InvalidInput('expires', `A token expires after 1 to ${maxDays} days.`);
  return expires;
}

/** One package, or all of one scope: a token here has one pattern. Undefined: any. */
function readNames({ packages, scopes, packages_all: isForAll }: JsonObject): string | undefined {
  const patterns = [...list('packages', packages).map(packagePattern), ...list('scopes', scopes).map(scopePattern)];
  if (patterns.length > 1 || (patterns.length === 1 && isForAll === true)) {
    throw new InvalidInput('packages', 'A token is for one package, or one scope, or all packages here; make one for each.');
  }
  return patterns[0];
}

function packagePattern(name: string): string {
  checkName(name);
  // In old names it is a character like any other; in a pattern it is any text.
  if (name.includes('*')) throw new InvalidInput('packages', 'A token cannot be limited to a name with "*" in it.');
  return name;
}

function scopePattern(scope: string): string {
  const name = `${scope.startsWith('@') ? '' : '@'}${scope}`;
  if (!/^@[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name)) throw new InvalidInput('scopes', 'A scope is written "@scope".');
  return `${name}/*`;
}

function list(field: string, value: unknown): string[] {
  if (!isGiven(value)) return [];
  if (!Array.isArray(value) || value.some((entry) => typeof entry !== 'string')) throw new InvalidInput(field, `The ${field} of a token are a list of names.`);
  return value;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function isReadOnly({ readonly, packages_and_scopes_permission: permission }: JsonObject): boolean {
  if (permission === undefined) return readonly === true;
  if (permission === 'read-only') return true;
  if (permission === 'read-write') return readonly === true;
  throw new InvalidInput('packages_and_scopes_permission', 'The permission of a token is "read-only" or "read-write" here.');
}
