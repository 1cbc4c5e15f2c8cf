import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import { hopName } from '../../../../core/model/upstream-proxy.ts';
import { parseAbsoluteTarget, parseAuthority, type Destination } from '../destination.ts';
import type { Router } from './router.ts';

/**
 * Says how a connection to a URL (or `host:port`) would go now: `through http://proxy.example:3128, because …`.
 * Nothing is dialled, but a PAC is asked. Failure: `bad-url`.
 */
export async function routeWords(router: Router, url: string): Promise<Result<string>> {
  const target = targetOf(url.trim());
  if (target === null) return fail('bad-url', 'Give a URL such as https://api.example.com/.');
  const { hops, override, because, note } = await router.route(target);
  const [first, ...others] = hops.map((hop) =>
    hop.kind === 'direct' ? 'directly' : `through ${hopName(hop)}`,
  );
  const after = others.length === 0 ? '' : `; if that cannot be reached, ${others.join(', then ')}`;
  const where = override === null ? '' : ` to ${override.address} port ${override.port}`;
  const said = `${target.host}: ${first ?? 'directly'}${where}${after}, because ${because}.`;
  return succeed(note === null ? said : `${said} ${note}`);
}

function targetOf(text: string): (Destination & { readonly scheme: 'http' | 'https' }) | null {
  const absolute = parseAbsoluteTarget(text, 'GET');
  if (absolute === null) {
    const bare = parseAuthority(text, 443);
    return bare === null ? null : { ...bare, scheme: bare.port === 80 ? 'http' : 'https' };
  }
  const { scheme, host, port } = absolute;
  if (scheme === 'wss') return { host, port: port === 80 ? 443 : port, scheme: 'https' };
  return scheme === 'http' || scheme === 'ws' || scheme === 'https'
    ? { host, port, scheme: scheme === 'https' ? 'https' : 'http' }
    : null;
}
