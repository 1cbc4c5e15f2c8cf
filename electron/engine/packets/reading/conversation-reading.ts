import type { ConversationSeries, Followed, FollowKind } from '../../../../core/contract/packets.ts';
import { createFollowCollector } from '../../../../core/packets/follow.ts';
import { ipProtocols } from '../../../../core/packets/link-types.ts';
import { TcpConversation } from '../../../../core/packets/tcp-conversation.ts';
import type { StreamTaker } from '../../../../core/packets/tcp-events.ts';
import { createSeriesCollector } from '../../../../core/packets/tcp-series.ts';
import { TcpShared } from '../../../../core/packets/tcp-shared.ts';
import { createTlsObserver } from '../../../../core/observers/tls.ts';
import { nodePlatform } from '../../proxy/platform.ts';
import { createReaderKeys } from '../readers.ts';
import type { PacketFile } from './packet-file.ts';
import { replay } from './replay.ts';

/** Which packets a conversation has. */
export interface ConversationSpan {
  readonly id: number;
  readonly transport: string;
  readonly firstPacket: number;
  readonly lastPacket: number;
}

export function seriesOf(
  file: PacketFile,
  span: ConversationSpan,
  fromUs: number | null,
  toUs: number | null,
  pointsMax: number,
): ConversationSeries {
  const shared = new TcpShared();
  const tcp = new TcpConversation(shared, null, 0);
  const collector = createSeriesCollector(pointsMax, fromUs, toUs);
  replay(file, span.id, span.firstPacket, span.lastPacket, ({ number, atUs, end, decoded }) => {
    if (decoded.ipProtocol !== ipProtocols.tcp || decoded.transportAt < 0) return true;
    const troubles = tcp.packet(decoded, end, atUs, number);
    const payloadBytes = decoded.payloadTo - decoded.payloadFrom;
    collector.add(shared, end, atUs, number, payloadBytes, decoded.tcpFlags, troubles);
    return true;
  });
  return collector.series();
}

/** Both streams of a conversation in the order they came, from `from` on. `keyLog`: for what is in TLS. */
export function followConversation(
  file: PacketFile,
  span: ConversationSpan,
  kind: FollowKind,
  from: number,
  bytesMax: number,
  keyLog: string,
): Followed {
  const collector = createFollowCollector(from, bytesMax);
  let problem: string | null = null;
  let packetNumber = 0;
  let taker: StreamTaker = collector.taker;
  if (kind === 'tls') {
    const keys = createReaderKeys(false);
    keys.add(keyLog);
    const observer = createTlsObserver({
      platform: nodePlatform,
      keys: keys.store,
      keysMayCome: false,
      events: {
        ...nothing,
        plain: (sender, bytes, atUs) => collector.taker.bytes(sender, bytes, atUs, packetNumber),
        missing: (sender, bytes, atUs) => collector.taker.gap(sender, bytes, atUs),
        locked: (reason) => {
          problem = reason;
        },
        end: (sender, how, atUs) => collector.taker.end(sender, how, atUs),
      },
    });
    taker = {
      bytes: (sender, chunk, atUs, number) => {
        packetNumber = number;
        observer.bytes(sender, chunk, atUs);
      },
      gap: observer.gap,
      end: observer.end,
    };
  }
  const tcp = new TcpConversation(new TcpShared(), taker, 0);
  let lastAtUs = 0;
  replay(file, span.id, span.firstPacket, span.lastPacket, ({ number, atUs, end, decoded }) => {
    lastAtUs = atUs;
    if (span.transport === 'tcp') {
      if (decoded.transportAt >= 0) tcp.packet(decoded, end, atUs, number);
    } else if (decoded.payloadCaptured > 0) {
      const { bytes, payloadFrom, payloadCaptured } = decoded;
      const chunk = bytes.subarray(payloadFrom, payloadFrom + payloadCaptured);
      taker.bytes(end === 0 ? 'client' : 'server', chunk, atUs, number);
    }
    return true;
  });
  if (span.transport === 'tcp') tcp.finish(lastAtUs);
  return { ...collector.followed(), problem };
}

const nothing = {
  clientHello: () => undefined,
  helloRetry: () => undefined,
  serverHello: () => undefined,
  group: () => undefined,
  alpn: () => undefined,
  certificates: () => undefined,
  earlyData: () => undefined,
  handshakeEnded: () => undefined,
  alert: () => undefined,
  keyUpdate: () => undefined,
  renegotiation: () => undefined,
};
