import type { Socket } from 'node:net';
import { looksLikeHttp2Preface } from '../../../core/observers/http2.ts';
import { readClientHello } from '../../../core/observers/tls-client-hello.ts';
import { serveConnection } from './client-connection.ts';
import { nowUs } from './clock.ts';
import { refuseHttp2 } from './http2-refusal.ts';
import { serveHttpsProxy } from './https-proxy.ts';
import { createLeg, type Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';
import { serveSocks } from './socks.ts';

/** One connection to the proxy's listener: its first bytes say how the proxy is spoken to. */
export function serveClient(context: ProxyContext, raw: Socket): void {
  recognise(context, createLeg({ role: 'client', raw, dialled: null, hostName: null }), true);
}

/** `mayBeTls`: false within TLS, where no second one is expected. */
function recognise(context: ProxyContext, client: Leg, mayBeTls: boolean): void {
  const { raw } = client;
  let held: Buffer = Buffer.alloc(0);
  let firstAtUs = 0;
  const onData = (chunk: Buffer): void => {
    if (held.length === 0) firstAtUs = nowUs();
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const kind = kindOf(held, mayBeTls);
    if (kind === 'need-more') return;
    detach();
    switch (kind) {
      case 'socks':
        serveSocks(context, client, held, firstAtUs);
        return;
      case 'http2':
        refuseHttp2(context, client, firstAtUs);
        return;
      case 'http':
        serveConnection(context, client, held);
        return;
      case 'tls':
        raw.pause();
        void serveHttpsProxy(context, client, held, firstAtUs).then((inside) => {
          if (inside !== null) recognise(context, inside, false);
        });
        return;
      default:
        kind satisfies never;
    }
  };
  const onEnd = (): void => {
    detach();
    raw.end();
  };
  const detach = (): void => {
    raw.removeListener('data', onData);
    raw.removeListener('end', onEnd);
    raw.removeListener('close', detach);
  };
  raw.on('data', onData);
  raw.once('end', onEnd);
  raw.once('close', detach);
}

/** At most 64 KiB are held for a ClientHello, 23 bytes for the preface of HTTP/2. */
function kindOf(bytes: Buffer, mayBeTls: boolean): 'socks' | 'tls' | 'http2' | 'http' | 'need-more' {
  switch (bytes[0]) {
    case undefined:
      return 'need-more';
    case 4:
    case 5:
      return 'socks';
    case 0x16:
      if (!mayBeTls) return 'http';
      switch (readClientHello(bytes).state) {
        case 'complete':
          return 'tls';
        case 'need-more':
          return 'need-more';
        case 'not-tls':
          return 'http';
      }
  }
  const http2 = looksLikeHttp2Preface(bytes, bytes.length);
  return http2 === 'yes' ? 'http2' : http2 === 'no' ? 'http' : http2;
}
