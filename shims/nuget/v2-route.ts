import { checkServed } from '../../src/access/disabled-formats.ts';
import { InvalidInput, NotFound } from '../../src/errors.ts';
import { send, sendDocument } from '../../src/http/send.ts';
import { getVisibleNamespace } from '../../src/namespaces/read.ts';
import type { VersionRef } from '../../src/packages/document-rows.ts';
import type { PackageHead } from '../../src/packages/heads.ts';
import { searchPackages, searchVersions } from '../../src/packages/search.ts';
import { getPlaceInView } from '../../src/packages/view.ts';
import type { Exchange } from '../kit/shim.ts';
import { entryType, type FeedEntry, feedType, renderEntryDocument, renderFeed } from './feed.ts';
import { loadEntries, propertyReader } from './feed-entries.ts';
import { feedSearch, idOfFilter } from './feed-search.ts';
import { sendPackage } from './flat-container-route.ts';
import { nugetFormat } from './format.ts';
import { packageFileName } from './name.ts';
import { findHead, type ListedVersion, listVersions, versionOf } from './listing.ts';
import { evaluate } from './odata-filter.ts';
import { feedPageSize, type FeedQuery, parseFeedQuery, unquoted } from './odata-query.ts';
import { nugetUrls } from './urls.ts';
import { renderMetadata, renderServiceDocument } from './v2-description.ts';

/**
 * `GET /api/v2`: to whoever may see the namespace. Clients of version 2 send a credential with their queries only where they were asked for it
 * here.
 */
export async function getServiceDocument({ core, actor, namespacePath, endpointUrl, response }: Exchange): Promise<void> {
  checkServed(actor, await getVisibleNamespace(core, actor, namespacePath), nugetFormat.id);
  send(response, 200, { 'content-type': 'application/xml;charset=utf-8' }, renderServiceDocument(nugetUrls(endpointUrl)));
}

/** `GET /api/v2/$metadata`: to everybody, since it is always the same. */
export async function getMetadata({ response }: Exchange): Promise<void> {
  send(response, 200, { 'content-type': 'application/xml;charset=utf-8' }, renderMetadata());
}

/** `GET /api/v2/FindPackagesById()?id='…'`, and its `$count`. */
export function findPackagesById(exchange: Exchange): Promise<void> {
  const id = unquoted(exchange.query.get('id') ?? '');
  if (id === '') throw new InvalidInput('id', "FindPackagesById() takes the id of a package: ?id='…'.");
  return sendOfPackage(exchange, 'FindPackagesById', id, parseFeedQuery(exchange.query));
}

/** `GET /api/v2/Packages()?$filter=…`, and its `$count`. */
export async function listPackages(exchange: Exchange): Promise<void> {
  const wanted = parseFeedQuery(exchange.query);
  const id = idOfFilter(wanted.filter);
  await (id === undefined ? sendSearch(exchange, 'Packages', wanted) : sendOfPackage(exchange, 'Packages', id, wanted));
}

/** `GET /api/v2/Search()?searchTerm='…'`, and its `$count`. */
export function searchFeed(exchange: Exchange): Promise<void> {
  return sendSearch(exchange, 'Search', parseFeedQuery(exchange.query));
}

/** `GET /api/v2/Packages(Id='…',Version='…')`. */
export async function getEntry(exchange: Exchange): Promise<void> {
  const { core, endpointUrl, params, request, response } = exchange;
  const head = await findHead(exchange);
  const key = versionOf(params['version'] ?? '', head);
  const document = await core.documents.get(`nuget ${head.id} ${head.revision} ${endpointUrl} entry ${key}`, async () => {
    const [entry] = await loadEntries(core, [{ packageId: head.id, normalizedVersion: key }], true);
    if (!entry) throw new NotFound('Version', `${head.name} has no version ${key}.`);
    return { contentType: entryType, body: renderEntryDocument(nugetUrls(endpointUrl), entry) };
  });
  sendDocument(request, response, document);
}

/** `GET /api/v2/package/{id}/{version}`: the package, to which the entry of a version leads. */
export async function getPackage(exchange: Exchange): Promise<void> {
  const head = await findHead(exchange);
  const key = versionOf(exchange.params['version'] ?? '', head);
  await sendPackage(exchange, head, key, packageFileName(head.name, key));
}

