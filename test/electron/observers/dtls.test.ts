import { execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import { createDatagramObservers, recogniseDatagram } from '../../../core/observers/datagrams.ts';
import { lines, queryBreach } from '../../core/observers/query-script.ts';
import { freePort } from '../../support/free-port.ts';
import { nodePlatform } from '../../support/platform.ts';
import { startProgram } from '../../support/program.ts';
import { scratchFolder } from '../../support/scratch.ts';

async function udpSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

it('a handshake between two ends by OpenSSL is one question, with the cipher they name', async () => {
  const folder = scratchFolder();
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name)) as [string, string];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', '/CN=media.example', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  const port = await freePort();
  const server = startProgram('openssl', [
    ...[
      's_server',
      '-dtls1_2',
      '-listen',
      '-accept',
      `127.0.0.1:${port}`,
      '-key',
      key,
      '-cert',
      cert,
      '-quiet',
    ],
  ]);
  onTestFinished(() => server.dispose());
  const relay = await udpSocket();
  const upstream = await udpSocket();
  onTestFinished(() => {
    relay.close();
    upstream.close();
  });
  const events: QueryEvent[] = [];
  const observer = createDatagramObservers(nodePlatform)('rtc', (event) => void events.push(event));
  const nowUs = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);
  let clientPort = 0;
  let first: Buffer | null = null;
  relay.on('message', (bytes, from) => {
    first ??= Buffer.from(bytes);
    clientPort = from.port;
    observer.datagram('client', bytes, nowUs());
    upstream.send(bytes, port, '127.0.0.1');
  });
  upstream.on('message', (bytes) => {
    observer.datagram('server', bytes, nowUs());
    relay.send(bytes, clientPort, '127.0.0.1');
  });
  const client = startProgram('openssl', [
    ...['s_client', '-dtls1_2', '-connect', `127.0.0.1:${relay.address().port}`],
    ...['-servername', 'media.example', '-alpn', 'webrtc', '-use_srtp', 'SRTP_AES128_CM_SHA1_80'],
  ]);
  onTestFinished(() => client.dispose());
  const [, cipher] = await client.says(/Cipher is (\S+)/);
  client.dispose();
  observer.end(nowUs());
  expect(queryBreach(events)).toBeNull();
  expect(lines(events)).toEqual([
    '1 ? DTLS | DTLS handshake media.example | DTLS handshake',
    '1 …',
    '1 = finished | -',
  ]);
  const end = events.at(-1);
  expect(end?.type === 'answer-end' && end.facts.filter(([name]) => name !== 'asked again')).toEqual([
    ['offered', 'DTLS 1.2'],
    ['ALPN', 'webrtc'],
    ['SRTP offered', 'AES128-CM-SHA1-80'],
    ['cookie', 'the server asked for the hello once more, with a cookie'],
    ['version', '1.2'],
    ['cipher', cipher],
  ]);
  expect(recogniseDatagram(clientPort, port, first!, false)).toBe('rtc');
});
