import type { CaptureEvents, CaptureReader } from '../capture-events.ts';
import { u32, u32LittleEndian } from '../read-numbers.ts';
import { createPushWindow } from './push-window.ts';

/** A packet that claims more bytes than this is taken for a broken file. The longest that Linux hands over (BIG TCP) have 512 KiB. */
export const packetBytesMax = 1_048_576;

/** Packets that stand beside each other are about so close in time; one that is not is looked at twice. */
const nearSecondsMax = 86_400;

/** Clocks that were ever set are beyond this, in 1989: what stands before it may as well be lengths, or zeros. */
const setClockSeconds = 600_000_000;

/** First four bytes of the file in its own byte order. */
const microsecondMagic = 0xa1b2c3d4;
const nanosecondMagic = 0xa1b23c4d;
/** Alexey Kuznetzov's patch of old Linux distributions: eight more bytes before each packet. */
const patchedMagic = 0xa1b2cd34;

/** Whether a file that begins with these four bytes (big endian) is read here. */
export function isPcapMagic(magic: number): boolean {
  return layoutOf(magic) !== null;
}

interface Layout {
  readonly isLittle: boolean;
  readonly unitsPerSecond: number;
  readonly recordHeaderBytes: number;
}

function layoutOf(magic: number): Layout | null {
  const swapped =
    ((magic >>> 24) | ((magic >>> 8) & 0xff00) | ((magic << 8) & 0xff0000) | (magic << 24)) >>> 0;
  for (const isLittle of [false, true]) {
    const value = isLittle ? swapped : magic;
    if (value === microsecondMagic) return { isLittle, unitsPerSecond: 1e6, recordHeaderBytes: 16 };
    if (value === nanosecondMagic) return { isLittle, unitsPerSecond: 1e9, recordHeaderBytes: 16 };
    if (value === patchedMagic) return { isLittle, unitsPerSecond: 1e6, recordHeaderBytes: 24 };
  }
  return null;
}

/**
 * Reads a pcap file (draft-ietf-opsawg-pcap): both byte orders, microseconds and nanoseconds, and Kuznetzov's variant. Holds at most one packet,
 * while a file is broken two. Behind a packet header that cannot be true it looks for the next two that fit together.
 */
