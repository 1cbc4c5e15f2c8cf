/**
 * `npm run bench -- websockets`: a thousand WebSockets over TLS with 5,000 frames a second in all, half of them the
 * other half coming back, directly and through Plumbline recording every one of them; what the proxy adds, and whether
 * its memory stays flat.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makeCertificate } from './certificate.ts';
import { growthMb, watchMemory } from './memory-of.ts';
import { startPlumbline } from './plumbline.ts';
import { output, repoRoot, start } from './processes.ts';
import { judge, median, table } from './table.ts';
import type { WebSocketResult } from './ws-driver.ts';

const sockets = 1000;
/** Through the proxy, both ways. */
const framesPerSecondInAll = 5000;
/** Each comes back. */
const framesPerSecond = framesPerSecondInAll / 2;
const warmSeconds = 8;
/** Directly as long as through Plumbline: what the machine stops for now and then is in both. */
const measuredSeconds = 30;

export async function benchWebSockets(rounds: number, print: (line: string) => void): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const stops: (() => Promise<void>)[] = [];
  try {
    const { cert, key } = makeCertificate(folder);
    const origin = await start(process.execPath, [join(repoRoot, 'test/bench/ws-origin.ts'), cert, key]);
    stops.push(() => origin.stop());
    const { port } = JSON.parse(origin.firstLine) as { port: number };
    const plumbline = await startPlumbline(folder, cert);
    stops.push(() => plumbline.kill());
    const ask = async (proxy: number | null, seconds: number): Promise<WebSocketResult> =>
      JSON.parse(
        await output(process.execPath, [
          join(repoRoot, 'test/bench/ws-driver.ts'),
          JSON.stringify({ proxy, origin: port, sockets, framesPerSecond, seconds }),
        ]),
      ) as WebSocketResult;
    await ask(plumbline.port, warmSeconds);
    const direct: WebSocketResult[] = [];
    const proxied: WebSocketResult[] = [];
    const growths: number[] = [];
    for (let round = 0; round < rounds; round++) {
      direct.push(await ask(null, measuredSeconds));
      const memory = watchMemory(plumbline.pid);
      proxied.push(await ask(plumbline.port, measuredSeconds));
      growths.push(growthMb(memory.stop()));
      print(`round ${round + 1} of ${rounds} done`);
    }
    const { session } = plumbline;
    const ended = await plumbline.finish();
    const sent = proxied.reduce((sum, result) => sum + result.sent, warmSeconds * framesPerSecond);
    const db = new Database(session, { readonly: true });
    const listed = db.prepare('SELECT sum(count) FROM messages').pluck().get() as number;
    const closes = db.prepare('SELECT count(*) FROM exchanges').pluck().get() as number;
    db.close();
    const of = (results: readonly WebSocketResult[], field: 'p50Ms' | 'p99Ms'): number =>
      median(results.map((result) => result[field]));
    print('');
    print(
      table(
        ['1,000 WebSockets, 5,000 frames/s in all', 'p50 ms', 'p99 ms'],
        [
          ['direct', of(direct, 'p50Ms').toFixed(2), of(direct, 'p99Ms').toFixed(2)],
          ['plumbline', of(proxied, 'p50Ms').toFixed(2), of(proxied, 'p99Ms').toFixed(2)],
        ],
      ),
    );
    print('');
    const lost = proxied.reduce((sum, { sent: all, received }) => sum + all - received, 0);
    // Every frame comes back, and both sides close each socket.
    const missing = sent * 2 + closes * 2 - listed;
    return judge(
      [
        {
          what: 'added p99, ms',
          measured: of(proxied, 'p99Ms') - of(direct, 'p99Ms'),
          wanted: 5,
          sense: 'max',
        },
        { what: 'memory still grows by, MB', measured: median(growths), wanted: 8, sense: 'max' },
        { what: 'frames lost', measured: lost, wanted: 0, sense: 'max' },
        { what: 'frames not listed', measured: Math.abs(missing), wanted: 0, sense: 'max' },
        { what: 'drained at the end, ms', measured: ended.drainMs, wanted: 1000, sense: 'max' },
      ],
      print,
    );
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
