import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vite would take graphql's ES modules for our files while its dependents load the CommonJS ones: two copies, which refuse each
  // other's types. Node itself knows only the latter.
  resolve: { alias: [{ find: /^graphql$/, replacement: `${import.meta.dirname}/node_modules/graphql/index.js` }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/environment/global-setup.ts'],
    // A process per file: a crash or a leak stays in its file. Two at a time, one per core of the smallest machine.
    pool: 'forks',
    maxWorkers: 2,
    // Long enough for a machine that has much else to do: what is waited for comes, or the test fails a little later.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    teardownTimeout: 20_000,
  },
});
