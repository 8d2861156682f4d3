import { dayMs } from '../days.ts';
import type { WebhookRow } from '../db/tables/webhook.ts';
import { backoffMs, longestPauseMs } from './backoff.ts';

/** So many failures in a row, and a webhook counts as failing: it is left alone for longer and longer, and tried with one delivery at a time. */
const failingAfter = 3;
/** After so long without any success a webhook is given up. */
const hopelessAfterMs = 3 * dayMs;
/** Who was not tried for so long begins anew: what came of it long ago says little. */
const silenceMs = dayMs;

/** How a webhook is doing. */
export type Health = Pick<WebhookRow, 'isProven' | 'failures' | 'failingSince' | 'nextAttemptAt'>;

/** Of one that was reached. */
export const wellAndProven: Health = { isProven: true, failures: 0, failingSince: null, nextAttemptAt: 0 };

/** Of one that was not tried yet, or is given another chance. */
export const unproven: Health = { ...wellAndProven, isProven: false };

/** Whether it is to be left alone between attempts, and tried one at a time. */
export function isFailing({ failures }: Pick<Health, 'failures'>): boolean {
  return failures >= failingAfter;
}

/** After one more failure. `retryAfterSeconds`: what the receiver asked for, which is heard within reason. */
export function afterFailure(health: Health, now: number, retryAfterSeconds = 0): Health {
  const isNew = health.failingSince === null || now - health.nextAttemptAt > silenceMs;
  const failures = isNew ? 1 : health.failures + 1;
  const pauseMs = failures < failingAfter ? 0 : backoffMs(failures - failingAfter + 1);
  return {
    isProven: health.isProven && failures < failingAfter,
    failures,
    failingSince: isNew ? now : health.failingSince,
    nextAttemptAt: now + Math.max(pauseMs, Math.min(longestPauseMs, retryAfterSeconds * 1000)),
  };
}

/** Whether it is time to give up. */
export function isHopeless({ failingSince }: Pick<Health, 'failingSince'>, now: number): boolean {
  return failingSince !== null && now - failingSince >= hopelessAfterMs;
}
