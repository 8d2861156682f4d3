import { describe, expect, it } from 'vitest';
import { renderChart } from '../../bench/peers/chart.ts';
import { linesOf, renderComparison, renderMarkdown } from '../../bench/peers/report.ts';
import { type Row, rows } from '../../bench/peers/rows.ts';
import type { Trial } from '../../bench/peers/trials.ts';

const read = rows.find(({ name }) => name === 'npm packument, 1 version') as Row;
const install = rows.find(({ kind }) => kind === 'npm ci') as Row;

function trial(value: number, cpuSeconds: number, operations = 100): Trial {
  return { value, operations, p50Ms: 1, p99Ms: 2.5, cpuSeconds, peakBytes: 150_000_000 };
}

const reads = {
  SQLite: [trial(900, 0.2), trial(400, 0.4), trial(5000, 0.1)],
  MariaDB: [trial(300, 1), trial(300, 1), trial(300, 1)],
  peer: [trial(100, 1), trial(100, 1), trial(100, 1)],
  floor: [trial(1000, 0.1), trial(1000, 0.1), trial(1000, 0.1)],
};

describe('a line', () => {
  it('has the medians of the ratios of each turn, and what they are judged by', () => {
    const [line] = linesOf(read, reads);
    expect(line).toMatchObject({ values: { SQLite: 900, peer: 100 }, ratios: { SQLite: 9, MariaDB: 3 }, floorRatios: { SQLite: 0.9 }, cpuRatios: { SQLite: 5, MariaDB: 1 }, isMet: { SQLite: true, MariaDB: false } });
  });

  it('meets a target exactly at it', () => {
    const at = (value: number) => linesOf(read, { SQLite: [trial(value, 1)], peer: [trial(100, 1)] })[0]?.isMet.SQLite;
    expect([at(400), at(399)]).toEqual([true, false]);
    const below = (value: number) => linesOf(install, { SQLite: [trial(value, 1)], peer: [trial(2, 1)] })[0]?.isMet.SQLite;
    expect([below(2), below(2.01)]).toEqual([true, false]);
  });

  it('of npm ci is followed by one of the processor time in the same runs', () => {
    const [time, cpu] = linesOf(install, { SQLite: [trial(2, 0.1, 1)], peer: [trial(2.5, 0.4, 1)] });
    expect(time).toMatchObject({ ratios: { SQLite: 0.8 }, isMet: { SQLite: true } });
    expect(cpu).toMatchObject({ name: 'the same, CPU seconds of the server', values: { SQLite: 0.1, peer: 0.4 }, ratios: { SQLite: 0.25 }, isMet: { SQLite: true } });
  });
});

const lines = [...linesOf(read, reads), ...linesOf(install, {}, 'Verdaccio is missing')];

it('is a table that says what was not measured', () => {
  const [head, rule, first, second] = renderComparison(lines).split('\n');
  expect(head).toMatch(/^what +peer +target +×peer SQLite/);
  expect(rule).toMatch(/^[- ]+$/);
  expect(first?.split(/ {2,}/)).toEqual([
    'npm packument, 1 version', 'Verdaccio', '≥ 4', '9.00', 'ok', '3.00', 'NOT MET', '5.00/1.00',
    '900 req/s', '300 req/s', '100 req/s', '1000 req/s', '0.90/0.30', '1.00/1.00/1.00/1.00', '2.50/2.50/2.50/2.50', '2.00/10.0/10.0/1.00', '150/150/150/150',
  ]);
  expect(second?.split(/ {2,}/)).toEqual(['npm ci, 200 packages, cold cache: Verdaccio is missing', 'Verdaccio', '≤ 1']);
});

it('is a table of Markdown', () => {
  expect(renderMarkdown(lines).split('\n').slice(2, 4)).toEqual([
    '| npm packument, 1 version | Verdaccio | ≥ 4 | 9.00 | 3.00, not met | 5.00, 1.00 | 900, 300, 100 req/s |',
    '| npm ci, 200 packages, cold cache: Verdaccio is missing | Verdaccio | ≤ 1 |  |  |  |  |',
  ]);
});

describe('the chart', () => {
  const widths = (svg: string) => [...svg.matchAll(/<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="11" fill="#[0-9a-f]{6}"\/><text x="[\d.]+" y="[\d.]+" font-size="11">([\d.]+)×/g)].map(([, width, factor]) => [Number(width), factor] as const);

  it('has a bar for each database, as long as the logarithm of how much better it is', () => {
    const bars = widths(renderChart(lines, ['Verdaccio 6']));
    expect(bars.map(([, factor]) => factor)).toEqual(['9.00', '3.00']);
    expect((bars[0]?.[0] ?? 0) / (bars[1]?.[0] ?? 0)).toBeCloseTo(2, 1);
  });

  it('turns round where less is better', () => {
    const svg = renderChart(linesOf(install, { SQLite: [trial(1, 1)], peer: [trial(4, 1)] }), []);
    expect(widths(svg).map(([, factor]) => factor)).toEqual(['4.00', '1.00']);
  });

  it('is XML whatever things are called, also without a figure', () => {
    const svg = renderChart([{ ...lines[0], name: 'a <b> & "c"' } as (typeof lines)[0]], ['<x>']);
    expect(svg).toContain('a &#60;b&#62; &#38; &#34;c&#34;');
    expect(svg).not.toContain('<x>');
    expect(renderChart([], [])).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});

it('has one row for each target', () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
});
