import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';
import { startProgram } from './program.ts';

/** A real MariaDB in a folder of its own, with a user `tester` who signs in with `password`, and a database `shop`. */
export interface Mariadb {
  readonly port: number;
  readonly password: string;
  /** The log of every statement with its time and rows, as it is now. */
  readonly slowLog: () => string;
  readonly stop: () => Promise<void>;
}

const triesMax = 5;
const password = 'not-in-any-event';

export async function startMariadb(): Promise<Mariadb> {
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-mariadb-'));
  const data = path.join(folder, 'data');
  const slow = path.join(folder, 'slow.log');
  const first = path.join(folder, 'first.sql');
  chmodSync(folder, 0o755);
  writeFileSync(
    first,
    [
      'CREATE DATABASE shop;',
      `CREATE USER tester@'%' IDENTIFIED BY '${password}';`,
      "GRANT ALL ON *.* TO tester@'%';",
    ].join('\n'),
  );
  // It refuses to run as root unless it is told so.
  const asUser = userInfo().uid === 0 ? ['--user=root'] : [];
  const made = await startProgram('mariadb-install-db', [
    ...['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    ...asUser,
  ]).ended();
  if (made.code !== 0) throw new Error(`mariadb-install-db: ${made.stdout}${made.stderr}`);
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const all = [
      ...['mariadbd', '--no-defaults', ...asUser, `--datadir=${data}`, `--socket=${path.join(folder, 's')}`],
      ...[`--port=${port}`, '--bind-address=127.0.0.1', '--skip-name-resolve', `--init-file=${first}`],
      ...['--slow-query-log=1', `--slow-query-log-file=${slow}`, '--long-query-time=0', '--log-slow-filter='],
      ...['--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=16M', '--local-infile=1'],
    ];
    const program = startProgram('sh', ['-c', 'exec "$@" 2>&1', 'sh', ...all]);
    try {
      await program.says(/ready for connections/);
      return {
        port,
        password,
        slowLog: () => readFileSync(slow, 'utf8'),
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
