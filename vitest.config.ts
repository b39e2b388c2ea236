import { defineConfig } from 'vitest/config';

// `vitest run` runs everything; `vitest run --project unit` only what needs no port.
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
