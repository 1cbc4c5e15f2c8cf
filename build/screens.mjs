/** `npm run screens -- [--only TEXT] …`: installs and builds what is missing, then makes a picture of every screen. */
import { asProgram, ensureBuilt, ensureInstalled, runNode } from './setup.mjs';

await asProgram(async () => {
  await ensureInstalled();
  await ensureBuilt();
  return await runNode(['test/screens/screens.ts', ...process.argv.slice(2)]);
});
