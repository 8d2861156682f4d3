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

/**
 * Measures the sides in turn, so many times, so that whatever else the machine does falls on all of them. A first, unmeasured
 * run of each lets the engines compile what they will run.
 */
export async function alternate<Name extends string>(unit: Unit, runs: number, sides: Record<Name, Side | undefined>, uploadBytes = 0): Promise<Record<Name, Sample[]>> {
  const names = (Object.keys(sides) as Name[]).filter((name) => sides[name] !== undefined);
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<Name, Sample[]>;
  for (const name of names) {
    const plan = await sides[name]?.plan();
    if (plan && 'seconds' in plan.until) await runLoad({ ...plan, until: { seconds: plan.until.seconds / 2, warmupSeconds: 0 } });
  }
  for (let run = 0; run < runs; run += 1) {
    for (const name of names) {
      const side = sides[name];
      if (side) samples[name].push(await measure(unit, side, uploadBytes));
    }
  }
  return samples;
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
