import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';
import { startProgram, type Program } from './program.ts';

/** A real PostgreSQL in a folder of its own: anybody from 127.0.0.1 is let in, no TLS, no Unix socket. */
export interface Postgres {
  readonly port: number;
  /** What it has written so far. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

const installed = '/usr/lib/postgresql';
const triesMax = 5;

/** `settings`: `name=value`, besides the ones of every test. */
export async function startPostgres(settings: readonly string[] = []): Promise<Postgres> {
  const version = readdirSync(installed).at(-1) ?? '';
  const bin = path.join(installed, version, 'bin');
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-postgres-'));
  // It refuses to run as root.
  const asUser =
    userInfo().uid === 0 ? ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'] : [];
  if (asUser.length > 0) chownSync(folder, idOf('-u'), idOf('-g'));
  const data = path.join(folder, 'data');
  const run = (command: string, args: readonly string[]): Program => {
    const [first = command, ...rest] = [...asUser, path.join(bin, command), ...args];
    return startProgram(first, rest, { LC_ALL: 'C' });
  };
  const made = await run('initdb', ['-D', data, '-A', 'trust', '-U', 'tester', '--no-sync']).ended();
  if (made.code !== 0) throw new Error(`initdb: ${made.stderr}`);
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const own = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
    const all = [
      ...[...asUser, path.join(bin, 'postgres'), '-D', data],
      ...[...own, ...settings].flatMap((each) => ['-c', each]),
    ];
    const program = startProgram('sh', ['-c', 'exec "$@" 2>&1', 'sh', ...all], { LC_ALL: 'C' });
    let written = '';
    program.child.stdout?.on('data', (chunk: Buffer) => (written += chunk.toString()));
    try {
      await program.says(/database system is ready to accept connections/);
      return {
        port,
        log: () => written,
        stop: async () => {
          program.child.kill('SIGINT');
          await program.ended();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    } catch (error) {
      program.dispose();
      if (tries === triesMax) throw error;
    }
  }
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'nobody'], { encoding: 'utf8' }));
}
