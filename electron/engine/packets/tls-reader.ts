import { X509Certificate } from 'node:crypto';
import type { ChainCertificate } from '../../../core/model/exchange-record.ts';
import { cipherNameOf, groupNames, tlsVersionNames } from '../../../core/model/tls-names.ts';
import { createTlsObserver } from '../../../core/observers/tls.ts';
import type { StreamProtocol } from '../../../core/observers/streams.ts';
import type { TlsKeys } from '../../../core/packets/tls-keys.ts';
import { nodePlatform } from '../proxy/platform.ts';
import type { LegTls } from '../proxy/leg-row.ts';
import { StreamReader, type PlainReader, type ReaderFactory, type StreamContext } from './stream-reader.ts';

/** Certificates kept of a chain. */
const chainMax = 10;

/** Readers that wait for keys are told when some came. */
export interface KeyWaiters {
  readonly keys: TlsKeys;
  /** While packets come live, the key log may be written later than they are read. */
  readonly keysMayCome: boolean;
  readonly waiting: Set<() => void>;
}

/**
 * TLS: reads the handshake, decrypts as far as there are keys, and has what is inside read by `create`. `inside`: what that is, where it is known
 * before.
 */
export function createTlsReader(
  context: StreamContext,
  create: ReaderFactory,
  waiters: KeyWaiters,
  inside: StreamProtocol | null = null,
): PlainReader {
  const { keys, keysMayCome, waiting } = waiters;
  const { server: leg } = context.legs();
  const known: { -readonly [K in keyof LegTls]: LegTls[K] } = {
    fromUs: 0,
    toUs: 0,
    version: null,
    cipher: null,
    alpn: null,
    serverName: null,
    chain: [],
    trustProblem: null,
  };
  let inner: StreamReader | null = null;
  let random: Uint8Array | null = null;
  let linesTold = 0;

  /** The keys of this connection go into the session: they are what makes its packets readable later. */
  function keepKeys(): void {
    if (random === null) return;
    const lines = keys.linesOf(random);
    for (const line of lines.slice(linesTold)) leg.secret(line);
    linesTold = lines.length;
    if (lines.length > 0) leg.conversationId(context.sink);
  }

  function innerReader(): StreamReader {
    if (inner === null) {
      keepKeys();
      leg.secure(known);
      inner = new StreamReader(context, create, true, inside ?? (known.alpn === 'h2' ? 'http2' : null));
    }
    return inner;
  }

  const observer = createTlsObserver({
    platform: nodePlatform,
    keys,
    keysMayCome,
    events: {
      clientHello: (facts, beganAtUs) => {
        known.fromUs = beganAtUs;
        known.serverName = facts.hello.serverName;
        random = facts.random.slice();
        leg.note({
          ja3: facts.fingerprint.ja3,
          ja4: facts.fingerprint.ja4,
          alpnOffered: facts.hello.alpn,
        });
      },
      helloRetry: () => undefined,
      serverHello: (hello, atUs) => {
        known.version = tlsVersionNames.get(hello.version) ?? null;
        known.cipher = cipherNameOf(hello.cipher);
        known.toUs = atUs;
        leg.note({ tlsResumed: hello.resumed });
      },
      group: (group) => leg.note({ tlsGroup: groupNames.get(group) ?? null }),
      alpn: (protocol) => {
        known.alpn = protocol;
      },
      certificates: (sender, chain) => {
        const described = chain.slice(0, chainMax).flatMap(describeCertificate);
        if (sender === 'server') known.chain = described;
        else leg.note({ clientCertificate: described[0]?.subject ?? null });
      },
      earlyData: (state) => {
        if (state !== 'refused') return;
        // What the client sent too early was not taken: it comes again.
        inner?.close();
        inner = null;
      },
      handshakeEnded: (atUs) => {
        known.toUs = atUs;
        keepKeys();
        leg.secure(known);
      },
      alert: () => undefined,
      keyUpdate: () => keepKeys(),
      renegotiation: () => undefined,
      plain: (sender, bytes, atUs) => innerReader().bytes(sender, bytes, atUs),
      missing: (sender, bytes, atUs) => innerReader().gap(sender, bytes, atUs),
      locked: (reason) => {
        waiting.delete(observer.keysChanged);
        context.locked(reason);
      },
      end: (sender, how, atUs) => inner?.end(sender, how, atUs),
    },
  });
  if (keysMayCome) {
    waiting.add(observer.keysChanged);
    context.waitsForKeys();
  }

  return {
    bytes: observer.bytes,
    gap: observer.gap,
    end: observer.end,
    close: () => {
      waiting.delete(observer.keysChanged);
      observer.keysComplete();
      inner?.close();
    },
  };
}

/** None for what is no certificate. */
function describeCertificate(der: Uint8Array): ChainCertificate[] {
  try {
    const { subject, issuer, validFrom, validTo, subjectAltName, fingerprint256 } = new X509Certificate(der);
    return [
      {
        subject: oneLine(subject),
        issuer: oneLine(issuer),
        validFrom: new Date(validFrom).toISOString(),
        validTo: new Date(validTo).toISOString(),
        names: (subjectAltName ?? '')
          .split(', ')
          .flatMap((name) => (name === '' ? [] : [name.replace(/^[^:]+:/, '')]))
          .slice(0, 100),
        fingerprintSha256: fingerprint256,
      },
    ];
  } catch {
    return [];
  }
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}
