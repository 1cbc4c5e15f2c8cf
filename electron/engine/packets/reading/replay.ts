import { createDecodedPacket, type DecodedPacket } from '../../../../core/packets/decoded-packet.ts';
import { isFromB, timeUs, troublesOf, type PacketFile } from './packet-file.ts';
import { createStoredDecoder } from './stored-decoder.ts';

/** One packet of a conversation that is read again. The object is filled anew for each. */
export interface Replayed {
  number: number;
  atUs: number;
  end: 0 | 1;
  troubles: number;
  decoded: DecodedPacket;
}

/** Numbers of the packets of a conversation, between two numbers. */
export function* numbersOf(
  file: PacketFile,
  conversation: number,
  firstPacket: number,
  lastPacket: number,
): Generator<number> {
  for (let number = Math.max(1, firstPacket); number <= Math.min(lastPacket, file.count());) {
    const place = file.place(number);
    const columns = place === null ? null : file.columns(place.block);
    if (place === null || columns === null) return;
    for (let { index } = place; index < columns.count && number <= lastPacket; index++, number++) {
      if (columns.conversations[index] === conversation) yield number;
    }
  }
}

/** Hands over the packets of one conversation again, decoded, in their order, until `take` returns false. */
export function replay(
  file: PacketFile,
  conversation: number,
  firstPacket: number,
  lastPacket: number,
  take: (packet: Replayed) => boolean,
): void {
  const decode = createStoredDecoder(file);
  const packet: Replayed = { number: 0, atUs: 0, end: 0, troubles: 0, decoded: createDecodedPacket() };
  for (const number of numbersOf(file, conversation, firstPacket, lastPacket)) {
    const place = file.place(number);
    const columns = place === null ? null : file.columns(place.block);
    if (place === null || columns === null) return;
    const { index } = place;
    decode(number, packet.decoded);
    packet.number = number;
    packet.atUs = timeUs(columns, index);
    packet.end = isFromB(columns, index) ? 1 : 0;
    packet.troubles = troublesOf(columns, index);
    if (!take(packet)) return;
  }
}
