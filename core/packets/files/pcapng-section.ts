import { addressText } from '../address-text.ts';
import type { CaptureEvents, PacketMore } from '../capture-events.ts';
import { u16, u16LittleEndian, u32, u32LittleEndian } from '../read-numbers.ts';
import type { Platform } from '../../model/platform.ts';
import { packetBytesMax } from './pcap-read.ts';
import {
  blockTypes,
  interfaceOptions,
  nameRecords,
  options,
  packetOptions,
  padded,
  sectionOptions,
  statisticsOptions,
  tlsKeyLog,
} from './pcapng-blocks.ts';
import { splitTime, unitsOfResolution, type Moment } from './pcapng-time.ts';

/** Interfaces of a whole file; packets of further ones are not told. */
export const interfacesMax = 65_536;

/** Options of one block that are looked at. */
const optionsMax = 1000;

/** What is known of a section of a pcapng file: its byte order and its interfaces. */
export interface Section {
  readonly u32At: typeof u32;
  /** A block's body, `from` … `to`; `at`: where the block begins in the file. Blocks of no interest are passed over. */
  readonly block: (type: number, bytes: Uint8Array, from: number, to: number, at: number) => void;
}

interface SectionInterface {
  readonly number: number;
  readonly snapBytes: number;
  readonly units: number;
  readonly offsetSeconds: number;
}

/** What was found in the options of a packet. */
interface PacketOptions {
  comment: string | null;
  direction: 'in' | 'out' | null;
  processId: number | null;
  threadId: number | null;
  droppedBefore: number | null;
}

