import { execFile } from 'node:child_process';
import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestAuthority } from '../../support/certificates.ts';
import { startPlumbline } from '../../support/plumbline.ts';
import { runCli } from '../../support/program.ts';
import { tsharkRows } from '../../support/tshark.ts';

interface Line {
  readonly number: number;
  readonly info: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

async function packetsOf(session: string, ...args: readonly string[]): Promise<Line[]> {
  const { stdout, stderr } = await runCli(['packets', session, '--json', ...args]);
  expect(stderr).toBe('');
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

describe('both tiers at once', () => {
  it('join: each exchange has exactly its packets on both legs, decrypted, and the export needs no other file', async () => {
    const authority = await createTestAuthority();
    const { key, cert } = await authority.pemFor(['localhost']);
    const server = createServer({ key, cert }, (request, response) => {
      response.end(`answer to ${request.url ?? ''} `.repeat(300));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const plumbline = await startPlumbline({
      runtime: 'node',
      upstreamCaPem: authority.certificatePem,
      args: ['--packets', 'lo', '--packet-filter', `tcp`],
    });
    onTestFinished(plumbline.dispose);
    const url = (name: string): string => `https://localhost:${port}/${name}`;
    const quiet = ['--silent', '--insecure', '--http1.1', '--output', '/dev/null'];
    await promisify(execFile)('curl', [
      ...['--proxy', `http://${plumbline.host}:${plumbline.port}`],
      ...[...quiet, url('first'), '--output', '/dev/null', url('second')],
    ]);
    await promisify(execFile)('curl', [...quiet, '--noproxy', '*', url('beside')]);
    const exchanges = await plumbline.stop();

    const ours = exchanges.filter(({ tier, url: of }) => tier === 'proxy' && of.includes(`:${port}/`));
    expect(ours.map(({ url: of }) => of)).toEqual([url('first'), url('second')]);
    // What the proxy reads is not told a second time; what went past it cannot be decrypted.
    expect(exchanges.filter(({ tier, url: of }) => tier === 'packets' && of.includes(`:${port}/`))).toEqual(
      [],
    );
    const [first, second] = await Promise.all(
      ours.map(({ id }) => packetsOf(plumbline.session, '--exchange', String(id))),
    );
    const numbersOf = (lines: readonly Line[] = []): number[] => lines.map(({ number }) => number);
    for (const lines of [first, second]) {
      const ports = new Set((lines ?? []).flatMap((line) => [line.sourcePort, line.destinationPort]));
      expect(ports).toContain(port);
      expect(ports).toContain(plumbline.port);
    }

    const file = path.join(path.dirname(plumbline.session), 'out.pcapng');
    const exported = await runCli(['export', plumbline.session, '--to', 'pcapng', '--out', file]);
    expect(exported.stderr).toBe('');
    const frames = (filter: string): number[] =>
      tsharkRows(file, ['frame.number'], filter).map((row) => Number(row['frame.number']));
    for (const [name, of, other] of [
      ['first', first, second],
      ['second', second, first],
    ] as const) {
      const requests = frames(`http.request.uri == "/${name}"`);
      const answers = frames(`http.response_for.uri contains "/${name}"`);
      // One of each on either leg.
      expect([requests.length, answers.length]).toEqual([2, 2]);
      expect(numbersOf(of)).toEqual(expect.arrayContaining([...requests, ...answers]));
      for (const number of [...requests, ...answers]) expect(numbersOf(other)).not.toContain(number);
    }
    const legs = frames(`tcp.port == ${plumbline.port} || (tcp.port == ${port} && tcp.stream in {0..1})`);
    expect(new Set([...numbersOf(first), ...numbersOf(second)])).toEqual(new Set(legs));
  });
});
