/**
 * `npm run bench -- http2`: h2load asks nginx over one HTTP/2 connection with 100 streams, directly, through a blind
 * relay, mitmdump and Plumbline recording every byte; each stands in for the server. Medians and ratios.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNginx } from '../support/nginx.ts';
import { makeCertificate } from './certificate.ts';
import { startMitmdump, startTunnel } from './peers.ts';
import { startPlumbline } from './plumbline.ts';
import { output } from './processes.ts';
import { judge, median, table } from './table.ts';

const streams = 100;
const bodyBytes = 1024;
const requests = 40_000;
const slowRequests = 2_000;

export async function benchHttp2(rounds: number, print: (line: string) => void): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const stops: (() => Promise<void>)[] = [];
  try {
    const { cert, key } = makeCertificate(folder);
    const nginx = await startNginx({ cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') });
    stops.push(nginx.stop);
    nginx.put('small', Buffer.alloc(bodyBytes, 'plumbline '));
    const server = `https://localhost:${nginx.port}`;
    const tunnel = await startTunnel(nginx.port);
    stops.push(() => tunnel.started.stop());
    const mitmdump = await startMitmdump(folder, server);
    if (mitmdump === null) print('mitmdump is not installed (Debian: apt-get install mitmproxy).');
    else stops.push(() => mitmdump.started.stop());
    const plumbline = await startPlumbline(folder, cert, server);
    stops.push(() => plumbline.kill());
    const who = [
      { name: 'direct', port: nginx.port, requests },
      { name: 'tunnel', port: tunnel.port, requests },
      ...(mitmdump === null ? [] : [{ name: 'mitmdump', port: mitmdump.port, requests: slowRequests }]),
      { name: 'plumbline', port: plumbline.reversePort, requests },
    ];
    const rates = new Map<string, number[]>(who.map(({ name }) => [name, []]));
    let sent = 0;
    for (let round = -1; round < rounds; round++) {
      for (const { name, port, requests: count } of who) {
        const rate = await ask(port, count);
        if (name === 'plumbline') sent += count;
        // Before the first round everybody is warmed up.
        if (round >= 0) rates.get(name)?.push(rate);
      }
      if (round >= 0) print(`round ${round + 1} of ${rounds} done`);
    }
    const ended = await plumbline.finish();
    const complete = ended.exchanges.filter(
      ({ recorded, state, storedBytes }) =>
        recorded === 'full' && state === 'done' && storedBytes === bodyBytes,
    ).length;
    const rate = (name: string): number => median(rates.get(name) ?? []);
    print('');
    print(
      table(
        ['HTTP/2, 100 streams, 1 KiB', 'requests/s', '÷ tunnel', '÷ mitmdump'],
        who.map(({ name }) => [
          name,
          rate(name).toFixed(0),
          (rate(name) / rate('tunnel')).toFixed(3),
          (rate(name) / rate('mitmdump')).toFixed(1),
        ]),
      ),
    );
    print('');
    const over = (name: string): number => rate('plumbline') / rate(name);
    return judge(
      [
        { what: 'HTTP/2 ÷ tunnel', measured: over('tunnel'), wanted: 0.4, sense: 'min' },
        { what: 'HTTP/2 ÷ mitmdump', measured: over('mitmdump'), wanted: 5, sense: 'min' },
        { what: 'exchanges missing or incomplete', measured: sent - complete, wanted: 0, sense: 'max' },
        { what: 'drained after the last response, ms', measured: ended.drainMs, wanted: 1000, sense: 'max' },
      ],
      print,
    );
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Requests a second; throws if one of them failed. */
async function ask(port: number, count: number): Promise<number> {
  const args = ['-n', String(count), '-c', '1', '-m', String(streams), `https://localhost:${port}/small`];
  const said = await output('h2load', args);
  const rate = /finished in [^,]+, ([\d.]+) req\/s/.exec(said)?.[1];
  if (rate === undefined || !said.includes(`${count} succeeded, 0 failed`)) throw new Error(said);
  return Number(rate);
}
