import type { DocumentRow } from '../../src/packages/document-rows.ts';
import { digestOf } from '../../src/storage/digests.ts';
import { isListed } from '../../src/packages/summary.ts';
import { escapeXml, xmlDeclaration, xmlElement } from '../kit/xml-text.ts';
import type { DependencyGroup } from './dependency-groups.ts';
import { shortFramework } from './framework.ts';
import type { NugetMetadata } from './inspect.ts';
import { tagsOf } from './nuspec.ts';
import { publishedOf } from './registration.ts';
import type { NugetUrls } from './urls.ts';
import { isPrerelease, normalVersion } from './version.ts';

/** One version, as an entry of a feed. */
export interface FeedEntry {
  row: DocumentRow;
  /** Of the versions that are listed and can be read, this is the highest release; the highest of all. */
  isLatest: boolean;
  isAbsoluteLatest: boolean;
  /** Of all versions together, and of this one. */
  downloads: number;
  versionDownloads: number;
}

/** A page of a feed. */
export interface Feed {
  /** `Packages`, `Search`, `FindPackagesById`. */
  title: string;
  /** Absolute address of the feed, without a query. */
  selfUrl: string;
  entries: readonly FeedEntry[];
  updatedAt: number;
  /** Of all pages; undefined where it was not asked for. */
  total?: number | undefined;
  /** Absolute address of the next page. */
  nextUrl?: string | undefined;
}

export const feedType = 'application/atom+xml;type=feed;charset=utf-8';
export const entryType = 'application/atom+xml;type=entry;charset=utf-8';

const ado = 'http://schemas.microsoft.com/ado/2007/08/dataservices';
const namespaces = { xmlns: 'http://www.w3.org/2005/Atom', 'xmlns:d': ado, 'xmlns:m': `${ado}/metadata` };

/** An Atom feed as OData 2 has it (https://www.odata.org/documentation/odata-version-2-0/atom-format/). */
export function renderFeed(urls: NugetUrls, { title, selfUrl, entries, updatedAt, total, nextUrl }: Feed): string {
  const head = [
    ...(total === undefined ? [] : [xmlElement('m:count', String(total))]),
    xmlElement('id', escapeXml(selfUrl)),
    xmlElement('title', escapeXml(title), { type: 'text' }),
    xmlElement('updated', new Date(updatedAt).toISOString()),
    xmlElement('link', '', { rel: 'self', title, href: title }),
  ];
  const next = nextUrl === undefined ? [] : [xmlElement('link', '', { rel: 'next', href: nextUrl })];
  return xmlDeclaration + xmlElement('feed', [...head, ...entries.map((entry) => renderEntry(urls, entry, {})), ...next], { ...namespaces, 'xml:base': `${urls.v2}/` });
}

/** One version as a document of its own. */
export function renderEntryDocument(urls: NugetUrls, entry: FeedEntry): string {
  return xmlDeclaration + renderEntry(urls, entry, { ...namespaces, 'xml:base': `${urls.v2}/` });
}

function renderEntry(urls: NugetUrls, entry: FeedEntry, attributes: Record<string, string>): string {
  const { row } = entry;
  const metadata = JSON.parse(row.metadata) as NugetMetadata;
  const { id, authors = '', summary = '' } = metadata;
  const url = urls.v2Entry(id, row.version);
  return xmlElement(
    'entry',
    [
      xmlElement('id', escapeXml(url)),
      xmlElement('category', '', { term: 'NuGetGallery.V2FeedPackage', scheme: `${ado}/scheme` }),
      xmlElement('link', '', { rel: 'edit', title: 'V2FeedPackage', href: url }),
      xmlElement('title', escapeXml(id), { type: 'text' }),
      xmlElement('summary', escapeXml(summary), { type: 'text' }),
      xmlElement('updated', publishedOf(row)),
      xmlElement('author', xmlElement('name', escapeXml(authors))),
      xmlElement('content', '', { type: 'application/zip', src: urls.v2Package(id, row.version) }),
      xmlElement('m:properties', propertiesOf(urls, entry, metadata).map(renderProperty)),
    ],
    attributes,
  );
}

type EdmType = 'Edm.String' | 'Edm.Boolean' | 'Edm.Int32' | 'Edm.Int64' | 'Edm.DateTime';
type PropertyValue = string | number | boolean | undefined;

