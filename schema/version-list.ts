import type { VersionStatus } from '../src/db/tables/package.ts';
import type { PackageRecord } from '../src/packages/queries/records.ts';
import { loadFilesOfVersions } from '../src/packages/queries/files.ts';
import { versionListQuery, type VersionOrder, versionPosition } from '../src/packages/queries/version-list.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection-type.ts';
import { listComplexity } from './connection.ts';
import { OrderDirectionEnum, VersionStatusEnum } from './enums.ts';
import type { Context } from './context.ts';
import { defineList } from './list.ts';
import { PackageRef, type VersionNode, VersionRef } from './refs.ts';

const VersionFilterInput = builder.inputType('VersionFilter', {
  description: 'Which versions; all conditions given must hold.',
  fields: (t) => ({
    statuses: t.field({ type: [VersionStatusEnum], description: 'In one of these states.' }),
    tag: t.string({ description: 'With this tag.' }),
    isPrerelease: t.boolean({ description: 'True: pre-releases only; false: none.' }),
    publishedAfter: t.field({ type: 'DateTime', description: 'Published after this instant.' }),
  }),
});

const VersionOrderFieldEnum = builder.enumType('VersionOrderField', {
  description: 'What versions are put in order by.',
  values: {
    VERSION: { description: "The format's own order of versions." },
    PUBLISHED_AT: { description: 'The time of their publish.' },
  } as const,
});

const VersionOrderInput = builder.inputType('VersionOrder', {
  description: 'The order of a list of versions.',
  fields: (t) => ({
    field: t.field({ type: VersionOrderFieldEnum, required: true, description: 'What to go by.' }),
    direction: t.field({ type: OrderDirectionEnum, required: true, description: 'Which way.', defaultValue: 'DESC' }),
  }),
});

/** A page of versions. */
export const VersionConnection = connectionType(VersionRef, 'PackageVersion', 'versions');

interface Arguments {
  filter?:
    | {
        statuses?: VersionStatus[] | null | undefined;
        tag?: string | null | undefined;
        isPrerelease?: boolean | null | undefined;
        publishedAfter?: number | null | undefined;
      }
    | null
    | undefined;
  orderBy?: VersionOrder | null | undefined;
}

const newestFirst: VersionOrder = { field: 'VERSION', direction: 'DESC' };

const listVersions = defineList<PackageRecord, Arguments, VersionNode>({
  name: 'versions',
  idOf: ({ id }) => id,
  query: (_context, packages, { filter, orderBy }) =>
    versionListQuery(
      packages.map(({ id }) => id),
      {
        statuses: filter?.statuses ?? undefined,
        tag: filter?.tag ?? undefined,
        isPrerelease: filter?.isPrerelease ?? undefined,
        publishedAfter: filter?.publishedAfter ?? undefined,
      },
      orderBy ?? newestFirst,
    ),
  orderName: ({ orderBy }) => nameOf(orderBy ?? newestFirst),
  positionOf: ({ orderBy }, row) => versionPosition(orderBy ?? newestFirst, row),
  ahead: { field: 'files', load: loadFilesAhead },
});

builder.objectField(PackageRef, 'versions', (t) =>
  t.connection(
    {
      type: VersionRef,
      description: 'Its versions.',
      args: {
        filter: t.arg({ type: VersionFilterInput, description: 'Which versions; by default all.' }),
        orderBy: t.arg({ type: VersionOrderInput, description: "In which order; by default the format's own, highest first." }),
      },
      complexity: listComplexity,
      resolve: (row, args, context, info) => listVersions(context, row, args, info) as never,
    },
    VersionConnection,
  ),
);

function nameOf({ field, direction }: VersionOrder): string {
  return `${field} ${direction}`;
}

async function loadFilesAhead({ core }: Context, versions: readonly VersionNode[]): Promise<void> {
  if (versions.length === 0) return;
  const files = await loadFilesOfVersions(core, versions.map(({ id }) => id));
  for (const version of versions) version.files = files.get(version.id) ?? [];
}
