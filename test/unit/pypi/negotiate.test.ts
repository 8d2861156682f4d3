import fc from 'fast-check';
import { expect, it } from 'vitest';
import { negotiate } from '../../../shims/pypi/negotiate.ts';

const json = 'application/vnd.pypi.simple.v1+json';
const html = 'application/vnd.pypi.simple.v1+html';
const page = 'text/html; charset=utf-8';

it.each<[string | undefined, string | undefined]>([
  // pip, uv, Poetry, a browser, curl, bandersnatch.
  [`${json}, ${html}; q=0.1, text/html; q=0.01`, json],
  [`${json}, ${html};q=0.2, text/html;q=0.01`, json],
  [`${json}, ${html};q=0.2, */*;q=0.01`, json],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', page],
  ['*/*', page],
  [undefined, page],
  ['', page],
  [json, json],
  ['APPLICATION/vnd.pypi.simple.v1+JSON', json],
  ['application/vnd.pypi.simple.latest+json', json],
  ['application/vnd.pypi.simple.latest+html', html],
  [`text/html;q=0.5, ${html}`, html],
  ['application/*', html],
  ['text/*;q=0.1', page],
  [`text/html;q=0, */*`, html],
  [`${json};q=0, ${html};q=0, text/html;q=0`, undefined],
  ['application/json', undefined],
  ['application/vnd.pypi.simple.v2+json', undefined],
  ['text/html;q=2', undefined],
  ['nonsense', undefined],
])('%s: %s', (accept, expected) => expect(negotiate(accept, null)?.contentType).toBe(expected));

it.each<[string, string | undefined]>([[json, json], ['text/html', page], ['json', undefined], ['', undefined]])('format=%s counts more: %s', (format, expected) => {
  expect(negotiate('text/html', format)?.contentType).toBe(expected);
});

it('never fails', () => fc.assert(fc.property(fc.string(), (accept) => void negotiate(accept, null))));
