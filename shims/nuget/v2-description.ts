import { xmlDeclaration, xmlElement } from '../kit/xml-text.ts';
import { feedProperties } from './feed.ts';
import type { NugetUrls } from './urls.ts';

/** The service document: there is one collection (https://www.odata.org/documentation/odata-version-2-0/atom-format/, section 5). */
export function renderServiceDocument({ v2 }: NugetUrls): string {
  const collection = xmlElement('collection', xmlElement('atom:title', 'Packages', { type: 'text' }), { href: 'Packages' });
  const workspace = xmlElement('workspace', [xmlElement('atom:title', 'Default', { type: 'text' }), collection]);
  return xmlDeclaration + xmlElement('service', workspace, { xmlns: 'http://www.w3.org/2007/app', 'xmlns:atom': 'http://www.w3.org/2005/Atom', 'xml:base': `${v2}/` });
}

const functionImports: readonly [name: string, parameters: readonly (readonly [name: string, type: string])[]][] = [
  ['Search', [['searchTerm', 'Edm.String'], ['targetFramework', 'Edm.String'], ['includePrerelease', 'Edm.Boolean'], ['semVerLevel', 'Edm.String']]],
  ['FindPackagesById', [['id', 'Edm.String'], ['semVerLevel', 'Edm.String']]],
];

/**
 * `$metadata`: the entity type of a version and the functions there are
 * (https://www.odata.org/documentation/odata-version-2-0/overview/#EntityDataModel). Clients of version 2 use only what stands here.
 */
export function renderMetadata(): string {
  const key = xmlElement('Key', ['Id', 'Version'].map((name) => xmlElement('PropertyRef', '', { Name: name })));
  const properties = feedProperties.map(([name, type, nullable]) => xmlElement('Property', '', { Name: name, Type: type, Nullable: nullable ? undefined : 'false', ...syndication[name] }));
  const entity = xmlElement('EntityType', [key, ...properties], { Name: 'V2FeedPackage', 'm:HasStream': 'true' });
  const set = xmlElement('EntitySet', '', { Name: 'Packages', EntityType: 'NuGetGallery.V2FeedPackage' });
  const functions = functionImports.map(([name, parameters]) =>
    xmlElement('FunctionImport', parameters.map(([parameter, type]) => xmlElement('Parameter', '', { Name: parameter, Type: type, FixedLength: 'false', Unicode: 'false' })), {
      Name: name,
      ReturnType: 'Collection(NuGetGallery.V2FeedPackage)',
      EntitySet: 'Packages',
      'm:HttpMethod': 'GET',
    }),
  );
  const container = xmlElement('EntityContainer', [set, ...functions], { Name: 'V2FeedContext', 'm:IsDefaultEntityContainer': 'true' });
  const schema = xmlElement('Schema', [entity, container], { Namespace: 'NuGetGallery', xmlns: 'http://schemas.microsoft.com/ado/2006/04/edm' });
  const services = xmlElement('edmx:DataServices', schema, { 'm:DataServiceVersion': '2.0', 'xmlns:m': 'http://schemas.microsoft.com/ado/2007/08/dataservices/metadata' });
  return xmlDeclaration + xmlElement('edmx:Edmx', services, { Version: '1.0', 'xmlns:edmx': 'http://schemas.microsoft.com/ado/2007/06/edmx' });
}

/** Properties that stand in elements of Atom as well. */
const syndication: Record<string, Record<string, string>> = {
  Id: mapped('SyndicationTitle'),
  Authors: mapped('SyndicationAuthorName'),
  LastUpdated: mapped('SyndicationUpdated'),
  Summary: mapped('SyndicationSummary'),
};

function mapped(target: string): Record<string, string> {
  return { 'm:FC_TargetPath': target, 'm:FC_ContentKind': 'text', 'm:FC_KeepInContent': 'true' };
}