/** The versions of one package: filter and order are worked out here, and the page is kept until the package changes. */
async function sendOfPackage(exchange: Exchange, title: string, id: string, wanted: FeedQuery): Promise<void> {
  const { core, actor, namespacePath, endpointUrl, query, request, response } = exchange;
  const { head } = await getPlaceInView(core, actor, namespacePath, nugetFormat, id);
  const isCount = asksForCount(exchange);
  // Of what is not there a feed is empty: on any failure clients give up, though another source may have it.
  if (!head) return sendFeed(exchange, isCount, { total: 0, body: () => renderPage(exchange, title, wanted, { entries: [], total: 0, updatedAt: core.clock.now() }) });
  const key = `nuget ${head.id} ${head.revision} ${endpointUrl} ${title}${isCount ? ' count' : ''} ${understood(query)}`;
  const document = await core.documents.get(key, async () => {
    const versions = await selectVersions(exchange, head, wanted);
    if (isCount) return { contentType: 'text/plain;charset=utf-8', body: String(versions.length) };
    const refs = versions.slice(wanted.skip, wanted.skip + pageLength(wanted)).map((version) => ({ packageId: head.id, normalizedVersion: version.key }));
    const entries = await loadEntries(core, refs, wanted.readsSemVer2);
    return { contentType: feedType, body: renderPage(exchange, title, wanted, { entries, total: versions.length, updatedAt: head.updatedAt }) };
  });
  sendDocument(request, response, document);
}

async function selectVersions({ core }: Exchange, head: PackageHead, { filter, order, readsSemVer2 }: FeedQuery): Promise<ListedVersion[]> {
  const versions = (await listVersions(core, head)).filter(({ isSemVer2 }) => readsSemVer2 || !isSemVer2);
  const read = propertyReader(head.name, versions);
  const found = filter ? versions.filter((version) => evaluate(filter, read(version)) === true) : [...versions];
  if (order?.by === 'published') found.sort((a, b) => a.publishedAt - b.publishedAt);
  // Only the order by id has nothing to turn round among the versions of one.
  return order?.isDescending && order.by !== 'name' ? found.reverse() : found;
}

/** Many packages: what the caller may read differs, so nothing of it is kept. */
async function sendSearch(exchange: Exchange, title: 'Packages' | 'Search', wanted: FeedQuery): Promise<void> {
  const { core, actor, namespacePath } = exchange;
  const { isLatestOnly, ...search } = feedSearch(wanted, { isSearch: title === 'Search' });
  const isCount = asksForCount(exchange);
  const input = { ...search, namespacePath, format: nugetFormat.id, offset: wanted.skip, limit: isCount ? 0 : pageLength(wanted) };
  const { refs, total } = isLatestOnly ? await latestRefs(searchPackages(core, actor, input)) : await versionRefs(searchVersions(core, actor, input));
  const entries = isCount ? [] : await loadEntries(core, refs, wanted.readsSemVer2);
  sendFeed(exchange, isCount, { total, body: () => renderPage(exchange, title, wanted, { entries, total, updatedAt: core.clock.now() }) });
}

function sendFeed({ response }: Exchange, isCount: boolean, { total, body }: { total: number; body: () => string }): void {
  const headers = { 'cache-control': 'private, no-cache', vary: 'Authorization' };
  if (isCount) return send(response, 200, { ...headers, 'content-type': 'text/plain;charset=utf-8' }, String(total));
  send(response, 200, { ...headers, 'content-type': feedType }, body());
}

interface FoundRefs {
  refs: VersionRef[];
  total: number;
}

async function latestRefs(found: ReturnType<typeof searchPackages>): Promise<FoundRefs> {
  const { packages, total } = await found;
  return { refs: packages.map(({ id, normalizedVersion }) => ({ packageId: id, normalizedVersion })), total };
}

async function versionRefs(found: ReturnType<typeof searchVersions>): Promise<FoundRefs> {
  const { versions, total } = await found;
  return { refs: versions, total };
}

/** The last segment of the address, which is one of the routes of each feed. */
function asksForCount({ request }: Exchange): boolean {
  return /\/(?:\$|%24)count\/?(?:\?|$)/.test(request.url ?? '');
}

function pageLength({ top = feedPageSize }: FeedQuery): number {
  return Math.min(top, feedPageSize);
}

/** A page, and where the next is if the client wants more than it holds. */
function renderPage(exchange: Exchange, title: string, wanted: FeedQuery, { entries, total, updatedAt }: { entries: readonly FeedEntry[]; total: number; updatedAt: number }): string {
  const urls = nugetUrls(exchange.endpointUrl);
  const selfUrl = `${urls.v2}/${title}`;
  const end = wanted.skip + pageLength(wanted);
  const left = wanted.top === undefined ? undefined : wanted.top - pageLength(wanted);
  const hasNext = end < total && left !== 0;
  return renderFeed(urls, {
    title,
    selfUrl,
    entries,
    updatedAt,
    total: wanted.hasInlineCount ? total : undefined,
    nextUrl: hasNext ? nextUrl(`${selfUrl}()`, exchange.query, end, left) : undefined,
  });
}

function nextUrl(url: string, query: URLSearchParams, skip: number, top: number | undefined): string {
  const next = understood(query);
  next.set('$skip', String(skip));
  if (top !== undefined) next.set('$top', String(top));
  return `${url}?${next}`;
}

const options = ['id', 'searchTerm', 'targetFramework', 'includePrerelease', 'semVerLevel', '$filter', '$orderby', '$skip', '$top', '$inlinecount'];

/** What of a query means something here, in one order: two ways to ask for one page are one document. */
function understood(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams(options.flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? '']] : [])));
}
