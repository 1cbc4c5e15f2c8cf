import type { ConversationRow } from '../../../core/contract/packets.ts';

/** HTTP/3 of a device that was seen in captured packets. */
export interface AroundProxy {
  readonly host: string;
  readonly atUs: number;
}

/** The port of HTTP/3 where nothing else is said (RFC 9114 section 3.1.1); it runs over UDP. */
const quicPort = 443;

/** The newest conversation of this address that went around the proxy by QUIC and was answered, if any. */
export function aroundProxyOf(
  conversations: readonly ConversationRow[],
  address: string,
  sinceUs: number,
): AroundProxy | null {
  let found: AroundProxy | null = null;
  for (const each of conversations) {
    const { protocol, addressA, addressB, portA, portB, packets, endedAtUs } = each;
    const isFrom = addressA === address && portB === quicPort;
    const isTo = addressB === address && portA === quicPort;
    if (protocol !== 'udp' || (!isFrom && !isTo) || packets.a === 0 || packets.b === 0) continue;
    if (endedAtUs < sinceUs || (found !== null && endedAtUs <= found.atUs)) continue;
    const [host, name] = isFrom ? [addressB, each.nameB] : [addressA, each.nameA];
    found = { host: name ?? host, atUs: endedAtUs };
  }
  return found;
}
