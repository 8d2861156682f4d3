import { readdir, readFile, writeFile } from 'node:fs/promises';

/** What processes have used, as Linux tells it (proc(5)). */
export interface ProcessUsage {
  /** User and system time of all their threads. */
  cpuSeconds: number;
  /** Memory in use (VmRSS). */
  rssBytes: number;
  /** The most that was in use since the last `forgetPeaks` (VmHWM). */
  peakBytes: number;
}

/** The unit of times in `/proc/{pid}/stat`: USER_HZ, which is 100 wherever Node runs. */
const ticksPerSecond = 100;

/** The sum over these processes and those that they have started. Where there is no `/proc`, nothing is known: NaN. */
export async function usageOf(pids: readonly number[]): Promise<ProcessUsage> {
  const all = await withChildren(pids);
  // One that ends meanwhile has used nothing since.
  const found = await Promise.all(all.map((pid) => usageOfOne(pid).catch(() => [])));
  const usages = found.flat();
  const sum = (value: (usage: ProcessUsage) => number) => (usages.length === 0 ? Number.NaN : usages.reduce((total, usage) => total + value(usage), 0));
  return { cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds), rssBytes: sum(({ rssBytes }) => rssBytes), peakBytes: sum(({ peakBytes }) => peakBytes) };
}

async function usageOfOne(pid: number): Promise<ProcessUsage> {
  const usage = parseUsage(await readFile(`/proc/${pid}/stat`, 'utf8'), await readFile(`/proc/${pid}/status`, 'utf8'));
  return { ...usage, cpuSeconds: Math.max(usage.cpuSeconds, (await nanosecondsOf(pid)) / 1e9) };
}

/** The time of the threads that there are, which is told more finely than the whole, but without those that have ended; 0 where it is not told. */
async function nanosecondsOf(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').then((text) => Number(text.split(' ')[0]), () => 0)));
  return times.reduce((sum, time) => sum + time, 0);
}

/** Has the peaks begin anew at what is in use now. Where that is not allowed, they are those since the start. */
export async function forgetPeaks(pids: readonly number[]): Promise<void> {
  await Promise.all((await withChildren(pids)).map((pid) => writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => undefined)));
}

/** Reads `/proc/{pid}/stat` and `/proc/{pid}/status`. */
export function parseUsage(stat: string, status: string): ProcessUsage {
  // The second field is the program's name, which may have spaces and brackets in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) * 1024;
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, rssBytes: kilobytes('VmRSS'), peakBytes: kilobytes('VmHWM') };
}

async function withChildren(pids: readonly number[]): Promise<number[]> {
  const entries = await readdir('/proc').catch(() => []);
  const parents = new Map<number, number>();
  for (const pid of entries.filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    parents.set(Number(pid), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const all = new Set(pids);
  // Children come after their parents only as long as process ids have not begun anew.
  for (let size = -1; size !== all.size; ) {
    size = all.size;
    for (const [pid, parent] of parents) if (all.has(parent)) all.add(pid);
  }
  return [...all];
}
