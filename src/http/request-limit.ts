import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';

const minuteMs = 60_000;
/** So many addresses are told apart; beyond, the one not seen for longest is forgotten and begins anew. */
const maxAddresses = 50_000;

interface Bucket {
  /** Requests that may still come at once. */
  left: number;
  /** Milliseconds since the epoch. */
  at: number;
}

/**
 * A limit of requests per client address in this process: a bucket that holds `perMinute` requests and fills up evenly. `take` counts a
 * request and returns 0, or the seconds after which the next one may come; refused requests do not count.
 */
export function createRequestLimit(perMinute: number, clock: Clock): { take(address: string): number } {
  const buckets = new LRUCache<string, Bucket>({ max: maxAddresses });
  return {
    take(address) {
      if (perMinute === 0) return 0;
      const now = clock.now();
      const bucket = buckets.get(address) ?? { left: perMinute, at: now };
      bucket.left = Math.min(perMinute, bucket.left + (Math.max(0, now - bucket.at) / minuteMs) * perMinute);
      bucket.at = now;
      buckets.set(address, bucket);
      // Sums of fractions may miss a whole number by a hair.
      if (bucket.left < 1 - 1e-9) return Math.ceil(((1 - bucket.left) / perMinute) * (minuteMs / 1000));
      bucket.left -= 1;
      return 0;
    },
  };
}
