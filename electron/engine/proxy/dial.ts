import { lookup } from 'node:dns';
import { isIP, type Socket } from 'node:net';
import type { DialAttempt } from '../../../core/model/exchange-record.ts';
import { nowUs } from './clock.ts';
import { connectPooled } from './pooled-reads.ts';

/** How long one address may take to answer before the dial fails. */
const connectTimeoutMs = 30_000;
/** How long one address is waited for before the next is tried beside it (RFC 8305 section 5). */
const attemptDelayMs = 250;

/** Everything that happened on the way to the other end, whether it was reached or not. Times in µs since the epoch. */
export interface DialReport {
  readonly openedAtUs: number;
  readonly dnsFromUs: number | null;
  readonly dnsToUs: number | null;
  readonly connectFromUs: number | null;
  readonly connectToUs: number | null;
  readonly attempts: readonly DialAttempt[];
  /** The upstream proxy that was gone through, without user and password; null: directly. */
  readonly via: string | null;
  /** Bytes could be handed on: TCP, or the upstream proxy's own handshake, was over. */
  readonly readyAtUs: number | null;
  /** What rows should say of this way, such as a hosts override; null for nothing. */
  readonly note: string | null;
}

export interface DialFailure {
  readonly code: string;
  readonly message: string;
}

export type DialOutcome =
  | { readonly ok: true; readonly socket: Socket; readonly report: DialReport }
  | { readonly ok: false; readonly error: DialFailure; readonly report: DialReport };

/** A dial under way: `cancel` closes every attempt; the outcome is then a failure with code `cancelled`. */
export interface Dial {
  readonly outcome: Promise<DialOutcome>;
  readonly cancel: () => void;
}

/** Says why an address must not be dialled, or null. */
export type RefuseAddress = (address: string, port: number) => DialFailure | null;

/**
 * Looks the name up and connects to its addresses in the order the resolver gave, the next one as soon as one
 * fails or after 250 ms. Sockets come with `noDelay` and half-open allowed, paused, nothing
 * read from them yet.
 */
export function dial(host: string, port: number, refuse: RefuseAddress): Dial {
  const openedAtUs = nowUs();
  const attempts: DialAttempt[] = [];
  const open = new Map<Socket, { address: string; fromUs: number }>();
  let dnsFromUs: number | null = null;
  let dnsToUs: number | null = null;
  let connectFromUs: number | null = null;
  let settled = false;
  let nextTimer: NodeJS.Timeout | undefined;
  let settle: (outcome: DialOutcome) => void = () => undefined;
  const outcome = new Promise<DialOutcome>((resolve) => (settle = resolve));

  const report = (connectToUs: number | null): DialReport => ({
    openedAtUs,
    dnsFromUs,
    dnsToUs,
    connectFromUs,
    connectToUs,
    attempts,
    via: null,
    readyAtUs: connectToUs,
    note: null,
  });
  const finish = (result: DialOutcome): void => {
    if (settled) return;
    settled = true;
    clearTimeout(nextTimer);
    for (const [socket, { address, fromUs }] of open) {
      attempts.push({ address, port, fromUs, toUs: nowUs(), error: 'ABANDONED' });
      socket.destroy();
    }
    open.clear();
    settle(result);
  };
  const failWith = (error: DialFailure): void => {
    finish({ ok: false, error, report: report(connectFromUs === null ? null : nowUs()) });
  };

  const attempt = (addresses: readonly string[], index: number): void => {
    const address = addresses[index];
    if (settled || address === undefined) return;
    const fromUs = nowUs();
    connectFromUs ??= fromUs;
    const socket = connectPooled({
      host: address,
      port,
      noDelay: true,
      allowHalfOpen: true,
      autoSelectFamily: false,
    });
    open.set(socket, { address, fromUs });
    let went = false;
    const next = (): void => {
      if (went) return;
      went = true;
      attempt(addresses, index + 1);
    };
    const fails = (code: string): void => {
      socket.destroy();
      if (!open.delete(socket)) return;
      attempts.push({ address, port, fromUs, toUs: nowUs(), error: code });
      next();
      if (open.size === 0 && !settled && attempts.length >= addresses.length) {
        failWith(connectFailure(host, port, attempts));
      }
    };
    const onError = (error: NodeJS.ErrnoException): void => {
      fails(error.code ?? 'ERROR');
    };
    socket.once('error', onError);
    socket.setTimeout(connectTimeoutMs, () => {
      fails('ETIMEDOUT');
    });
    socket.once('connect', () => {
      if (isOwnEnd(socket)) {
        fails('ECONNREFUSED');
        return;
      }
      const toUs = nowUs();
      socket.setTimeout(0);
      socket.removeListener('error', onError);
      open.delete(socket);
      attempts.push({ address, port, fromUs, toUs, error: null });
      finish({ ok: true, socket, report: report(toUs) });
    });
    if (index + 1 < addresses.length) nextTimer = setTimeout(next, attemptDelayMs);
  };

  const begin = (addresses: readonly string[]): void => {
    for (const address of addresses) {
      const refused = refuse(address, port);
      if (refused !== null) {
        failWith(refused);
        return;
      }
    }
    attempt(addresses, 0);
  };

  if (isIP(host) !== 0) {
    begin([host]);
  } else {
    dnsFromUs = nowUs();
    lookup(host, { all: true, order: 'verbatim' }, (error, found) => {
      dnsToUs = nowUs();
      if (settled) return;
      if (error !== null || found.length === 0) {
        failWith({
          code: 'dns-failed',
          message: `The name ${host} could not be looked up (${error?.code ?? 'no address'}). Check the spelling and the name server.`,
        });
        return;
      }
      begin(found.map(({ address }) => address));
    });
  }

  return {
    outcome,
    cancel: () => {
      failWith({ code: 'cancelled', message: 'The client went away before the server was reached.' });
    },
  };
}

/**
 * Where nobody listens on a port of this machine, the kernel may choose just that port for the dial, which then meets
 * itself (RFC 9293 section 3.5, simultaneous open) and would hear all it says.
 */
function isOwnEnd({ localAddress, localPort, remoteAddress, remotePort }: Socket): boolean {
  return localPort === remotePort && localAddress === remoteAddress;
}

function connectFailure(host: string, port: number, attempts: readonly DialAttempt[]): DialFailure {
  const code = attempts[0]?.error ?? 'ERROR';
  const where = `${host} port ${port}`;
  switch (code) {
    case 'ECONNREFUSED':
      return {
        code: 'connect-refused',
        message: `${where} refused the connection: nothing listens there, or a firewall says no.`,
      };
    case 'ETIMEDOUT':
      return {
        code: 'connect-timeout',
        message: `${where} did not answer in time: the host is down, or a firewall drops the packets.`,
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { code: 'connect-unreachable', message: `There is no route to ${where} (${code}).` };
    case 'ECONNRESET':
      return { code: 'connect-reset', message: `${where} reset the connection while it was being made.` };
    default:
      return { code: 'connect-failed', message: `${where} could not be reached (${code}).` };
  }
}
