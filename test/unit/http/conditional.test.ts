import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from 'vitest';
import { evaluatePreconditions, isRangeCurrent, parseHttpDate } from '../../../src/http/conditional.ts';

const before = 'Sun, 06 Nov 1994 08:49:36 GMT';
const same = 'Sun, 06 Nov 1994 08:49:37 GMT';
const after = 'Sun, 06 Nov 1994 08:49:38 GMT';
const strong = { etag: '"a,b"', modifiedAtMs: Date.parse(same) + 499 };
const weak = { etag: 'W/"a,b"', modifiedAtMs: strong.modifiedAtMs };
const undated = { etag: '"a,b"' };

describe('evaluatePreconditions', () => {
  test.each<[string, IncomingHttpHeaders, object, string]>([
    ['GET', {}, strong, 'proceed'],

    ['GET', { 'if-none-match': '"a,b"' }, strong, 'not-modified'],
    ['HEAD', { 'if-none-match': '"a,b"' }, strong, 'not-modified'],
    ['PUT', { 'if-none-match': '"a,b"' }, strong, 'failed'],
    ['GET', { 'if-none-match': '"other"' }, strong, 'proceed'],
    ['GET', { 'if-none-match': '"x", "a,b" , "y"' }, strong, 'not-modified'],
    ['GET', { 'if-none-match': '"x","y"' }, strong, 'proceed'],
    ['GET', { 'if-none-match': '"a","b"' }, strong, 'proceed'],
    ['GET', { 'if-none-match': 'W/"a,b"' }, strong, 'not-modified'],
    ['GET', { 'if-none-match': '"a,b"' }, weak, 'not-modified'],
    ['GET', { 'if-none-match': '*' }, strong, 'not-modified'],
    ['PUT', { 'if-none-match': '*' }, strong, 'failed'],
    ['GET', { 'if-none-match': 'a,b' }, strong, 'proceed'],
    ['GET', { 'if-none-match': '' }, strong, 'proceed'],

    ['GET', { 'if-match': '"a,b"' }, strong, 'proceed'],
    ['PUT', { 'if-match': '"a,b"' }, strong, 'proceed'],
    ['GET', { 'if-match': '"x", "a,b"' }, strong, 'proceed'],
    ['GET', { 'if-match': '"other"' }, strong, 'failed'],
    ['GET', { 'if-match': 'W/"a,b"' }, strong, 'failed'],
    ['GET', { 'if-match': '"a,b"' }, weak, 'failed'],
    ['GET', { 'if-match': '*' }, strong, 'proceed'],
    ['GET', { 'if-match': '*' }, weak, 'proceed'],

    ['GET', { 'if-modified-since': same }, strong, 'not-modified'],
    ['HEAD', { 'if-modified-since': same }, strong, 'not-modified'],
    ['GET', { 'if-modified-since': after }, strong, 'not-modified'],
    ['GET', { 'if-modified-since': before }, strong, 'proceed'],
    ['PUT', { 'if-modified-since': same }, strong, 'proceed'],
    ['GET', { 'if-modified-since': 'yesterday' }, strong, 'proceed'],
    ['GET', { 'if-modified-since': '2030-01-01' }, strong, 'proceed'],
    ['GET', { 'if-modified-since': same }, undated, 'proceed'],

    ['GET', { 'if-unmodified-since': same }, strong, 'proceed'],
    ['GET', { 'if-unmodified-since': after }, strong, 'proceed'],
    ['GET', { 'if-unmodified-since': before }, strong, 'failed'],
    ['PUT', { 'if-unmodified-since': before }, strong, 'failed'],
    ['GET', { 'if-unmodified-since': 'never' }, strong, 'proceed'],
    ['GET', { 'if-unmodified-since': before }, undated, 'proceed'],

    // Tags outrank dates, and If-Match comes before If-None-Match.
    ['GET', { 'if-none-match': '"other"', 'if-modified-since': same }, strong, 'proceed'],
    ['GET', { 'if-none-match': '"a,b"', 'if-modified-since': before }, strong, 'not-modified'],
    ['GET', { 'if-match': '"a,b"', 'if-unmodified-since': before }, strong, 'proceed'],
    ['GET', { 'if-match': '"other"', 'if-none-match': '"a,b"' }, strong, 'failed'],
    ['GET', { 'if-match': '"a,b"', 'if-none-match': '"a,b"' }, strong, 'not-modified'],
    ['GET', { 'if-unmodified-since': before, 'if-none-match': '"a,b"' }, strong, 'failed'],
    ['GET', { 'if-unmodified-since': same, 'if-modified-since': same }, strong, 'not-modified'],
  ])('%s %j against %j: %s', (method, headers, current, expected) => {
    expect(evaluatePreconditions(method, headers, current as typeof strong)).toBe(expected);
  });
});

describe('isRangeCurrent', () => {
  test.each<[string | undefined, object, boolean]>([
    [undefined, strong, true],
    ['"a,b"', strong, true],
    ['"other"', strong, false],
    ['W/"a,b"', strong, false],
    ['"a,b"', weak, false],
    [same, strong, true],
    [before, strong, false],
    [after, strong, false],
    [same, undated, false],
    ['rubbish', strong, false],
  ])('If-Range %s against %j: %s', (header, current, expected) => {
    const headers = header === undefined ? {} : { 'if-range': header };
    expect(isRangeCurrent(headers, current as typeof strong)).toBe(expected);
  });
});

describe('parseHttpDate', () => {
  const instant = Date.UTC(1994, 10, 6, 8, 49, 37);
  test.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', instant],
    ['Sunday, 06-Nov-94 08:49:37 GMT', instant],
    ['Sun Nov  6 08:49:37 1994', instant],
    ['Sun, 06 Nov 1994 08:49:37', undefined],
    ['Sun, 06 Nov 1994 08:49:37 +0100', undefined],
    ['Sun, 99 Foo 1994 08:49:37 GMT', undefined],
    ['1994-11-06T08:49:37Z', undefined],
    ['0', undefined],
    ['', undefined],
  ])('%s', (text, expected) => {
    expect(parseHttpDate(text)).toBe(expected);
  });
});