/** The properties of a version and their types; those that may be null are optional in the nuspec. */
export const feedProperties: readonly (readonly [name: string, type: EdmType, nullable?: 'null'])[] = [
  ['Id', 'Edm.String'],
  ['Version', 'Edm.String'],
  ['NormalizedVersion', 'Edm.String', 'null'],
  ['Authors', 'Edm.String', 'null'],
  ['Copyright', 'Edm.String', 'null'],
  ['Created', 'Edm.DateTime'],
  ['Dependencies', 'Edm.String', 'null'],
  ['Description', 'Edm.String', 'null'],
  ['DownloadCount', 'Edm.Int32'],
  ['GalleryDetailsUrl', 'Edm.String', 'null'],
  ['IconUrl', 'Edm.String', 'null'],
  ['IsLatestVersion', 'Edm.Boolean'],
  ['IsAbsoluteLatestVersion', 'Edm.Boolean'],
  ['IsPrerelease', 'Edm.Boolean'],
  ['Language', 'Edm.String', 'null'],
  ['LastUpdated', 'Edm.DateTime'],
  ['LastEdited', 'Edm.DateTime', 'null'],
  ['LicenseUrl', 'Edm.String', 'null'],
  ['Listed', 'Edm.Boolean'],
  ['MinClientVersion', 'Edm.String', 'null'],
  ['PackageHash', 'Edm.String', 'null'],
  ['PackageHashAlgorithm', 'Edm.String', 'null'],
  ['PackageSize', 'Edm.Int64'],
  ['ProjectUrl', 'Edm.String', 'null'],
  ['Published', 'Edm.DateTime'],
  ['ReleaseNotes', 'Edm.String', 'null'],
  ['ReportAbuseUrl', 'Edm.String', 'null'],
  ['RequireLicenseAcceptance', 'Edm.Boolean'],
  ['Summary', 'Edm.String', 'null'],
  ['Tags', 'Edm.String', 'null'],
  ['Title', 'Edm.String', 'null'],
  ['VersionDownloadCount', 'Edm.Int32'],
];

function propertiesOf(urls: NugetUrls, { row, isLatest, isAbsoluteLatest, downloads, versionDownloads }: FeedEntry, metadata: NugetMetadata): [string, EdmType, PropertyValue][] {
  const { id, version, title, contents } = metadata;
  const file = (name: 'icon' | 'license') => (contents[name] === undefined ? undefined : urls.content(id, version, name));
  const created = edmInstant(new Date(row.publishedAt).toISOString());
  const values: Record<string, PropertyValue> = {
    Id: id,
    Version: version,
    NormalizedVersion: normalVersion(version),
    Authors: metadata.authors,
    Copyright: metadata.copyright,
    Created: created,
    Dependencies: dependenciesText(metadata.dependencyGroups),
    Description: metadata.description,
    DownloadCount: downloads,
    IconUrl: file('icon') ?? metadata.iconUrl,
    IsLatestVersion: isLatest,
    IsAbsoluteLatestVersion: isAbsoluteLatest,
    IsPrerelease: isPrerelease(version),
    Language: metadata.language,
    LastUpdated: created,
    LicenseUrl: file('license') ?? metadata.licenseUrl,
    Listed: isListed(row),
    MinClientVersion: metadata.minClientVersion,
    PackageHash: Buffer.from(digestOf(row, 'sha512'), 'hex').toString('base64'),
    PackageHashAlgorithm: 'SHA512',
    PackageSize: row.sizeBytes,
    ProjectUrl: metadata.projectUrl,
    Published: edmInstant(publishedOf(row)),
    ReleaseNotes: metadata.releaseNotes,
    RequireLicenseAcceptance: metadata.requireLicenseAcceptance,
    Summary: metadata.summary,
    // Clients look for a tag between spaces.
    Tags: metadata.tags === undefined ? undefined : ` ${tagsOf(metadata).join(' ')} `,
    Title: title ?? id,
    VersionDownloadCount: versionDownloads,
  };
  return feedProperties.map(([name, type]) => [name, type, values[name]]);
}

function renderProperty([name, type, value]: [string, EdmType, PropertyValue]): string {
  const attributes = { ...(type === 'Edm.String' ? {} : { 'm:type': type }), ...(value === undefined ? { 'm:null': 'true' } : {}) };
  return xmlElement(`d:${name}`, value === undefined ? '' : escapeXml(String(value)), attributes);
}

/** `id:range:framework|…`; a framework that needs nothing is told of, too, or it would get what is for all others. */
export function dependenciesText(groups: readonly DependencyGroup[]): string {
  const parts = groups.flatMap(({ targetFramework, dependencies }) => {
    const framework = targetFramework === undefined ? '' : shortFramework(targetFramework);
    if (dependencies.length === 0) return [`::${framework}`];
    return dependencies.map(({ id, range }) => `${id}:${range === '(, )' ? '' : range}${framework === '' ? '' : `:${framework}`}`);
  });
  return parts.join('|');
}

/** Instants of OData have no zone and are UTC. */
function edmInstant(iso: string): string {
  return iso.replace('Z', '');
}
