import { describe, expect, it } from 'vitest';
import { type Actor, anonymous } from '../../../src/access/actor.ts';
import { type Action, authorize, decide, type Node, roleOn } from '../../../src/access/decide.ts';
import { isPlausibleSecret, newSecret, secretHint, secretSha256 } from '../../../src/access/secret.ts';
import { roles } from '../../../src/db/tables/access.ts';
import { tokenScopes } from '../../../src/db/tables/credential.ts';
import type { Visibility } from '../../../src/db/tables/namespace.ts';
import { Forbidden, NotFound, Unauthenticated } from '../../../src/errors.ts';

const lineage = 'ns_root/ns_top/ns_leaf/';
const user = { id: 'u', username: 'u', displayName: 'u', isAdmin: false };
const actor = (fields: Partial<Actor> = {}): Actor => ({ ...anonymous, user, scopes: new Set(tokenScopes), ...fields });
const actions: Action[] = ['READ', 'PUBLISH', 'DELETE', 'MANAGE'];
const nodeOf = (visibility: Visibility): Node => ({ lineage, visibility, isPullOpen: false, disabledFormats: '' });
const allowed = (who: Actor, visibility: Visibility) => actions.filter((action) => decide(who, action, nodeOf(visibility)).allowed).join(' ');
const visible = (who: Actor, visibility: Visibility) => {
  const decision = decide(who, 'MANAGE', nodeOf(visibility));
  return decision.allowed || decision.visible;
};

describe('what a role allows', () => {
  it.for([
    ['nobody', anonymous, 'READ', '', ''],
    ['a user', actor(), 'READ', 'READ', ''],
    ['GUEST', actor({ roles: new Map([['ns_leaf', 'GUEST']]) }), 'READ', 'READ', ''],
    ['REPORTER', actor({ roles: new Map([['ns_leaf', 'REPORTER']]) }), 'READ', 'READ', 'READ'],
    ['DEVELOPER', actor({ roles: new Map([['ns_leaf', 'DEVELOPER']]) }), 'READ PUBLISH', 'READ PUBLISH', 'READ PUBLISH'],
    ['MAINTAINER', actor({ roles: new Map([['ns_top', 'MAINTAINER']]) }), 'READ PUBLISH DELETE MANAGE', 'READ PUBLISH DELETE MANAGE', 'READ PUBLISH DELETE MANAGE'],
    ['OWNER', actor({ roles: new Map([['ns_root', 'OWNER']]) }), 'READ PUBLISH DELETE MANAGE', 'READ PUBLISH DELETE MANAGE', 'READ PUBLISH DELETE MANAGE'],
    ['a role elsewhere', actor({ roles: new Map([['ns_other', 'OWNER']]) }), 'READ', 'READ', ''],
    ['an admin', actor({ user: { ...user, isAdmin: true } }), 'READ PUBLISH DELETE MANAGE', 'READ PUBLISH DELETE MANAGE', 'READ PUBLISH DELETE MANAGE'],
  ] as const)('%s', ([, who, inPublic, inInternal, inPrivate]) => {
    expect([allowed(who, 'PUBLIC'), allowed(who, 'INTERNAL'), allowed(who, 'PRIVATE')]).toEqual([inPublic, inInternal, inPrivate]);
  });

  it('the highest of several counts', () => {
    expect(roleOn(actor({ roles: new Map([['ns_leaf', 'GUEST'], ['ns_root', 'DEVELOPER'], ['ns_top', 'REPORTER']]) }), { lineage })).toBe('DEVELOPER');
    expect(roles.at(-1)).toBe('OWNER');
  });

  it('the scopes of the credential narrow it, also for admins', () => {
    const admin = { ...user, isAdmin: true };
    for (const [scope, action] of [['READ', 'READ'], ['WRITE', 'PUBLISH'], ['DELETE', 'DELETE'], ['ADMIN', 'MANAGE']] as const) {
      expect(allowed(actor({ user: admin, scopes: new Set([scope]) }), 'PRIVATE')).toBe(action);
    }
    expect(allowed(actor({ scopes: new Set() }), 'PUBLIC')).toBe('');
  });

  it('who may know that it is there', () => {
    const guest = actor({ roles: new Map([['ns_leaf', 'GUEST']]) });
    expect([visible(anonymous, 'PUBLIC'), visible(anonymous, 'INTERNAL'), visible(anonymous, 'PRIVATE')]).toEqual([true, false, false]);
    expect([visible(actor(), 'INTERNAL'), visible(actor(), 'PRIVATE'), visible(guest, 'PRIVATE')]).toEqual([true, false, true]);
  });

  it('how a refusal is told', () => {
    const ask = (who: Actor, visibility: Visibility) => () => authorize(who, 'PUBLISH', nodeOf(visibility));
    expect(ask(anonymous, 'PUBLIC')).toThrow(Unauthenticated);
    expect(ask(anonymous, 'PRIVATE')).toThrow(Unauthenticated);
    expect(ask(actor(), 'PUBLIC')).toThrow(Forbidden);
    expect(ask(actor(), 'PRIVATE')).toThrow(NotFound);
    expect(ask(actor({ roles: new Map([['ns_leaf', 'DEVELOPER']]) }), 'PRIVATE')).not.toThrow();
  });
});

describe('a secret', () => {
  it('is recognised by its prefix and checksum', () => {
    const secrets = Array.from({ length: 100 }, newSecret);
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) {
      expect(secret).toMatch(/^ept_[A-Za-z0-9]{38}$/);
      expect(isPlausibleSecret(secret)).toBe(true);
      expect(isPlausibleSecret(`${secret.slice(0, 10)}${secret[10] === 'x' ? 'y' : 'x'}${secret.slice(11)}`)).toBe(false);
      expect(isPlausibleSecret(secret.slice(0, -1))).toBe(false);
    }
  });

  it('of another kind passes within bounds', () => {
    expect([isPlausibleSecret('chosen by hand'), isPlausibleSecret(''), isPlausibleSecret('x'.repeat(512)), isPlausibleSecret('x'.repeat(513)), isPlausibleSecret('ept_')]).toEqual([true, false, true, false, false]);
  });

  it('is stored as its SHA-256, with a hint too short to use', () => {
    expect(secretSha256('x')).toBe('2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881');
    expect(secretHint(newSecret())).toHaveLength(8);
  });
});
