import { describe, expect, it } from 'vitest';
import { shims } from '../../../shims/index.ts';
import { InvalidName } from '../../../src/errors.ts';
import { childPath, isReserved, maxDepth, maxPathLength, validateSegment } from '../../../src/namespaces/path.ts';

describe('a segment of a namespace path', () => {
  it.for(['a', '0', 'a-b', 'a--b', 'a.b', 'a_b', 'a__b', 'a'.repeat(64), 'npmx', 'apis', 'v3'])('may be %s', (segment) => {
    expect(() => validateSegment(segment)).not.toThrow();
  });

  it.for(['', 'A', 'é', '-a', 'a-', '.a', 'a.', 'a..b', 'a___b', 'a/b', 'a b', 'a\n', 'a%2f', '..', 'a'.repeat(65), 'api', 'graphql', 'v2', '-', 'npm', 'maven', 'docker/x'])('may not be "%s"', (segment) => {
    expect(() => validateSegment(segment)).toThrow(InvalidName);
  });

  it('is never the id of a format, served or not', () => {
    for (const { format } of shims) expect(isReserved(format.id)).toBe(true);
    for (const id of ['pypi', 'nuget', 'oci', 'cargo', 'rpm']) expect(isReserved(id)).toBe(true);
  });

  it('joins to a path within the limits', () => {
    expect(childPath('', 'a')).toBe('a');
    expect(childPath('a/b', 'c')).toBe('a/b/c');
    const deep = Array(maxDepth - 1).fill('a').join('/');
    expect(childPath(deep, 'a').split('/')).toHaveLength(maxDepth);
    expect(() => childPath(`${deep}/a`, 'a')).toThrow(InvalidName);
    expect(childPath('a'.repeat(maxPathLength - 2), 'b')).toHaveLength(maxPathLength);
    expect(() => childPath('a'.repeat(maxPathLength - 1), 'b')).toThrow(InvalidName);
  });
});
