/** The longest time that a timer can be set to. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * How long to wait before the next try: a random part of a span that doubles with each try that failed, so that the many who lost the same
 * server do not come back at the same moment; later by as much as that server asked for.
 */
export function pauseMs(failures: number, { minMs, maxMs, retryAfterSeconds = 0 }: { minMs: number; maxMs: number; retryAfterSeconds?: number | undefined }): number {
  return Math.min(maxTimerMs, retryAfterSeconds * 1000 + Math.random() * Math.min(maxMs, minMs * 2 ** failures));
}

/** Waits, or fails with the signal's reason as soon as there is one. Leaves neither timer nor listener. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
}
