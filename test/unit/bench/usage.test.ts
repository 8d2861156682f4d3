import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseUsage, usageOf } from '../../bench/peers/usage.ts';

it('reads what Linux tells of a process whose name has brackets and spaces', () => {
  const stat = '41 (a (very) odd name) S 1 41 41 0 -1 4194304 9 0 0 0 123 77 0 0 20 0 11 0 99 1 2';
  const status = 'Name:\ta (very) odd name\nVmPeak:\t 9999 kB\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t11\n';
  expect(parseUsage(stat, status)).toEqual({ cpuSeconds: 2, rssBytes: 1024 * 1024, peakBytes: 2 * 1024 * 1024 });
});

it.skipIf(!existsSync('/proc/self/stat'))('sums up a process and what it has started', async () => {
  const shell = spawn('sh', ['-c', 'sleep 60 & echo started; wait'], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  try {
    await once(shell.stdout, 'data');
    const pid = shell.pid ?? 0;
    const alone = parseUsage(readFileSync(`/proc/${pid}/stat`, 'utf8'), readFileSync(`/proc/${pid}/status`, 'utf8'));
    expect(alone.rssBytes).toBeGreaterThan(0);
    expect((await usageOf([pid])).rssBytes).toBeGreaterThan(alone.rssBytes);
  } finally {
    process.kill(-(shell.pid ?? 0), 'SIGKILL');
  }
});

it('does not know what a process used that is gone', async () => {
  expect(await usageOf([2 ** 30])).toEqual({ cpuSeconds: Number.NaN, rssBytes: Number.NaN, peakBytes: Number.NaN });
});
