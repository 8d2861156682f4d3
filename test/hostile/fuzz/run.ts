import fc from 'fast-check';

const isLong = process.env['ENTREPOT_LONG'] === '1';
const longMs = Number(process.env['FUZZ_MINUTES'] ?? 10) * 60_000;
const seed = Number(process.env['FUZZ_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));

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
