import { afterAll, beforeAll, expect, it } from 'vitest';
import { licenseOfClassifier } from '../../shims/pypi/license-classifiers.ts';
import { parseScopes } from '../../shims/oci/scope.ts';
import { startApp, type TestApp } from '../support/app.ts';

/*
 * Words from outside that every object knows as a property: where one is looked up in a table, it must be as unknown as any other.
 */

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const words = ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty'];
const nuget = '/api/packages/acme/widgets/nuget';

it.for(words)('"%s" is a word like another one', async (word) => {
  const plain = async (path: string, init: RequestInit = {}) => {
    const [status, other] = await Promise.all([word, 'something'].map(async (each) => (await app.fetch(path.replaceAll('WORD', each), 'developer', init)).status));
    return [path, status, other];
  };
  const found = [
    await plain(`${nuget}/v3/query?q=WORD:x`),
    await plain(`${nuget}/api/v2/Packages()?$filter=substringof('x',WORD)`),
    await plain(`${nuget}/api/v2/Packages()?$orderby=WORD`),
    await plain('/api/packages/acme/widgets/maven/org/acme/WORD/1.0-WORD1/WORD-1.0-WORD1.WORD', { method: 'PUT', body: 'x' }),
    await plain('/api/packages/acme/widgets/generic/WORD/1/WORD', { method: 'PUT', body: 'x' }),
    await plain('/api/packages/acme/widgets/npm/WORD/WORD'),
    await plain('/api/packages/acme/widgets/WORD/x'),
  ];
  for (const [path, status, other] of found) expect([path, status]).toEqual([path, other]);
  const digest = await app.fetch(`/api/packages/acme/widgets/generic/a-${word}/2/f`, 'developer', { method: 'PUT', body: 'x', headers: { digest: `${word}=x` } });
  // Algorithms that nobody here computes are passed over.
  expect(digest.status).toBe(201);
  expect(parseScopes([`repository:a/b:${word}`])).toEqual([]);
  expect(licenseOfClassifier(`License :: OSI Approved :: ${word}`)).toBe(word);
});

it('an address of thousands of spaces is answered', async () => {
  const reply = await app.fetch(`${nuget}/api/v2/Search(${'%20'.repeat(5_000)}x`, 'reader');
  expect(reply.status).toBe(404);
});
