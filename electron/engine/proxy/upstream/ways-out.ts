import { bypassPattern, hostPattern, type UpstreamSettings } from '../../../../core/model/settings.ts';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import { parseUpstream } from '../../../../core/model/upstream-proxy.ts';
import { parseHostOverride } from './host-overrides.ts';
import type { Override, RouterSettings } from './router.ts';

/** Ways out given at the start, for one run, as text; they come before those of the settings. */
export interface WaysOutText {
  /** Address of an upstream proxy. */
  readonly upstream: string | null;
  /** File or URL of a PAC. */
  readonly upstreamPac: string | null;
  /** Hosts that are reached without a proxy. */
  readonly noUpstream: readonly string[];
  /** `HOST[:PORT]=ADDRESS[:PORT]`. */
  readonly resolve: readonly string[];
}

export interface WaysOut {
  readonly proxy: Pick<UpstreamSettings, 'mode' | 'url' | 'pac'> | null;
  readonly noProxy: readonly string[];
  readonly hosts: readonly Override[];
}

/** Failures: `bad-upstream`, `bad-host`, `bad-override`. */
export function readWaysOut({ upstream, upstreamPac, noUpstream, resolve }: WaysOutText): Result<WaysOut> {
  if (upstream !== null && upstreamPac !== null)
    return fail('bad-upstream', 'Give either an upstream proxy or a PAC, not both.');
  const parsed = upstream === null ? null : parseUpstream(upstream);
  if (parsed?.ok === false) return parsed;
  for (const host of noUpstream) {
    const checked = bypassPattern.safeParse(host);
    if (!checked.success) return fail('bad-host', `"${host}": ${checked.error.issues[0]?.message ?? ''}`);
  }
  const hosts: Override[] = [];
  for (const text of resolve) {
    const override = parseHostOverride(text);
    if (override === null || !hostPattern.safeParse(override.host).success) {
      return fail(
        'bad-override',
        `"${text}" is no hosts override. Write it as api.shop.test=127.0.0.1 or api.shop.test:443=127.0.0.1:8443.`,
      );
    }
    hosts.push(override);
  }
  return succeed({ proxy: proxyOf(upstream, upstreamPac), noProxy: [...noUpstream], hosts });
}

/** What holds for this run: the proxy given at the start, or that of the settings; the lists of both. */
export function routerSettings(
  settings: { readonly upstreamProxy: UpstreamSettings; readonly hosts: RouterSettings['hosts'] },
  { proxy, noProxy, hosts }: WaysOut,
): RouterSettings {
  return {
    upstreamProxy: {
      ...settings.upstreamProxy,
      ...proxy,
      noProxy: [...settings.upstreamProxy.noProxy, ...noProxy],
    },
    hosts: [...hosts, ...settings.hosts],
  };
}

function proxyOf(url: string | null, pac: string | null): WaysOut['proxy'] {
  if (url !== null) return { mode: 'manual', url, pac: '' };
  return pac === null ? null : { mode: 'pac', url: '', pac };
}
