/** How long a test waits for what comes at once on a machine that has nothing else to do. */
export const patienceMs = 10_000;
