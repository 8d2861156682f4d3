import { renderColumns } from '../table.ts';
import { quantile } from '../load.ts';
import type { LoadRun } from './run.ts';
import type { Sample } from './samples.ts';
import type { Tally } from './tally.ts';

/** How fast memory may grow once the server is warm, in megabytes a minute: what a leak of 100 bytes a request would make of 1,000 requests a second. */
const growthLimit = 6;
/** What an answer to whoever watches may take while far too much is asked. */
const healthLimitMs = 3_000;

/** Something that the run was to show. */
export interface Promised {
  backend: string;
  text: string;
  figure: string;
  isKept: boolean;
}

/** What is promised, and whether it was kept. */
export function judge(run: LoadRun): Promised[] {
  const { backend, plan, tallies, heard, burst, unreadable, published } = run;
  const outcomes = Object.entries(merged(tallies));
  const unexpected = outcomes.filter(([outcome]) => !isExpected(outcome));
  const refused = outcomes.filter(([outcome]) => outcome === '503' || outcome === '429').reduce((sum, [, count]) => sum + count, 0);
  const requests = tallies.reduce((sum, tally) => sum + tally.requests, 0);
  const burstUnexpected = Object.entries(burst.tally.outcomes).filter(([outcome]) => !['200', '201', '503'].includes(outcome));
  const line = (text: string, figure: string, isKept: boolean) => ({ backend, text, figure, isKept });
  return [
    line('no error but 429 and 503', `${list(unexpected)} of ${requests} requests, ${refused} refused`, unexpected.length === 0 && requests > 0),
    line('no connection of a reader breaks', `${run.readerConnections} connections for ${plan.readers} readers`, run.readerConnections === plan.readers),
    line('no event is lost, no stream breaks', `${heard.lost} lost of ${heard.published} events for each of ${heard.subscribers}, ${heard.broken} broken`, heard.lost === 0 && heard.broken === 0 && heard.published > 0),
    line(`memory is flat: at most ${growthLimit} MB a minute`, `${run.growthMbPerMinute.toFixed(1)} MB a minute after ${run.warmupSeconds} s`, run.growthMbPerMinute <= growthLimit),
    line('what is too much is refused with 503 and Retry-After', `${list(burstUnexpected)}, ${burst.withoutRetryAfter} without Retry-After`, burstUnexpected.length === 0 && burst.withoutRetryAfter === 0),
    line(`/healthz answers within ${healthLimitMs / 1000} s meanwhile`, `at most ${ms(burst.health.maxMs)}, ${burst.health.failed} failed`, burst.health.failed === 0 && burst.health.maxMs <= healthLimitMs),
    line('every acknowledged version can be read at the end', `${published - unreadable.length} of ${published}`, unreadable.length === 0 && published > 0),
    line('entrepot check --bytes is clean', run.check.lastLine, run.check.isClean),
  ];
}

/** The run as tables: who asked, how the server was over time, and what was promised. */
export function renderRun(run: LoadRun): string {
  const { heard, burst, samples } = run;
  const clients = [...run.tallies, burst.tally].map(({ name, requests, outcomes, p50Ms, p99Ms, maxMs }) => [name, list(Object.entries(outcomes)), String(requests), ms(p50Ms), ms(p99Ms), ms(maxMs)]);
  const some = samples.filter((_, index) => index % Math.ceil(samples.length / 20) === 0);
  const times = some.map(({ seconds, rssMb, heapMb, buffersMb, loop, connections, followers }) => [`${seconds} s`, rssMb.toFixed(0), heapMb.toFixed(0), buffersMb.toFixed(0), loop.p50Ms.toFixed(1), loop.p99Ms.toFixed(0), loop.maxMs.toFixed(0), String(connections), String(followers)]);
  return [
    renderColumns(['clients', 'answers', 'requests', 'p50', 'p99', 'max'], clients, 2),
    renderColumns(['time', 'RSS MB', 'heap', 'buffers', 'loop late p50 ms', 'p99', 'max', 'connections', 'subscribers'], times, 1),
    `event loop: p99 of each five seconds: median ${ms(p99Of(samples, 0.5))}, worst ${ms(p99Of(samples, 1))}`,
    `the clients' own event loop was late by p50 ${ms(run.clientsLate.p50Ms)}, p99 ${ms(run.clientsLate.p99Ms)}, which their times have in them`,
    `events: ${heard.published} for each of ${heard.subscribers} subscribers, p50 ${ms(heard.p50Ms)}, p99 ${ms(heard.p99Ms)}, max ${ms(heard.maxMs)} after the answer to the publish; ${heard.lost} lost`,
    `burst: /healthz p50 ${ms(burst.health.p50Ms)}, max ${ms(burst.health.maxMs)}; served as usual ${ms(burst.recoveredMs)} after its last answer`,
    ...run.unreadable.slice(0, 10),
    renderColumns(['promise', 'figure', ''], judge(run).map(({ text, figure, isKept }) => [text, figure, isKept ? 'ok' : 'NOT KEPT']), 2),
  ].join('\n\n');
}

function p99Of(samples: readonly Sample[], part: number): number {
  return quantile(samples.map(({ loop }) => loop.p99Ms).sort((a, b) => a - b), part);
}

function merged(tallies: readonly Tally[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [outcome, count] of tallies.flatMap(({ outcomes }) => Object.entries(outcomes))) all[outcome] = (all[outcome] ?? 0) + count;
  return all;
}

function isExpected(outcome: string): boolean {
  return ['200', '201', '429', '503', 'under way at the end'].includes(outcome);
}

function list(outcomes: readonly (readonly [string, number])[]): string {
  return outcomes.length === 0 ? 'none' : outcomes.map(([outcome, count]) => `${count}× ${outcome}`).join(', ');
}

function ms(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(value >= 10 ? 0 : 1)} ms`;
}
