/**
 * `npm run bench -- proxy`: throughput through Plumbline recording every byte, beside a direct connection, a blind
 * tunnel and the peers, interleaved; medians of the rounds and their ratios.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificate.ts';
import type { DriverResult } from './driver.ts';
import {
  installPeers,
  startHttpMitmProxy,
  startMitmdump,
  startMockttp,
  startTunnel,
  type Peer,
} from './peers.ts';
import { startPlumbline, type PlumblineRun } from './plumbline.ts';
import { output, repoRoot, start } from './processes.ts';
import { judge, median, table } from './table.ts';

interface Load {
  readonly name: string;
  readonly tls: boolean;
  readonly path: string;
  readonly concurrency: number;
  readonly requests: number;
  /** The slow peers are asked less often. */
  readonly slowRequests: number;
  /** Before anything is measured, so that nobody is measured while it is still being compiled. */
  readonly warmRequests: number;
}

const loads: readonly Load[] = [
  {
    ...{ name: 'HTTPS 1 KiB', tls: true, path: '/small', concurrency: 16 },
    ...{ requests: 20_000, slowRequests: 1_000, warmRequests: 20_000 },
  },
  {
    ...{ name: 'HTTP 1 KiB', tls: false, path: '/small', concurrency: 16 },
    ...{ requests: 20_000, slowRequests: 1_000, warmRequests: 20_000 },
  },
  {
    ...{ name: 'HTTPS 10 MiB', tls: true, path: '/large', concurrency: 4 },
    ...{ requests: 40, slowRequests: 8, warmRequests: 8 },
  },
];
const bodyBytes: Readonly<Record<string, number>> = { '/small': 1024, '/large': 10 * 1024 * 1024 };

export async function benchProxy(rounds: number, print: (line: string) => void): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const stops: (() => Promise<void>)[] = [];
  try {
    await installPeers();
    const { cert, key } = makeCertificate(folder);
    const origin = await start(process.execPath, [join(repoRoot, 'test/bench/origin.ts'), cert, key]);
    stops.push(() => origin.stop());
    const ports = JSON.parse(origin.firstLine) as { http: number; https: number };
    const peers: Peer[] = [];
    for (const peer of [
      await startTunnel(),
      await startMitmdump(folder),
      await startMockttp(),
      await startHttpMitmProxy(),
    ]) {
      if (peer === null) {
        print('mitmdump is not installed: its rows are missing (Debian: apt-get install mitmproxy).');
        continue;
      }
      peers.push(peer);
      stops.push(() => peer.started.stop());
    }
    const ask = async (load: Load, proxy: number | null, requests: number): Promise<DriverResult> =>
      JSON.parse(
        await output(process.execPath, [
          join(repoRoot, 'test/bench/driver.ts'),
          JSON.stringify({
            ...load,
            requests,
            proxy,
            origin: load.tls ? ports.https : ports.http,
            host: 'localhost',
          }),
        ]),
      ) as DriverResult;

    for (const peer of peers) {
      const slow = peer.name !== 'tunnel';
      for (const load of loads) {
        try {
          await ask(load, peer.port, slow ? load.slowRequests : load.warmRequests);
        } catch (error) {
          if (!slow) throw error;
        }
      }
    }
    const rates = new Map<string, number[]>();
    const put = (load: Load, who: string, result: DriverResult): void => {
      const name = `${load.name}|${who}`;
      rates.set(name, [...(rates.get(name) ?? []), result.requestsPerSecond]);
    };
    const recording = new Map<Load, PlumblineRun>();
    for (const load of loads) {
      const plumbline = await startPlumbline(folder, cert);
      stops.push(() => plumbline.kill());
      recording.set(load, plumbline);
      await ask(load, plumbline.port, load.warmRequests);
    }
    for (let round = 0; round < rounds; round++) {
      for (const load of loads) {
        put(load, 'direct', await ask(load, null, load.requests));
        for (const peer of peers) {
          const slow = peer.name !== 'tunnel';
          try {
            put(load, peer.name, await ask(load, peer.port, slow ? load.slowRequests : load.requests));
          } catch (error) {
            if (!slow) throw error;
            print(`${peer.name} failed at ${load.name} in this round: ${firstLine(error)}`);
          }
        }
        const plumbline = recording.get(load);
        if (plumbline !== undefined) put(load, 'plumbline', await ask(load, plumbline.port, load.requests));
      }
      print(`round ${round + 1} of ${rounds} done`);
    }
    let incomplete = 0;
    let slowestDrainMs = 0;
    for (const [load, plumbline] of recording) {
      const sent = load.warmRequests + rounds * load.requests;
      await ask({ ...load, concurrency: 1 }, plumbline.port, 1);
      const ended = await plumbline.finish();
      slowestDrainMs = Math.max(slowestDrainMs, ended.drainMs);
      const complete = ended.exchanges.filter(
        ({ recorded, state, storedBytes }) =>
          recorded === 'full' && state === 'done' && storedBytes === bodyBytes[load.path],
      ).length;
      const reasons = new Set(ended.exchanges.map(({ recorded }) => recorded.replace(/\d+/, 'N')));
      for (const reason of reasons) if (reason !== 'full') print(`${load.name}: ${reason}`);
      incomplete += Math.abs(sent + 1 - complete) + (ended.exchanges.length - complete);
    }
    const rate = (load: Load, who: string): number => median(rates.get(`${load.name}|${who}`) ?? []);
    const names = ['direct', ...peers.map(({ name }) => name), 'plumbline'];
    for (const load of loads) {
      print('');
      print(
        table(
          [load.name, 'requests/s', 'MB/s', '÷ tunnel', '÷ mitmdump'],
          names.map((name) => [
            name,
            rate(load, name).toFixed(0),
            ((rate(load, name) * (bodyBytes[load.path] ?? 0)) / 1e6).toFixed(0),
            (rate(load, name) / rate(load, 'tunnel')).toFixed(3),
            (rate(load, name) / rate(load, 'mitmdump')).toFixed(1),
          ]),
        ),
      );
    }
    print('');
    const [https, http, large] = loads as [Load, Load, Load];
    const over = (load: Load, who: string): number => rate(load, 'plumbline') / rate(load, who);
    return judge(
      [
        { what: 'HTTPS 1 KiB ÷ tunnel', measured: over(https, 'tunnel'), wanted: 0.4, sense: 'min' },
        { what: 'HTTPS 1 KiB ÷ mitmdump', measured: over(https, 'mitmdump'), wanted: 15, sense: 'min' },
        { what: 'HTTP 1 KiB ÷ tunnel', measured: over(http, 'tunnel'), wanted: 0.5, sense: 'min' },
        { what: 'HTTPS 10 MiB ÷ tunnel', measured: over(large, 'tunnel'), wanted: 0.4, sense: 'min' },
        { what: 'exchanges missing or incomplete', measured: incomplete, wanted: 0, sense: 'max' },
        { what: 'drained after the last response, ms', measured: slowestDrainMs, wanted: 1000, sense: 'max' },
      ],
      print,
    );
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /Error: .*/.exec(text)?.[0] ?? text.slice(0, 200);
}
