import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { descriptorOf, digestOf, imageOf, indexOf, indexType, manifestType, type TestImage } from '../../support/oci-image.ts';
import { ociClient, refusal } from './requests.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());

/** Follows `Link` to the end; gives the pages. */
async function pagesOf<Page>(path: string, as: Parameters<typeof ociClient>[1] = 'developer'): Promise<Page[]> {
  const pages: Page[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const response = await ociClient(app, as).fetch(next);
    expect(response.status).toBe(200);
    pages.push((await response.json()) as Page);
    next = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
  }
  return pages;
}

describe('tags', () => {
  const tags = ['1.0', '1.10', '1.9', 'Latest', '_', 'latest', 'v1'];
  beforeAll(async () => {
    const { push, putManifest } = ociClient(app);
    const image = imageOf({ layers: ['tags'] });
    await push('acme/widgets/tags', image);
    for (const tag of tags.toReversed()) await putManifest('acme/widgets/tags', tag, image.manifest);
  });

  it.for([
    ['', [tags]],
    ['?n=3', [tags.slice(0, 3), tags.slice(3, 6), tags.slice(6)]],
    ['?n=7', [tags]],
    ['?n=0', [[]]],
    ['?last=1.9', [tags.slice(3)]],
    ['?n=2&last=1.5', [tags.slice(2, 4), tags.slice(4, 6), tags.slice(6)]],
    ['?last=zzz', [[]]],
  ] as [string, string[][]][])('%s come in the order of their bytes', async ([query, expected]) => {
    expect(await pagesOf(`acme/widgets/tags/tags/list${query}`)).toEqual(expected.map((page) => ({ name: 'acme/widgets/tags', tags: page })));
  });

  it('of a repository that is not there are not found, and n must be a number', async () => {
    const { fetch } = ociClient(app);
    expect(await refusal(await fetch('acme/widgets/none/tags/list'))).toBe('404 NAME_UNKNOWN');
    expect(await refusal(await fetch('acme/widgets/tags/tags/list?n=-1'))).toBe('400 UNSUPPORTED');
  });
});

