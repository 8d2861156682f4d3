import { sendJson } from '../../src/http/send.ts';
import { type FoundPackage, searchPackages } from '../../src/packages/search.ts';
import { wholeNumber } from '../kit/query-number.ts';
import type { Exchange } from '../kit/shim.ts';
import { npmFormat } from './format.ts';
import { splitName } from './name.ts';

const maxSize = 250;
const maxFrom = 10_000;

/**
 * `GET /-/v1/search?text=&size=&from=`
 * (https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md#get-v1search). Qualifiers such as `author:` are words
 * like others.
 */
export async function search({ core, actor, namespacePath, endpointUrl, query, response }: Exchange): Promise<void> {
  const words = (query.get('text') ?? '').split(/\s+/).filter((word) => word !== '').slice(0, 10);
  const { packages, total } = await searchPackages(core, actor, {
    namespacePath,
    format: npmFormat.id,
    words,
    offset: wholeNumber(query.get('from'), 0, maxFrom),
    limit: wholeNumber(query.get('size'), 20, maxSize),
  });
  sendJson(response, 200, { objects: packages.map((found) => searchObject(found, endpointUrl)), total, time: new Date(core.clock.now()).toISOString() });
}

function searchObject(found: FoundPackage, endpointUrl: string) {
  const { name, version, description, homepage, repositoryUrl, publishedAt, publishedBy } = found;
  const { scope } = splitName(name);
  const links = { npm: `${endpointUrl}/${name}`, ...(homepage ? { homepage } : {}), ...(repositoryUrl ? { repository: repositoryUrl } : {}) };
  const people = publishedBy === null ? [] : [{ username: publishedBy, email: '' }];
  return {
    package: {
      name,
      scope: scope?.slice(1) ?? 'unscoped',
      version,
      description: description ?? '',
      keywords: JSON.parse(found.keywords),
      date: new Date(publishedAt).toISOString(),
      links,
      publisher: people[0] ?? { username: '', email: '' },
      maintainers: people,
    },
    score: { final: 1, detail: { quality: 1, popularity: 1, maintenance: 1 } },
    searchScore: 1,
  };
}
