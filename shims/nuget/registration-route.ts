import { NotFound } from '../../src/errors.ts';
import { sendDocument } from '../../src/http/send.ts';
import { type DocumentRow, listDocumentRows } from '../../src/packages/document-rows.ts';
import type { PackageHead } from '../../src/packages/heads.ts';
import type { Exchange } from '../kit/shim.ts';
import type { NugetAttributes } from './inspect.ts';
import { isPackageFile } from './listed.ts';
import { findHead, type ListedVersion, listVisible, versionOf } from './listing.ts';
import { inlineBelow, type PageBounds, pagesOf, type RegistrationContext, renderIndex, renderLeaf, renderPage } from './registration.ts';
import { type Hive, nugetUrls } from './urls.ts';

/** The handlers of one hive. */
export function registrationRoutes(hive: Hive) {
  return {
    /** `GET /v3/{hive}/{id}/index.json`: the versions, or where there are many the pages in which they are. */
    getIndex: (exchange: Exchange) => answer(exchange, hive, () => ({ variant: 'index', render: renderWholeIndex })),
    /** `GET /v3/{hive}/{id}/page/{lower}/{upper}.json`. */
    getPage: (exchange: Exchange) => {
      const { lower = '', upper = '' } = exchange.params;
      return answer(exchange, hive, (head) => {
        const bounds = [versionOf(lower, head), versionOf(withoutJson(upper), head)] as const;
        return { variant: `page ${bounds.join(' ')}`, render: (wanted) => renderOnePage(wanted, ...bounds) };
      });
    },
    /** `GET /v3/{hive}/{id}/{version}.json`. */
    getLeaf: (exchange: Exchange) => {
      const { version = '' } = exchange.params;
      return answer(exchange, hive, (head) => {
        const key = versionOf(withoutJson(version), head);
        return { variant: `leaf ${key}`, render: (wanted) => renderOneLeaf(wanted, key) };
      });
    },
  };
}

interface Wanted {
  core: Exchange['core'];
  head: PackageHead;
  context: RegistrationContext;
}

/** What is asked of a package: how it is called among its documents, and how it is made. */
interface Asked {
  variant: string;
  render: (wanted: Wanted) => Promise<object>;
}

async function answer(exchange: Exchange, hive: Hive, read: (head: PackageHead) => Asked): Promise<void> {
  const { core, endpointUrl, request, response } = exchange;
  const head = await findHead(exchange);
  const { variant, render } = read(head);
  // The revision was read before the rows: a document is at least as new as its key says, and an older key is never asked for again.
  const key = `nuget ${head.id} ${head.revision} ${endpointUrl} ${hive} ${variant}`;
  const document = await core.documents.get(key, async () => {
    const value = await render({ core, head, context: { urls: nugetUrls(endpointUrl), hive, id: head.name } });
    return { contentType: 'application/json', body: JSON.stringify(value) };
  });
  sendDocument(request, response, document);
}

async function renderWholeIndex(wanted: Wanted): Promise<object> {
  const versions = await visible(wanted);
  const isInline = versions.length < inlineBelow;
  const rows = isInline ? await rowsOf(wanted, versions.map(keyOf)) : undefined;
  const pages = pagesOf(versions).map((page) => renderPage(wanted.context, boundsOf(page), rows && page.flatMap(({ key }) => rows.get(key) ?? [])));
  return renderIndex(wanted.context, pages);
}

async function renderOnePage(wanted: Wanted, lower: string, upper: string): Promise<object> {
  const page = pagesOf(await visible(wanted)).find((candidate) => candidate[0]?.key === lower && candidate.at(-1)?.key === upper);
  // Its bounds are those of an index that has changed meanwhile; the client reads that again.
  if (!page) throw new NotFound('Page', `${wanted.head.name} has no page ${lower} to ${upper} any more.`);
  return renderPage(wanted.context, boundsOf(page), [...(await rowsOf(wanted, page.map(keyOf))).values()]);
}

async function renderOneLeaf(wanted: Wanted, key: string): Promise<object> {
  const row = (await rowsOf(wanted, [key])).get(key);
  if (!row || !(wanted.context.hive === 'registration-semver2' || isForAll(row))) throw new NotFound('Version', `${wanted.head.name} has no version ${key}.`);
  return renderLeaf(wanted.context, row);
}

function visible({ core, head, context }: Wanted): Promise<ListedVersion[]> {
  return listVisible(core, head, { semVer2: context.hive === 'registration-semver2' });
}

/** The packages of some versions, in their order. */
async function rowsOf({ core, head }: Wanted, keys: readonly string[]): Promise<Map<string, DocumentRow>> {
  const rows = await listDocumentRows(core, head.id, keys);
  return new Map(rows.filter(({ fileName }) => isPackageFile(fileName)).map((row) => [row.normalizedVersion, row]));
}

function keyOf({ key }: ListedVersion): string {
  return key;
}

function isForAll({ attributes }: DocumentRow): boolean {
  return !(JSON.parse(attributes) as NugetAttributes).isSemVer2;
}

function boundsOf(page: readonly ListedVersion[]): PageBounds {
  return { lower: page[0]?.version ?? '', upper: page.at(-1)?.version ?? '', count: page.length };
}

/** The last segment of an address without its ending. Throws NotFound. */
function withoutJson(file: string): string {
  if (!file.endsWith('.json')) throw new NotFound('Route', 'NuGet has no such address here.');
  return file.slice(0, -'.json'.length);
}
