import { describe, expect, it } from 'vitest';
import { type Actor, anonymous } from '../../../src/access/actor.ts';
import { type Action, actions as everyAction, authorize, canSee, checkLimits, decide, type Node, type PackageAccess, roleOn, roleOnPackage } from '../../../src/access/decide.ts';
import { isPlausibleSecret, newSecret, secretHint, secretSha256 } from '../../../src/access/secret.ts';
import { type GrantLevel, roles } from '../../../src/db/tables/access.ts';
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

  it('a GUEST knows of a node, and of what could be in it, but not of what is', () => {
    const guest = actor({ roles: new Map([['ns_leaf', 'GUEST']]) });
    const reporter = actor({ roles: new Map([['ns_leaf', 'REPORTER']]) });
    const any = { format: 'npm', normalizedName: 'lib' };
    const one = { ...any, access: { id: 'pkg', isRestricted: false, visibility: null } };
    expect([undefined, any, one].map((subject) => canSee(guest, nodeOf('PRIVATE'), subject))).toEqual([true, true, false]);
    expect([undefined, any, one].map((subject) => canSee(reporter, nodeOf('PRIVATE'), subject))).toEqual([true, true, true]);
    expect(() => authorize(guest, 'DELETE', nodeOf('PRIVATE'), one)).toThrow(NotFound);
    expect(() => authorize(guest, 'PUBLISH', nodeOf('PRIVATE'), any)).toThrow(Forbidden);
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

describe('INSPECT and OWN', () => {
  const held = (role: (typeof roles)[number]) => actor({ roles: new Map([['ns_leaf', role]]) });
  const may = (who: Actor, action: Action, visibility: Visibility) => decide(who, action, nodeOf(visibility)).allowed;

  it('INSPECT takes the role REPORTER, however open the node is', () => {
    for (const visibility of ['PUBLIC', 'INTERNAL', 'PRIVATE'] as const) {
      expect([anonymous, actor(), held('GUEST'), held('REPORTER')].map((who) => may(who, 'INSPECT', visibility))).toEqual([false, false, false, true]);
    }
  });

  it('OWN takes the role OWNER and the scope ADMIN', () => {
    expect(roles.map((role) => may(held(role), 'OWN', 'PUBLIC'))).toEqual([false, false, false, false, true]);
    expect(may({ ...held('OWNER'), scopes: new Set(['READ', 'WRITE', 'DELETE']) }, 'OWN', 'PRIVATE')).toBe(false);
  });
});

describe('a package', () => {
  const inherited: PackageAccess = { id: 'pkg_1', isRestricted: false, visibility: null };
  const restricted: PackageAccess = { ...inherited, isRestricted: true };
  const subject = (access: PackageAccess) => ({ format: 'npm', normalizedName: 'lib', access });
  const may = (who: Actor, access: PackageAccess, node: Partial<Node> = {}) =>
    everyAction.filter((action) => decide(who, action, { ...nodeOf('PRIVATE'), ...node }, subject(access)).allowed).join(' ');
  const held = (role: (typeof roles)[number]) => actor({ roles: new Map([['ns_leaf', role]]) });
  const granted = (level: GrantLevel, more: Partial<Actor> = {}) => actor({ grants: new Map([['pkg_1', level]]), ...more });

  it.for([
    ['READ', 'READ INSPECT'],
    ['WRITE', 'READ PUBLISH INSPECT'],
    ['ADMIN', 'READ PUBLISH DELETE INSPECT MANAGE'],
  ] as const)('with a grant of %s allows %s, restricted or not', ([level, allowedActions]) => {
    expect(may(granted(level), inherited)).toBe(allowedActions);
    expect(may(granted(level), restricted)).toBe(allowedActions);
    expect(may(granted(level), { ...inherited, id: 'pkg_2' })).toBe('');
  });

  it('of grant and role the higher counts', () => {
    expect(may(granted('READ', { roles: new Map([['ns_leaf', 'MAINTAINER']]) }), inherited)).toBe('READ PUBLISH DELETE INSPECT MANAGE');
    expect(roleOnPackage(granted('WRITE', { roles: new Map([['ns_leaf', 'GUEST']]) }), { lineage }, inherited)).toBe('DEVELOPER');
  });

  it('that is restricted knows no role of its namespace but OWNER', () => {
    expect(roles.map((role) => may(held(role), restricted))).toEqual(['', '', '', '', 'READ PUBLISH DELETE INSPECT MANAGE OWN']);
    expect(may(granted('READ', { roles: new Map([['ns_leaf', 'MAINTAINER']]) }), restricted)).toBe('READ INSPECT');
    expect(canSee(held('MAINTAINER'), nodeOf('PRIVATE'), subject(restricted))).toBe(false);
    expect(canSee(held('MAINTAINER'), nodeOf('PUBLIC'), subject(restricted))).toBe(false);
    expect(may(actor({ user: { ...user, isAdmin: true } }), restricted)).toBe(everyAction.join(' '));
  });

  it('opens as far as its own visibility and that of its namespace both do', () => {
    const reads = (visibility: Visibility | null, node: Visibility, isRestricted: boolean) =>
      [anonymous, actor()].map((who) => may(who, { ...inherited, isRestricted, visibility }, { visibility: node }) === 'READ');
    expect(reads('PUBLIC', 'PUBLIC', false)).toEqual([true, true]);
    expect(reads('INTERNAL', 'PUBLIC', false)).toEqual([false, true]);
    expect(reads('PUBLIC', 'INTERNAL', true)).toEqual([false, true]);
    expect(reads('PUBLIC', 'PRIVATE', true)).toEqual([false, false]);
    expect(reads('PRIVATE', 'PUBLIC', false)).toEqual([false, false]);
    expect(reads(null, 'PUBLIC', false)).toEqual([true, true]);
    expect(reads(null, 'PUBLIC', true)).toEqual([false, false]);
  });

  it('where anyone can pull is read by all, unless it has rules of its own', () => {
    const open = { isPullOpen: true };
    expect(may(anonymous, inherited, open)).toBe('READ');
    expect(may(anonymous, restricted, open)).toBe('');
    expect(may(anonymous, { ...inherited, visibility: 'INTERNAL' }, open)).toBe('');
    // The node itself stays what it is.
    expect(canSee(anonymous, { ...nodeOf('PRIVATE'), ...open })).toBe(false);
    expect(canSee(anonymous, { ...nodeOf('PRIVATE'), ...open }, { format: 'npm' })).toBe(true);
  });

  it.for(['*', ',npm,', ',maven,npm,'])('is not served to anybody where %s is off, and its node is still managed', (disabledFormats) => {
    const admin = actor({ user: { ...user, isAdmin: true } });
    expect(may(admin, inherited, { disabledFormats })).toBe('');
    expect(() => authorize(admin, 'READ', { ...nodeOf('PUBLIC'), disabledFormats }, subject(inherited))).toThrow(Forbidden);
    expect(() => authorize(actor(), 'READ', { ...nodeOf('PRIVATE'), disabledFormats }, subject(inherited))).toThrow(NotFound);
    expect(decide(admin, 'MANAGE', { ...nodeOf('PRIVATE'), disabledFormats }).allowed).toBe(true);
  });

  it.for(['', ',npmx,', ',xnpm,', ',generic,'])('is served where "%s" is off', (disabledFormats) => {
    expect(may(held('REPORTER'), inherited, { disabledFormats })).toBe('READ INSPECT');
  });
});

describe('a limited token', () => {
  const limited = (limits: { formats?: string[]; namePattern?: string }): Actor => ({
    ...actor({ roles: new Map([['ns_leaf', 'OWNER']]) }),
    token: { id: 't', kind: 'PERSONAL', name: 't', namespaceId: null, formats: limits.formats && new Set(limits.formats), namePattern: limits.namePattern, mintsJobs: false, build: undefined, expiresAt: null },
  });
  const lib = { format: 'npm', normalizedName: 'lib' };

  it.for([
    [{ formats: ['npm'] }, true],
    [{ formats: ['generic'] }, false],
    [{ namePattern: 'li*' }, true],
    [{ namePattern: 'x*' }, false],
    [{ formats: ['npm'], namePattern: 'x*' }, false],
    [{ formats: ['generic'], namePattern: 'lib' }, false],
  ] as const)('%j', ([limits, isGood]) => {
    const token = limited(limits as { formats?: string[]; namePattern?: string });
    const allowedActions = everyAction.filter((action) => decide(token, action, nodeOf('PUBLIC'), lib).allowed);
    expect(allowedActions).toEqual(isGood ? everyAction : []);
    // It does not even know of what it is not good for, public or not.
    expect(canSee(token, nodeOf('PUBLIC'), lib)).toBe(isGood);
    if (isGood) expect(() => checkLimits(token, nodeOf('PUBLIC'), lib)).not.toThrow();
    else expect(() => checkLimits(token, nodeOf('PUBLIC'), lib)).toThrow(Forbidden);
  });

  it('sees the node, but nothing of how it is set up, and manages nothing in it', () => {
    const token = limited({ namePattern: 'lib' });
    expect(everyAction.filter((action) => decide(token, action, nodeOf('PRIVATE')).allowed)).toEqual(['READ', 'PUBLISH', 'DELETE']);
    expect(() => authorize(token, 'MANAGE', nodeOf('PRIVATE'))).toThrow(Forbidden);
  });

  it('without a user is nobody who has signed in', () => {
    const { user: _, ...deploy } = limited({});
    expect(decide({ ...deploy, user: undefined, roles: new Map() }, 'READ', nodeOf('INTERNAL')).allowed).toBe(false);
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
