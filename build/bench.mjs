/** `npm run bench -- proxy|mint|store [--rounds N]`: installs and builds what is missing, then runs one benchmark. */
import { asProgram, ensureBuilt, ensureInstalled, programFlags, runNode } from './setup.mjs';

await asProgram(async () => {
  await ensureInstalled();
  await ensureBuilt();
  return await runNode([...programFlags, 'test/bench/bench.ts', ...process.argv.slice(2)]);
});
