import { renderColumns, shorten } from '../table.ts';

/** What came of one operation. */
export interface GrowthLine {
  backend: string;
  name: string;
  /** Median milliseconds; undefined where only the full one was asked. */
  smallMs?: number;
  fullMs: number;
  /** The slowest of a hundred. */
  fullP99Ms: number;
  /** How many times as long it takes on the full one: the median of rates in alternating pairs. */
  growth?: number;
  target: { text: string; isMet: boolean };
}

/** All lines as one table. */
export function renderGrowth(lines: readonly GrowthLine[]): string {
  const head = ['database', 'what', 'growth', 'target', '', 'small ms', 'full ms', 'full p99 ms'];
  const rows = lines.map(({ backend, name, growth, target, smallMs, fullMs, fullP99Ms }) => [
    backend, name, growth === undefined ? '' : shorten(growth), target.text, target.isMet ? 'ok' : 'NOT MET', smallMs === undefined ? '' : shorten(smallMs), shorten(fullMs), shorten(fullP99Ms),
  ]);
  return renderColumns(head, rows, 2);
}
