import { tcpFlags, type DecodedPacket } from './decoded-packet.ts';
import type { PacketInfoContext } from './packet-info-context.ts';
import { u32 } from './read-numbers.ts';
import { packetTroubles } from './tcp-events.ts';

/** What each trouble is called in front of the line, in this order. */
const troubleWords: readonly (readonly [trouble: number, words: string])[] = [
  [packetTroubles.portReused, 'TCP Port numbers reused'],
  [packetTroubles.gapBefore, 'TCP Previous segment not captured'],
  [packetTroubles.ackedUnseen, 'TCP ACKed unseen segment'],
  [packetTroubles.outOfOrder, 'TCP Out-Of-Order'],
  [packetTroubles.spuriousRetransmission, 'TCP Spurious Retransmission'],
  [packetTroubles.fastRetransmission, 'TCP Fast Retransmission'],
  [packetTroubles.synRetransmission, 'TCP Retransmission'],
  [packetTroubles.retransmission, 'TCP Retransmission'],
  [packetTroubles.duplicateAck, 'TCP Dup ACK'],
  [packetTroubles.zeroWindowProbe, 'TCP ZeroWindowProbe'],
  [packetTroubles.zeroWindow, 'TCP ZeroWindow'],
  [packetTroubles.windowUpdate, 'TCP Window Update'],
  [packetTroubles.windowFull, 'TCP Window Full'],
  [packetTroubles.keepAliveAck, 'TCP Keep-Alive ACK'],
  [packetTroubles.keepAlive, 'TCP Keep-Alive'],
  [packetTroubles.nagleDelay, 'Waited for a delayed ACK'],
  [packetTroubles.malformed, 'Malformed header'],
];

/** These say more than a plain retransmission, which they are too. */
const kindsOfRetransmission =
  packetTroubles.spuriousRetransmission |
  packetTroubles.fastRetransmission |
  packetTroubles.synRetransmission;

export function troublePrefix(troubles: number): string {
  const told = troubles & kindsOfRetransmission ? troubles & ~packetTroubles.retransmission : troubles;
  let prefix = '';
  for (const [trouble, words] of troubleWords) if (told & trouble) prefix += `[${words}] `;
  return prefix;
}

/** Such as `51000 → 443 [SYN] Seq=0 Win=64240 Len=0 MSS=1460 SACK_PERM WS=128`. */
export function tcpInfo(packet: DecodedPacket, context: PacketInfoContext): string {
  if (packet.sourcePort < 0) return 'Header cut off';
  const isSyn = (packet.tcpFlags & tcpFlags.syn) !== 0;
  const parts = [
    `${troublePrefix(context.troubles)}${packet.sourcePort} → ${packet.destinationPort} [${flagWords(packet.tcpFlags)}]`,
    `Seq=${relative(packet.seq, context.initialSeq)}`,
  ];
  if (packet.tcpFlags & tcpFlags.ack) parts.push(`Ack=${relative(packet.ack, context.otherInitialSeq)}`);
  // The window of a SYN is never scaled (RFC 7323 section 2.2).
  parts.push(`Win=${isSyn ? packet.window : packet.window * 2 ** (context.windowScale ?? 0)}`);
  parts.push(`Len=${packet.payloadTo - packet.payloadFrom}`);
  if (packet.mss >= 0) parts.push(`MSS=${packet.mss}`);
  if (packet.sackPermitted) parts.push('SACK_PERM');
  if (packet.timestampValue >= 0) parts.push(`TSval=${packet.timestampValue} TSecr=${packet.timestampEcho}`);
  if (packet.windowScale >= 0) parts.push(`WS=${2 ** Math.min(14, packet.windowScale)}`);
  for (let block = 0; block < packet.sackBlocks; block++) {
    const at = packet.sackAt + block * 8;
    const left = relative(u32(packet.bytes, at), context.otherInitialSeq);
    parts.push(`SLE=${left} SRE=${relative(u32(packet.bytes, at + 4), context.otherInitialSeq)}`);
  }
  if (packet.fastOpenBytes === 0) parts.push('TFO=R');
  if (packet.fastOpenBytes > 0) parts.push('TFO=C');
  return parts.join(' ');
}

function relative(seq: number, initial: number | null): number {
  return initial === null ? seq : (seq - initial) >>> 0;
}

const flagNames: readonly (readonly [flag: number, name: string])[] = [
  [tcpFlags.fin, 'FIN'],
  [tcpFlags.syn, 'SYN'],
  [tcpFlags.rst, 'RST'],
  [tcpFlags.psh, 'PSH'],
  [tcpFlags.ack, 'ACK'],
  [tcpFlags.urg, 'URG'],
  [tcpFlags.ece, 'ECE'],
  [tcpFlags.cwr, 'CWR'],
];

function flagWords(flags: number): string {
  const names = flagNames.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
  return names.length === 0 ? '<None>' : names.join(', ');
}
