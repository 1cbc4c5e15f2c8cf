import type { PacketRow } from '../../../../core/contract/packets.ts';
import { destinationText, sourceText } from '../../../../core/packets/address-text.ts';
import { createDecodedPacket } from '../../../../core/packets/decoded-packet.ts';
import { createPacketDescriber } from '../../../../core/packets/packet-info.ts';
import { nodePlatform } from '../../proxy/platform.ts';
import type { Sqlite } from '../../session/sqlite.ts';
import type { ConversationIndex } from './conversation-index.ts';
import { isFromB, protocolOf, troublesOf, type PacketFile } from './packet-file.ts';
import { readMore } from './read-more.ts';
import { createStoredDecoder } from './stored-decoder.ts';

/** Lines of the packet list, made for those that are shown. */
export type PacketRows = (numbers: readonly number[]) => PacketRow[];

export function createPacketRows(db: Sqlite, file: PacketFile, conversations: ConversationIndex): PacketRows {
  const decode = createStoredDecoder(file);
  const describePacket = createPacketDescriber(nodePlatform);
  const decoded = createDecodedPacket();
  const nameOf = db.prepare('SELECT name FROM packet_names WHERE address = ?').pluck();
  const markOf = db.prepare('SELECT marked, comment FROM packet_marks WHERE number = ?').raw();
  const moreOf = db.prepare('SELECT json FROM packet_more WHERE number = ?').pluck();

  function name(address: string): string | null {
    const found = nameOf.get(address);
    return typeof found === 'string' ? found : null;
  }

  function row(number: number): PacketRow | null {
    const place = file.place(number);
    const columns = place === null ? null : file.columns(place.block);
    if (place === null || columns === null) return null;
    const { index } = place;
    const seconds = columns.baseSeconds + (columns.seconds[index] as number);
    const originalBytes = columns.original[index] as number;
    const link = file.interfaceOf(columns.interfaces[index] as number);
    decode(number, decoded);
    const id = columns.conversations[index] as number;
    const end = isFromB(columns, index) ? 'b' : 'a';
    const summary = id === 0 ? null : conversations.summary(id);
    const own = summary?.ends[end] ?? null;
    const other = summary?.ends[end === 'a' ? 'b' : 'a'] ?? null;
    const troubles = troublesOf(columns, index);
    const { protocol, info } = describePacket(decoded, {
      initialSeq: own?.initialSeq ?? null,
      otherInitialSeq: other?.initialSeq ?? null,
      windowScale: own?.windowScale != null && other?.windowScale != null ? own.windowScale : null,
      troubles,
      protocol: protocolOf(columns, index),
      tlsVersion: null,
    });
    const source = sourceText(decoded);
    const destination = destinationText(decoded);
    const mark = markOf.get(number) as [number, string | null] | undefined;
    return {
      number,
      seconds,
      nanos: columns.nanos[index] as number,
      source,
      destination,
      sourcePort: decoded.sourcePort < 0 ? null : decoded.sourcePort,
      destinationPort: decoded.destinationPort < 0 ? null : decoded.destinationPort,
      sourceName: name(source),
      destinationName: name(destination),
      protocol,
      capturedBytes: columns.captured[index] as number,
      originalBytes,
      info,
      conversation: id === 0 ? null : id,
      end: id === 0 ? null : end,
      troubles,
      marked: mark?.[0] === 1,
      comment: mark?.[1] ?? commentOf(moreOf.get(number)),
      interface: link?.name ?? '',
    };
  }

  return (numbers) => numbers.map(row).filter((each) => each !== null);
}

/** What the file says of the packet. */
function commentOf(json: unknown): string | null {
  return typeof json === 'string' ? (readMore(json)?.comment ?? null) : null;
}
