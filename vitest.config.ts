import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    // Files share a process: loading every module anew for each costs a quarter of the time. No file may lean on fresh modules.
    isolate: false,
    // Most of the time tests wait for services of their own.
    maxWorkers: 3,
    include: ['test/**/*.test.ts'],
    // A test that starts an app takes 10 s, and three times that on a busy machine; what never ends still fails.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A busy machine may need more than vitest's second for what is polled.
    expect: { poll: { timeout: 20_000 } },
  },
});
