/** A process that runs the program of its arguments redirected, shares its output, and names what goes wrong. */
import { nameDestination, startRedirected } from './redirect.ts';

try {
  const { program } = await startRedirected(process.argv.slice(2), nameDestination, { stdio: 'inherit' });
  process.exitCode = await program.exitCode;
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
