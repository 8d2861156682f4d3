import type { DocumentRow } from '../../src/packages/document-rows.ts';
import { isListed } from '../../src/packages/summary.ts';
import type { DependencyGroup } from './dependency-groups.ts';
import type { NugetMetadata } from './inspect.ts';
import { tagsOf } from './nuspec.ts';
import type { Hive, NugetUrls } from './urls.ts';
import { fullVersion } from './version.ts';

/** How many versions a page has; with twice as many, pages are documents of their own. */
export const pageSize = 64;
/** From so many versions on the index does not hold them itself. */
export const inlineBelow = 2 * pageSize;

/** What a document of a package needs to know besides its rows. */
export interface RegistrationContext {
  urls: NugetUrls;
  hive: Hive;
  /** The package's own spelling. */
  id: string;
}

/** The bounds of a page: the lowest and the highest version in it. */
export interface PageBounds {
  lower: string;
  upper: string;
  count: number;
}

/** Cuts versions, lowest first, into pages. */
export function pagesOf<T>(versions: readonly T[]): T[][] {
  const pages: T[][] = [];
  for (let from = 0; from < versions.length; from += pageSize) pages.push(versions.slice(from, from + pageSize));
  return pages;
}

/** The index of all versions of a package (https://learn.microsoft.com/nuget/api/registration-base-url-resource#registration-index). */
export function renderIndex(context: RegistrationContext, pages: readonly object[]): object {
  const { urls, hive, id } = context;
  return { '@id': urls.registration(hive, id), '@type': ['catalog:CatalogRoot', 'PackageRegistration', 'catalog:Permalink'], count: pages.length, items: pages };
}

/** A page; without rows it is what an index says of one that is a document of its own. */
export function renderPage(context: RegistrationContext, { lower, upper, count }: PageBounds, rows?: readonly DocumentRow[]): object {
  const { urls, hive, id } = context;
  return {
    '@id': urls.page(hive, id, lower, upper),
    '@type': 'catalog:CatalogPage',
    count,
    lower: fullVersion(lower),
    upper: fullVersion(upper),
    parent: urls.registration(hive, id),
    ...(rows === undefined ? {} : { items: rows.map((row) => renderItem(context, row)) }),
  };
}

/** One version (https://learn.microsoft.com/nuget/api/registration-base-url-resource#registration-leaf). */
export function renderLeaf({ urls, hive, id }: RegistrationContext, row: DocumentRow): object {
  return {
    '@id': urls.leaf(hive, id, row.version),
    '@type': ['Package', 'http://schema.nuget.org/catalog#Permalink'],
    listed: isListed(row),
    packageContent: urls.nupkg(id, row.version),
    published: publishedOf(row),
    registration: urls.registration(hive, id),
  };
}

function renderItem(context: RegistrationContext, row: DocumentRow): object {
  const { urls, hive, id } = context;
  return {
    '@id': urls.leaf(hive, id, row.version),
    '@type': 'Package',
    catalogEntry: renderCatalogEntry(context, row, JSON.parse(row.metadata) as NugetMetadata),
    packageContent: urls.nupkg(id, row.version),
    registration: urls.registration(hive, id),
  };
}

function renderCatalogEntry({ urls, hive, id: name }: RegistrationContext, row: DocumentRow, metadata: NugetMetadata): object {
  const { id, version, authors, description, language, licenseExpression, minClientVersion, projectUrl, requireLicenseAcceptance, summary, title, contents } = metadata;
  const file = (content: 'icon' | 'readme' | 'license') => (contents[content] === undefined ? undefined : urls.content(name, version, content));
  return defined({
    '@id': `${urls.leaf(hive, name, version)}#entry`,
    '@type': 'PackageDetails',
    authors: authors ?? '',
    dependencyGroups: metadata.dependencyGroups.map((group, index) => renderGroup(context(urls, hive), group, index, urls.leaf(hive, name, version))),
    deprecation: deprecationOf(row),
    description: description ?? '',
    iconUrl: file('icon') ?? metadata.iconUrl,
    id,
    language,
    licenseExpression,
    licenseUrl: file('license') ?? metadata.licenseUrl,
    listed: isListed(row),
    minClientVersion,
    packageContent: urls.nupkg(name, version),
    projectUrl,
    published: publishedOf(row),
    readmeUrl: file('readme'),
    requireLicenseAcceptance,
    summary,
    tags: tagsOf(metadata),
    title,
    version: fullVersion(version),
  });
}

function context(urls: NugetUrls, hive: Hive) {
  return { registration: (id: string) => urls.registration(hive, id) };
}

function renderGroup({ registration }: { registration: (id: string) => string }, { targetFramework, dependencies }: DependencyGroup, index: number, leaf: string): object {
  return defined({
    '@id': `${leaf}#dependencygroup/${index}`,
    '@type': 'PackageDependencyGroup',
    targetFramework,
    dependencies: dependencies.length === 0 ? undefined : dependencies.map(({ id, range }) => ({ '@type': 'PackageDependency', id, range, registration: registration(id) })),
  });
}

/** Withdrawn versions are told of as deprecated ones: clients know of nothing more. */
function deprecationOf({ status, statusReason }: DocumentRow): object | undefined {
  if (status !== 'DEPRECATED' && status !== 'YANKED' && statusReason === null) return undefined;
  const message = status === 'YANKED' ? `This version was withdrawn by its publisher${statusReason === null ? '.' : `: ${statusReason}`}` : (statusReason ?? '');
  return { '@type': 'deprecation', reasons: ['Other'], message };
}

/** What is unlisted was published in 1900: the way in which clients before `listed` are told. */
export function publishedOf({ status, publishedAt }: Pick<DocumentRow, 'status' | 'publishedAt'>): string {
  return isListed({ status }) ? new Date(publishedAt).toISOString() : '1900-01-01T00:00:00.000Z';
}

function defined(members: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
