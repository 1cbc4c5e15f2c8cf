import { Buffer } from 'node:buffer';
import { packetTroubles } from '../../core/packets/tcp-events.ts';
import { readDatabaseRecording } from '../core/observers/database-recordings.ts';
import { readRecordings } from '../core/observers/http2-recordings.ts';
import { bytesOf, le32 } from './capture-bytes.ts';
import { pcapOf, type TimedFrame } from './frame-bytes.ts';
import { mixedFrames } from './mixed-capture.ts';
import { around, conversation, ngOf, recorded, startUs, type RecordedFile } from './sound-captures.ts';
import type { TlsRecording } from './tls-recordings.ts';

/**
 * Small captures that are damaged in every way: what is between two sound exchanges over HTTP, which stand at the beginning and at the end, or the file
 * around all of it. Each number gives the same damage always.
 */
export interface DamagedCapture {
  readonly file: Uint8Array;
  /** What was done, for whoever must find it again. */
  readonly words: string;
  /** Packets that must be found: in a file whose frames alone are damaged, all; else those in front of the damage. */
  readonly packets: number;
  /** No packet is lost, nor added. */
  readonly isWhole: boolean;
  /** The sound exchange at the end is there. */
  readonly hasEnd: boolean;
  /** A reader must say that the file is damaged. */
  readonly isTold: boolean;
  /** Index of a packet that must be marked; -1 for none. */
  readonly markedAt: number;
  /** With one of these `packetTroubles`. */
  readonly marks: number;
}

type Kind = FileKind | FrameKind;
type FileKind = (typeof fileKinds)[number];
const fileKinds = ['truncated', 'flipped', 'overwritten', 'exchanged', 'claimed'] as const;
type FrameKind = (typeof frameKinds)[number];
const frameKinds = [
  ...(['headers', 'options', 'overlaps', 'times', 'lengths'] as const),
  ...(['empty', 'bits', 'payload', 'numbers'] as const),
] as const;
const kinds = [...fileKinds, ...frameKinds];

/** Packets of each of the two sound exchanges. */
export const soundPackets = 10;
/** Places of captures in one session. */
export const placesMax = 12;

interface Source {
  readonly name: string;
  readonly place: number;
  readonly frames: readonly TimedFrame[];
  readonly files: readonly RecordedFile[];
}

export interface DamagedCaptures {
  /** `place`: of those that come into one session, captures of different places have sound exchanges of their own. */
  readonly make: (number: number, place?: number) => DamagedCapture;
}

type Random = (below: number) => number;

export function damagedCaptures(tls: TlsRecording): DamagedCaptures {
  const http2 = readRecordings()
    .find(({ name }) => name === 'curl-nginx')
    ?.steps.flatMap(spoken);
  const chunks = tls.chunks.map(([sender, text]) => ({ sender, bytes: Buffer.from(text, 'base64') }));
  const middles: readonly (readonly [string, readonly TimedFrame[]])[] = [
    ['a little of everything', mixedFrames()],
    ['TLS', conversation(chunks, 443)],
    ['HTTP/2', conversation(http2 ?? [], 8080)],
    ['PostgreSQL', conversation(readDatabaseRecording('postgres-psql').flatMap(spoken), 5432)],
    ['MySQL', conversation(readDatabaseRecording('mysql-client').flatMap(spoken), 3306)],
  ];
  const sources = Array.from({ length: placesMax }, (_, place) =>
    middles.map(([name, frames]): Source => {
      const all = around(frames, place);
      return { name, place, frames, files: [recorded(all), ngOf(all, tls.keyLog)] };
    }),
  );
  return {
    make: (number, place = 0) => {
      const random = seeded(number);
      const kind = kinds[number % kinds.length] as Kind;
      const source = sources[place]?.[number % middles.length] as Source;
      const damaged = isOfFile(kind) ? damageFile(source, kind, random) : damageFrames(source, kind, random);
      return { ...damaged, words: `capture ${number}, ${source.name}, ${kind}: ${damaged.words}` };
    },
  };
}

