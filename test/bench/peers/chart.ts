import { type ComparedLine, ownSides, type SideName } from './report.ts';
import { shorten } from '../table.ts';

const rowHeight = 34;
const barHeight = 11;
const left = 300;
const plotWidth = 460;
const width = left + plotWidth + 90;
const top = 62;
const colours: Partial<Record<SideName, string>> = { SQLite: '#2563a8', MariaDB: '#c2701c' };

/**
 * A picture of a comparison as SVG: how many times better than its peer the registry is, on a logarithmic scale, and where the target is. Where
 * less is better (time, memory) the peer's figure is divided by ours, so that longer bars are better everywhere.
 */
export function renderChart(lines: readonly ComparedLine[], peers: readonly string[]): string {
  const shown = lines.filter(({ ratios }) => Object.keys(ratios).length > 0);
  const factors = shown.flatMap((line) => [targetOf(line), ...Object.values(line.ratios).map((ratio) => better(line, ratio))]).filter((factor) => factor > 0 && Number.isFinite(factor));
  const lowest = Math.floor(Math.log10(Math.min(0.5, ...factors)) * 2) / 2;
  const highest = Math.ceil(Math.log10(Math.max(2, ...factors)) * 2) / 2;
  const xOf = (factor: number) => Math.round((left + ((Math.log10(factor) - lowest) / (highest - lowest)) * plotWidth) * 10) / 10;
  const height = top + shown.length * rowHeight + 36;
  const bottom = height - 30;
  const ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((tick) => Math.log10(tick) >= lowest && Math.log10(tick) <= highest);
  const title = `Entrepot beside ${peers.join(', ')}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}" font-family="system-ui, sans-serif" font-size="12" fill="#222">
<title>${escape(title)}</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="24" font-size="15" font-weight="600">${escape(title)}</text>
<text x="16" y="44" fill="#555">Times better than the peer; 1 is as good. Black marks are targets.</text>
${ownSides.map((side, index) => `<rect x="${width - 200 + index * 90}" y="14" width="11" height="11" fill="${colours[side]}"/><text x="${width - 184 + index * 90}" y="24">${side}</text>`).join('\n')}
${ticks.map((tick) => `<line x1="${xOf(tick)}" x2="${xOf(tick)}" y1="${top - 6}" y2="${bottom}" stroke="${tick === 1 ? '#888' : '#e2e2e2'}"/><text x="${xOf(tick)}" y="${bottom + 16}" text-anchor="middle" fill="#555">${tick}×</text>`).join('\n')}
${shown.map((line, index) => rowOf(line, top + index * rowHeight, xOf)).join('\n')}
</svg>
`;
}

function rowOf(line: ComparedLine, y: number, xOf: (factor: number) => number): string {
  const bars = ownSides.flatMap((side, index) => {
    const ratio = line.ratios[side];
    if (ratio === undefined || !Number.isFinite(ratio) || ratio <= 0) return [];
    const factor = better(line, ratio);
    const [from, to] = [Math.min(xOf(1), xOf(factor)), Math.max(xOf(1), xOf(factor))];
    const barY = y + index * (barHeight + 1);
    return [`<rect x="${from}" y="${barY}" width="${Math.max(1, Math.round((to - from) * 10) / 10)}" height="${barHeight}" fill="${colours[side]}"/><text x="${to + 5}" y="${barY + 10}" font-size="11">${shorten(factor)}×</text>`];
  });
  const target = xOf(targetOf(line));
  return `<text x="${left - 12}" y="${y + 11}" text-anchor="end">${escape(line.name)}</text><text x="${left - 12}" y="${y + 24}" text-anchor="end" font-size="10" fill="#777">${escape(line.peer)}</text>
${bars.join('')}<line x1="${target}" x2="${target}" y1="${y - 3}" y2="${y + 2 * barHeight + 4}" stroke="#000" stroke-width="2"/>`;
}

function better({ target }: ComparedLine, ratio: number): number {
  return 'atLeast' in target ? ratio : 1 / ratio;
}

function targetOf({ target }: ComparedLine): number {
  return 'atLeast' in target ? target.atLeast : 1 / target.atMost;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
