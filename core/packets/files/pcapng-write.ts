import { ipBytes } from '../../model/ip-address.ts';
import type { Platform } from '../../model/platform.ts';
import type { CaptureCounts, CaptureInterface, PacketMore } from '../capture-events.ts';
import { createChunkWriter } from './chunk-writer.ts';
import {
  blockTypes,
  byteOrderMagic,
  interfaceOptions,
  nameRecords,
  options,
  packetOptions,
  padded,
  sectionOptions,
  statisticsOptions,
  tlsKeyLog,
} from './pcapng-blocks.ts';
import { joinTime, type Moment } from './pcapng-time.ts';

/** An option's value: text in UTF-8, or its bytes. Longer ones than the format can say are cut. */
type Option = readonly [code: number, value: string | Uint8Array];

const optionBytesMax = 65_532;

/** Names of one block; more go into further ones. */
const namesPerBlock = 1000;

/**
 * Writes a pcapng file (draft-ietf-opsawg-pcapng) of one section. Each call writes its block: every interface before its packets, secrets before
 * the packets that need them, since readers decrypt as they go.
 */
export interface PcapngWriter {
  readonly secrets: (keyLog: string) => void;
  /** Pairs of an address and a name; an address that is none is left out. */
  readonly names: (names: readonly (readonly [address: string, name: string])[]) => void;
  readonly interface: (info: CaptureInterface) => void;
  readonly packet: (
    interfaceNumber: number,
    seconds: number,
    nanos: number,
    originalBytes: number,
    bytes: Uint8Array,
    more: PacketMore | null,
  ) => void;
  /** Counters of an interface, as they stood at that moment. */
  readonly statistics: (interfaceNumber: number, counts: CaptureCounts, at: Moment) => void;
  /** Hands over the last chunk. */
  readonly end: () => void;
}

/**
 * `take` gets the file in chunks of about 256 KiB, which it may keep. Interfaces that count microseconds keep that; all others are written in
 * nanoseconds.
 */
