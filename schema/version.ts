import type { BuildInfo } from '../src/formats/format.ts';
import type { VersionDetails, VersionRecord } from '../src/packages/queries/records.ts';
import { BuildInfoType } from './build.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { VersionStatusEnum } from './enums.ts';
import { actorById, dependenciesOf, filesOfVersion, metadataOf, packageById, readmeOf, tagNamesOf, versionDetails } from './loaders.ts';
import { PackageMetadata } from './metadata/interface.ts';
import { DependencyRef, FileRef, PackageRef, VersionRef } from './refs.ts';
import { purlOf } from './urls.ts';
import { ActorInterface } from './user.ts';

builder.objectType(VersionRef, {
  description: 'A published version of a package.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    version: t.exposeString('version', { description: 'The version as it was published.' }),
    status: t.expose('status', { type: VersionStatusEnum, description: 'What became of it since.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When it was published.' }),
    sizeBytes: t.expose('sizeBytes', { type: 'BigInt', description: 'Bytes of its files together.' }),
    package: t.field({
      type: PackageRef,
      nullable: true,
      description: 'The package it is a version of.',
      resolve: ({ packageId }, _args, context) => packageById(context, packageId),
    }),
    purl: t.string({
      nullable: true,
      description: 'Its package URL, such as `pkg:npm/%40acme/lib@1.0.0` (https://github.com/package-url/purl-spec).',
      resolve: async ({ packageId, version }, _args, context) => {
        const owner = await packageById(context, packageId);
        return owner && purlOf(context.core.formats.get(owner.format), owner.name, version);
      },
    }),
    publishedBy: t.field({
      type: ActorInterface,
      nullable: true,
      description: 'Who published it, where that is known.',
      resolve: ({ publishedById }, _args, context) => (publishedById === null ? null : actorById(context, publishedById)),
    }),
    statusReason: t.string({ nullable: true, description: 'Why it is deprecated or withdrawn.', resolve: async (row, _args, context) => (await details(row, context)).statusReason }),
    description: t.string({ nullable: true, description: 'What it says it is.', resolve: async (row, _args, context) => (await details(row, context)).description }),
    homepage: t.string({ nullable: true, description: 'Page about it, as it declares.', resolve: async (row, _args, context) => (await details(row, context)).homepage }),
    repositoryUrl: t.string({ nullable: true, description: 'Page of its source, as it declares.', resolve: async (row, _args, context) => (await details(row, context)).repositoryUrl }),
    licenses: t.stringList({
      description: 'Its licences: SPDX expressions where they parse as such (https://spdx.org/licenses), else its own words.',
      resolve: async (row, _args, context) => list((await details(row, context)).licenses),
    }),
    keywords: t.stringList({ description: 'Words it wants to be found by.', resolve: async (row, _args, context) => list((await details(row, context)).keywords) }),
    authors: t.stringList({ description: 'People it names, such as `Ada <ada@example.com>`.', resolve: async (row, _args, context) => list((await details(row, context)).authors) }),
    build: t.field({
      type: BuildInfoType,
      nullable: true,
      description: 'Where it came from, if its publisher said so.',
      resolve: async (row, _args, context) => {
        const { build } = await details(row, context);
        return build === null ? null : (JSON.parse(build) as BuildInfo);
      },
    }),
    readme: t.string({ nullable: true, description: 'Its readme, as text.', complexity: 5, resolve: ({ id }, _args, context) => readmeOf(context, id) }),
    metadata: t.field({
      type: PackageMetadata,
      nullable: true,
      description: "The format's own facts.",
      complexity: 5,
      resolve: ({ id }, _args, context) => metadataOf(context, id),
    }),
    dependencies: t.field({
      type: [DependencyRef],
      description: 'What it declares to depend on, in its order.',
      args: { kind: t.arg.string({ description: "Only of this kind, in the format's own word: `runtime`, `dev`, `peer`, `optional` …" }) },
      resolve: async ({ id }, { kind }, context) => {
        const all = (await dependenciesOf(context, id)) ?? [];
        return typeof kind === 'string' ? all.filter((dependency) => dependency.kind === kind) : all;
      },
    }),
    files: t.field({
      type: [FileRef],
      description: 'Its files, by name.',
      resolve: ({ id, files }, _args, context) => files ?? filesOfVersion(context, id).then((loaded) => loaded ?? []),
    }),
    tags: t.stringList({ description: 'Names of the tags that point at it.', resolve: ({ id }, _args, context) => tagNamesOf(context, id).then((names) => names ?? []) }),
  }),
});

const none: Omit<VersionDetails, 'id'> = {
  statusReason: null,
  description: null,
  licenses: '[]',
  homepage: null,
  repositoryUrl: null,
  keywords: '[]',
  authors: '[]',
  build: null,
};

async function details({ id }: VersionRecord, context: Context): Promise<Omit<VersionDetails, 'id'>> {
  return (await versionDetails(context, id)) ?? none;
}

function list(text: string): string[] {
  return JSON.parse(text) as string[];
}
