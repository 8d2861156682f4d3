import { downloadGroupings, type DownloadArguments, downloadRange, type DownloadRange, maxGroupedDays, startOfDay } from '../src/packages/download-range.ts';
import {
  type DownloadedKind,
  type DownloadGroup,
  loadDownloadGroups,
  loadDownloadTotals,
  loadLastDownloads,
  maxGroupedVersions,
} from '../src/packages/queries/load-downloads.ts';
import { builder } from './builder.ts';
import { type Context, type Load, loaderOf } from './context.ts';
import { versionById } from './loaders.ts';
import { PackageRef, VersionRef } from './refs.ts';

/** Whose downloads in which range; what is asked for is loaded for all of an operation at once. */
interface Downloads {
  kind: DownloadedKind;
  id: string;
  range: DownloadRange;
}

const DownloadGroupingEnum = builder.enumType('DownloadGrouping', {
  description: 'What downloads are told apart by.',
  values: {
    DAY: { description: 'The day, in UTC.' },
    VERSION: { description: 'The version.' },
  } satisfies Record<(typeof downloadGroupings)[number], object>,
});

const DownloadGroupType = builder.objectRef<DownloadGroup>('DownloadGroup').implement({
  description: 'Downloads of a day, or of a version.',
  fields: (t) => ({
    day: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The beginning of the day, in UTC; null unless days are told apart.',
      resolve: ({ day }) => (day === null ? null : startOfDay(day)),
    }),
    version: t.field({
      type: VersionRef,
      nullable: true,
      description: 'The version, where versions are told apart; null for those that were deleted since, all of them together.',
      resolve: ({ versionId }, _args, context) => (versionId === null ? null : versionById(context, versionId)),
    }),
    count: t.expose('count', { type: 'BigInt', description: 'How often its files were downloaded.' }),
  }),
});

const DownloadStatisticsType = builder.objectRef<Downloads>('DownloadStatistics').implement({
  description: 'How often files were downloaded from here: whole files and parts that were asked for, not what broke off and not what a client had already. A few seconds behind.',
  fields: (t) => ({
    total: t.field({
      type: 'BigInt',
      description: 'Downloads in the range.',
      resolve: async (downloads, _args, context) => (await load(context, 'total', downloads, (...args) => loadDownloadTotals(...args, downloads.range))) ?? 0,
    }),
    lastDownloadedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a file that is still kept was last downloaded, whatever the range; null where none was.',
      resolve: (downloads, _args, context) => load(context, 'last', { ...downloads, range: undefined }, loadLastDownloads),
    }),
    groups: t.field({
      type: [DownloadGroupType],
      description: `The downloads in the range, told apart as \`groupBy\` says: days in their order, without those that had none; versions with the most downloads first, ${maxGroupedVersions} of them at most. Empty without \`groupBy\`.`,
      complexity: { field: 5, multiplier: 20 },
      async resolve(downloads, _args, context) {
        const { groupBy } = downloads.range;
        if (groupBy === undefined) return [];
        return (await load(context, 'groups', downloads, (...args) => loadDownloadGroups(...args, downloads.range, groupBy))) ?? [];
      },
    }),
  }),
});

const byDay = `The range is in whole days of UTC: the days that \`from\` and \`to\` are in belong to it.`;

builder.objectField(PackageRef, 'downloads', (t) =>
  t.field({
    type: DownloadStatisticsType,
    description: `Downloads of all its versions, those deleted since as well. ${byDay} By DAY it has at most ${maxGroupedDays} days, and begins as early as it may where \`from\` is left out.`,
    args: {
      from: t.arg({ type: 'DateTime', description: 'An instant of the first day; by default from the beginning.' }),
      to: t.arg({ type: 'DateTime', description: 'An instant of the last day; by default until now.' }),
      groupBy: t.arg({ type: DownloadGroupingEnum, description: 'What to tell apart in `groups`.' }),
    },
    resolve: ({ id }, args, context) => statistics('package', id, args, context),
  }),
);

builder.objectField(VersionRef, 'downloads', (t) =>
  t.field({
    type: DownloadStatisticsType,
    description: `Downloads of its files. ${byDay}`,
    args: {
      from: t.arg({ type: 'DateTime', description: 'An instant of the first day; by default from the beginning.' }),
      to: t.arg({ type: 'DateTime', description: 'An instant of the last day; by default until now.' }),
    },
    resolve: ({ id }, args, context) => statistics('version', id, args, context),
  }),
);

function statistics(kind: DownloadedKind, id: string, args: DownloadArguments, { core }: Context): Downloads {
  return { kind, id, range: downloadRange(args, core.clock.now()) };
}

/** One statement for all that an operation asks of the same kind and range. */
function load<Value>(
  context: Context,
  what: string,
  { kind, id, range }: Omit<Downloads, 'range'> & { range: DownloadRange | undefined },
  read: (core: Context['core'], kind: DownloadedKind, ids: readonly string[]) => Promise<Map<string, Value>>,
): Promise<Value | null> {
  const many: Load<string, Value> = ({ core }, ids) => read(core, kind, ids);
  return loaderOf(context, `downloads ${what} ${kind} ${JSON.stringify(range)}`, many, String).load(id);
}
