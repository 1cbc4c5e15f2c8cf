import { readFileSync } from 'node:fs';
import type { Platform } from '../../core/model/platform.ts';
import type { Sender } from '../../core/observers/observer.ts';
import { createTlsObserver, type TlsEvents } from '../../core/observers/tls.ts';
import { createTlsKeys } from '../../core/packets/tls-keys.ts';
import { nodePlatform } from '../../electron/engine/proxy/platform.ts';
import type { TlsRecording } from './tls-recordings.ts';

/** What was read of a recording; application data as base64. */
export interface TlsReading {
  readonly name: string;
  readonly facts: readonly string[];
  readonly plain: Readonly<Record<Sender, string>>;
}

/** Reads a recording as a capture would be read, with its key log at hand from the start. */
export function readRecording({ name, keyLog, chunks }: TlsRecording, platform: Platform): TlsReading {
  const keys = createTlsKeys();
  keys.add(keyLog);
  const facts: string[] = [];
  const plain: Record<Sender, Uint8Array[]> = { client: [], server: [] };
  const say = (fact: string): void => void facts.push(fact);
  const events: TlsEvents = {
    clientHello: ({ hello }) => say(`hello ${hello.serverName}`),
    helloRetry: (group) => say(`retry ${group}`),
    serverHello: ({ version, cipher, resumed }) =>
      say(`${version.toString(16)} ${cipher.toString(16)}${resumed ? ' resumed' : ''}`),
    group: (group) => say(`group ${group}`),
    alpn: (protocol) => say(`alpn ${protocol}`),
    certificates: (sender, chain) => say(`${sender} certificates ${chain.length}`),
    earlyData: (state) => say(`early data ${state}`),
    handshakeEnded: () => say('handshake ended'),
    alert: (sender, alert) => say(`${sender} ${alert.name}`),
    keyUpdate: (sender) => say(`${sender} key update`),
    renegotiation: () => say('renegotiation'),
    plain: (sender, bytes) => void plain[sender].push(new Uint8Array(bytes)),
    missing: (sender, bytes) => say(`${sender} missing ${bytes}`),
    locked: (reason) => say(`locked: ${reason}`),
    end: () => undefined,
  };
  const observer = createTlsObserver({ platform, keys, events, keysMayCome: false });
  for (const [index, [sender, bytes]] of chunks.entries()) {
    observer.bytes(sender, Buffer.from(bytes, 'base64'), index);
  }
  const joined = (sender: Sender): string => Buffer.concat(plain[sender]).toString('base64');
  return { name, facts, plain: { client: joined('client'), server: joined('server') } };
}

/** In a runtime of its own: reads the recordings in the file that the environment names and says what it read. */
export function readRecordings(): void {
  const file = process.env['PLUMBLINE_TEST_RECORDINGS'];
  if (file === undefined) return;
  const recordings = JSON.parse(readFileSync(file, 'utf8')) as TlsRecording[];
  const readings = recordings.map((recording) => readRecording(recording, nodePlatform));
  // A utility process does not end by itself.
  process.stdout.write(`${JSON.stringify({ node: process.versions.node, readings })}\n`, () =>
    process.exit(),
  );
}

readRecordings();
