import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPattern } from '../../../src/access/name-pattern.ts';
import { type Role, roles } from '../../../src/db/tables/access.ts';
import { bindingRules, refusalOfPackage } from '../../../src/protection/binding.ts';
import { refusalToDelete } from '../../../src/protection/check.ts';
import { type Guard, nameOfRule, refusalByRole } from '../../../src/protection/guard.ts';
import { isAbout, type ProtectionRule, rulesOn, rulesOnPackage } from '../../../src/protection/rules.ts';

const rule = (fields: Partial<ProtectionRule>): ProtectionRule => ({
  id: 'rul_1',
  namespaceId: 'ns_1',
  path: 'acme',
  target: 'PACKAGE',
  format: null,
  namePattern: '*',
  pattern: null,
  publishRole: null,
  deleteRole: null,
  isImmutable: false,
  createdById: null,
  createdAt: 0,
  ...fields,
});
const guard = (role: Role | undefined, ...rules: ProtectionRule[]): Guard => ({ packageId: 'pkg_1', name: 'lib', rules, role, seesNodes: true });

describe('a pattern', () => {
  it('is refused where databases would read it in their own way', () => {
    for (const bad of ['', 'a'.repeat(256), '*'.repeat(9), 'a\0', '\u0085', '\ud800', '😀'.slice(1)]) expect(() => checkPattern('p', bad)).toThrow(expect.objectContaining({ field: 'p' }));
    for (const good of ['a'.repeat(255), '*'.repeat(8), '😀*']) expect(() => checkPattern('p', good)).not.toThrow();
  });
});

describe('rules', () => {
  it('are about a package by name and format', () => {
    const subject = { format: 'npm', normalizedName: '@acme/lib' };
    expect([isAbout(rule({}), subject), isAbout(rule({ format: 'npm', namePattern: '@acme/*' }), subject)]).toEqual([true, true]);
    expect([isAbout(rule({ format: 'generic' }), subject), isAbout(rule({ namePattern: '@Acme/*' }), subject)]).toEqual([false, false]);
  });

  it('are on versions, tags or the package, never on another of them', () => {
    const all = [rule({ id: 'p' }), rule({ id: 'v', target: 'VERSION', pattern: '1.*' }), rule({ id: 't', target: 'TAG', pattern: '1.*' })];
    const ids = (rules: ProtectionRule[]) => rules.map(({ id }) => id);
    expect([ids(rulesOnPackage(all)), ids(rulesOn(all, 'VERSION', '1.0')), ids(rulesOn(all, 'TAG', '1.0')), ids(rulesOn(all, 'TAG', '2.0'))]).toEqual([['p'], ['v'], ['t'], []]);
    expect(all.map(nameOfRule)).toEqual(['"*"', '"*" for versions "1.*"', '"*" for tags "1.*"']);
  });

  it('ask together for the highest of their roles', () => {
    const role = fc.option(fc.constantFrom(...roles));
    fc.assert(
      fc.property(fc.option(fc.constantFrom(...roles), { nil: undefined }), fc.array(role), (own, asked) => {
        const rules = asked.map((publishRole, index) => rule({ id: `${index}`, publishRole, deleteRole: 'OWNER' }));
        const refused = refusalByRole(guard(own, ...rules), rules, 'publishRole', { subject: 'lib', doing: 'publishing' });
        const highest = Math.max(-1, ...asked.map((one) => (one === null ? -1 : roles.indexOf(one))));
        const has = own === undefined ? -1 : roles.indexOf(own);
        expect(refused === undefined).toBe(has >= highest);
        if (refused) expect([refused.message, asked[Number(refused.ruleId)]]).toEqual([`lib is protected by the rule "*" of "acme": publishing needs the role ${roles[highest]}.`, roles[highest]]);
      }),
    );
  });

  it('that ask for any role keep the registry itself from deleting', () => {
    const version = { version: '1.0', normalizedVersion: '1.0' };
    expect(refusalToDelete(guard(undefined), version, ['latest'])).toBeUndefined();
    expect(refusalToDelete(guard(undefined, rule({ publishRole: 'OWNER' })), version, ['latest'])).toBeUndefined();
    for (const one of [rule({ deleteRole: 'MAINTAINER' }), rule({ target: 'VERSION', pattern: '1.*', isImmutable: true }), rule({ target: 'TAG', pattern: 'latest', isImmutable: true })]) {
      expect(refusalToDelete(guard(undefined, one), version, ['latest'])?.ruleId).toBe('rul_1');
    }
    expect(refusalToDelete(guard(undefined, rule({ target: 'TAG', pattern: 'latest', isImmutable: true })), version, ['next'])).toBeUndefined();
  });

  it('are told where the one who asks may not know of the node', () => {
    const rules = [rule({ publishRole: 'OWNER', path: '' })];
    const told = (seesNodes: boolean) => refusalOfPackage({ ...guard('DEVELOPER', ...rules), seesNodes }, 'PUBLISH')?.message;
    expect([told(true), told(false)]).toEqual([
      'lib is protected by the rule "*" of the instance: publishing needs the role OWNER.',
      'lib is protected by the rule "*" of its namespace: publishing needs the role OWNER.',
    ]);
  });

  it('bind by action', () => {
    const publishing = rule({ id: 'publish', publishRole: 'OWNER' });
    const deleting = rule({ id: 'delete', deleteRole: 'OWNER' });
    const fixed = rule({ id: 'fixed', target: 'VERSION', pattern: '*', isImmutable: true });
    const ids = (role: Role, action: 'READ' | 'PUBLISH' | 'DELETE') => bindingRules(guard(role, publishing, deleting, fixed), action).map(({ id }) => id);
    expect([ids('MAINTAINER', 'PUBLISH'), ids('MAINTAINER', 'DELETE'), ids('OWNER', 'DELETE'), ids('MAINTAINER', 'READ')]).toEqual([['publish', 'fixed'], ['delete', 'fixed'], ['fixed'], []]);
  });
});
