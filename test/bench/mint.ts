/**
 * `npm run bench -- mint`: what the first HTTPS request to a host that was never seen costs, beside the blind
 * tunnel, interleaved; and how long the engine's event loop was held up meanwhile.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { makeCertificate } from './certificate.ts';
import { startTunnel } from './peers.ts';
import { startPlumbline } from './plumbline.ts';
import { repoRoot, start } from './processes.ts';
import { judge, median, table } from './table.ts';

const hostsPerRound = 40;

/**
 * Milliseconds from connecting to the proxy until the answer's first bytes. The host is new by its server name: names
 * that the machine could not look up would measure the name server.
 */
function firstRequest(proxy: number, host: string, originPort: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const raw = connect({ host: '127.0.0.1', port: proxy, noDelay: true });
    raw.once('error', reject);
    raw.write(`CONNECT localhost:${originPort} HTTP/1.1\r\nHost: localhost:${originPort}\r\n\r\n`);
    raw.once('data', () => {
      const socket = tlsConnect({ socket: raw, servername: host, rejectUnauthorized: false });
      socket.once('error', reject);
      socket.write(`GET /small HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      socket.once('data', () => {
        resolve(performance.now() - from);
        raw.destroy();
      });
    });
  });
}

export async function benchMint(rounds: number, print: (line: string) => void): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const { cert, key } = makeCertificate(folder);
  const origin = await start(process.execPath, [join(repoRoot, 'test/bench/origin.ts'), cert, key]);
  const tunnel = await startTunnel();
  try {
    const { https } = JSON.parse(origin.firstLine) as { https: number };
    const added: number[] = [];
    const times = { tunnel: [] as number[], plumbline: [] as number[] };
    const loopDelays: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const plumbline = await startPlumbline(folder, cert);
      await firstRequest(plumbline.port, 'warm-up.localhost', https);
      await firstRequest(tunnel.port, 'warm-up.localhost', https);
      for (let host = 0; host < hostsPerRound; host++) {
        const name = `host-${round}-${host}.localhost`;
        const without = await firstRequest(tunnel.port, name, https);
        const withUs = await firstRequest(plumbline.port, name, https);
        times.tunnel.push(without);
        times.plumbline.push(withUs);
        added.push(withUs - without);
      }
      const { loopDelayP99Ms } = await plumbline.finish();
      loopDelays.push(loopDelayP99Ms);
    }
    print(
      table(
        ['first request to a new host', 'ms, median'],
        [
          ['tunnel', median(times.tunnel).toFixed(2)],
          ['plumbline', median(times.plumbline).toFixed(2)],
          ['added', median(added).toFixed(2)],
          ['event-loop delay, p99', median(loopDelays).toFixed(2)],
        ],
      ),
    );
    return judge(
      [
        {
          what: 'first HTTPS request to a new host, ms over the tunnel',
          measured: median(added),
          wanted: 6,
          sense: 'max',
        },
        { what: 'event-loop delay p99, ms', measured: median(loopDelays), wanted: 10, sense: 'max' },
      ],
      print,
    );
  } finally {
    await tunnel.started.stop();
    await origin.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
