import { afterAll, beforeAll, beforeEach, describe, vi } from 'vitest';
import { type Registry, startApp } from '../support/app.ts';
import { backends, deployed } from '../support/environment/backends.ts';
import { startPair } from './pair.ts';

/** What serves the registry: one process on each backend, and two that share one. */
const kinds = [
  ...backends.map(({ name, missing, open }) => ({ name, missing, start: async (): Promise<Registry> => startApp({ backend: await open() }) })),
  { name: `two processes on ${deployed.name}`, missing: deployed.missing, start: async () => startPair(await deployed.open()) },
];

/**
 * Defines the same tests for each backend, and for two processes that get the requests in turn, each with a registry of its own, in
 * which `prepare` puts what all of them need. Where a backend is missing, every one of its tests is skipped and says so. Clients are
 * slow to start, so the tests get more time.
 */
export function overBackends(define: (registry: () => Registry) => void, prepare: (registry: Registry) => Promise<void> = async () => {}): void {
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
  describe.for(kinds)('$name', ({ missing, start }) => {
    let registry: Registry | undefined;
    beforeAll(async () => {
      if (missing !== undefined) return;
      registry = await start();
      await prepare(registry);
    });
    beforeEach((context) => {
      if (missing !== undefined) context.skip(missing);
    });
    afterAll(() => registry?.close());
    define(() => {
      if (registry === undefined) throw new Error('The registry has not started yet.');
      return registry;
    });
  });
}
