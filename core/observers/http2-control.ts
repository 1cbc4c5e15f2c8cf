import type { Http2Dependency } from './http2-events.ts';
import type { Http2Context, Http2Peer } from './http2-context.ts';
import type { FrameHeader } from './http2-frames.ts';
import type { Sender } from './observer.ts';
import { errorName, FLAG, FRAME, frameName, SETTING, settingName } from './http2-names.ts';
import { sideOf } from './http2-streams.ts';

const DEBUG_BYTES_MAX = 1024;
const WINDOW_MAX = 2 ** 31 - 1;
const SETTING_BYTES = 6;

/** Payload octets a frame has exactly, or at least; no entry: any number. */
const LENGTHS = new Map<number, { readonly bytes: number; readonly exact: boolean }>([
  [FRAME.PRIORITY, { bytes: 5, exact: true }],
  [FRAME.RST_STREAM, { bytes: 4, exact: true }],
  [FRAME.PING, { bytes: 8, exact: true }],
  [FRAME.GOAWAY, { bytes: 8, exact: false }],
  [FRAME.WINDOW_UPDATE, { bytes: 4, exact: true }],
  [FRAME.PRIORITY_UPDATE, { bytes: 4, exact: false }],
]);

/** Frames that belong to the connection, and those that belong to one stream (RFC 9113 section 6). */
const OF_CONNECTION = new Set<number>([FRAME.SETTINGS, FRAME.PING, FRAME.GOAWAY, FRAME.PRIORITY_UPDATE]);
const OF_STREAM = new Set<number>([FRAME.PRIORITY, FRAME.RST_STREAM]);

/** The frames of one sender that are neither DATA nor part of a header block. */
export interface Http2Control {
  readonly frame: (frame: FrameHeader, bytes: Uint8Array, from: number, to: number, atUs: number) => void;
  /** The other side has acknowledged the oldest SETTINGS of this sender. */
  readonly acknowledged: (atUs: number) => void;
  /** The other side has answered a ping; its arrival, or null if it is not known. */
  readonly answered: (high: number, low: number) => number | null;
  /** Tells SETTINGS that need no acknowledgement, those of an upgrade (RFC 7540 section 3.2.1), and lets them count. */
  readonly applySettings: (bytes: Uint8Array, atUs: number) => void;
}

interface WaitingSettings {
  /** -1: not in it. */
  initialWindow: number;
  tableBytes: number;
  readonly atUs: number;
}

interface WaitingPing {
  readonly high: number;
  readonly low: number;
  readonly atUs: number;
}