function spoken(step: object): { sender: 'client' | 'server'; bytes: Uint8Array }[] {
  return 'bytes' in step ? [step as { sender: 'client' | 'server'; bytes: Uint8Array }] : [];
}

function isOfFile(kind: Kind): kind is FileKind {
  return (fileKinds as readonly Kind[]).includes(kind);
}

function damageFile(source: Source, kind: FileKind, random: Random): DamagedCapture {
  const which = random(2);
  const { bytes, records } = source.files[which] as RecordedFile;
  const from = random(bytes.length);
  const copy = Uint8Array.from(bytes);
  const firstOfEnd = records[records.length - soundPackets] ?? 0;
  const result = (file: Uint8Array, place: number, toldAlways: boolean): DamagedCapture => ({
    file,
    words: `${which === 0 ? 'pcap' : 'pcapng'} at ${place}`,
    packets: place < (records[0] ?? 0) ? 0 : Math.max(0, records.filter((at) => at <= place).length - 1),
    isWhole: false,
    // Where the damage ends too near to the first of them, the way back into the file may be found behind it only.
    hasEnd: kind !== 'truncated' && place >= (records[0] ?? 0) && place < firstOfEnd - 2500,
    isTold: toldAlways,
    markedAt: -1,
    marks: 0,
  });
  switch (kind) {
    case 'truncated':
      return result(copy.subarray(0, from), from, !records.includes(from) && from > (records[0] ?? 0));
    case 'flipped':
      copy[from] = (copy[from] ?? 0) ^ (1 << random(8));
      return result(copy, from, false);
    case 'overwritten':
      for (let at = from; at < Math.min(copy.length, from + 1 + random(60)); at++) copy[at] = random(256);
      return result(copy, from, false);
    case 'exchanged': {
      const added = Uint8Array.from({ length: random(40) }, () => random(256));
      return result(bytesOf(copy.subarray(0, from), added, copy.subarray(from + random(40))), from, false);
    }
    case 'claimed': {
      // A length that cannot be true: of a packet, or at the beginning or the end of a block.
      const at = random(records.length - 1);
      const record = records[at] ?? 0;
      const next = records[at + 1] ?? 0;
      const place = which === 0 ? record + 8 : random(2) === 0 ? record + 4 : next - 4;
      const claims = which === 0 ? [0x7fffffff, 0xffffffff, 0x100001] : [0, 1, 13, 0x7ffffffc, 0xffffffff];
      copy.set(le32(claims[random(claims.length)] ?? 0), place);
      return result(copy, place, true);
    }
    default:
      return kind satisfies never;
  }
}

