/** A process that runs the program of its arguments redirected, shares its output, and names what goes wrong. */
import { nameDestination, startRedirected } from './redirect.ts';

try {
  const command = process.argv.slice(2);
  const { program, troubles } = await startRedirected(command, nameDestination, { stdio: 'inherit' });
  process.exitCode = await program.exitCode;
  for (const trouble of new Set(troubles)) process.stdout.write(`${trouble}\n`);
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
