import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { collectGarbage } from '../../support/collect-garbage.ts';

const isLong = process.env['ENTREPOT_LONG'] === '1';
const longMs = Number(process.env['FUZZ_MINUTES'] ?? 10) * 60_000;
const seed = Number(process.env['FUZZ_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));

/** Nothing takes longer, whatever is sent. */
const hangMs = 5_000;
/** The caches of a server together may hold 208 MiB; beyond that nothing may stay. */
export const maxGrowthBytes = 320 * 1024 ** 2;

/** How long a fuzz test may take; bounded by its runs otherwise. */
export const fuzzTimeout = isLong ? longMs * 2 + 60_000 : 300_000;

/** What a run of it came to, for its last line: how often something was taken, for example. */
export type Seen = Map<string | number, number>;

/** Notes that something was seen once more. */
export function note(seen: Seen, what: string | number): void {
  seen.set(what, (seen.get(what) ?? 0) + 1);
}

/**
 * Holds a property against `runs` inputs, or with ENTREPOT_LONG=1 for ten minutes (or FUZZ_MINUTES), `parts` of them one after the other. Prints the
 * seed: FUZZ_SEED repeats a run, and a failure tells the path to its smallest input.
 */
export async function fuzz<Input>(name: string, property: fc.IAsyncProperty<Input>, { runs, seen, parts = 1 }: { runs: number; seen: Seen; parts?: number }): Promise<void> {
  const bounds = isLong ? { numRuns: 100_000_000, interruptAfterTimeLimit: longMs / parts } : { numRuns: runs };
  const start = performance.now();
  const report = await fc.check(property, { seed, endOnFailure: true, ...bounds });
  const counts = [...seen].sort(([a], [b]) => String(a).localeCompare(String(b))).map(([what, count]) => `${what}: ${count}`);
  console.log(`fuzz ${name}: FUZZ_SEED=${seed}, ${report.numRuns} inputs in ${Math.round((performance.now() - start) / 1000)} s; ${counts.join(', ')}`);
  // What was interrupted by its time has not failed.
  if (!report.failed || report.counterexample === null) return;
  const why = report.errorInstance instanceof Error ? report.errorInstance.message : String(report.errorInstance);
  throw new Error(`${name} (FUZZ_SEED=${seed}, path ${report.counterexamplePath}): ${why}\n${fc.stringify(report.counterexample).slice(0, 2_000)}`, { cause: report.errorInstance });
}

/** Fails where something keeps the processor for too long: on a machine that others use as well a clock would tell nothing. */
export async function soon<Value>(work: Promise<Value>): Promise<Value> {
  const start = process.cpuUsage();
  const value = await work;
  const { user, system } = process.cpuUsage(start);
  if ((user + system) / 1000 > hangMs) throw new Error(`it took ${Math.round((user + system) / 1000)} ms of the processor`);
  // Whatever else the server has to do has its turn.
  await nextTurn();
  return value;
}

/** What is in use when all that nobody needs is gone, in bytes. */
export function usedBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