/** `firstInterface`: number that its first interface gets, since packets name interfaces by their number in the file. */
export function createSection(
  isLittle: boolean,
  firstInterface: number,
  events: CaptureEvents,
  platform: Platform,
): Section & { readonly interfaces: () => number } {
  const u16At = isLittle ? u16LittleEndian : u16;
  const u32At = isLittle ? u32LittleEndian : u32;
  const interfaces: SectionInterface[] = [];
  const moment: Moment = { seconds: 0, nanos: 0 };
  let system = '';
  let isFull = false;

  function block(type: number, bytes: Uint8Array, from: number, to: number, at: number): void {
    switch (type) {
      case blockTypes.section:
        return readSection(bytes, from, to);
      case blockTypes.interface:
        return to - from < 8 ? tooShort(at) : readInterface(bytes, from, to, at);
      case blockTypes.enhancedPacket:
        return to - from < 20 ? tooShort(at) : readEnhanced(bytes, from, to, at);
      case blockTypes.packet:
        return to - from < 20 ? tooShort(at) : readOldPacket(bytes, from, to, at);
      case blockTypes.simplePacket:
        return to - from < 4 ? tooShort(at) : readSimple(bytes, from, to, at);
      case blockTypes.names:
        return readNames(bytes, from, to, at);
      case blockTypes.statistics:
        return to - from < 12 ? tooShort(at) : readStatistics(bytes, from, to);
      case blockTypes.secrets:
        return to - from < 8 ? tooShort(at) : readSecrets(bytes, from, to, at);
      default:
    }
  }

  function tooShort(at: number): void {
    events.problem('A block is shorter than its kind must be; it is passed over.', at);
  }

  function readSection(bytes: Uint8Array, from: number, to: number): void {
    eachOption(bytes, from + 16, to, (code, at, length) => {
      if (code === options.comment) events.comment(text(bytes, at, length));
      if (code === sectionOptions.system) system = text(bytes, at, length);
      if (code === sectionOptions.hardware && system === '') system = text(bytes, at, length);
    });
  }

  function readInterface(bytes: Uint8Array, from: number, to: number, at: number): void {
    if (firstInterface + interfaces.length >= interfacesMax) {
      if (!isFull)
        events.problem(`The file has more than ${interfacesMax} interfaces; the rest is not read.`, at);
      isFull = true;
      return;
    }
    const found = { name: '', description: '', filter: '', system: '', hardware: '' };
    let units = 1e6;
    let offsetSeconds = 0;
    eachOption(bytes, from + 8, to, (code, optionAt, length) => {
      if (code === options.comment) events.comment(text(bytes, optionAt, length));
      if (code === interfaceOptions.name) found.name = text(bytes, optionAt, length);
      if (code === interfaceOptions.description) found.description = text(bytes, optionAt, length);
      // The first byte says that the filter is text and no program.
      if (code === interfaceOptions.filter && length > 1 && bytes[optionAt] === 0)
        found.filter = text(bytes, optionAt + 1, length - 1);
      if (code === interfaceOptions.system) found.system = text(bytes, optionAt, length);
      if (code === interfaceOptions.hardware) found.hardware = text(bytes, optionAt, length);
      if (code === interfaceOptions.resolution && length >= 1)
        units = unitsOfResolution(bytes[optionAt] ?? 6);
      if (code === interfaceOptions.offset && length >= 8) {
        const [high, low] = isLittle ? [optionAt + 4, optionAt] : [optionAt, optionAt + 4];
        offsetSeconds = (u32At(bytes, high) | 0) * 4_294_967_296 + u32At(bytes, low);
      }
    });
    const snapBytes = u32At(bytes, from + 4);
    interfaces.push({ number: firstInterface + interfaces.length, snapBytes, units, offsetSeconds });
    events.interface({
      name: found.name,
      description: found.description,
      linkType: u16At(bytes, from),
      snapBytes,
      filter: found.filter,
      system: found.system || found.hardware || system,
      unitsPerSecond: units,
    });
  }

  function readEnhanced(bytes: Uint8Array, from: number, to: number, at: number): void {
    packet(u32At(bytes, from), from + 4, 0, bytes, to, at);
  }

  function readOldPacket(bytes: Uint8Array, from: number, to: number, at: number): void {
    const drops = u16At(bytes, from + 2);
    packet(u16At(bytes, from), from + 4, drops === 0xffff ? 0 : drops, bytes, to, at);
  }

  /** `from`: of the time, which lengths and bytes follow. */
  function packet(
    interfaceNumber: number,
    from: number,
    drops: number,
    bytes: Uint8Array,
    to: number,
    at: number,
  ): void {
    const known = interfaces[interfaceNumber];
    if (known === undefined) return unknownInterface(interfaceNumber, at);
    const captured = u32At(bytes, from + 8);
    const original = u32At(bytes, from + 12);
    const dataFrom = from + 16;
    if (captured > packetBytesMax || dataFrom + captured > to) {
      events.problem(`A packet claims ${captured} bytes, more than its block has; it is passed over.`, at);
      return;
    }
    splitTime(u32At(bytes, from), u32At(bytes, from + 4), known.units, moment);
    moment.seconds += known.offsetSeconds;
    const optionsFrom = dataFrom + padded(captured);
    const hasMore = drops > 0 || optionsFrom + 4 < to;
    events.packet(
      known.number,
      moment.seconds,
      moment.nanos,
      original < captured ? captured : original,
      bytes,
      dataFrom,
      dataFrom + captured,
      hasMore ? packetMore(bytes, optionsFrom, to, drops) : null,
    );
  }

  /** It has no time of its own, so it gets that of the packet before. */
  function readSimple(bytes: Uint8Array, from: number, to: number, at: number): void {
    const first = interfaces[0];
    if (first === undefined) return unknownInterface(0, at);
    const original = u32At(bytes, from);
    const snapped = first.snapBytes === 0 ? original : Math.min(original, first.snapBytes);
    const captured = Math.min(snapped, to - from - 4);
    if (captured < snapped) events.problem('A packet claims more bytes than its block has.', at);
    if (captured > packetBytesMax) return tooLong(captured, at);
    events.packet(
      first.number,
      moment.seconds,
      moment.nanos,
      original,
      bytes,
      from + 4,
      from + 4 + captured,
      null,
    );
  }

  function tooLong(captured: number, at: number): void {
    events.problem(`A packet has ${captured} bytes, which no capture has; it is passed over.`, at);
  }

  function unknownInterface(interfaceNumber: number, at: number): void {
    if (!isFull)
      events.problem(
        `A packet names interface ${interfaceNumber}, which the file does not have; it is passed over.`,
        at,
      );
  }

  function packetMore(bytes: Uint8Array, from: number, to: number, drops: number): PacketMore | null {
    const more: PacketOptions = {
      comment: null,
      direction: null,
      processId: null,
      threadId: null,
      droppedBefore: drops > 0 ? drops : null,
    };
    eachOption(bytes, from, to, (code, at, length) => {
      if (code === options.comment) {
        const words = text(bytes, at, length);
        more.comment = more.comment === null ? words : `${more.comment}\n${words}`;
      }
      if (code === packetOptions.flags && length >= 4) {
        const direction = u32At(bytes, at) & 3;
        more.direction = direction === 1 ? 'in' : direction === 2 ? 'out' : null;
      }
      if (code === packetOptions.dropCount && length >= 8) more.droppedBefore = u64(bytes, at);
      if (code === packetOptions.processAndThread && length >= 8) {
        more.processId = u32At(bytes, at);
        more.threadId = u32At(bytes, at + 4);
      }
    });
    return more;
  }

  function readNames(bytes: Uint8Array, from: number, to: number, at: number): void {
    let record = from;
    while (record + 4 <= to) {
      const kind = u16At(bytes, record);
      const length = u16At(bytes, record + 2);
      const end = record + 4 + length;
      if (kind === nameRecords.end) return;
      if (end > to) return tooShort(at);
      const addressBytes = kind === nameRecords.ipv4 ? 4 : kind === nameRecords.ipv6 ? 16 : 0;
      if (addressBytes > 0 && length > addressBytes) {
        const address = addressText(bytes, record + 4, addressBytes);
        for (const name of platform.utf8(bytes, record + 4 + addressBytes, end).split('\0'))
          if (name !== '') events.name(address, name);
      }
      record += 4 + padded(length);
    }
  }

  function readStatistics(bytes: Uint8Array, from: number, to: number): void {
    const known = interfaces[u32At(bytes, from)];
    if (known === undefined) return;
    let received: number | null = null;
    let droppedByKernel: number | null = null;
    let droppedByInterface: number | null = null;
    eachOption(bytes, from + 12, to, (code, at, length) => {
      if (length < 8) return;
      if (code === statisticsOptions.received) received = u64(bytes, at);
      if (code === statisticsOptions.droppedByInterface) droppedByInterface = u64(bytes, at);
      if (code === statisticsOptions.droppedByKernel) droppedByKernel = u64(bytes, at);
    });
    events.statistics(known.number, { received, droppedByKernel, droppedByInterface });
  }

  function readSecrets(bytes: Uint8Array, from: number, to: number, at: number): void {
    const length = u32At(bytes, from + 4);
    if (length > to - from - 8) return tooShort(at);
    if (u32At(bytes, from) === tlsKeyLog) events.secrets(platform.utf8(bytes, from + 8, from + 8 + length));
  }

  function eachOption(
    bytes: Uint8Array,
    from: number,
    to: number,
    visit: (code: number, at: number, length: number) => void,
  ): void {
    let at = from;
    for (let count = 0; count < optionsMax && at + 4 <= to; count++) {
      const code = u16At(bytes, at);
      const length = u16At(bytes, at + 2);
      if (code === options.end || at + 4 + length > to) return;
      visit(code, at + 4, length);
      at += 4 + padded(length);
    }
  }

  function u64(bytes: Uint8Array, at: number): number {
    const [high, low] = isLittle ? [at + 4, at] : [at, at + 4];
    return u32At(bytes, high) * 4_294_967_296 + u32At(bytes, low);
  }

  function text(bytes: Uint8Array, at: number, length: number): string {
    return platform.utf8(bytes, at, at + length).replace(/\0+$/, '');
  }

  return { u32At, block, interfaces: () => interfaces.length };
}
