import { join } from 'node:path';
import Database from 'better-sqlite3';
import { repoRoot, start } from './processes.ts';

export interface RecordedExchange {
  readonly recorded: string;
  readonly state: string;
  /** Response body bytes that the session file holds. */
  readonly storedBytes: number;
}

export interface PlumblineEnd {
  /** From the request to stop until everything recorded was committed. */
  readonly drainMs: number;
  /** p99 of the engine's event-loop delay while it ran, ms. */
  readonly loopDelayP99Ms: number;
  readonly exchanges: readonly RecordedExchange[];
}

export interface PlumblineRun {
  readonly port: number;
  /** NaN without a server to stand for. */
  readonly reversePort: number;
  readonly pid: number;
  readonly session: string;
  readonly caPath: string;
  readonly kill: () => Promise<void>;
  /** Asks it to stop and reads what it recorded. */
  readonly finish: () => Promise<PlumblineEnd>;
}

let runs = 0;

/** The built program, recording into a new session in `folder`, trusting the origin's certificate. */
/** `standsFor`: the server that it is a reverse proxy of, on `reversePort`. */
export async function startPlumbline(
  folder: string,
  originCert: string,
  standsFor?: string,
): Promise<PlumblineRun> {
  const session = join(folder, `bench-${++runs}.plumb`);
  const started = await start(process.execPath, [
    join(repoRoot, 'dist/cli/cli.js'),
    'record',
    '--stats',
    ...[
      '--session',
      session,
      '--proxy',
      '127.0.0.1:0',
      '--data-dir',
      join(folder, 'data'),
      '--upstream-ca',
      originCert,
    ],
    ...(standsFor === undefined ? [] : ['--reverse', `127.0.0.1:0=${standsFor}`]),
  ]);
  const ready = JSON.parse(started.firstLine) as {
    proxy: string;
    ca: string;
    reverse: { listen: string }[];
  };
  return {
    port: Number(ready.proxy.split(':').at(-1)),
    reversePort: Number(ready.reverse[0]?.listen.split(':').at(-1)),
    pid: started.child.pid ?? NaN,
    session,
    caPath: ready.ca,
    kill: () => started.stop('SIGKILL'),
    finish: async () => {
      started.child.kill('SIGINT');
      const stopped = JSON.parse(await started.nextLine()) as {
        drainedMs: number;
        loopDelayMs: { p99: number };
      };
      await started.stop();
      const db = new Database(session, { readonly: true });
      const exchanges = db
        .prepare(
          `SELECT recorded, state, coalesce((SELECT sum(p.responseBytes) FROM pieces AS p WHERE p.exchangeId = e.id), 0) AS storedBytes FROM exchanges AS e`,
        )
        .all() as RecordedExchange[];
      db.close();
      return { drainMs: stopped.drainedMs, loopDelayP99Ms: stopped.loopDelayMs.p99, exchanges };
    },
  };
}
