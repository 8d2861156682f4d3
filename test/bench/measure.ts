import { type LoadPlan, runLoad } from './load.ts';
import type { Measured } from './processes.ts';
import type { Sample } from './report.ts';

/** What is compared, apart from where it runs. */
export interface Side {
  /** Whose processor time counts; undefined for a program that cannot be asked. */
  process: Measured | undefined;
  /** The plan of a run; asked for anew each time, since some requests can be sent only once. */
  plan: () => Promise<LoadPlan> | LoadPlan;
}

export type Unit = 'req/s' | 'MB/s';

/** So many results of each side, in turn, so that whatever else the machine does falls on all of them. */
export async function takeTurns<Name extends string, Result>(turns: number, sides: Partial<Record<Name, () => Promise<Result>>>): Promise<Partial<Record<Name, Result[]>>> {
  const results: Partial<Record<Name, Result[]>> = {};
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [name, take] of Object.entries(sides) as [Name, () => Promise<Result>][]) (results[name] ??= []).push(await take());
  }
  return results;
}

/** Measures the sides in turn. A first, unmeasured run of each lets the engines compile what they will run. */
export async function alternate<Name extends string>(unit: Unit, runs: number, sides: Record<Name, Side | undefined>, uploadBytes = 0): Promise<Record<Name, Sample[]>> {
  const given = Object.entries<Side | undefined>(sides).flatMap(([name, side]) => (side ? [{ name, side }] : []));
  for (const { side } of given) {
    const plan = await side.plan();
    if ('seconds' in plan.until) await runLoad({ ...plan, until: { seconds: plan.until.seconds / 2, warmupSeconds: 0 } });
  }
  return (await takeTurns(runs, Object.fromEntries(given.map(({ name, side }) => [name, () => measure(unit, side, uploadBytes)])))) as Record<Name, Sample[]>;
}

async function measure(unit: Unit, { process: server, plan }: Side, uploadBytes: number): Promise<Sample> {
  const planned = await plan();
  const before = await server?.usage();
  const startedAt = performance.now();
  const result = await runLoad(planned);
  // The processor time has the warm-up in it, so the whole time is set against it.
  const wholeSeconds = (performance.now() - startedAt) / 1000;
  const after = await server?.usage();
  const megabytes = uploadBytes > 0 ? (result.requests * uploadBytes) / 1e6 : result.receivedBytes / 1e6;
  const rate = (unit === 'MB/s' ? megabytes : result.requests) / result.seconds;
  const cpuSeconds = before && after ? after.cpuSeconds - before.cpuSeconds : Number.NaN;
  return { ...result, rate, ratePerCpuSecond: (rate * wholeSeconds) / cpuSeconds, serverBusy: cpuSeconds / wholeSeconds };
}