describe('referrers', () => {
  interface Index {
    schemaVersion: number;
    mediaType: string;
    manifests: { digest: string; artifactType?: string; annotations?: Record<string, string> }[];
  }
  const subject = imageOf({ layers: ['subject'] });
  const about = (artifactType: string, annotations: object = {}) => imageOf({ layers: [artifactType], fields: { artifactType, annotations, subject: descriptorOf(subject.manifest, manifestType) } });
  const sbom = about('application/spdx+json', { made: 'today' });
  const signature = about('application/vnd.dev.cosign.artifact.sig.v1+json');
  const path = `acme/widgets/refs/referrers/${subject.digest}`;
  const digests = async (query = '') => (await pagesOf<Index>(`${path}${query}`)).flatMap(({ manifests }) => manifests.map(({ digest }) => digest));

  it('are listed, be their subject there or not, and are filtered', async () => {
    const { fetch, push } = ociClient(app);
    const [index] = await pagesOf<Index>(path);
    expect(index).toEqual({ schemaVersion: 2, mediaType: indexType, manifests: [] });
    for (const image of [sbom, signature, subject]) expect((await push('acme/widgets/refs', image)).status).toBe(201);
    expect(await digests()).toEqual([sbom.digest, signature.digest]);
    const filtered = await fetch(`${path}?artifactType=${encodeURIComponent('application/spdx+json')}`);
    expect([filtered.headers.get('content-type'), filtered.headers.get('oci-filters-applied')]).toEqual([indexType, 'artifactType']);
    expect(await filtered.json()).toMatchObject({
      manifests: [{ mediaType: manifestType, digest: sbom.digest, size: sbom.manifest.length, artifactType: 'application/spdx+json', annotations: { made: 'today' } }],
    });
    expect(await refusal(await fetch('acme/widgets/refs/referrers/sha256:x'))).toBe('400 DIGEST_INVALID');
  });

  it('that an older client lists under a tag are among them once', async () => {
    const { putManifest } = ociClient(app);
    const list = indexOf([sbom, signature]);
    expect((await putManifest('acme/widgets/refs', subject.digest.replace(':', '-'), list.manifest)).status).toBe(201);
    expect(await digests()).toEqual([sbom.digest, signature.digest]);
  });

  it('take the media type of their configuration for their kind; an index may have none', async () => {
    const { push } = ociClient(app);
    const plain = imageOf({ config: {}, configType: 'application/vnd.example.config', fields: { subject: descriptorOf(sbom.manifest, manifestType) } });
    const index: TestImage = indexOf([], { subject: descriptorOf(sbom.manifest, manifestType) });
    for (const image of [plain, index]) await push('acme/widgets/refs', image);
    const [page] = await pagesOf<Index>(`acme/widgets/refs/referrers/${sbom.digest}`);
    expect(page?.manifests.map(({ digest, artifactType }) => [digest, artifactType])).toEqual([[plain.digest, 'application/vnd.example.config'], [index.digest, undefined]]);
  });

  it('come in pages that are no larger than a manifest', async () => {
    const { push } = ociClient(app);
    const wanted = digestOf('much referred to');
    const pushed: string[] = [];
    // More than are read at a time, some of them as large as any may be.
    for (let number = 0; number < 25; number++) {
      const long = number % 3 === 0 ? 'x'.repeat(500_000) : '';
      const image = indexOf([], { subject: { mediaType: manifestType, digest: wanted, size: 1 }, annotations: { number: String(number), long } });
      expect((await push('acme/widgets/many', image)).status).toBe(201);
      pushed.push(image.digest);
    }
    const pages = await pagesOf<Index>(`acme/widgets/many/referrers/${wanted}`);
    for (const page of pages) expect(JSON.stringify(page).length).toBeLessThan(4 * 1024 * 1024);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flatMap(({ manifests }) => manifests.map(({ digest }) => digest))).toEqual(pushed);
    expect(pages.flatMap(({ manifests }) => manifests.map(({ annotations }) => annotations?.['number']))).toEqual(pushed.map((_digest, number) => String(number)));
  });

  it('of one that was deleted go', async () => {
    expect((await ociClient(app, 'maintainer').fetch(`acme/widgets/refs/manifests/${subject.digest.replace(':', '-')}`, { method: 'DELETE' })).status).toBe(202);
    const { fetch } = ociClient(app, 'maintainer');
    const list = indexOf([sbom, signature]);
    for (const { digest } of [list, signature]) expect((await fetch(`acme/widgets/refs/manifests/${digest}`, { method: 'DELETE' })).status).toBe(202);
    expect(await digests()).toEqual([sbom.digest]);
  });
});

describe('the catalogue', () => {
  it('has what the caller may read, by whole names', async () => {
    const open = await app.namespace('open', 'PROJECT', 'PUBLIC');
    expect(open.visibility).toBe('PUBLIC');
    for (const repository of ['open/b', 'open/a/b', 'acme/root', 'top']) await ociClient(app, 'admin').push(repository, imageOf(), '1');
    type Catalog = { repositories: string[] };
    const all = (await pagesOf<Catalog>('_catalog?n=2', 'admin')).flatMap(({ repositories }) => repositories);
    expect(all).toEqual([...all].sort());
    expect(all).toEqual(expect.arrayContaining(['acme/root', 'acme/widgets/refs', 'open/a/b', 'open/b', 'top']));
    expect(await pagesOf<Catalog>('_catalog', 'outsider')).toEqual([{ repositories: ['open/a/b', 'open/b', 'top'] }]);
    const anonymous = await ociClient(app, 'anonymous').fetch('_catalog');
    expect(anonymous.headers.get('www-authenticate')).toContain('scope="registry:catalog:*"');
    expect(await refusal(anonymous)).toBe('401 UNAUTHORIZED');
  });
});
