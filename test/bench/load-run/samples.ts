import type { Measured } from '../processes.ts';
import type { Delay } from '../probe.ts';
import { ask } from './ask.ts';
import { pause } from './readers.ts';

const sampleMs = 5_000;

/** How the server was at one time; the delay is of the seconds before. */
export interface Sample {
  /** Since the run began. */
  seconds: number;
  rssMb: number;
  /** Of it: what is in use of the engine's heap, and buffers. */
  heapMb: number;
  buffersMb: number;
  loop: Delay;
  connections: number;
  followers: number;
  /** What the question for the metrics took. */
  metricsMs: number;
}

/** Looks at the server every few seconds, until `signal`. */
export async function sampleServer(server: Measured, url: string, signal: AbortSignal, onSample: (sample: Sample) => void): Promise<Sample[]> {
  const samples: Sample[] = [];
  const startedAt = performance.now();
  while (!signal.aborted) {
    const loop = await server.loopDelay(() => pause(sampleMs, signal));
    const { rssBytes } = await server.usage();
    const metrics = await ask({ url, path: '/metrics' });
    const text = metrics.body.toString();
    const sample = {
      seconds: Math.round((performance.now() - startedAt) / 1000),
      rssMb: rssBytes / 1e6,
      heapMb: gauge(text, 'nodejs_heap_size_used_bytes') / 1e6,
      buffersMb: gauge(text, 'nodejs_external_memory_bytes') / 1e6,
      loop,
      connections: gauge(text, 'entrepot_http_connections'),
      followers: gauge(text, 'entrepot_event_followers'),
      metricsMs: metrics.ms,
    };
    samples.push(sample);
    onSample(sample);
  }
  return samples;
}

function gauge(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

/** Megabytes a minute by which memory grows: the slope of the straight line that fits best, without the first `warmupSeconds`. */
export function growthPerMinute(samples: readonly Sample[], warmupSeconds: number): number {
  const warm = samples.filter(({ seconds }) => seconds >= warmupSeconds);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanSeconds, meanMb] = [mean(warm.map(({ seconds }) => seconds)), mean(warm.map(({ rssMb }) => rssMb))];
  const covariance = warm.reduce((sum, { seconds, rssMb }) => sum + (seconds - meanSeconds) * (rssMb - meanMb), 0);
  return (60 * covariance) / warm.reduce((sum, { seconds }) => sum + (seconds - meanSeconds) ** 2, 0);
}
