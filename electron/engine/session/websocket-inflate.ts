import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  framePayload,
  readWebSocketMessage,
  unmask,
  webSocketMessageAt,
  type FrameList,
  type ReadBytes,
  type WebSocketMessage,
} from '../../../core/decoders/websocket-message.ts';
import { messageFlags, type MessageRecord } from '../../../core/model/message-record.ts';
import { emptyWindow, inflateMessage, messageTail, type Window } from './inflate-message.ts';

/** One side of a WebSocket in a session. */
export interface WebSocketSideBytes {
  /** Names it among the sides whose checkpoints are kept, such as `17 response`. */
  readonly id: string;
  /** Its records in order, from the first on. It may grow. */
  readonly frames: FrameList;
  readonly read: ReadBytes;
  /** Messages may refer to those before them: the side's `no_context_takeover` was not agreed to. */
  readonly keepsContext: boolean;
}

export interface DecodedMessage {
  readonly opcode: number;
  /** What it says, unmasked and inflated; its beginning where `cut` or `problem` say so. */
  readonly bytes: Uint8Array;
  /** The message goes on: it is longer than is shown, is still arriving, or its connection ended inside it. */
  readonly cut: boolean;
  /** Why it could not be decoded, or not to its end; one sentence. */
  readonly problem: string | null;
}

export interface WebSocketInflater {
  /** The message that the frame at `index` belongs to; null where there is none. */
  readonly message: (side: WebSocketSideBytes, index: number) => Promise<DecodedMessage | null>;
}

/** More of a message is not shown. */
export const shownBytesMax = 16_777_216;
export const sidesMax = 8;
export const checkpointsMax = 64;
/** Decoded bytes between two checkpoints, twice as many whenever there would be too many of them. */
const checkpointBytes = 1_048_576;
/** What a message counts at least: setting a decoder up for a small one takes as long as decoding so much. */
const messageCostBytes = 16_384;
const pieceBytes = 65_536;
/** After so long of decoding at once, others have a turn on this thread. */
const sliceMs = 8;

/** What every message that begins before frame `at` has left behind. */
interface Checkpoint {
  readonly at: number;
  readonly window: Window;
}

interface SideState {
  checkpoints: Checkpoint[];
  interval: number;
  /** Where reading ended last: the next message is mostly read next. */
  recent: Checkpoint;
}

const beginning: Checkpoint = { at: 0, window: emptyWindow };

/**
 * Decodes messages under permessage-deflate (RFC 7692) for whoever looks at one. With context takeover that needs what
 * was decoded before it: checkpoints of 32 KiB, at most 64 for each of the 8 sides looked at last (16 MiB in all), keep
 * the way short. For the reader thread only: it decodes for milliseconds at a stretch.
 */
export function createWebSocketInflater(): WebSocketInflater {
  const sides = new Map<string, SideState>();

  function stateOf(id: string): SideState {
    const state = sides.get(id) ?? { checkpoints: [], interval: checkpointBytes, recent: beginning };
    sides.delete(id);
    sides.set(id, state);
    const [oldest] = sides.keys();
    if (sides.size > sidesMax && oldest !== undefined) sides.delete(oldest);
    return state;
  }

  async function message(side: WebSocketSideBytes, index: number): Promise<DecodedMessage | null> {
    const found = webSocketMessageAt(side.frames, index);
    if (found === null) return null;
    if (!found.compressed) return plainMessage(side, found);
    if (!side.keepsContext) return (await decode(side, found, emptyWindow)).message;
    const state = stateOf(side.id);
    const window = await windowBefore(side, state, found.first);
    if (typeof window === 'string')
      return { opcode: found.opcode, bytes: emptyWindow, cut: true, problem: window };
    const decoded = await decode(side, found, window);
    if (decoded.window !== null) state.recent = { at: found.first + 1, window: decoded.window };
    return decoded.message;
  }

  return { message };
}

function plainMessage({ read }: WebSocketSideBytes, message: WebSocketMessage): DecodedMessage {
  const { bytes, cut } = readWebSocketMessage(message, read, shownBytesMax);
  const wanted = Math.min(shownBytesMax, storedBytes(message));
  const problem = bytes.length < wanted ? notRecorded : message.opcode === 0 ? noBeginning : null;
  return { opcode: message.opcode, bytes, cut, problem };
}

const notRecorded = 'Not all bytes of this message were recorded; what is shown ends where they do.';
const noBeginning = 'The first frame of this message was not recorded; it may be compressed.';

function storedBytes({ frames }: WebSocketMessage): number {
  return frames.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
}

