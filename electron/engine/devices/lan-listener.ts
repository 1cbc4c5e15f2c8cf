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
    const asked = port ?? main.port;
    let made = await listen(host, asked);
    if (!made.ok && made.error.code === 'port-taken') made = await listen(host, 0);
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

function isOpenTo(main: ProxyListener, host: string): boolean {
  return main.host === '0.0.0.0' || main.host === '::' || normalizeAddress(main.host) === host;
}
