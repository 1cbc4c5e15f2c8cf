import type { Socket } from 'node:net';
import { looksLikeHttp2Preface } from '../../../core/observers/http2.ts';
import { readClientHello, type ClientHello } from '../../../core/observers/tls-client-hello.ts';
import { createClientLeg } from './client-leg.ts';
import { serveConnection } from './client-connection.ts';
import { nowUs } from './clock.ts';
import { refuseHttp2 } from './http2-refusal.ts';
import { serveHttpsProxy } from './https-proxy.ts';
import type { Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';
import { serveSocks } from './socks.ts';

/** One connection to the proxy's listener: its first bytes say how the proxy is spoken to. */
export function serveClient(context: ProxyContext, raw: Socket): void {
  recognise(context, createClientLeg(context, raw), true);
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
    switch (kind.is) {
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
        void serveHttpsProxy(context, client, kind.hello, held, firstAtUs).then((inside) => {
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

type Kind = { readonly is: 'socks' | 'http2' | 'http' } | { readonly is: 'tls'; readonly hello: ClientHello };

/** At most 64 KiB are held for a ClientHello, 23 bytes for the preface of HTTP/2. */
function kindOf(bytes: Buffer, mayBeTls: boolean): Kind | 'need-more' {
  switch (bytes[0]) {
    case undefined:
      return 'need-more';
    case 4:
    case 5:
      return { is: 'socks' };
    case 0x16: {
      if (!mayBeTls) return { is: 'http' };
      const reading = readClientHello(bytes);
      switch (reading.state) {
        case 'complete':
          return { is: 'tls', hello: reading.hello };
        case 'need-more':
          return 'need-more';
        case 'not-tls':
          return { is: 'http' };
      }
    }
  }
  const http2 = looksLikeHttp2Preface(bytes, bytes.length);
  return http2 === 'need-more' ? http2 : { is: http2 === 'yes' ? 'http2' : 'http' };
}
