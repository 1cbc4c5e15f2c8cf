import { defineConfig } from 'vitest/config';

/** On a machine with two cores, tests that measure time or drive a window must not compete with each other. */
export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        // Pure code: no sockets, no processes but the layer checks'.
        extends: true,
        test: {
          name: 'unit',
          include: ['test/{core,renderer,build}/**/*.test.{ts,tsx}'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // The Node side with real sockets, files and workers.
        extends: true,
        test: {
          name: 'integration',
          include: ['test/electron/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The built program: command line, browser, Electron. One file after the other.
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
