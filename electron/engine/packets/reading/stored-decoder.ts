import type { DecodedPacket } from '../../../../core/packets/decoded-packet.ts';
import { createDecoder, type Decoder } from '../../../../core/packets/decode.ts';
import { fragmentWaitSecondsMax } from '../../../../core/packets/fragments.ts';
import type { PacketFile } from './packet-file.ts';

/** How far back the fragments of a datagram are looked for. */
const lookBackPackets = 5000;
/** Of them, those that are decoded: packets of no conversation, as fragments are. */
const lookBackDecoded = 1000;

/** Decodes the packet with this number, in any order; of one that completed a datagram, the whole datagram. */
export type StoredDecoder = (number: number, into: DecodedPacket) => void;

export function createStoredDecoder(file: PacketFile): StoredDecoder {
  let decoder = createDecoder();

  function decode(by: Decoder, number: number, into: DecodedPacket): void {
    const place = file.place(number);
    const columns = place === null ? null : file.columns(place.block);
    if (place === null || columns === null) {
      by.decode(nothing, 0, 0, -1, 0, 0, into);
      return;
    }
    const { index } = place;
    const linkType = file.interfaceOf(columns.interfaces[index] as number)?.linkType ?? -1;
    const frame = file.frame(place);
    by.decode(
      Buffer.from(frame.buffer, frame.byteOffset, frame.length),
      0,
      frame.length,
      linkType,
      columns.original[index] as number,
      columns.baseSeconds + (columns.seconds[index] as number),
      into,
    );
  }

  /** Packets before this one that belong to no conversation, in their order. */
  function strangersBefore(number: number): number[] {
    const found: number[] = [];
    const own = place(number);
    for (let each = number - 1; each >= Math.max(1, number - lookBackPackets); each--) {
      const there = place(each);
      if (own === null || there === null || Math.abs(own.seconds - there.seconds) > fragmentWaitSecondsMax)
        break;
      if (there.conversation === 0 && found.push(each) >= lookBackDecoded) break;
    }
    return found.reverse();
  }

  function place(number: number): { conversation: number; seconds: number } | null {
    const at = file.place(number);
    const columns = at === null ? null : file.columns(at.block);
    if (at === null || columns === null) return null;
    return {
      conversation: columns.conversations[at.index] as number,
      seconds: columns.baseSeconds + (columns.seconds[at.index] as number),
    };
  }

  return (number, into) => {
    decode(decoder, number, into);
    if (!into.isFragment) return;
    // It holds a fragment now, which must not meet those of others.
    decoder = createDecoder();
    if ((place(number)?.conversation ?? 0) === 0) return;
    const fresh = createDecoder();
    for (const each of strangersBefore(number)) decode(fresh, each, into);
    decode(fresh, number, into);
  };
}

const nothing = new Uint8Array(0);
