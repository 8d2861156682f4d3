import { effectiveVisibility } from '../src/access/visibility.ts';
import { endpointUrl, purlOf } from './urls.ts';
import type { PackageRecord, VersionRecord } from '../src/packages/queries/records.ts';
import { builder } from './builder.ts';
import { FormatEnum, VisibilityEnum } from './enums.ts';
import { EndpointType } from './format.ts';
import { latestVersion, namespaceById, nodeForDecision, packageSize, tagsOfPackage, versionById, versionByName, versionByTag } from './loaders.ts';
import { NamespaceInterface } from './namespace.ts';
import { PackageRef, TagRef, VersionRef } from './refs.ts';
import type { Context } from './context.ts';
import { InvalidInput, InvalidVersion } from '../src/errors.ts';

builder.objectType(TagRef, {
  description: 'A name that points at a version, such as `latest`.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The tag.' }),
    version: t.field({
      type: VersionRef,
      nullable: true,
      description: 'The version it points at; null only where it was deleted a moment ago.',
      resolve: ({ versionId }, _args, context) => versionById(context, versionId),
    }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last set.' }),
  }),
});

builder.objectType(PackageRef, {
  description: 'A package: all versions that were published under one name of one format in one namespace.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    format: t.expose('format', { type: FormatEnum, description: 'The format.' }),
    name: t.exposeString('name', { description: 'In the spelling of its first publish.' }),
    namespace: t.field({
      type: NamespaceInterface,
      nullable: true,
      description: 'Where it lives.',
      resolve: ({ namespaceId }, _args, context) => namespaceById(context, namespaceId),
    }),
    visibility: t.field({
      type: VisibilityEnum,
      nullable: true,
      description: 'Who may see and pull it apart from those who were given the right: the narrower of its own visibility and that of its namespace.',
      resolve: async (row, _args, context) => {
        const node = (await namespaceById(context, row.namespaceId)) ?? (await nodeForDecision(context, row.namespaceId));
        return node && effectiveVisibility(node.visibility, row);
      },
    }),
    purl: t.string({
      description: 'Its package URL, such as `pkg:npm/%40acme/lib` (https://github.com/package-url/purl-spec).',
      resolve: ({ format, name }, _args, { core }) => purlOf(core.formats.get(format), name),
    }),
    description: t.exposeString('description', { nullable: true, description: 'What its latest version says it is.' }),
    latestVersion: t.field({
      type: VersionRef,
      nullable: true,
      description: "The highest version in the format's own order, releases before pre-releases. Hidden and withdrawn versions are never latest.",
      resolve: ({ id }, _args, context) => latestVersion(context, id),
    }),
    version: t.field({
      type: VersionRef,
      nullable: true,
      description: 'One version, by its number or by a tag; null where there is none.',
      args: {
        version: t.arg.string({ description: 'The version in any spelling of the format.' }),
        tag: t.arg.string({ description: 'A tag that points at it.' }),
      },
      resolve: (row, args, context) => findVersion(row, args, context),
    }),
    tags: t.field({
      type: [TagRef],
      description: 'All tags, by name.',
      resolve: async ({ id }, _args, context) => (await tagsOfPackage(context, id)) ?? [],
    }),
    sizeBytes: t.field({
      type: 'BigInt',
      description: 'Bytes of the files of all versions, counted as often as they are published.',
      resolve: async ({ id }, _args, context) => (await packageSize(context, id)) ?? 0,
    }),
    endpoint: t.field({
      type: EndpointType,
      nullable: true,
      description: 'Where a client is pointed at for this package, and how.',
      resolve: async ({ format, name, namespaceId }, _args, context) => {
        const node = await namespaceById(context, namespaceId);
        const known = context.core.formats.get(format);
        return node && { format: known, url: endpointUrl(context.baseUrl, node.path, known), package: name };
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When its first version was published.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed: a publish, a tag, a deprecation, a deletion.' }),
  }),
});

interface VersionChoice {
  version?: string | null | undefined;
  tag?: string | null | undefined;
}

function findVersion(row: PackageRecord, { version, tag }: VersionChoice, context: Context): Promise<VersionRecord | null> {
  if (typeof version === 'string' && typeof tag === 'string') throw new InvalidInput('tag', 'Name the version or a tag, not both.');
  if (typeof tag === 'string') return versionByTag(context, { packageId: row.id, tag });
  if (typeof version !== 'string') throw new InvalidInput('version', 'Name a version or a tag; `latestVersion` is the latest.');
  try {
    const normalizedVersion = context.core.formats.get(row.format).normalizeVersion(version);
    return versionByName(context, { packageId: row.id, normalizedVersion });
  } catch (error) {
    if (error instanceof InvalidVersion) return Promise.resolve(null);
    throw error;
  }
}