function damageFrames(source: Source, kind: FrameKind, random: Random): DamagedCapture {
  const frames: TimedFrame[] = source.frames.map((frame) => ({
    ...frame,
    bytes: Uint8Array.from(frame.bytes),
  }));
  const at = random(frames.length);
  const frame = frames[at] as TimedFrame;
  const places = [...frames.keys()];
  let markedAt = -1;
  let marks = 0;
  const put = (bytes: Uint8Array, more: Partial<TimedFrame> = {}): void => {
    frames[at] = { ...frame, bytes, ...more };
  };
  switch (kind) {
    case 'headers': {
      // A header shorter than any: of IPv4, or of TCP in it.
      const of = places.find((place) => place >= at && isTcp(frames[place]?.bytes)) ?? 0;
      const bytes = frames[of]?.bytes ?? new Uint8Array(0);
      if (random(2) === 0) bytes[14] = 0x40 | random(5);
      else bytes[14 + 20 + 12] = random(5) << 4;
      markedAt = of;
      marks = packetTroubles.malformed;
      break;
    }
    case 'options': {
      const garbage = Uint8Array.from({ length: 40 }, () => random(256));
      const isOfTcp = random(2) === 0;
      const behind = isOfTcp ? 54 : 34;
      const longer = Buffer.concat([frame.bytes.subarray(0, behind), garbage, frame.bytes.subarray(behind)]);
      if (isOfTcp) longer[46] = 0xf0;
      else longer[14] = 0x4f;
      put(longer);
      break;
    }
    case 'overlaps': {
      const of = places.find((place) => place >= at && hasPayload(frames[place]?.bytes)) ?? -1;
      const first = frames[of];
      if (first === undefined) break;
      for (let copies = 1 + random(8); copies > 0; copies--) {
        const bytes = Buffer.from(first.bytes);
        bytes.writeUInt32BE((bytes.readUInt32BE(38) + random(1200) - 600) >>> 0, 38);
        for (let byte = 54; byte < bytes.length; byte++) bytes[byte] = random(256);
        frames.splice(of + 1, 0, { ...first, bytes });
      }
      // The last: the same place with other bytes.
      const other = Buffer.from(first.bytes);
      for (let byte = 54; byte < other.length; byte++) other[byte] = (other[byte] ?? 0) ^ 0xff;
      frames.splice(of + 1, 0, { ...first, bytes: other });
      markedAt = of + 1;
      marks = packetTroubles.retransmission | packetTroubles.contentChanged;
      break;
    }
    case 'times': {
      // Backwards; leaps to and fro within hours; or one packet far away.
      const way = random(3);
      if (way === 2) put(frame.bytes, { atUs: random(4_294_967_295) * 1_000_000 });
      else
        frames.forEach((each, place) => {
          const seconds = way === 0 ? -place : random(36_000) - 18_000;
          frames[place] = { ...each, atUs: startUs + seconds * 1_000_000 };
        });
      break;
    }
    case 'lengths': {
      const bytes = Buffer.from(frame.bytes);
      // Of IPv4 as a whole, of IPv6 behind its header, of UDP.
      const place = [16, 18, 38][random(3)] ?? 16;
      bytes.writeUInt16BE([0, 1, 19, 20, 27, 65_535][random(6)] ?? 0, place);
      put(bytes);
      break;
    }
    case 'empty':
      put(frame.bytes.subarray(0, random(20)), { originalBytes: frame.bytes.length });
      break;
    case 'bits':
      for (let flips = 1 + random(8); flips > 0; flips--) {
        const { bytes } = frames[random(frames.length)] as TimedFrame;
        const place = random(bytes.length);
        bytes[place] = (bytes[place] ?? 0) ^ (1 << random(8));
      }
      break;
    case 'payload':
      for (let byte = 54 + random(30); byte < frame.bytes.length; byte++) frame.bytes[byte] = random(256);
      break;
    case 'numbers':
      // Sequence and acknowledgement numbers, flags and windows of some.
      for (const { bytes } of frames.slice(at, at + 1 + random(6)))
        for (let byte = 38; byte < Math.min(50, bytes.length); byte++) bytes[byte] = random(256);
      break;
    default:
      return kind satisfies never;
  }
  const all = around(frames, source.place);
  return {
    file: pcapOf(all),
    words: `frame ${at + soundPackets + 1}`,
    packets: all.length,
    isWhole: true,
    hasEnd: true,
    isTold: false,
    markedAt: markedAt < 0 ? -1 : markedAt + soundPackets,
    marks,
  };
}

/** IPv4 without a tag or options. */
function isTcp(bytes: Uint8Array = new Uint8Array(0)): boolean {
  return bytes.length >= 54 && bytes[12] === 8 && bytes[13] === 0 && bytes[14] === 0x45 && bytes[23] === 6;
}

/** Behind a TCP header without options. */
function hasPayload(bytes: Uint8Array = new Uint8Array(0)): boolean {
  return isTcp(bytes) && bytes[46] === 0x50 && bytes.length > 54;
}

/** The same numbers with the same seed (xorshift). */
function seeded(seed: number): Random {
  let state = (Math.imul(seed + 1, 2_654_435_761) | 1) >>> 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}
