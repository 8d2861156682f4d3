import { type PackageFilter, type PackageOrder, packageListQuery, packagePosition } from '../src/packages/queries/package-list.ts';
import type { NamespaceRecord } from '../src/namespaces/queries/namespaces.ts';
import type { PackageRecord } from '../src/packages/queries/records.ts';
import { instanceId } from '../src/db/tables/namespace.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection-type.ts';
import { listComplexity } from './connection.ts';
import { FormatEnum, OrderDirectionEnum, VersionStatusEnum } from './enums.ts';
import { defineList } from './list.ts';
import { NamespaceInterface } from './namespace.ts';
import { PackageRef } from './refs.ts';

const PackageFilterInput = builder.inputType('PackageFilter', {
  description: 'Which packages; all conditions given must hold.',
  fields: (t) => ({
    formats: t.field({ type: [FormatEnum], description: 'Of one of these formats.' }),
    name: t.string({ description: 'With this name, in any spelling that its format holds for the same.' }),
    nameContains: t.string({ description: 'With this in the name, in any case.' }),
    status: t.field({ type: VersionStatusEnum, description: 'With a version in this state.' }),
    keyword: t.string({ description: 'With a version that declares this keyword.' }),
    sha256: t.string({ description: 'With a file of this content: SHA-256 in hex.' }),
    updatedAfter: t.field({ type: 'DateTime', description: 'Changed after this instant.' }),
    createdAfter: t.field({ type: 'DateTime', description: 'First published after this instant.' }),
  }),
});

const PackageOrderFieldEnum = builder.enumType('PackageOrderField', {
  description: 'What packages are put in order by.',
  values: {
    NAME: { description: 'The name, byte by byte.' },
    UPDATED_AT: { description: 'The last change.' },
    CREATED_AT: { description: 'The first publish.' },
  } as const,
});

const PackageOrderInput = builder.inputType('PackageOrder', {
  description: 'The order of a list of packages.',
  fields: (t) => ({
    field: t.field({ type: PackageOrderFieldEnum, required: true, description: 'What to go by.' }),
    direction: t.field({ type: OrderDirectionEnum, required: true, description: 'Which way.', defaultValue: 'ASC' }),
  }),
});

/** A page of packages. */
export const PackageConnection = connectionType(PackageRef, 'Package', 'packages');

interface Arguments {
  filter?: typeof PackageFilterInput.$inferInput | null | undefined;
  orderBy?: PackageOrder | null | undefined;
}

const byName: PackageOrder = { field: 'NAME', direction: 'ASC' };

const listPackages = defineList<Pick<NamespaceRecord, 'id' | 'kind' | 'lineage'>, Arguments, PackageRecord>({
  name: 'packages',
  idOf: ({ id }) => id,
  query: ({ core, actor }, nodes, { filter, orderBy }) => packageListQuery(core, actor, nodes, withoutNulls(filter ?? {}), orderBy ?? byName),
  orderName: ({ orderBy }) => nameOf(orderBy ?? byName),
  positionOf: ({ orderBy }, row) => packagePosition(orderBy ?? byName, row),
});

builder.interfaceField(NamespaceInterface, 'packages', (t) =>
  t.connection(
    {
      type: PackageRef,
      description: 'The packages here and below that the caller may read.',
      args: {
        filter: t.arg({ type: PackageFilterInput, description: 'Which packages; by default all.' }),
        orderBy: t.arg({ type: PackageOrderInput, description: 'In which order; by default by name.' }),
      },
      complexity: listComplexity,
      resolve: (node, args, context, info) => listPackages(context, node, args, info) as never,
    },
    PackageConnection,
  ),
);

builder.queryField('packages', (t) =>
  t.connection(
    {
      type: PackageRef,
      description: 'All packages of this server that the caller may read.',
      args: {
        filter: t.arg({ type: PackageFilterInput, description: 'Which packages; by default all.' }),
        orderBy: t.arg({ type: PackageOrderInput, description: 'In which order; by default by name.' }),
      },
      complexity: listComplexity,
      resolve: (_root, args, context, info) => listPackages(context, { id: instanceId, kind: 'INSTANCE', lineage: `${instanceId}/` }, args, info) as never,
    },
    PackageConnection,
  ),
);

function nameOf({ field, direction }: PackageOrder): string {
  return `${field} ${direction}`;
}

function withoutNulls(filter: object): PackageFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null)) as PackageFilter;
}