/** `other`: of the other sender. `allowFrameBytes`: tells its frame reader what this sender takes. */
export function createHttp2Control(
  context: Http2Context,
  sender: Sender,
  other: () => Http2Control,
  allowFrameBytes: (frameBytes: number) => void,
): Http2Control {
  const { emit, limits, streams, platform } = context;
  const receiver: Http2Peer = sender === 'client' ? context.server : context.client;
  const settingsWaiting: WaitingSettings[] = [];
  const pingsWaiting: WaitingPing[] = [];
  /** No stream above this number is open of those that the other side began. */
  let openMax = WINDOW_MAX;

  function frame(header: FrameHeader, bytes: Uint8Array, from: number, to: number, atUs: number): void {
    const { type, h2Stream } = header;
    const length = LENGTHS.get(type);
    if (length !== undefined && (length.exact ? header.length !== length.bytes : to - from < length.bytes)) {
      refuse(header, `A ${frameName(type)} frame has ${header.length} bytes of payload.`, atUs);
    } else if (h2Stream === 0 ? OF_STREAM.has(type) : OF_CONNECTION.has(type)) {
      refuse(header, `A ${frameName(type)} frame names stream ${h2Stream}.`, atUs);
    } else {
      take(header, bytes, from, to, atUs);
    }
  }

  function take(header: FrameHeader, bytes: Uint8Array, from: number, to: number, atUs: number): void {
    const { h2Stream } = header;
    switch (header.type) {
      case FRAME.WINDOW_UPDATE:
        return updateWindow(header, read32(bytes, from) & 0x7fffffff, atUs);
      case FRAME.RST_STREAM:
        return reset(header, read32(bytes, from) >>> 0, atUs);
      case FRAME.PING:
        return ping(header, read32(bytes, from), read32(bytes, from + 4), atUs);
      case FRAME.SETTINGS:
        return settings(header, bytes, from, to, atUs);
      case FRAME.GOAWAY:
        return goaway(bytes, from, to, atUs);
      case FRAME.PRIORITY: {
        const dependency = readDependency(bytes, from);
        emit({ type: 'priority', h2Stream, sender, atUs, from: 'priority-frame', dependency, value: null });
        return;
      }
      case FRAME.PRIORITY_UPDATE: {
        const prioritized = read32(bytes, from) & 0x7fffffff;
        const value = platform.latin1(bytes, from + 4, to);
        emit({
          type: 'priority',
          h2Stream: prioritized,
          sender,
          atUs,
          from: 'priority-update',
          dependency: null,
          value,
        });
        return;
      }
    }
  }

  function refuse(header: FrameHeader, message: string, atUs: number): void {
    context.report(sender, header.h2Stream, 'bad-frame', message, atUs);
  }

  function updateWindow(header: FrameHeader, increment: number, atUs: number): void {
    const { h2Stream } = header;
    if (increment === 0) {
      refuse(header, 'A WINDOW_UPDATE frame opens a window by 0.', atUs);
      return;
    }
    const stream = h2Stream === 0 ? null : streams.get(h2Stream);
    if (stream === undefined) {
      if (!streams.wasUsed(h2Stream)) refuseIdle(header, atUs);
      return;
    }
    const side = stream === null ? null : sideOf(stream, receiver.sender);
    if (side !== null && side.phase === 'ended') return;
    if (!receiver.windows.update(side, increment, atUs)) {
      refuse(header, 'A WINDOW_UPDATE frame opens a window beyond 2^31 - 1.', atUs);
    }
  }

  function refuseIdle(header: FrameHeader, atUs: number): void {
    if (receiver.over !== null) return;
    refuse(header, `A ${frameName(header.type)} frame names stream ${header.h2Stream}, which is idle.`, atUs);
  }

  function reset(header: FrameHeader, errorCode: number, atUs: number): void {
    const { h2Stream } = header;
    const stream = streams.get(h2Stream);
    if (stream === undefined) {
      if (!streams.wasUsed(h2Stream)) refuseIdle(header, atUs);
      return;
    }
    const name = errorName(errorCode);
    emit({ type: 'reset', h2Stream, sender, atUs, errorCode, errorName: name });
    const defect = {
      code: 'reset',
      message: `The ${sender} reset the stream: ${name}.`,
      fatal: false,
    } as const;
    streams.endSide(stream, 'client', defect, atUs);
    streams.endSide(stream, 'server', defect, atUs);
  }

  function ping(header: FrameHeader, high: number, low: number, atUs: number): void {
    const ack = (header.flags & FLAG.ACK) !== 0;
    const askedAtUs = ack ? other().answered(high, low) : null;
    const roundTripUs = askedAtUs === null ? null : atUs - askedAtUs;
    if (!ack) {
      if (pingsWaiting.length >= limits.pingsMax) pingsWaiting.shift();
      pingsWaiting.push({ high, low, atUs });
    }
    emit({ type: 'ping', sender, atUs, ack, roundTripUs });
  }

  function answered(high: number, low: number): number | null {
    const index = pingsWaiting.findIndex((waiting) => waiting.high === high && waiting.low === low);
    return index < 0 ? null : (pingsWaiting.splice(index, 1)[0]?.atUs ?? null);
  }

  function settings(header: FrameHeader, bytes: Uint8Array, from: number, to: number, atUs: number): void {
    if ((header.flags & FLAG.ACK) !== 0) {
      if (header.length > 0) refuse(header, 'A SETTINGS acknowledgement has a payload.', atUs);
      emit({ type: 'settings', sender, atUs, ack: true, settings: [] });
      other().acknowledged(atUs);
      return;
    }
    if (header.length % SETTING_BYTES !== 0 || to - from < header.length) {
      refuse(header, `A SETTINGS frame has ${header.length} bytes of payload.`, atUs);
    }
    const list: (readonly [string, number])[] = [];
    const waiting = readSettings(bytes, from, to, atUs, list);
    emit({ type: 'settings', sender, atUs, ack: false, settings: list });
    if (settingsWaiting.length >= limits.settingsMax) {
      const sentence = `More than ${limits.settingsMax} SETTINGS frames wait to be acknowledged; the oldest counts as acknowledged.`;
      context.report(sender, 0, 'too-many', sentence, atUs);
      acknowledged(atUs);
    }
    settingsWaiting.push(waiting);
  }

  function readSettings(
    bytes: Uint8Array,
    from: number,
    to: number,
    atUs: number,
    list: (readonly [string, number])[],
  ): WaitingSettings {
    const waiting = { initialWindow: -1, tableBytes: -1, atUs };
    for (let at = from; at + SETTING_BYTES <= to; at += SETTING_BYTES) {
      const identifier = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
      const value = read32(bytes, at + 2) >>> 0;
      list.push([settingName(identifier), value]);
      if (identifier === SETTING.HEADER_TABLE_SIZE) waiting.tableBytes = value;
      else if (identifier === SETTING.INITIAL_WINDOW_SIZE)
        waiting.initialWindow = Math.min(value, WINDOW_MAX);
      else if (identifier === SETTING.MAX_FRAME_SIZE) allowFrameBytes(value);
    }
    return waiting;
  }

  /** What this sender asks for counts for the receiver's sending. */
  function acknowledged(atUs: number): void {
    const waiting = settingsWaiting.shift();
    if (waiting !== undefined) apply(waiting, atUs);
  }

  function apply(waiting: WaitingSettings, atUs: number): void {
    if (waiting.tableBytes >= 0) receiver.tableBytesAllowed = waiting.tableBytes;
    if (waiting.initialWindow >= 0) {
      receiver.windows.setInitial(waiting.initialWindow, waiting.atUs, atUs);
    }
  }

  function goaway(bytes: Uint8Array, from: number, to: number, atUs: number): void {
    const lastStream = read32(bytes, from) & 0x7fffffff;
    const errorCode = read32(bytes, from + 4) >>> 0;
    const debug = platform.utf8(bytes, from + 8, Math.min(to, from + 8 + DEBUG_BYTES_MAX));
    emit({ type: 'goaway', sender, atUs, lastStream, errorCode, errorName: errorName(errorCode), debug });
    if (lastStream >= receiver.takenMax) return;
    receiver.takenMax = lastStream;
    if (lastStream < openMax) endNotTaken(lastStream, atUs);
  }

  /** What the other side began above `lastStream` is over. Looks at all streams, so only if one of them must be. */
  function endNotTaken(lastStream: number, atUs: number): void {
    const parity = receiver.sender === 'client' ? 1 : 0;
    openMax = 0;
    for (const stream of streams.all()) {
      if ((stream.h2Stream & 1) !== parity) continue;
      if (stream.h2Stream <= lastStream) openMax = Math.max(openMax, stream.h2Stream);
      else endAsNotTaken(context, stream.h2Stream, sender, atUs);
    }
  }

  function applySettings(bytes: Uint8Array, atUs: number): void {
    const list: (readonly [string, number])[] = [];
    const waiting = readSettings(bytes, 0, bytes.length, atUs, list);
    emit({ type: 'settings', sender, atUs, ack: false, settings: list });
    apply(waiting, atUs);
  }

  return { frame, acknowledged, answered, applySettings };
}

/** Both sides of a stream above the last one that `sender`, in GOAWAY, says it has taken. */
export function endAsNotTaken(context: Http2Context, h2Stream: number, sender: Sender, atUs: number): void {
  const stream = context.streams.get(h2Stream);
  if (stream === undefined) return;
  const message = `The ${sender} went away without taking this stream; it is safe to send it again.`;
  const defect = { code: 'goaway', message, fatal: false } as const;
  context.streams.endSide(stream, 'client', defect, atUs);
  context.streams.endSide(stream, 'server', defect, atUs);
}

/** RFC 7540 section 5.3.1: five octets. */
export function readDependency(bytes: Uint8Array, at: number): Http2Dependency {
  const word = read32(bytes, at);
  return { parent: word & 0x7fffffff, exclusive: word < 0, weight: (bytes[at + 4] as number) + 1 };
}

/** Four octets as a signed number. */
export function read32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}
