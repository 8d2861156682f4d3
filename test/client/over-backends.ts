import { afterAll, beforeAll, beforeEach, describe, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { backends } from '../support/environment/backends.ts';

/**
 * Defines the same tests for each backend, each with a registry of its own, in which `prepare` puts what all of them need.
 * Where a backend is missing, every one of its tests is skipped and says so. Clients are slow to start, so the tests get
 * more time.
 */
export function overBackends(define: (registry: () => TestApp) => void, prepare: (app: TestApp) => Promise<void> = async () => {}): void {
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
  describe.for(backends)('$name', ({ missing, open }) => {
    let app: TestApp | undefined;
    beforeAll(async () => {
      if (missing !== undefined) return;
      app = await startApp({ backend: await open() });
      await prepare(app);
    });
    beforeEach((context) => {
      if (missing !== undefined) context.skip(missing);
    });
    afterAll(() => app?.close());
    define(() => {
      if (app === undefined) throw new Error('The registry has not started yet.');
      return app;
    });
  });
}
