import type { RecordingState } from '../../core/contract/recording.ts';
import { fail, type Result } from '../../core/model/result.ts';
import { readUpstream, type ReverseProxy } from '../../core/model/reverse-proxy.ts';
import { parseListenAddress } from './listen-address.ts';
import { listenReverse, type ProxyListener } from './proxy/proxy.ts';
import type { ProxyContext } from './proxy/proxy-context.ts';
import type { ReverseTarget } from './proxy/reverse.ts';

/** The reverse proxies of one engine: those that are wanted listen while there is recording. */
export interface ReverseListeners {
  /** Makes what listens what is wanted now; never rejects. One that cannot listen is tried again the next time. */
  readonly sync: () => Promise<void>;
  readonly state: () => RecordingState['reverse'];
  readonly listeners: () => readonly ProxyListener[];
  /** Why some do not listen, in one line; null when all do. */
  readonly problem: () => string | null;
  /** Stops listening and closes what is still connected. */
  readonly close: () => Promise<void>;
}

interface Open {
  proxy: ReverseProxy;
  listener: ProxyListener | null;
  problem: string | null;
}

/** `wanted`: none while nothing is recorded. */
export function createReverseListeners(
  context: () => ProxyContext,
  wanted: () => readonly ReverseProxy[],
): ReverseListeners {
  /** By the address that was asked for; a repeated one (port 0) has its number behind it. */
  const open = new Map<string, Open>();
  /** No longer listening; their connections go on. */
  const stopped = new Set<ProxyListener>();
  let work: Promise<void> = Promise.resolve();

  const start = async (each: Open): Promise<void> => {
    const made = await listenFor(context(), each);
    each.listener = made.ok ? made.value : null;
    each.problem = made.ok ? null : made.error.message;
  };
  const stop = async ({ listener }: Open): Promise<void> => {
    if (listener === null) return;
    stopped.add(listener);
    await listener.close(false);
  };
  const syncNow = async (): Promise<void> => {
    const next = byAddress(wanted());
    for (const [key, each] of open) {
      if (next.has(key)) continue;
      open.delete(key);
      await stop(each);
    }
    for (const [key, proxy] of next) {
      const known = open.get(key);
      if (known !== undefined) known.proxy = proxy;
      const each = known ?? { proxy, listener: null, problem: null };
      open.set(key, each);
      if (each.listener === null) await start(each);
    }
  };

  return {
    sync: () => (work = work.then(syncNow)),
    state: () =>
      [...open.values()].map(({ proxy, listener, problem }) => ({
        ...proxy,
        address: listener?.address ?? null,
        problem,
      })),
    listeners: () => [...open.values()].flatMap(({ listener }) => listener ?? []),
    problem: () => {
      const problems = [...open.values()].flatMap(({ problem }) => problem ?? []);
      return problems.length === 0 ? null : problems.join(' ');
    },
    close: async () => {
      await work;
      for (const each of open.values()) await stop(each);
      open.clear();
      await Promise.all([...stopped].map((listener) => listener.close(true)));
    },
  };
}

function byAddress(proxies: readonly ReverseProxy[]): ReadonlyMap<string, ReverseProxy> {
  const found = new Map<string, ReverseProxy>();
  for (const proxy of proxies) {
    let key = proxy.listen;
    for (let number = 2; found.has(key); number++) key = `${proxy.listen} ${number}`;
    found.set(key, proxy);
  }
  return found;
}

/** The target is read anew for each connection: it may change while it listens. */
async function listenFor(context: ProxyContext, each: Open): Promise<Result<ProxyListener>> {
  const address = parseListenAddress(each.proxy.listen);
  const first = targetOf(each.proxy);
  if (address === null) return fail('bad-address', `"${each.proxy.listen}" is no address to listen on.`);
  if (!first.ok) return first;
  let last = { proxy: each.proxy, target: first.value };
  return listenReverse(context, address.host, address.port, () => {
    if (last.proxy !== each.proxy) {
      const read = targetOf(each.proxy);
      if (read.ok) last = { proxy: each.proxy, target: read.value };
    }
    return last.target;
  });
}

function targetOf(proxy: ReverseProxy): Result<ReverseTarget> {
  const upstream = readUpstream(proxy.upstream);
  return upstream.ok
    ? { ok: true, value: { upstream: upstream.value, rewriteHost: proxy.host === 'rewrite' } }
    : upstream;
}
