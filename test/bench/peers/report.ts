import { median } from '../report.ts';
import { renderColumns, shorten } from '../table.ts';
import type { PeerName, Row, Target } from './rows.ts';
import type { Trial } from './trials.ts';

/** Where a figure comes from: the registry on one of its databases, the peer, or what the machine can do at most. */
export type SideName = 'SQLite' | 'MariaDB' | 'peer' | 'floor';

/** Ours. */
export const ownSides = ['SQLite', 'MariaDB'] as const;
const allSides: readonly SideName[] = [...ownSides, 'peer', 'floor'];

/** A line of the comparison. */
export interface ComparedLine {
  name: string;
  peer: PeerName;
  unit: string;
  target: Target;
  /** In the order in which they were made, each side's in turn. */
  trials: Partial<Record<SideName, Trial[]>>;
  /** Medians, in the unit. */
  values: Partial<Record<SideName, number>>;
  /** Medians of ours to the peer's of the same turn. */
  ratios: Partial<Record<SideName, number>>;
  /** The same to the floor's. */
  floorRatios: Partial<Record<SideName, number>>;
  /** How many times less processor time ours needs for the same than the peer: what other work on the machine disturbs least. */
  cpuRatios: Partial<Record<SideName, number>>;
  isMet: Partial<Record<SideName, boolean>>;
  /** Why there are no figures. */
  note?: string;
}

/** The lines of a row: one, or two where its runs say two things. */
export function linesOf(row: Row, trials: ComparedLine['trials'], note?: string): ComparedLine[] {
  const lines = [lineOf({ ...row, note }, trials, ({ value }) => value)];
  if (row.kind === 'npm ci') lines.push(lineOf({ ...row, ...row.cpu, note }, trials, ({ cpuSeconds }) => cpuSeconds));
  return lines;
}

interface Described {
  name: string;
  peer: PeerName;
  unit: string;
  target: Target;
  note: string | undefined;
}

function lineOf({ name, peer, unit, target, note }: Described, trials: ComparedLine['trials'], valueOf: (trial: Trial) => number): ComparedLine {
  const line: ComparedLine = { name, peer, unit, target, trials, values: {}, ratios: {}, floorRatios: {}, cpuRatios: {}, isMet: {}, ...(note === undefined ? {} : { note }) };
  for (const side of allSides) if (trials[side]) line.values[side] = median(trials[side].map(valueOf));
  for (const side of ownSides) {
    const own = trials[side];
    if (!own) continue;
    const ratioTo = (other: Trial[], of: (trial: Trial) => number) => median(own.map((trial, run) => of(trial) / of(other[run] ?? trial)));
    if (trials.floor) line.floorRatios[side] = ratioTo(trials.floor, valueOf);
    if (!trials.peer) continue;
    const ratio = ratioTo(trials.peer, valueOf);
    line.ratios[side] = ratio;
    line.cpuRatios[side] = 1 / ratioTo(trials.peer, cpuOf);
    line.isMet[side] = 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost;
  }
  return line;
}

function cpuOf({ cpuSeconds, operations }: Trial): number {
  return cpuSeconds / operations;
}

/** `≥ 4` or `≤ 0.5`. */
export function targetText(target: Target): string {
  return 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
}

const head = ['what', 'peer', 'target', '×peer SQLite', '', '×peer MariaDB', '', '×less CPU S/M', 'SQLite', 'MariaDB', 'peer', 'floor', '×floor S/M', 'p50 ms S/M/P/F', 'p99 ms S/M/P/F', 'CPU ms per op S/M/P/F', 'peak MB S/M/P/F'];

/** All lines as one table; S, M, P and F are the registry on SQLite and on MariaDB, the peer and the floor. */
export function renderComparison(lines: readonly ComparedLine[]): string {
  return renderColumns(head, lines.map(cellsOf), 3);
}

function cellsOf(line: ComparedLine): string[] {
  const { name, peer, unit, target, trials, values, ratios, floorRatios, cpuRatios, isMet, note } = line;
  if (note !== undefined) return [`${name}: ${note}`, peer, targetText(target)];
  const verdict = (side: SideName) => (isMet[side] === undefined ? '' : isMet[side] ? 'ok' : 'NOT MET');
  const each = (pick: (trial: Trial) => number) => allSides.map((side) => text(trials[side] && median(trials[side].map(pick)))).join('/');
  return [
    name,
    peer,
    targetText(target),
    text(ratios.SQLite),
    verdict('SQLite'),
    text(ratios.MariaDB),
    verdict('MariaDB'),
    ownSides.map((side) => text(cpuRatios[side])).join('/'),
    ...allSides.map((side) => (values[side] === undefined ? '–' : `${text(values[side])} ${unit}`)),
    ownSides.map((side) => text(floorRatios[side])).join('/'),
    each(({ p50Ms }) => p50Ms),
    each(({ p99Ms }) => p99Ms),
    each((trial) => cpuOf(trial) * 1000),
    each(({ peakBytes }) => peakBytes / 1e6),
  ];
}

/** The same in short, as a table of Markdown. */
export function renderMarkdown(lines: readonly ComparedLine[]): string {
  const rows = lines.map(({ name, peer, unit, target, values, ratios, cpuRatios, isMet, note }) => {
    if (note !== undefined) return [`${name}: ${note}`, peer, targetText(target), '', '', '', ''];
    const judged = (side: SideName) => `${text(ratios[side])}${isMet[side] === false ? ', not met' : ''}`;
    const figures = [...ownSides, 'peer' as const].map((side) => text(values[side])).join(', ');
    return [name, peer, targetText(target), judged('SQLite'), judged('MariaDB'), ownSides.map((side) => text(cpuRatios[side])).join(', '), `${figures} ${unit}`];
  });
  const titles = ['', 'peer', 'target', 'SQLite', 'MariaDB', 'less CPU by', 'SQLite, MariaDB, peer'];
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function text(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '–' : shorten(value);
}