export function createPcapngWriter(
  about: { readonly application: string; readonly comment: string },
  platform: Platform,
  take: (chunk: Uint8Array) => void,
): PcapngWriter {
  const writer = createChunkWriter(take);
  const units: (1e6 | 1e9)[] = [];

  block(
    blockTypes.section,
    16,
    0,
    named([
      [options.comment, about.comment],
      [sectionOptions.application, about.application],
    ]),
    (view, at) => {
      view.setUint32(at, byteOrderMagic, true);
      view.setUint16(at + 4, 1, true);
      // The section's length is not told: 64 bits, all set.
      view.setUint32(at + 8, 0xffff_ffff, true);
      view.setUint32(at + 12, 0xffff_ffff, true);
    },
  );

  /** `fixed` bytes that `fill` writes, then room for `data`, then options. */
  function block(
    type: number,
    fixedBytes: number,
    dataBytes: number,
    more: readonly Option[],
    fill: (view: DataView, at: number, bytes: Uint8Array) => void,
  ): void {
    const encoded = more.map(([code, value]): readonly [number, Uint8Array] => [
      code,
      (typeof value === 'string' ? platform.bytesOfUtf8(value) : value).subarray(0, optionBytesMax),
    ]);
    let optionBytes = encoded.length === 0 ? 0 : 4;
    for (const [, value] of encoded) optionBytes += 4 + padded(value.length);
    const length = 12 + fixedBytes + padded(dataBytes) + optionBytes;
    const { view, bytes, at } = writer.room(length);
    view.setUint32(at, type, true);
    view.setUint32(at + 4, length, true);
    fill(view, at + 8, bytes);
    let option = at + 8 + fixedBytes + padded(dataBytes);
    for (const [code, value] of encoded) {
      view.setUint16(option, code, true);
      view.setUint16(option + 2, value.length, true);
      bytes.set(value, option + 4);
      option += 4 + padded(value.length);
    }
    view.setUint32(at + length - 4, length, true);
  }

  function secrets(keyLog: string): void {
    const bytes = platform.bytesOfUtf8(keyLog);
    block(blockTypes.secrets, 8, bytes.length, [], (view, at, into) => {
      view.setUint32(at, tlsKeyLog, true);
      view.setUint32(at + 4, bytes.length, true);
      into.set(bytes, at + 8);
    });
  }

  function names(all: readonly (readonly [address: string, name: string])[]): void {
    for (let from = 0; from < all.length; from += namesPerBlock)
      namesBlock(all.slice(from, from + namesPerBlock));
  }

  function namesBlock(some: readonly (readonly [address: string, name: string])[]): void {
    const records: Uint8Array[] = [];
    for (const [address, name] of some) {
      const addressBytes = ipBytes(address);
      if (addressBytes === null) continue;
      const nameBytes = platform.bytesOfUtf8(name.replace(/\0/g, '')).subarray(0, optionBytesMax - 20);
      const length = addressBytes.length + nameBytes.length + 1;
      const record = new Uint8Array(4 + padded(length));
      const view = new DataView(record.buffer);
      view.setUint16(0, addressBytes.length === 4 ? nameRecords.ipv4 : nameRecords.ipv6, true);
      view.setUint16(2, length, true);
      record.set(addressBytes, 4);
      record.set(nameBytes, 4 + addressBytes.length);
      records.push(record);
    }
    if (records.length === 0) return;
    // The record that ends them is all zero.
    const dataBytes = records.reduce((sum, record) => sum + record.length, 4);
    block(blockTypes.names, 0, dataBytes, [], (_view, at, into) => {
      let place = at;
      for (const record of records) {
        into.set(record, place);
        place += record.length;
      }
    });
  }

  function addInterface(info: CaptureInterface): void {
    const perSecond = info.unitsPerSecond === 1e6 ? 1e6 : 1e9;
    units.push(perSecond);
    const more: Option[] = [
      ...named([
        [interfaceOptions.name, info.name],
        [interfaceOptions.description, info.description],
        [interfaceOptions.filter, info.filter === '' ? '' : `\0${info.filter}`],
        [interfaceOptions.system, info.system],
      ]),
      [interfaceOptions.resolution, Uint8Array.of(perSecond === 1e6 ? 6 : 9)],
    ];
    block(blockTypes.interface, 8, 0, more, (view, at) => {
      view.setUint16(at, info.linkType, true);
      view.setUint32(at + 4, info.snapBytes, true);
    });
  }

  function packet(
    interfaceNumber: number,
    seconds: number,
    nanos: number,
    originalBytes: number,
    bytes: Uint8Array,
    more: PacketMore | null,
  ): void {
    const { high, low } = joinTime(seconds, nanos, units[interfaceNumber] ?? 1e6);
    block(
      blockTypes.enhancedPacket,
      20,
      bytes.length,
      more === null ? [] : packetOptionsOf(more),
      (view, at, into) => {
        view.setUint32(at, interfaceNumber, true);
        view.setUint32(at + 4, high, true);
        view.setUint32(at + 8, low, true);
        view.setUint32(at + 12, bytes.length, true);
        view.setUint32(at + 16, originalBytes, true);
        into.set(bytes, at + 20);
      },
    );
  }

  function statistics(interfaceNumber: number, counts: CaptureCounts, moment: Moment): void {
    const { high, low } = joinTime(moment.seconds, moment.nanos, units[interfaceNumber] ?? 1e6);
    const more: Option[] = [];
    if (counts.received !== null) more.push([statisticsOptions.received, u64(counts.received)]);
    if (counts.droppedByInterface !== null)
      more.push([statisticsOptions.droppedByInterface, u64(counts.droppedByInterface)]);
    if (counts.droppedByKernel !== null)
      more.push([statisticsOptions.droppedByKernel, u64(counts.droppedByKernel)]);
    block(blockTypes.statistics, 12, 0, more, (view, at) => {
      view.setUint32(at, interfaceNumber, true);
      view.setUint32(at + 4, high, true);
      view.setUint32(at + 8, low, true);
    });
  }

  return { secrets, names, interface: addInterface, packet, statistics, end: writer.end };
}

function packetOptionsOf(more: PacketMore): readonly Option[] {
  const found: Option[] = [...named([[options.comment, more.comment ?? '']])];
  if (more.direction !== null) found.push([packetOptions.flags, u32s(more.direction === 'in' ? 1 : 2)]);
  if (more.droppedBefore !== null) found.push([packetOptions.dropCount, u64(more.droppedBefore)]);
  if (more.processId !== null)
    found.push([packetOptions.processAndThread, u32s(more.processId, more.threadId ?? 0)]);
  return found;
}

/** Those that have a text. */
function named(all: readonly (readonly [code: number, text: string])[]): readonly Option[] {
  return all.filter(([, text]) => text !== '');
}

function u32s(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => {
    view.setUint32(at * 4, value, true);
  });
  return bytes;
}

function u64(value: number): Uint8Array {
  return u32s(value % 4_294_967_296, Math.floor(value / 4_294_967_296));
}
