/** `npm run build`: installs what is missing, then bundles what changed. Arguments: those of bundle.ts. */
import { asProgram, ensureInstalled, runNode } from './setup.mjs';

await asProgram(async () => {
  await ensureInstalled();
  return await runNode(['build/bundle.ts', ...process.argv.slice(2)]);
});
