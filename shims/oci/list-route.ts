import { isSignedIn } from '../../src/access/actor.ts';
import { InvalidInput, Unauthenticated } from '../../src/errors.ts';
import { sendDocument, sendJson } from '../../src/http/send.ts';
import { listPackagePaths } from '../../src/packages/paths.ts';
import { listTagNames } from '../../src/packages/version-state.ts';
import type { Exchange } from '../kit/shim.ts';
import { ociFormat } from './format.ts';
import { findHead, locationOf, repositoryOf } from './repository.ts';

/** No page is longer. */
const maxTags = 10_000;
const maxRepositories = 1_000;

/** `GET /v2/{repository}/tags/list?n=&last=`: in the order of their bytes; `Link` leads on. */
export async function getTags(exchange: Exchange): Promise<void> {
  const { core, query, request, response } = exchange;
  const head = await findHead(exchange);
  const page = pageOf(query, maxTags);
  const repository = repositoryOf(exchange);
  const path = locationOf(exchange, 'tags/list');
  const document = await core.documents.get(`oci tags ${head.id} ${head.revision} ${page.limit} ${page.last} ${path}`, async () => {
    const found = await listTagNames(core, head.id, { after: page.last, limit: page.limit + 1 });
    const tags = found.slice(0, page.limit);
    return { contentType: 'application/json', body: JSON.stringify({ name: repository, tags }), headers: linkOf(path, tags, found.length, page) };
  });
  sendDocument(request, response, document);
}

/** `GET /v2/_catalog?n=&last=`: the repositories that the actor may read. */
export async function getCatalog(exchange: Exchange): Promise<void> {
  const { core, actor, query, endpointUrl, response } = exchange;
  // Clients send their credential only when they are asked for it.
  if (!isSignedIn(actor) && !actor.narrowedTo) throw new Unauthenticated();
  const page = pageOf(query, maxRepositories);
  const found = await listPackagePaths(core, actor, ociFormat, { after: page.last, limit: page.limit + 1 });
  const repositories = found.slice(0, page.limit);
  const headers = linkOf(`${new URL(endpointUrl).pathname}/_catalog`, repositories, found.length, page);
  sendJson(response, 200, { repositories }, { ...headers, 'cache-control': 'private, no-cache' });
}

interface Page {
  limit: number;
  last: string;
}

function pageOf(query: URLSearchParams, max: number): Page {
  const n = query.get('n');
  if (n !== null && !/^\d{1,9}$/.test(n)) throw new InvalidInput('n', 'n is how many are wanted, a whole number from 0.');
  return { limit: Math.min(max, n === null ? max : Number(n)), last: query.get('last') ?? '' };
}

/** RFC 8288; none behind the last page, nor where nothing was wanted. */
function linkOf(path: string, page: readonly string[], found: number, { limit }: Page): Record<string, string> {
  const last = page.at(-1);
  if (last === undefined || found <= limit) return {};
  return { link: `<${path}?${new URLSearchParams({ n: String(limit), last })}>; rel="next"` };
}

