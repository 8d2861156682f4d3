import { describe, expect, it } from 'vitest';
import { EntrepotError, InvalidName, InvalidVersion } from '../../../src/errors.ts';
import { checkName, nameFromPurl, normalizeVersion, purlName, splitName, tarballName, validateName, validateTag } from '../../../shims/npm/name.ts';

describe('validateName', () => {
  it.each(['lib', 'a', '@acme/lib', 'lib.js', 'lib_a-b', '@acme/_private', '0', 'constructor', 'a'.repeat(214), `@a/${'b'.repeat(211)}`])('takes %j', (name) => {
    expect(() => validateName(name)).not.toThrow();
  });

  it.each([
    '', 'Lib', '@Acme/lib', '.lib', '_lib', '-lib', '-', '@acme/-', '@-/lib', '@acme/.lib', '@./lib', '@../lib', '@acme/..', '..', 'node_modules', 'Favicon.ico',
    'a/b', '@acme', '@acme/', '@/lib', '@acme/a/b', 'a b', ' a', 'a%2fb', 'é', 'a\0', 'a~b', "a'b", 'a!', 'a(b)', 'a*', 'a'.repeat(215), '__proto__', 'a?b', 'a\\b',
  ])('refuses %j', (name) => {
    expect(() => validateName(name)).toThrow(InvalidName);
  });
});

describe('checkName', () => {
  it.each(['JSONStream', "a'b", '@Acme/Lib', 'x'.repeat(215)])('takes the old name %j', (name) => {
    expect(() => checkName(name)).not.toThrow();
  });
  it.each(['.x', 'a/b', '@a/b/c', 'node_modules', 'x'.repeat(513)])('refuses %j', (name) => {
    expect(() => checkName(name)).toThrow(InvalidName);
  });
});

it.each([['@acme/lib', '@acme', 'lib'], ['lib', undefined, 'lib']])('splits %s and joins it', (name, scope, base) => {
  expect(splitName(name)).toEqual(scope === undefined ? { base } : { scope, base });
  const purl = purlName(name);
  expect(purl.namespace).toBe(scope);
  expect(nameFromPurl(purl.namespace, purl.name)).toBe(name);
  expect(tarballName(name, '1.0.0')).toBe('lib-1.0.0.tgz');
});

describe('normalizeVersion', () => {
  it.each([['1.2.3', '1.2.3'], ['v1.2.3', '1.2.3'], [' =v1.2.3 ', '1.2.3'], ['1.2.3-rc.1+build.7', '1.2.3-rc.1']])('%j is %j', (version, expected) => {
    expect(normalizeVersion(version)).toBe(expected);
    expect(normalizeVersion(expected)).toBe(expected);
  });
  it.each(['', '1', '1.2', '1.2.3.4', '1.2.x', '01.2.3', 'latest', '../../x', '1.2.3/..', `1.2.3-${'a'.repeat(252)}`, '1'.repeat(100_000)])('refuses %j', (version) => {
    expect(() => normalizeVersion(version)).toThrow(InvalidVersion);
  });
});

describe('validateTag', () => {
  it.each(['latest', 'next', 'beta-1', 'release_2', 'v', 'stable.old', 'x1', 't'.repeat(128)])('takes %j', (tag) => {
    expect(() => validateTag(tag)).not.toThrow();
  });
  it.each(['', '1.0.0', 'v1', '1.x', 'x', '*', '^1', '>=1 <2', 'a b', 'a/b', '.', '..', 'ä', 't'.repeat(129)])('refuses %j', (tag) => {
    expect(() => validateTag(tag)).toThrow(EntrepotError);
  });
});
