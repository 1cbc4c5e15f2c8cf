/**
 * `npm run bench -- held`: 10,000 plain and 2,000 TLS connections, each asked once and kept; the memory that each costs,
 * and whether all of them still answer.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificate.ts';
import { residentMb } from './memory-of.ts';
import { startPlumbline } from './plumbline.ts';
import { repoRoot, start, type Started } from './processes.ts';
import { judge, table } from './table.ts';

const plainWanted = 10_000;
const tlsCount = 2_000;
/** Each connection has two legs; files, threads and the listener need some as well. */
const descriptorsAside = 300;
/** Until a fresh engine's memory has settled. */
const warmCount = 200;

export async function benchHeld(_rounds: number, print: (line: string) => void): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const stops: (() => Promise<void>)[] = [];
  try {
    const { cert, key } = makeCertificate(folder);
    const origin = await start(process.execPath, [join(repoRoot, 'test/bench/held-origin.ts'), cert, key]);
    stops.push(() => origin.stop());
    const ports = JSON.parse(origin.firstLine) as { http: number; https: number };
    const plumbline = await startPlumbline(folder, cert);
    stops.push(() => plumbline.kill());
    const hold = async (tls: boolean, count: number): Promise<Started> => {
      const held = await start(
        process.execPath,
        [
          join(repoRoot, 'test/bench/held-driver.ts'),
          JSON.stringify({ proxy: plumbline.port, origin: tls ? ports.https : ports.http, tls, count }),
        ],
        { answerWithinMs: 120_000, input: true },
      );
      stops.push(() => held.stop('SIGKILL'));
      return held;
    };
    const answered = (line: string): number => (JSON.parse(line) as { answered: number }).answered;
    const again = async (held: Started): Promise<number> => {
      held.child.stdin?.write('again\n');
      return answered(await held.nextLine());
    };
    for (const tls of [false, true]) await (await hold(tls, warmCount)).stop('SIGKILL');
    const room = descriptorsMax(plumbline.pid) - descriptorsAside;
    const plainCount = Math.min(plainWanted, Math.floor(room / 2));
    const together = (plainCount + tlsCount) * 2 <= room;
    if (plainCount < plainWanted)
      print(`A process may have ${room + descriptorsAside} sockets here: ${plainCount} plain connections.`);
    if (!together) print('Not all at once, for the same reason: the plain ones are let go for the TLS ones.');
    const before = residentMb(plumbline.pid);
    const plain = await hold(false, plainCount);
    const withPlain = residentMb(plumbline.pid);
    let alive = await again(plain);
    if (!together) await plain.stop('SIGKILL');
    const beforeTls = residentMb(plumbline.pid);
    const tls = await hold(true, tlsCount);
    const withTls = residentMb(plumbline.pid);
    alive += await again(tls);
    const kbEach = (from: number, to: number, count: number): number => ((to - from) * 1024) / count;
    const plainKb = kbEach(before, withPlain, plainCount);
    const tlsKb = kbEach(beforeTls, withTls, tlsCount);
    print(
      table(
        ['connections held', 'count', 'MB in all', 'KB each'],
        [
          ['none', '0', before.toFixed(0), ''],
          ['plain', `${plainCount}`, withPlain.toFixed(0), plainKb.toFixed(1)],
          ['TLS', `${tlsCount}`, withTls.toFixed(0), tlsKb.toFixed(1)],
        ],
      ),
    );
    print('');
    const first = answered(plain.firstLine) + answered(tls.firstLine);
    const all = plainCount + tlsCount;
    return judge(
      [
        { what: 'connections that answered', measured: first, wanted: all, sense: 'min' },
        { what: 'that answered again', measured: alive, wanted: all, sense: 'min' },
        { what: 'KB for a plain connection', measured: plainKb, wanted: 64, sense: 'max' },
        { what: 'KB for a TLS connection', measured: tlsKb, wanted: 256, sense: 'max' },
      ],
      print,
    );
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How many files and sockets the process may have open; Linux only. */
function descriptorsMax(pid: number): number {
  return Number(/Max open files\s+(\d+)/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1] ?? 0);
}