async function decode(
  { read }: WebSocketSideBytes,
  message: WebSocketMessage,
  before: Window,
): Promise<{ readonly message: DecodedMessage; readonly window: Window | null }> {
  const payload = payloadOf(message, read);
  const { bytes, stopped, window, problem } = await inflateMessage(payload.pieces(), before, shownBytesMax);
  const sentence = payload.isShort()
    ? notRecorded
    : problem === 'damaged'
      ? 'The compressed data of this message is damaged; what is shown ends near the damage.'
      : null;
  return {
    message: { opcode: message.opcode, bytes, cut: stopped || !message.complete, problem: sentence },
    window: message.complete && !payload.isShort() ? window : null,
  };
}

/** The window before the message that begins at frame `first`, or the sentence why there is none. */
async function windowBefore(
  { frames, read }: WebSocketSideBytes,
  state: SideState,
  first: number,
): Promise<Window | string> {
  let { at, window } = nearest(state, first);
  let cost = 0;
  let sliceEndsAt = performance.now() + sliceMs;
  for (; at < first; at += 1) {
    const frame = frames.at(at);
    if (frame === undefined || !follows(frames, at)) return afterHole(at);
    if ((frame.flags & messageFlags.compressed) === 0) continue;
    const message = webSocketMessageAt(frames, at);
    if (message?.complete !== true) return afterHole(at);
    const payload = payloadOf(message, read);
    const inflated = await inflateMessage(payload.pieces(), window, null);
    if (payload.isShort()) return afterHole(at);
    if (inflated.window === null) return inflated.problem === 'too-large' ? afterHuge(at) : afterDamage(at);
    window = inflated.window;
    cost += inflated.decodedBytes + messageCostBytes;
    if (cost >= state.interval) {
      cost = 0;
      keepCheckpoint(state, { at: at + 1, window });
    }
    if (performance.now() > sliceEndsAt) {
      await nextTurn();
      sliceEndsAt = performance.now() + sliceMs;
    }
  }
  return follows(frames, first) ? window : afterHole(first);
}

function nearest({ checkpoints, recent }: SideState, first: number): Checkpoint {
  const kept = checkpoints.findLast(({ at }) => at <= first) ?? beginning;
  return recent.at <= first && recent.at > kept.at ? recent : kept;
}

function keepCheckpoint(state: SideState, checkpoint: Checkpoint): void {
  const place = state.checkpoints.findIndex(({ at }) => at >= checkpoint.at);
  if (state.checkpoints[place]?.at === checkpoint.at) return;
  state.checkpoints.splice(place === -1 ? state.checkpoints.length : place, 0, checkpoint);
  if (state.checkpoints.length <= checkpointsMax) return;
  state.checkpoints = state.checkpoints.filter((_, index) => index % 2 === 1);
  state.interval *= 2;
}

/** Whether no byte is missing before a frame; the first one begins the side. */
function follows(frames: FrameList, index: number): boolean {
  if (index === 0) return frames.at(0)?.from === 0;
  const before = frames.at(index - 1);
  return (
    before !== undefined && frames.at(index)?.from === before.from + before.headerBytes + before.payloadBytes
  );
}

/** The payload of a message as it was compressed, in pieces of at most 64 KiB, ready for `inflateMessage`. */
function payloadOf(
  { frames, complete }: WebSocketMessage,
  read: ReadBytes,
): { readonly pieces: () => Generator<Uint8Array>; readonly isShort: () => boolean } {
  let isShort = false;

  function* pieces(): Generator<Uint8Array> {
    for (const frame of frames) {
      yield* frame.payloadBytes <= pieceBytes ? smallFrame(frame) : largeFrame(frame);
      if (isShort) return;
    }
    if (complete) yield messageTail;
  }

  function* smallFrame(frame: MessageRecord): Generator<Uint8Array> {
    const payload = framePayload(read(frame.from, frame.headerBytes + frame.payloadBytes), frame);
    isShort = payload.length < frame.payloadBytes;
    yield payload;
  }

  function* largeFrame({ from, flags, headerBytes, payloadBytes }: MessageRecord): Generator<Uint8Array> {
    const isMasked = (flags & messageFlags.masked) !== 0;
    const key = isMasked ? read(from, headerBytes).slice(headerBytes - 4) : emptyWindow;
    for (let at = 0; at < payloadBytes && !isShort; at += pieceBytes) {
      const wanted = Math.min(pieceBytes, payloadBytes - at);
      const piece = read(from + headerBytes + at, wanted).slice();
      unmask(piece, key, at);
      isShort = piece.length < wanted;
      yield piece;
    }
  }

  return { pieces, isShort: () => isShort };
}

const needed = 'each message here is compressed with what came before it, so this one cannot be decoded.';

function afterHole(at: number): string {
  return `Bytes are missing from the session at frame ${at + 1}, and ${needed}`;
}

function afterDamage(at: number): string {
  return `The message at frame ${at + 1} is damaged, and ${needed}`;
}

function afterHuge(at: number): string {
  return `The message at frame ${at + 1} decodes to more than 1 GiB, and ${needed}`;
}
