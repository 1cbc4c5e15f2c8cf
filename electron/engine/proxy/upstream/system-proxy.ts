import { parseUpstream, type UpstreamProxy } from '../../../../core/model/upstream-proxy.ts';
import { bypassOfEnvironment } from './bypass.ts';

/** What the environment says of proxies (the variables that curl and others read, either case). */
export interface SystemProxy {
  readonly http: UpstreamProxy | null;
  readonly https: UpstreamProxy | null;
  readonly noProxy: readonly string[];
}

/**
 * `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`. A variable that names no proxy is passed over. Upper-case
 * `HTTP_PROXY` is not believed inside a CGI program, where a client could set it (httpoxy).
 */
export function readSystemProxy(env: Readonly<Record<string, string | undefined>>): SystemProxy {
  const read = (name: string): UpstreamProxy | null => {
    const upper = name === 'http_proxy' && env['REQUEST_METHOD'] !== undefined ? '' : env[name.toUpperCase()];
    const text = env[name] ?? upper ?? '';
    const parsed = text === '' ? null : parseUpstream(text);
    return parsed?.ok === true ? parsed.value : null;
  };
  const all = read('all_proxy');
  return {
    http: read('http_proxy') ?? all,
    https: read('https_proxy') ?? all,
    noProxy: bypassOfEnvironment(env['no_proxy'] ?? env['NO_PROXY'] ?? ''),
  };
}
