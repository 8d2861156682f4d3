import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, type Diagnostics } from 'recheck';
import { expect, it } from 'vitest';
import { parseAst } from 'vitest/node';

/** What is written as a regular expression, and where. */
interface Found {
  at: string;
  pattern: string;
  flags: string;
}

const root = join(import.meta.dirname, '../..');

/** Those that are slow for long texts, but never see one. */
const bounded = new Map([['/(?<!\\\\)"length"\\s*:\\s*(\\d{1,15})\\s*,/', 'reads 512 bytes before an attachment']]);

it('no regular expression of the product takes more than linear time', { timeout: 300_000 }, async () => {
  const all = globSync(['src/**/*.ts', 'shims/**/*.ts', 'schema/**/*.ts'], { cwd: root }).flatMap((path) => literalsOf(path, readFileSync(join(root, path), 'utf8')));
  expect(all.length).toBeGreaterThan(200);
  const slow: string[] = [];
  for (const { at, pattern, flags } of all) {
    // Without something repeated there is nothing to try again.
    if (!/[*+{]/.test(pattern) || bounded.has(`/${pattern}/${flags}`)) continue;
    const verdict = await check(pattern, flags, { timeout: 60_000 });
    if (verdict.status !== 'safe' && isProven(verdict, pattern, flags)) slow.push(`${at} /${pattern}/${flags}: ${verdict.status === 'vulnerable' ? verdict.complexity.summary : 'not known'}`);
  }
  expect(slow).toEqual([]);
});

it('would tell of one that does', async () => {
  const [found] = literalsOf('sample', "text.replace(/\\0+$/, '')");
  expect([found?.pattern, (await check(found?.pattern ?? '', '')).status]).toEqual(['\\0+$', 'vulnerable']);
});

/** What was found by trying, not by thinking, may be wrong: it counts where its own attack does keep the engine busy, for a thousand times as long as a linear one does. */
function isProven(verdict: Diagnostics, pattern: string, flags: string): boolean {
  if (verdict.status !== 'vulnerable' || verdict.checker !== 'fuzz') return true;
  const start = process.cpuUsage();
  verdict.attack.string.replace(new RegExp(pattern, flags), '');
  return process.cpuUsage(start).user > 1_000_000;
}

/** The regular expressions in a file's code, not those in comments and texts. */
function literalsOf(path: string, code: string): Found[] {
  const found: Found[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { regex, start } = node as { regex?: { pattern: string; flags: string }; start?: number };
    if (regex) found.push({ at: `${path}:${code.slice(0, start).split('\n').length}`, ...regex });
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(code, { lang: 'ts' } as never));
  return found;
}
