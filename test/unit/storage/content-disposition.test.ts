import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentDisposition } from '../../../src/storage/content-disposition.ts';

describe('contentDisposition', () => {
  test.each([
    ['lib-1.0.0.tgz', 'attachment; filename="lib-1.0.0.tgz"'],
    ['with space.zip', 'attachment; filename="with space.zip"'],
    ['a"b.zip', 'attachment; filename="a\\"b.zip"'],
    ['größe.zip', `attachment; filename="gr__e.zip"; filename*=UTF-8''gr%C3%B6%C3%9Fe.zip`],
    ["it's*(ü).zip", `attachment; filename="it's*(_).zip"; filename*=UTF-8''it%27s%2A%28%C3%BC%29.zip`],
    ['100%25.zip', `attachment; filename="100%25.zip"; filename*=UTF-8''100%2525.zip`],
    ['../../etc/passwd', 'attachment; filename=".._.._etc_passwd"'],
    ['a\r\nSet-Cookie: x', 'attachment; filename="a__Set-Cookie: x"'],
    ['a\\b', 'attachment; filename="a_b"'],
    ['\ud800', `attachment; filename="_"; filename*=UTF-8''%EF%BF%BD`],
  ])('%j', (name, expected) => {
    expect(contentDisposition('attachment', name)).toBe(expected);
  });

  test('inline', () => {
    expect(contentDisposition('inline', 'a.txt')).toBe('inline; filename="a.txt"');
  });

  test('is one printable ASCII line with closed quotes, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const value = contentDisposition('attachment', name);
        expect(value).toMatch(/^attachment; filename="(?:[^"\\]|\\")*"(?:; filename\*=UTF-8''[\w.!#$&+^`|~%-]*)?$/);
        expect(value).toMatch(/^[\u0020-\u007e]*$/);
      }),
    );
  });
});
