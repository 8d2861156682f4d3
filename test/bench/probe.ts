/**
 * Loaded into a measured process with `--import`: answers the bench's questions over its channel, and ends the process
 * when the bench is gone.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** `watch` begins to watch the event loop, `delay` tells what was seen since, `usage` what the process has used so far. */
export type Question = 'watch' | 'delay' | 'usage';

export interface Usage {
  /** User and system time of all threads. */
  cpuSeconds: number;
  rssBytes: number;
}

/** How late the event loop was, beyond the millisecond between two looks. */
export interface Delay {
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

const lookEveryMs = 1;
const histogram = monitorEventLoopDelay({ resolution: lookEveryMs });

process.on('message', (question: Question) => {
  if (question === 'watch') {
    histogram.reset();
    histogram.enable();
    process.send?.({ answer: 'watch' });
  } else if (question === 'delay') {
    histogram.disable();
    const late = (ns: number) => Math.max(0, ns / 1e6 - lookEveryMs);
    const value: Delay = { p50Ms: late(histogram.percentile(50)), p99Ms: late(histogram.percentile(99)), maxMs: late(histogram.max) };
    process.send?.({ answer: 'delay', value });
  } else if (question === 'usage') {
    const { user, system } = process.cpuUsage();
    const value: Usage = { cpuSeconds: (user + system) / 1e6, rssBytes: process.memoryUsage.rss() };
    process.send?.({ answer: 'usage', value });
  }
});
process.on('disconnect', () => process.exit());
// The channel alone must not keep the process alive when it is told to stop.
process.channel?.unref();
