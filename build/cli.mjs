/** `npm run -s cli -- …`: the command line from a checkout. Nothing but the command itself writes to standard output. */
import path from 'node:path';
import { asProgram, ensureBuilt, ensureInstalled, programFlags, root, runNode } from './setup.mjs';

await asProgram(async () => {
  await ensureInstalled();
  await ensureBuilt();
  // npm changes to the repository's folder; file names in the arguments are meant from where the person stands.
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  return await runNode([...programFlags, path.join(root, 'dist/cli/cli.js'), ...process.argv.slice(2)], {
    cwd,
  });
});
