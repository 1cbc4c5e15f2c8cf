import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';
import { startProgram } from './program.ts';

/** A real Redis in a folder of its own: anybody from 127.0.0.1 is let in, every command is in its slow log. */
export interface Redis {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

const triesMax = 5;

export async function startRedis(): Promise<Redis> {
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-redis-'));
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const program = startProgram('redis-server', [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
      ...['--slowlog-log-slower-than', '0', '--slowlog-max-len', '100000', '--enable-debug-command', 'local'],
    ]);
    try {
      await program.says(/Ready to accept connections/);
      return {
        port,
        stop: async () => {
          program.child.kill('SIGTERM');
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
