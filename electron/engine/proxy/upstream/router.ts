import { isIP } from 'node:net';
import type { HostOverride, UpstreamSettings } from '../../../../core/model/settings.ts';
import {
  direct,
  hopName,
  parseUpstream,
  upstreamName,
  type Hop,
  type UpstreamProxy,
} from '../../../../core/model/upstream-proxy.ts';
import { formatAuthority } from '../destination.ts';
import { createBypass, isLoopback, type Bypass } from './bypass.ts';
import { createHostTable } from './host-overrides.ts';
import type { PacAnswers } from './pac/pac-answers.ts';
import { readSystemProxy } from './system-proxy.ts';

/** Where a connection is to go. `scheme`: `http` for what is known to be plain HTTP, `https` for whatever goes through a tunnel. */
export interface RouteTarget {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

/** A hosts override; `onlyPort`: of connections to this port alone. */
export type Override = HostOverride & { readonly onlyPort?: number };

/** How a connection goes, and why. */
export interface Route {
  /** In the order they are tried; at least one. */
  readonly hops: readonly Hop[];
  /** What to go to instead of looking the host up; null for the lookup. */
  readonly override: { readonly address: string; readonly port: number } | null;
  /** What decided, in words that follow "because". */
  readonly because: string;
  /** What the row should say: an override, or a PAC that gave no answer. */
  readonly note: string | null;
}

export interface RouterSettings {
  readonly upstreamProxy: UpstreamSettings;
  readonly hosts: readonly Override[];
}

/** Decides for each connection how it goes. */
export interface Router {
  /** At once, but where a PAC is asked. Never rejects. */
  readonly route: (target: RouteTarget) => Route | Promise<Route>;
  /** Something may go through a proxy: a request's form depends on its route. */
  readonly mayUseProxy: () => boolean;
  /** A proxy that could not be reached is tried after the others for a minute. */
  readonly unreachable: (proxy: UpstreamProxy) => void;
  /** New settings hold for connections made from now on. */
  readonly use: (settings: RouterSettings) => void;
  readonly close: () => void;
}

const unreachableMs = 60_000;
/** Proxies that are remembered as unreachable. */
const unreachableMax = 100;

interface Plan {
  readonly settings: UpstreamSettings;
  readonly overrideOf: (host: string, accept: (entry: Override) => boolean) => Override | null;
  readonly ruleOf: (host: string) => { readonly host: string; readonly hop: Hop } | null;
  readonly bypass: Bypass;
  readonly defaultOf: (scheme: RouteTarget['scheme']) => Hop;
  readonly mayUseProxy: boolean;
}

/**
 * Rules for hosts come first, then what goes past every proxy, then the mode's own way. `env` gives the variables of
 * mode `system`; `pac` answers for mode `pac`.
 */
export function createRouter(
  first: RouterSettings,
  env: Readonly<Record<string, string | undefined>>,
  pac: PacAnswers,
): Router {
  let plan = makePlan(first, env);
  pac.use(pacSource(first));
  const lost = new Map<string, number>();

  const inOrder = (hops: readonly Hop[]): readonly Hop[] => {
    if (hops.length === 1 || lost.size === 0) return hops;
    const now = Date.now();
    const isLost = (hop: Hop): boolean => hop.kind !== 'direct' && (lost.get(hopName(hop)) ?? 0) > now;
    return [...hops.filter((hop) => !isLost(hop)), ...hops.filter(isLost)];
  };

  return {
    route: ({ scheme, host, port }) => {
      const { settings, overrideOf, ruleOf, bypass, defaultOf } = plan;
      const entry = overrideOf(host, ({ onlyPort }) => onlyPort === undefined || onlyPort === port);
      const override = entry === null ? null : { address: entry.address, port: entry.port ?? port };
      const note =
        override === null ? null : `Hosts override: ${overrideWords(override, port)} instead of a lookup.`;
      const decided = (hop: Hop, because: string): Route => ({ hops: [hop], override, because, note });

      const rule = ruleOf(host);
      if (rule !== null) return decided(rule.hop, `of the rule for ${rule.host}`);
      if (settings.mode === 'direct') return decided(direct, 'no upstream proxy is set');
      const place = override?.address ?? host;
      if (!bypass.loopbackToo && (isLoopback(place) || isLoopback(host)))
        return decided(direct, 'it is this machine');
      if (bypass.has(host, port) || bypass.has(place, port))
        return decided(direct, 'it is on the list of hosts without a proxy');
      if (settings.mode === 'pac') {
        return pac.ask(pacUrl(scheme, host, port), host).then((answer) => ({
          hops: inOrder(answer.hops),
          override,
          because: answer.because,
          note: [note, answer.note].filter((each) => each !== null).join(' ') || null,
        }));
      }
      const hop = defaultOf(scheme);
      return decided(hop, defaultReason(settings.mode, hop));
    },
    mayUseProxy: () => plan.mayUseProxy,
    unreachable: (proxy) => {
      if (lost.size >= unreachableMax) lost.clear();
      lost.set(upstreamName(proxy), Date.now() + unreachableMs);
    },
    use: (settings) => {
      plan = makePlan(settings, env);
      lost.clear();
      pac.use(pacSource(settings));
    },
    close: () => {
      pac.close();
    },
  };
}

function makePlan(
  { upstreamProxy, hosts }: RouterSettings,
  env: Readonly<Record<string, string | undefined>>,
): Plan {
  const { mode, url, rules, noProxy } = upstreamProxy;
  const system = mode === 'system' ? readSystemProxy(env) : null;
  const manual = mode === 'manual' ? hopOf(url) : direct;
  const hops = rules.map(({ host, proxy }) => ({ host, hop: hopOf(proxy) }));
  return {
    settings: upstreamProxy,
    overrideOf: createHostTable(hosts),
    ruleOf: createHostTable(hops),
    bypass: createBypass([...noProxy, ...(system?.noProxy ?? [])]),
    defaultOf: (scheme) => (system === null ? manual : (system[scheme] ?? direct)),
    mayUseProxy: mode !== 'direct' || hops.some(({ hop }) => hop.kind !== 'direct'),
  };
}

/** Settings are checked before they come here. */
function hopOf(text: string): Hop {
  if (text === 'DIRECT') return direct;
  const parsed = parseUpstream(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

function pacSource({ upstreamProxy: { mode, pac } }: RouterSettings): string | null {
  return mode === 'pac' ? pac : null;
}

/** What a PAC is told: never path or query, which its author need not know. */
function pacUrl(scheme: string, host: string, port: number): string {
  const usual = port === (scheme === 'https' ? 443 : 80);
  const bare = isIP(host) === 6 ? `[${host}]` : host;
  return `${scheme}://${usual ? bare : formatAuthority(host, port)}/`;
}

function overrideWords(override: { address: string; port: number }, port: number): string {
  return override.port === port ? override.address : formatAuthority(override.address, override.port);
}

function defaultReason(mode: 'system' | 'manual', hop: Hop): string {
  if (mode === 'manual') return 'the settings name this proxy';
  return hop.kind === 'direct'
    ? 'the environment names no proxy (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY)'
    : 'the environment names this proxy';
}
