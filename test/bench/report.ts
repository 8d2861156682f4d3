import type { LoadResult } from './load.ts';
import { renderColumns, shorten } from './table.ts';

/** One side of a measurement in one of its runs. */
export interface Sample extends LoadResult {
  /** Requests, or megabytes, per second. */
  rate: number;
  /** The same per second of processor time that the server used. */
  ratePerCpuSecond: number;
  /** Processor seconds per second that the server used; on one processor, near 1 means that it was what limited the rate. */
  serverBusy: number;
}

export interface Target {
  text: string;
  isMet: boolean;
}

/** A line of the table. */
export interface Line {
  backend: string;
  name: string;
  unit: 'req/s' | 'MB/s' | 'ms' | 'MB';
  /** Runs in the order they were made: each of ours was followed by its floor. */
  ours?: Sample[];
  floor?: Sample[];
  nginx?: Sample[];
  /** Median of the ratios of the pairs. */
  ratio?: number;
  /** The same of the rates per processor second, which other work on the machine disturbs less. */
  cpuRatio?: number;
  target?: Target;
  /** In place of numbers, or beside them. */
  note?: string;
}

/** Makes the line of runs in alternating pairs. */
export function lineOf(backend: string, name: string, unit: 'req/s' | 'MB/s', samples: { ours: Sample[]; floor: Sample[]; nginx?: Sample[] }, minimum?: number): Line {
  const { ours, floor, nginx } = samples;
  const pairs = (value: (sample: Sample) => number) => median(ours.map((sample, run) => value(sample) / value(floor[run] ?? sample)));
  const ratio = pairs(({ rate }) => rate);
  const cpuRatio = pairs(({ ratePerCpuSecond }) => ratePerCpuSecond);
  return {
    backend,
    name,
    unit,
    ours,
    floor,
    ...(nginx ? { nginx } : {}),
    ratio,
    cpuRatio,
    ...(minimum === undefined ? {} : { target: { text: `≥ ${minimum}`, isMet: ratio >= minimum } }),
  };
}

export function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;
}

const columns = ['database', 'what', 'ratio', 'target', '', 'ours', 'floor', 'nginx', 'p50 ours/floor ms', 'p99 ours/floor ms', 'ratio by CPU', 'server busy', 'client busy'];

/** All lines as one table. */
export function renderTable(lines: readonly Line[]): string {
  return renderColumns(columns, lines.map(cellsOf), 2);
}

function cellsOf({ backend, name, unit, ours, floor, nginx, ratio, cpuRatio, target, note }: Line): string[] {
  const verdict = target ? (target.isMet ? 'ok' : 'NOT MET') : '';
  if (!ours || !floor) return [backend, note === undefined ? name : `${name}: ${note}`, '', target?.text ?? '', verdict];
  const rate = (samples: Sample[] | undefined) => (samples ? `${shorten(median(samples.map((sample) => sample.rate)))} ${unit}` : '');
  const both = (pick: (sample: Sample) => number) => `${median(ours.map(pick)).toFixed(2)}/${median(floor.map(pick)).toFixed(2)}`;
  return [
    backend,
    note === undefined ? name : `${name} (${note})`,
    ratio?.toFixed(2) ?? '',
    target?.text ?? '',
    verdict,
    rate(ours),
    rate(floor),
    rate(nginx),
    both(({ p50Ms }) => p50Ms),
    both(({ p99Ms }) => p99Ms),
    cpuRatio?.toFixed(2) ?? '',
    both(({ serverBusy }) => serverBusy),
    both(({ clientBusy }) => clientBusy),
  ];
}
