/** `npm run bench -- proxy|mint|store [--rounds N]`: installs and builds what is missing, then runs one benchmark. */
import { asProgram, ensureBuilt, ensureInstalled, runNode } from './setup.mjs';

await asProgram(async () => {
  await ensureInstalled();
  await ensureBuilt();
  return await runNode(['test/bench/bench.ts', ...process.argv.slice(2)]);
});
