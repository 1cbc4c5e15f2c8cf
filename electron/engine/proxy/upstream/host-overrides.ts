import type { HostOverride } from '../../../../core/model/settings.ts';
import { normalizeHost } from '../host-policy.ts';

/** Finds the entry for a host: its own name first, then the longest `*.` pattern; of equal ones the first. */
export function createHostTable<T extends { readonly host: string }>(
  entries: readonly T[],
): (host: string, accept?: (entry: T) => boolean) => T | null {
  const byPattern = new Map<string, T[]>();
  for (const entry of entries) {
    const pattern = normalizeHost(entry.host);
    byPattern.set(pattern, [...(byPattern.get(pattern) ?? []), entry]);
  }
  return (host, accept = () => true) => {
    if (byPattern.size === 0) return null;
    const name = normalizeHost(host);
    const found = (pattern: string): T | undefined => byPattern.get(pattern)?.find(accept);
    const exact = found(name);
    if (exact !== undefined) return exact;
    for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
      const below = found(`*${name.slice(dot)}`);
      if (below !== undefined) return below;
    }
    return found('*') ?? null;
  };
}

/** Reads `HOST[:PORT]=ADDRESS[:PORT]` of the command line; null if it is not that. IPv6 stands in brackets. */
export function parseHostOverride(text: string): (HostOverride & { readonly onlyPort?: number }) | null {
  const match =
    /^(\[[0-9a-f:.]+\]|[^\s:=/@]+)(?::(\d{1,5}))?=(\[[0-9a-f:.]+\]|[^\s:=/@]+)(?::(\d{1,5}))?$/i.exec(
      text.trim(),
    );
  if (match === null) return null;
  const [, host = '', onlyPort, address = '', port] = match;
  const ports = [onlyPort, port].filter((each) => each !== undefined).map(Number);
  if (ports.some((each) => each < 1 || each > 65_535)) return null;
  return {
    host: normalizeHost(host),
    address: normalizeHost(address),
    port: port === undefined ? null : Number(port),
    ...(onlyPort === undefined ? {} : { onlyPort: Number(onlyPort) }),
  };
}
