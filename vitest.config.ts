import { defineConfig } from 'vitest/config';

/** What measures time, or holds the machine busy by itself, goes alone. */
const alone = ['test/e2e/{browser,desktop,large-bodies}.test.ts'];

/** What is waited for comes at once on a machine with nothing else to do; how fast it comes, tests that measure say. */
const patient = { testTimeout: 120_000, hookTimeout: 120_000 };

/** On a machine with two cores, tests that measure time must not compete with each other. */
export default defineConfig({
  test: {
    pool: 'forks',
    expect: { poll: { timeout: 10_000 } },
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
        // The Node side with real sockets, files and workers, one file after the other.
        extends: true,
        test: {
          name: 'integration',
          include: ['test/electron/**/*.test.ts'],
          ...patient,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The built program in windows: one file waits for its window while the other one's works.
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: alone,
          ...patient,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The same, one file after the other.
        extends: true,
        test: {
          name: 'e2e alone',
          include: alone,
          ...patient,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
