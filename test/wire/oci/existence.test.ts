import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PackageTable } from '../../../src/db/tables/package.ts';
import { type Person, startApp, type TestApp } from '../../support/app.ts';
import { digestOf, imageOf } from '../../support/oci-image.ts';
import { ociClient } from './requests.ts';

let app: TestApp;
const image = imageOf({ layers: ['hidden'] });
beforeAll(async () => {
  app = await startApp();
  await app.namespace('open', 'GROUP', 'PUBLIC');
  await app.namespace('open/secret', 'PROJECT', 'PRIVATE');
  for (const repository of ['acme/widgets/app', 'open/secret/app', 'open/app', 'open/restricted', 'open/private']) {
    await ociClient(app, 'admin').push(repository, image, '1');
    await ociClient(app, 'admin').pushBlob(repository, 'held');
  }
  await app.core.database.tx(async (tx) => {
    await tx.update(PackageTable, { name: 'restricted' }, { isRestricted: true });
    await tx.update(PackageTable, { name: 'private' }, { visibility: 'PRIVATE' });
  });
});
afterAll(() => app?.close());

/** What is asked for, there or not. */
const requests: [string, RequestInit?][] = [
  ['manifests/1'],
  [`manifests/${image.digest}`],
  ['manifests/1', { method: 'PUT', body: '{"schemaVersion":2,"manifests":[]}' }],
  ['manifests/1', { method: 'DELETE' }],
  [`manifests/${image.digest}`, { method: 'DELETE' }],
  [`blobs/${digestOf('hidden')}`],
  [`blobs/${digestOf('held')}`],
  [`blobs/${digestOf('held')}`, { method: 'DELETE' }],
  ['blobs/uploads/', { method: 'POST' }],
  ['blobs/uploads/upl_x', { method: 'PATCH', body: 'x' }],
  ['tags/list'],
  [`referrers/${image.digest}`],
];

describe.for(['anonymous', 'outsider'] as Person[])('to %s', (person) => {
  it.for(requests.map(([path, init]) => ({ path, init, title: `${init?.method ?? 'GET'} ${path.slice(0, 20)}` })))('$title tells nothing of what is hidden', async ({ path, init }) => {
    const answerOf = async (repository: string) => {
      const response = await ociClient(app, person).fetch(`${repository}/${path}`, init);
      const text = [response.status, response.headers.get('www-authenticate'), await response.text()].join(' ');
      // The name that was asked for is repeated, and what of it is none of a namespace that may be known.
      return text.replaceAll(repository, 'NAME').replaceAll(repository.replace(/^open\//, ''), 'NAME');
    };
    const below = await answerOf('open/nothing/app');
    expect(await answerOf('open/secret/app')).toBe(below);
    expect(await answerOf('open/secret/none')).toBe(below);
    const elsewhere = await answerOf('nothing/widgets/app');
    expect(await answerOf('acme/widgets/app')).toBe(elsewhere);
    expect(await answerOf('acme/none/app')).toBe(elsewhere);
    // In a namespace that is open to all.
    const nothing = await answerOf('open/nothing');
    for (const repository of ['open/restricted', 'open/private']) expect(await answerOf(repository)).toBe(nothing);
  });
});
