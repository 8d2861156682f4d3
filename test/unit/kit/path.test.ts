import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routeMatcher } from '../../../shims/kit/match-route.ts';
import type { Method, Route } from '../../../shims/kit/shim.ts';
import { parseTarget, splitPath } from '../../../shims/kit/target.ts';
import { InvalidInput, NotFound } from '../../../src/errors.ts';

const parse = (path: string) => parseTarget(splitPath(path));

describe('the path of a request', () => {
  it.for([
    ['npm/lib', '', 'npm', ['lib']],
    ['npm', '', 'npm', []],
    ['npm/', '', 'npm', []],
    ['acme/widgets/npm/@acme%2flib', 'acme/widgets', 'npm', ['@acme/lib']],
    ['acme/npm/npm/npm', 'acme', 'npm', ['npm', 'npm']],
    ['a/generic/x/1/a%20b/c%2525', 'a', 'generic', ['x', '1', 'a b', 'c%25']],
    ['acme/maven/org/x', 'acme', 'maven', ['org', 'x']],
    ['a%62c/npm/x', 'abc', 'npm', ['x']],
  ] as const)('%s', ([path, namespacePath, formatId, segments]) => {
    expect(parse(path)).toEqual({ namespacePath, formatId, segments });
  });

  it.for(['npm//x', 'npm/x//', '/npm/x', 'npm/.', 'npm/..', 'npm/%2e%2e/x', 'npm/a%2f', 'npm/%2fa', 'npm/a%2f..%2fb', 'npm/%00', 'npm/a%0d%0ab', 'npm/%7f', 'npm/%', 'npm/%zz', 'npm/%ff', 'npm/%c0%af', 'npm/%ed%a0%80', '../npm/x', '%2e%2e/npm/x'])('refuses %s', (path) => {
    expect(() => parse(path)).toThrow(InvalidInput);
  });

  it.for(['', '/', 'acme', 'acme/widgets', 'n%70m/x'])('names no format: "%s"', (path) => {
    expect(() => parse(path)).toThrow(NotFound);
  });

  it('gives no segment that climbs, is empty or has control characters, whatever comes', () => {
    const piece = fc.oneof(fc.constantFrom('..', '.', '%2e', '%2E%2e', '%2f', '/', '%5c', '%00', '%1f', 'a', '%c3%a9', '%'), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        let target;
        try {
          target = parse(`npm/${pieces.join('')}`);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInput);
          return;
        }
        for (const segment of target.segments.flatMap((one) => one.split('/'))) {
          expect(['', '.', '..']).not.toContain(segment);
          expect(segment).not.toMatch(/[\u0000-\u001f\u007f]/);
        }
      }),
    );
  });
});

describe('routes', () => {
  const route = (method: Method, path: string): Route => ({ method, path, handle: async () => {} });
  const match = routeMatcher([route('GET', '-/ping'), route('GET', ':pkg'), route('PUT', ':pkg'), route('GET', ':pkg/:version'), route('GET', ':pkg/:version/*path'), route('DELETE', ':pkg/-rev/:rev')]);

  it.for([
    ['GET', '-/ping', '-/ping', {}],
    ['HEAD', '-/ping', '-/ping', {}],
    ['GET', 'lib', ':pkg', { pkg: 'lib' }],
    ['PUT', 'lib', ':pkg', { pkg: 'lib' }],
    ['GET', 'lib/1', ':pkg/:version', { pkg: 'lib', version: '1' }],
    ['GET', 'lib/1/a', ':pkg/:version/*path', { pkg: 'lib', version: '1', path: 'a' }],
    ['GET', 'lib/1/a/b', ':pkg/:version/*path', { pkg: 'lib', version: '1', path: 'a/b' }],
    ['GET', 'lib/-rev/1', ':pkg/:version/*path', { pkg: 'lib', version: '-rev', path: '1' }],
    ['DELETE', 'lib/-rev/1', ':pkg/-rev/:rev', { pkg: 'lib', rev: '1' }],
    ['GET', '__proto__/constructor', ':pkg/:version', { pkg: '__proto__', version: 'constructor' }],
  ] as const)('%s %s', ([method, path, pattern, params]) => {
    const found = match(method, path.split('/'));
    expect(found).toMatchObject({ route: { path: pattern, method: method === 'HEAD' ? 'GET' : method }, params });
  });

  it('tells the methods that an address has', () => {
    expect(match('POST', ['lib'])).toEqual({ allow: ['GET', 'HEAD', 'PUT'] });
    expect(match('PUT', ['lib', '-rev', '1'])).toEqual({ allow: ['DELETE', 'GET', 'HEAD'] });
    expect(match('GET', [])).toBe('no such path');
  });
});
