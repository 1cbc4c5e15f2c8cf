import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { DialAttempt, ProxyStep } from '../../../../core/model/exchange-record.ts';
import { fail, succeed, type Failure, type Result } from '../../../../core/model/result.ts';
import { upstreamName, type UpstreamProxy } from '../../../../core/model/upstream-proxy.ts';
import { nowUs } from '../clock.ts';
import { connectThrough } from './http-connect.ts';
import { secureProxy } from './proxy-tls.ts';
import { socks4Through, socks5Through } from './socks-client.ts';

/** What an upstream proxy was asked on its connection, and how it ended. */
export type Handshake = { readonly steps: readonly DialAttempt[] } & (
  | { readonly ok: true; readonly socket: Socket }
  | { readonly ok: false; readonly error: Failure; readonly unreachable: boolean }
);

/**
 * The upstream proxy's own part, from the TCP connection to where bytes go to the server: its TLS, and CONNECT or
 * SOCKS unless it is to be sent whole requests (`forwards`). Failures: `upstream-proxy-tls`, `upstream-proxy-answer`,
 * `upstream-proxy-auth`, `upstream-proxy-refused`; the first two are `unreachable`.
 */
export async function shakeHands(
  wire: Socket,
  proxy: UpstreamProxy,
  place: { readonly address: string; readonly port: number },
  forwards: boolean,
  trust: SecureContext,
): Promise<Handshake> {
  const steps: DialAttempt[] = [];
  const timed = async <T>(step: ProxyStep, work: Promise<Result<T>>): Promise<Result<T>> => {
    const fromUs = nowUs();
    const result = await work;
    const error = result.ok ? null : result.error.code;
    steps.push({ address: proxy.host, port: proxy.port, fromUs, toUs: nowUs(), error, step });
    return result;
  };
  wire.on('error', () => undefined);
  let socket = wire;
  if (proxy.kind === 'https') {
    const secured = await timed('proxy-tls', secureProxy(wire, proxy, trust));
    if (!secured.ok) {
      const message = `The upstream proxy ${upstreamName(proxy)} cannot be used: ${secured.error.message}`;
      return {
        ok: false,
        steps,
        error: { code: 'upstream-proxy-tls', message: inOneSentence(message) },
        unreachable: true,
      };
    }
    socket = secured.value;
  }
  if (forwards) return { ok: true, steps, socket };
  const asked = await ask(socket, proxy, place, timed);
  if (asked.ok) return { ok: true, steps, socket };
  const { code, message } = asked.error;
  if (!code.startsWith('reply-')) return { ok: false, steps, error: asked.error, unreachable: false };
  return {
    ok: false,
    steps,
    error: {
      code: 'upstream-proxy-answer',
      message: `The upstream proxy ${upstreamName(proxy)} gave no answer that can be used: ${message}. Check that it is a proxy of this kind.`,
    },
    unreachable: true,
  };
}

function ask(
  socket: Socket,
  proxy: UpstreamProxy,
  { address, port }: { readonly address: string; readonly port: number },
  timed: (step: ProxyStep, work: Promise<Result<null>>) => Promise<Result<null>>,
): Promise<Result<null>> {
  switch (proxy.kind) {
    case 'http':
    case 'https':
      return timed('proxy-connect', connectThrough(socket, proxy, address, port));
    case 'socks5':
      return timed('proxy-socks', socks5Through(socket, proxy, address, port));
    case 'socks4a':
      return timed('proxy-socks', socks4Through(socket, proxy, address, port));
    case 'socks4':
      return timed('proxy-socks', socks4WithLookup(socket, proxy, address, port));
    default:
      return proxy.kind satisfies never;
  }
}

/** SOCKS4 takes addresses only: the name is looked up here, for the proxy. */
async function socks4WithLookup(
  socket: Socket,
  proxy: UpstreamProxy,
  host: string,
  port: number,
): Promise<Result<null>> {
  const address = isIP(host) === 0 ? await lookup4(host) : succeed(host);
  return address.ok ? socks4Through(socket, proxy, address.value, port) : address;
}

async function lookup4(host: string): Promise<Result<string>> {
  try {
    return succeed((await lookup(host, { family: 4 })).address);
  } catch {
    return fail(
      'dns-failed',
      `The name ${host} could not be looked up, and a socks4:// proxy takes addresses only. Use socks4a:// or socks5:// to have the proxy look it up.`,
    );
  }
}

function inOneSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
