import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openPlace } from '../../support/conversation.ts';
import { patienceMs } from '../../support/patience.ts';
import { nodePlatform } from '../../support/platform.ts';
import { createOpenssl } from '../../support/openssl.ts';
import { readRecording } from '../../support/tls-decrypt.ts';
import { recordTls, type TlsScenario } from '../../support/tls-recordings.ts';
import { within } from '../../support/within.ts';

const hasTools = ['tshark', 'tcpdump'].every((tool) => spawnSync(tool, ['--version']).status === 0);

/** Ends what is captured. */
const marker = 'all of it was captured';

/** Captures loopback TCP until it is stopped. */
async function startCapture(file: string): Promise<() => Promise<void>> {
  const child = spawn('tcpdump', ['-i', 'lo', '-U', '--immediate-mode', '-B', '20000', '-w', file, 'tcp'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  await within(
    10_000,
    'tcpdump to listen',
    new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('listening on')) resolve();
      });
    }),
  );
  return async () => {
    // The last that it writes is the sign that all before it are written.
    const { server, host, port } = await openPlace();
    connect(port, host).end(marker);
    const [taken] = (await once(server, 'connection')) as [Socket];
    taken.resume().end();
    server.close();
    await vi.waitUntil(() => readFileSync(file).includes(marker), patienceMs);
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await within(10_000, 'tcpdump to end', ended);
  };
}

/** What tshark says was sent under TLS in each conversation that it can decrypt: hexadecimal digits of both directions, in any order. */
function followed(capture: string, keyLog: string): string[][] {
  const tshark = (args: readonly string[]): string[] => {
    const all = ['-r', capture, '-o', `tls.keylog_file:${keyLog}`, ...args];
    return spawnSync('tshark', all, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).stdout.split('\n');
  };
  const carrying = tshark(['-Y', 'tls.app_data', '-T', 'fields', '-e', 'tcp.stream']);
  const streams = new Set(carrying.filter((stream) => stream !== ''));
  return [...streams].map((stream) => {
    const lines = tshark(['-q', '-z', `follow,tls,raw,${stream}`]);
    const data = lines.filter((line) => /^\t?[0-9a-f]+$/.test(line));
    const isSecond = (line: string): boolean => line.startsWith('\t');
    return [
      data.filter((line) => !isSecond(line)).join(''),
      data.filter(isSecond).join('').replaceAll('\t', ''),
    ].sort();
  });
}

describe.skipIf(!hasTools)('what is decrypted', () => {
  const scenarios: readonly TlsScenario[] = [
    { name: 'TLS 1.3' },
    { name: 'TLS 1.3 ChaCha20', client: ['-ciphersuites', 'TLS_CHACHA20_POLY1305_SHA256'] },
    { name: 'TLS 1.3 key update', lines: ['hello', 'K', 'again', 'goodbye'] },
    { name: 'TLS 1.2', client: ['-tls1_2'] },
    { name: 'TLS 1.2 CBC', client: ['-tls1_2', '-cipher', 'ECDHE-RSA-AES128-SHA256'] },
  ];

  it.each(scenarios)('of $name is what tshark decrypts of the packets', async (scenario) => {
    const openssl = createOpenssl();
    onTestFinished(() => openssl.dispose());
    const key = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'];
    const certificate = openssl.issue({ name: 'tls.example', key, issuer: null });
    const capture = path.join(openssl.folder, 'capture.pcap');
    const stop = await startCapture(capture);
    const recording = await recordTls(openssl, certificate, scenario);
    await stop();
    const keyLog = path.join(openssl.folder, 'all.keys');
    writeFileSync(keyLog, recording.keyLog);
    const { plain } = readRecording(recording, nodePlatform);
    const own = [plain.client, plain.server]
      .map((bytes) => Buffer.from(bytes, 'base64').toString('hex'))
      .sort();
    // Both legs of the relay.
    expect(followed(capture, keyLog)).toEqual([own, own]);
  });
});