export function createPcapReader(events: CaptureEvents): CaptureReader {
  let layout: Layout | null = null;
  let u32At = u32;
  let lastSeconds = -1;
  /** The last packet claimed more than the file has: that nothing follows is no news. */
  let wasCut = false;
  let state: 'header' | 'packets' | 'lost' | 'stopped' = 'header';

  const window = createPushWindow((bytes, from, available, isEnd) => {
    switch (state) {
      case 'header':
        return available < 24 ? 0 : readHeader(bytes, from);
      case 'packets':
        return readPacket(bytes, from, available, isEnd);
      case 'lost':
        return findPacket(bytes, from, available, isEnd);
      case 'stopped':
        return available;
      default:
        return state satisfies never;
    }
  });
  window.need = 24;

  function readHeader(bytes: Uint8Array, from: number): number {
    layout = layoutOf(u32(bytes, from));
    if (layout === null) return stop('This is no pcap file: its first four bytes are none of a capture.');
    u32At = layout.isLittle ? u32LittleEndian : u32;
    const snapBytes = u32At(bytes, from + 16);
    events.interface({
      name: '',
      description: '',
      // The upper bits say how long a frame check sequence is (draft-ietf-opsawg-pcap section 4).
      linkType: u32At(bytes, from + 20) & 0xffff,
      snapBytes,
      filter: '',
      system: '',
      unitsPerSecond: layout.unitsPerSecond,
    });
    state = 'packets';
    window.need = layout.recordHeaderBytes;
    return 24;
  }

  function readPacket(bytes: Uint8Array, from: number, available: number, isEnd: boolean): number {
    const header = layout?.recordHeaderBytes ?? 16;
    if (available < header) return 0;
    const captured = u32At(bytes, from + 8);
    if (captured > packetBytesMax) return lose(`A packet claims ${captured} bytes, which no capture has`);
    const whole = header + captured;
    const isDoubtful = contradictsItself(bytes, from);
    const isLeap = isFar(u32At(bytes, from), lastSeconds);
    const wanted = isDoubtful || isLeap ? whole + header : whole;
    if (available < wanted && !isEnd) {
      window.need = wanted;
      return 0;
    }
    if (available < whole) {
      wasCut = true;
      return lose(`The file ends inside a packet of ${captured} bytes`);
    }
    if (isDoubtful && available >= wanted && !canFollow(bytes, from + whole, u32At(bytes, from)))
      return lose('The header of a packet contradicts itself');
    if (isLeap && hasHeaderInside(bytes, from, Math.min(available, wanted)))
      return lose('The header of a packet is not where it must be');
    takePacket(bytes, from, header, captured);
    window.need = header;
    return whole;
  }

  /** Whether a header says what a sound writer does not, or nothing at all: such a packet is only taken when another one follows. */
  function contradictsItself(bytes: Uint8Array, at: number): boolean {
    const captured = u32At(bytes, at + 8);
    const original = u32At(bytes, at + 12);
    if (captured > original || original > packetBytesMax) return true;
    if (u32At(bytes, at + 4) >= (layout?.unitsPerSecond ?? 1e6)) return true;
    return original === 0 && u32At(bytes, at) === 0 && u32At(bytes, at + 4) === 0;
  }

  function lose(sentence: string): number {
    events.problem(`${sentence}; it is passed over, and the next packet looked for.`, window.at());
    state = 'lost';
    window.need = layout?.recordHeaderBytes ?? 16;
    return 1;
  }

  function takePacket(bytes: Uint8Array, from: number, header: number, captured: number): void {
    const units = layout?.unitsPerSecond ?? 1e6;
    let seconds = u32At(bytes, from);
    let fraction = u32At(bytes, from + 4);
    if (fraction >= units) {
      events.problem(
        'A packet’s time has more than a second’s fractions; they were counted on.',
        window.at(),
      );
      seconds += Math.floor(fraction / units);
      fraction %= units;
    }
    const original = u32At(bytes, from + 12);
    lastSeconds = seconds;
    events.packet(
      0,
      seconds,
      units === 1e9 ? fraction : fraction * 1000,
      // Some writers put the captured length into both, some a smaller original one; a packet had at least what was captured of it.
      original < captured ? captured : original,
      bytes,
      from + header,
      from + header + captured,
      null,
    );
  }

  /**
   * Bytes were lost or added before a packet whose time leaps, if what it claims to be holds a header that fits the time so far: read from a wrong
   * place, lengths can still make a chain.
   */
  function hasHeaderInside(bytes: Uint8Array, from: number, length: number): boolean {
    const header = layout?.recordHeaderBytes ?? 16;
    for (let at = from + 1; at + header < from + length; at++)
      if (!isFar(u32At(bytes, at), lastSeconds) && lastSeconds >= setClockSeconds && isSound(bytes, at))
        return true;
    return false;
  }

  /** Byte by byte: a sound packet header, and behind its packet another one or the end. */
  function findPacket(bytes: Uint8Array, from: number, available: number, isEnd: boolean): number {
    const header = layout?.recordHeaderBytes ?? 16;
    let at = 0;
    while (available - at >= header) {
      const seconds = u32At(bytes, from + at);
      if ((seconds >= setClockSeconds || !isFar(seconds, lastSeconds)) && isSound(bytes, from + at)) {
        const whole = header + u32At(bytes, from + at + 8);
        const next = from + at + whole;
        const fits =
          whole + header > available - at
            ? null
            : isSound(bytes, next) && !isFar(u32At(bytes, next), seconds);
        if (fits === true || (isEnd && whole === available - at)) {
          state = 'packets';
          wasCut = false;
          window.need = header;
          lastSeconds = seconds;
          return at === 0 ? readPacket(bytes, from, available, isEnd) : at;
        }
        if (fits === null && !isEnd) {
          window.need = whole + header;
          return at;
        }
      }
      at++;
    }
    window.need = header;
    return at;
  }

  /** A packet with content and lengths in their order. */
  function isSound(bytes: Uint8Array, at: number): boolean {
    const captured = u32At(bytes, at + 8);
    const original = u32At(bytes, at + 12);
    const hasSoundLengths = captured > 0 && captured <= original && original <= packetBytesMax;
    return hasSoundLengths && u32At(bytes, at + 4) < (layout?.unitsPerSecond ?? 1e6);
  }

  /** The same but for original lengths, which some writers get wrong, and about when that other packet was captured. */
  function canFollow(bytes: Uint8Array, at: number, seconds: number): boolean {
    const captured = u32At(bytes, at + 8);
    if (captured === 0 || captured > packetBytesMax || isFar(u32At(bytes, at), seconds)) return false;
    return u32At(bytes, at + 4) < (layout?.unitsPerSecond ?? 1e6);
  }

  function stop(sentence: string): number {
    events.problem(sentence, window.at());
    state = 'stopped';
    window.need = 1;
    return 1;
  }

  function end(): void {
    const left = window.end();
    if (state === 'header') events.problem('The file ends inside its header.', window.at());
    else if (state === 'packets' && left > 0)
      events.problem('The file ends in the middle of a packet; that packet is not read.', window.at());
    else if (state === 'lost' && !wasCut)
      events.problem('No further packet was found before the end of the file.', window.at());
  }

  return { bytes: window.push, end };
}

/** From the time of another packet, if there was one. */
function isFar(seconds: number, otherSeconds: number): boolean {
  return otherSeconds >= 0 && Math.abs(seconds - otherSeconds) > nearSecondsMax;
}
