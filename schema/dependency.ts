import { type DependencyRecord, dependentListQuery } from '../src/packages/queries/dependencies.ts';
import type { PackageRecord } from '../src/packages/queries/records.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection-type.ts';
import { listComplexity } from './connection.ts';
import { FormatEnum } from './enums.ts';
import { leaves } from './gate.ts';
import { defineList } from './list.ts';
import { packageByName, versionById } from './loaders.ts';
import { DependencyRef, PackageRef, VersionRef } from './refs.ts';

builder.objectType(DependencyRef, {
  description: 'Something that a version declares to depend on.',
  fields: (t) => ({
    format: t.expose('format', { type: FormatEnum, description: 'The format of both.' }),
    name: t.exposeString('name', { description: 'Name of the package, as declared.' }),
    requirement: t.exposeString('requirement', { description: "Which versions will do, in the format's own syntax." }),
    kind: t.exposeString('kind', { description: "The format's own word: `runtime`, `dev`, `peer`, `optional` …" }),
    target: t.field({
      ...leaves(),
      type: PackageRef,
      nullable: true,
      description: 'The package on this server that the name means; null where there is none that the caller may read.',
      resolve: ({ format, normalizedName }, _args, context) => packageByName(context, { format, normalizedName }),
    }),
  }),
});

const DependentType = builder.objectRef<DependencyRecord>('Dependent').implement({
  description: 'A version that declares to depend on a package.',
  fields: (t) => ({
    version: t.field({
      ...leaves(),
      type: VersionRef,
      nullable: true,
      description: 'The version that depends.',
      resolve: ({ versionId }, _args, context) => versionById(context, versionId),
    }),
    requirement: t.exposeString('requirement', { description: "Which versions will do, in the format's own syntax." }),
    kind: t.exposeString('kind', { description: "The format's own word: `runtime`, `dev`, `peer`, `optional` …" }),
  }),
});

const DependentConnection = connectionType(DependentType, 'Dependent', 'dependents');

// A list is one format's, so parents of different formats are asked for apart.
const listDependents = defineList<PackageRecord, { format: string }, DependencyRecord>({
  name: 'dependents',
  idOf: ({ normalizedName }) => normalizedName,
  query: ({ core, actor }, parents, { format }) => dependentListQuery(core, actor, format, parents.map(({ normalizedName }) => normalizedName)),
  orderName: () => 'dependent',
  positionOf: (_args, { versionId, position }) => [versionId, position],
});

builder.objectField(PackageRef, 'dependents', (t) =>
  t.connection(
    {
      type: DependentType,
      description: 'Versions on this server that declare to depend on a package of this name, the most recently published first.',
      complexity: listComplexity,
      resolve: (row, args, context, info) => listDependents(context, row, { ...args, format: row.format }, info) as never,
    },
    DependentConnection,
  ),
);
