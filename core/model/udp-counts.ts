/** What became of UDP where connections are redirected, in datagrams since the rules were set. */
export interface UdpCounts {
  /** To port 443, answered with "port unreachable". */
  readonly quicRefused: number;
  /** Other UDP that has nowhere to go: only in the network of one program, else 0. */
  readonly dropped: number;
}

/**
 * Reads `nft -j list counters table inet plumbline` (libnftables-json(5)): an object `nftables` with a list of objects,
 * among them `{counter: {name, packets, …}}`. Null when it is something else.
 */
export function readUdpCounts(listed: unknown): UdpCounts | null {
  const entries = fieldOf(listed, 'nftables');
  if (!Array.isArray(entries)) return null;
  const counters = entries.map((entry) => fieldOf(entry, 'counter'));
  const packets = (name: string): number => {
    const counter = counters.find((each) => fieldOf(each, 'name') === name);
    const count = fieldOf(counter, 'packets');
    return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : 0;
  };
  return { quicRefused: packets('quic_refused'), dropped: packets('udp_dropped') };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
