import { createCipheriv } from 'node:crypto';
import type { Platform } from '../../../core/model/platform.ts';
import type { Sender, StreamEnd } from '../../../core/observers/observer.ts';
import type { TlsEvents, TlsObserver } from '../../../core/observers/tls.ts';
import { createTlsObserver } from '../../../core/observers/tls.ts';
import { expandLabel } from '../../../core/observers/tls-kdf.ts';
import { createTlsKeys, type TlsKeys } from '../../../core/packets/tls-keys.ts';
import { nodePlatform } from '../../support/platform.ts';
import { bytesOfHex, type Sent } from './tls-vectors.ts';

/** One step of a captured connection; each happens a millisecond after the one before. */
export type TlsStep =
  | { readonly sender: Sender; readonly bytes: Uint8Array }
  | { readonly sender: Sender; readonly missing: number }
  | { readonly sender: Sender; readonly ends: StreamEnd }
  /** Nothing comes for so long. */
  | { readonly passesMs: number };

export function steps(sent: readonly Sent[]): TlsStep[] {
  return sent.map(([sender, hex]) => ({ sender, bytes: bytesOfHex(hex) }));
}

/** Everything that was told, in lines; application data besides, joined. */
export interface TlsTold {
  readonly lines: string[];
  readonly plain: Record<Sender, Uint8Array[]>;
}

export interface TlsPlay extends TlsTold {
  readonly observer: TlsObserver;
  readonly play: (more: readonly TlsStep[], chunksOf?: (bytes: Uint8Array) => Uint8Array[]) => void;
}

export function keysOf(text: string): TlsKeys {
  const keys = createTlsKeys();
  keys.add(text);
  return keys;
}

/** Times are left out of the lines unless `times`: they depend on the cutting. */
export function startTls(
  keys: TlsKeys,
  {
    keysMayCome = false,
    times = false,
    platform = nodePlatform,
  }: { keysMayCome?: boolean; times?: boolean; platform?: Platform } = {},
): TlsPlay {
  const lines: string[] = [];
  const plain: Record<Sender, Uint8Array[]> = { client: [], server: [] };
  const observer = createTlsObserver({
    platform,
    keys,
    keysMayCome,
    events: recorder(lines, plain, times),
  });
  let atUs = 0;
  return {
    lines,
    plain,
    observer,
    play: (more, chunksOf = (bytes) => [bytes]) => {
      for (const step of more) {
        atUs += 1000;
        if ('passesMs' in step) atUs += 1000 * step.passesMs;
        else if ('ends' in step) observer.end(step.sender, step.ends, atUs);
        else if ('missing' in step) observer.gap(step.sender, step.missing, atUs);
        else {
          for (const chunk of chunksOf(step.bytes)) {
            // Overwritten afterwards, so that a view kept by mistake shows.
            const copy = chunk.slice();
            observer.bytes(step.sender, copy, atUs);
            copy.fill(0x2a);
          }
        }
      }
    },
  };
}

function recorder(lines: string[], plain: Record<Sender, Uint8Array[]>, times: boolean): TlsEvents {
  const say = (line: string, atUs: number): void => void lines.push(times ? `${line} @${atUs}` : line);
  return {
    clientHello: ({ hello, random }, beganAtUs, atUs) =>
      say(
        `client hello ${hello.serverName ?? '-'} [${hello.alpn.join()}] ${Buffer.from(random).toString('hex', 0, 4)}${times ? ` from ${beganAtUs}` : ''}`,
        atUs,
      ),
    helloRetry: (group, atUs) => say(`retry with group ${group}`, atUs),
    serverHello: ({ version, cipher, resumed }, atUs) =>
      say(`server hello ${version.toString(16)} ${cipher.toString(16)}${resumed ? ' resumed' : ''}`, atUs),
    group: (group, atUs) => say(`group ${group}`, atUs),
    alpn: (protocol, atUs) => say(`alpn ${protocol ?? '-'}`, atUs),
    certificates: (sender, chain, atUs) =>
      say(`${sender} certificates ${chain.map((each) => each.length).join()}`, atUs),
    earlyData: (state, atUs) => say(`early data ${state}`, atUs),
    handshakeEnded: (atUs) => say('handshake ended', atUs),
    alert: (sender, { name, fatal }, atUs) => say(`${sender} alert ${name}${fatal ? ' fatal' : ''}`, atUs),
    keyUpdate: (sender, atUs) => say(`${sender} key update`, atUs),
    renegotiation: (atUs) => say('renegotiation', atUs),
    plain: (sender, bytes, atUs, from, to) => {
      plain[sender].push(new Uint8Array(bytes));
      say(`${sender} plain ${bytes.length} in ${from}-${to}`, atUs);
    },
    missing: (sender, bytes, atUs) => say(`${sender} missing ${bytes}`, atUs),
    locked: (reason, atUs) => say(`locked: ${reason}`, atUs),
    end: (sender, how, atUs) => say(`${sender} ${how}`, atUs),
  };
}

/** Seals records of TLS 1.3 under AES-128-GCM with SHA-256 as a sender would. */
export function createSealer(secretHex: string): {
  readonly record: (type: number, bytes: Uint8Array, padding?: number) => Uint8Array;
  readonly update: () => void;
} {
  let secret: Uint8Array = bytesOfHex(secretHex);
  let sequence = 0;
  return {
    record: (type, bytes, padding = 0) => {
      const key = expandLabel(nodePlatform, 'sha256', secret, 'key', 16);
      const nonce = expandLabel(nodePlatform, 'sha256', secret, 'iv', 12);
      new DataView(nonce.buffer).setUint32(8, new DataView(nonce.buffer).getUint32(8) ^ sequence++);
      const length = bytes.length + 1 + padding + 16;
      const header = Uint8Array.of(23, 3, 3, length >>> 8, length & 255);
      const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(header);
      const inner = Buffer.concat([bytes, Uint8Array.of(type), new Uint8Array(padding)]);
      const sealed = [header, cipher.update(inner), cipher.final(), cipher.getAuthTag()];
      return Uint8Array.from(Buffer.concat(sealed));
    },
    update: () => {
      secret = expandLabel(nodePlatform, 'sha256', secret, 'traffic upd', 32);
      sequence = 0;
    },
  };
}
