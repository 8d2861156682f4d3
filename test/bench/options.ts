import { parseArgs } from 'node:util';
import { fullSizes, type Sizes } from './growth/sizes.ts';
import { type LoadRunPlan, planOf } from './load-run/plan.ts';
import type { Effort } from './scenario.ts';

/** What `npm run bench -- …` is told. */
export interface Options {
  /** What is measured: the registry beside a floor, beside the programs that people run today, beside itself when it is full, or under load for a while. */
  against: 'floor' | 'peers' | 'full' | 'load';
  effort: Effort;
  /** How much there is in the full one. */
  sizes: Sizes;
  /** Who asks at once under load. */
  loadRun: LoadRunPlan;
  /** Only this database. */
  database: 'sqlite' | 'mariadb' | undefined;
  /** Where the figures go, beside the table. */
  jsonFile: string | undefined;
  /** Where the chart of the peers goes. */
  svgFile: string | undefined;
  /** Whether the table of the peers is printed for a README. */
  markdown: boolean;
}

/** Reads the command line. Throws, in words, where it makes no sense. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      peers: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
      load: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      scale: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      svg: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      only: { type: 'string' },
      database: { type: 'string' },
      'node-option': { type: 'string', multiple: true },
    },
  });
  const { peers, growth, load, minutes, scale, quick, json, svg, markdown, only, database, 'node-option': nodeOptions = [] } = values;
  if (database !== undefined && database !== 'sqlite' && database !== 'mariadb') throw new Error(`--database is sqlite or mariadb, not ${database}`);
  if ((svg !== undefined || markdown) && !peers) throw new Error('--svg and --markdown show what --peers measures: give that, too');
  if ([peers, growth, load].filter((isGiven) => isGiven).length > 1) throw new Error('--peers, --growth and --load are three benches: give one of them');
  if (scale !== undefined && !growth && !load) throw new Error('--scale says how full --growth is, and how many ask in --load: give one of them, too');
  if ((quick || only !== undefined) && load) throw new Error('--load runs whole: give it --minutes and --scale instead of --quick and --only');
  if (minutes !== undefined && !load) throw new Error('--minutes says how long --load takes: give that, too');
  return {
    against: peers ? 'peers' : growth ? 'full' : load ? 'load' : 'floor',
    sizes: scaled(scale),
    loadRun: planOf(parseMinutes(minutes), Number(scale ?? 1)),
    effort: { ...(quick ? quickEffort : fullEffort), versions: peers ? 500 : 1000, only, nodeOptions },
    database,
    jsonFile: json,
    svgFile: svg,
    markdown,
  };
}

function scaled(scale = '1'): Sizes {
  const factor = Number(scale);
  if (!(factor >= 0.001 && factor <= 1)) throw new Error(`--scale is a number from 0.001 to 1, not ${scale}`);
  return Object.fromEntries(Object.entries(fullSizes).map(([what, count]) => [what, Math.max(10, Math.round(count * factor))])) as unknown as Sizes;
}

function parseMinutes(text = '10'): number {
  const minutes = Number(text);
  if (!(minutes >= 0.1 && minutes <= 24 * 60)) throw new Error(`--minutes is a number from 0.1 to ${24 * 60}, not ${text}`);
  return minutes;
}

const quickEffort = { runs: 1, seconds: 1, warmupSeconds: 0.3, publishes: 100, uploads: 1 };
const fullEffort = { runs: 3, seconds: 1.4, warmupSeconds: 0.3, publishes: 400, uploads: 3 };
