import type { NetworkOffer } from '../../../core/devices/lan-networks.ts';
import type { Result } from '../../../core/model/result.ts';
import { formatAuthority, normalizeAddress } from '../proxy/destination.ts';
import type { ProxyListener } from '../proxy/proxy.ts';

/** What the listener should be: null for closed. */
export interface WantedLan {
  readonly network: NetworkOffer;
  /** The proxy's own listener: if it is open to this network, none is needed beside it. */
  readonly main: ProxyListener;
  /** The port that phones were told before; null: that of `main`. */
  readonly port: number | null;
}

/** The proxy's listener on the network that phones are in. */
export interface LanListener {
  /** Where phones reach the proxy; null while it is closed to them. */
  readonly reached: () => { readonly host: string; readonly port: number; readonly address: string } | null;
  readonly problem: () => string | null;
  /** Its own port, if it has one. */
  readonly own: () => ProxyListener | null;
  /** Opens, moves or closes it; `cuts`: connections that are open are closed with it. One after the other. */
  /** Makes room for a listener of the proxy's own. */
  readonly makeWay: (host: string, port: number) => Promise<void>;
  readonly set: (wanted: WantedLan | null, cuts: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
}

export function createLanListener(
  listen: (host: string, port: number) => Promise<Result<ProxyListener>>,
): LanListener {
  let own: ProxyListener | null = null;
  let reached: ReturnType<LanListener['reached']> = null;
  let problem: string | null = null;
  let work: Promise<void> = Promise.resolve();
  const closed = new Set<ProxyListener>();

  const drop = async (cuts: boolean): Promise<void> => {
    const before = own;
    own = null;
    if (before === null) return;
    for (const each of closed) if (each.connectionCount() === 0) closed.delete(each);
    closed.add(before);
    await before.close(cuts);
  };
  const apply = async (wanted: WantedLan | null, cuts: boolean): Promise<void> => {
    problem = null;
    if (wanted === null) {
      reached = null;
      await drop(cuts);
      return;
    }
    const { network, main, port } = wanted;
    const host = network.address;
    if (isOpenTo(main, host)) {
      reached = { host, port: main.port, address: formatAuthority(host, main.port) };
      await drop(false);
      return;
    }
    if (own?.host === host) return;
    await drop(false);
    let made = await listen(host, port ?? main.port);
    // Phones that were told a port find nobody at another one.
    if (!made.ok && made.error.code === 'port-taken' && port === null) made = await listen(host, 0);
    if (!made.ok) {
      reached = null;
      problem = made.error.message;
      return;
    }
    own = made.value;
    reached = { host, port: own.port, address: own.address };
  };
  return {
    reached: () => reached,
    problem: () => problem,
    own: () => own,
    makeWay: (host, port) => {
      work = work.then(async () => {
        if (own !== null && own.port === port && isOpenTo({ host }, own.host)) await drop(false);
      });
      return work;
    },
    set: (wanted, cuts) => {
      work = work.then(() => apply(wanted, cuts));
      return work;
    },
    close: async () => {
      await work;
      await drop(true);
      await Promise.all([...closed].map((each) => each.close(true)));
    },
  };
}

function isOpenTo(main: Pick<ProxyListener, 'host'>, host: string): boolean {
  return main.host === '0.0.0.0' || main.host === '::' || normalizeAddress(main.host) === host;
}
