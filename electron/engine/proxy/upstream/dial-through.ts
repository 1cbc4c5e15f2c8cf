import type { Socket } from 'node:net';
import type { DialAttempt } from '../../../../core/model/exchange-record.ts';
import { upstreamName, type Hop, type UpstreamProxy } from '../../../../core/model/upstream-proxy.ts';
import { nowUs } from '../clock.ts';
import { dial, type Dial, type DialFailure, type DialOutcome, type DialReport } from '../dial.ts';
import type { ProxyContext } from '../proxy-context.ts';
import { isLoopback } from './bypass.ts';
import { shakeHands } from './proxy-handshake.ts';
import type { Route, RouteTarget } from './router.ts';

/**
 * `tunnel`: an HTTP proxy is asked for a tunnel (CONNECT). `forward`: plain requests may also be sent to it as they
 * are, in absolute form. SOCKS is a tunnel always.
 */
export type WayOut = 'tunnel' | 'forward';

export type WayOutcome =
  | {
      readonly ok: true;
      /** Paused, nothing read from it yet but what an upstream proxy answered itself. */
      readonly socket: Socket;
      /** The TCP socket below it: the same, unless the upstream proxy speaks TLS. */
      readonly wire: Socket;
      /** Requests must be sent to this proxy in absolute form; null: the far end is the server. */
      readonly forward: UpstreamProxy | null;
      readonly report: DialReport;
    }
  | {
      readonly ok: false;
      readonly error: DialFailure;
      readonly report: DialReport;
      /** The proxy was not reached, or speaks otherwise; one that refused did so for good. */
      readonly unreachable?: boolean;
    };

/** A way being made: `cancel` closes what there is of it; the outcome is then a failure with code `cancelled`. Once made, it is left alone. */
export interface WayDial {
  readonly outcome: Promise<WayOutcome>;
  readonly cancel: () => void;
}

type Context = Pick<ProxyContext, 'router' | 'refuse' | 'upstreamContext'>;

const cancelled: DialFailure = {
  code: 'cancelled',
  message: 'The client went away before the server was reached.',
};

/**
 * Connects to a host as the router says: directly, or through an upstream proxy; of several ways, the first that can
 * be reached. Failures are those of `dial`, and for proxies `upstream-proxy-unreachable`, `upstream-proxy-tls`,
 * `upstream-proxy-answer`, `upstream-proxy-auth`, `upstream-proxy-refused` and `upstream-is-self`. Never rejects.
 */
export function dialThrough(context: Context, target: RouteTarget, way: WayOut): WayDial {
  const openedAtUs = nowUs();
  let under: Dial | null = null;
  let wire: Socket | null = null;
  let isCancelled = false;

  /** A TCP connection, which `cancel` ends. */
  const reach = async (host: string, port: number): Promise<DialOutcome> => {
    under = dial(host, port, context.refuse);
    if (isCancelled) under.cancel();
    const outcome = await under.outcome;
    under = null;
    wire = outcome.ok ? outcome.socket : null;
    return outcome;
  };

  const goDirectly = async ({ override }: Route): Promise<WayOutcome> => {
    const outcome = await reach(override?.address ?? target.host, override?.port ?? target.port);
    const { report } = outcome;
    return outcome.ok
      ? { ok: true, socket: outcome.socket, wire: outcome.socket, forward: null, report }
      : { ok: false, error: outcome.error, report };
  };

  const goThrough = async (proxy: UpstreamProxy, { override }: Route): Promise<WayOutcome> => {
    const place = override ?? { address: target.host, port: target.port };
    const own = isLoopback(place.address) ? context.refuse('127.0.0.1', place.port) : null;
    const via = upstreamName(proxy);
    const reached: DialOutcome =
      own === null
        ? await reach(proxy.host, proxy.port)
        : { ok: false, error: own, report: emptyReport(openedAtUs) };
    const { attempts: tcp, ...report } = reached.report;
    if (!reached.ok) {
      const error = own ?? unreachableFailure(proxy, reached.error);
      const unreachable = error.code === 'upstream-proxy-unreachable';
      return { ok: false, error, report: { ...report, attempts: tcp, via }, unreachable };
    }
    const forwards = way === 'forward' && override === null && isHttp(proxy);
    const hands = await shakeHands(reached.socket, proxy, place, forwards, context.upstreamContext);
    const attempts: DialAttempt[] = [...tcp, ...hands.steps];
    const readyAtUs = attempts.at(-1)?.toUs ?? null;
    const whole: DialReport = { ...report, attempts, via, readyAtUs };
    if (!hands.ok) {
      reached.socket.destroy();
      return { ok: false, error: hands.error, report: whole, unreachable: hands.unreachable };
    }
    const forward = forwards ? proxy : null;
    return { ok: true, socket: hands.socket, wire: reached.socket, forward, report: whole };
  };

  const goInTurn = async (route: Route): Promise<WayOutcome> => {
    const tried: DialAttempt[] = [];
    const failures: string[] = [];
    for (let at = 0; ; at++) {
      const hop: Hop = route.hops[at] ?? { kind: 'direct' };
      const outcome = await (hop.kind === 'direct' ? goDirectly(route) : goThrough(hop, route));
      tried.push(...outcome.report.attempts);
      const note = [route.note, ...failures].filter((each) => each !== null).join(' ') || null;
      const report: DialReport = { ...outcome.report, openedAtUs, attempts: [...tried], note };
      if (isCancelled) {
        if (outcome.ok) outcome.wire.destroy();
        return { ok: false, error: cancelled, report };
      }
      // From here on the connection is the caller's to end.
      wire = null;
      if (outcome.ok) return { ...outcome, report };
      if (outcome.unreachable === true && hop.kind !== 'direct') context.router.unreachable(hop);
      const isLast = at + 1 >= route.hops.length;
      if (isLast || outcome.unreachable !== true) return { ok: false, error: outcome.error, report };
      failures.push(outcome.error.message);
    }
  };

  const routed = context.router.route(target);
  return {
    outcome: routed instanceof Promise ? routed.then(goInTurn) : goInTurn(routed),
    cancel: () => {
      isCancelled = true;
      under?.cancel();
      wire?.destroy();
    },
  };
}

export function isHttp({ kind }: UpstreamProxy): boolean {
  return kind === 'http' || kind === 'https';
}

function unreachableFailure(proxy: UpstreamProxy, cause: DialFailure): DialFailure {
  if (cause.code === 'cancelled') return cause;
  const name = upstreamName(proxy);
  if (cause.code === 'own-address') {
    return {
      code: 'upstream-is-self',
      message: `The upstream proxy ${name} is Plumbline itself, so the connection would go round in circles. Choose another upstream proxy in the settings, or none.`,
    };
  }
  return {
    code: 'upstream-proxy-unreachable',
    message: `The upstream proxy ${name} could not be reached: ${cause.message} Check its address in the settings, or go without it.`,
  };
}

function emptyReport(openedAtUs: number): DialReport {
  return {
    openedAtUs,
    dnsFromUs: null,
    dnsToUs: null,
    connectFromUs: null,
    connectToUs: null,
    attempts: [],
    via: null,
    readyAtUs: null,
    note: null,
  };
}
