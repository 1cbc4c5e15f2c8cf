import type { AnyHead, BlockKind } from './http2-heads.ts';
import type { Http2Context, Http2Peer } from './http2-context.ts';
import type {
  Http2Defect,
  Http2Dependency,
  Http2Head,
  Http2RequestHead,
  Http2ResponseHead,
} from './http2-events.ts';
import type { Sender, StreamEnd } from './observer.ts';
import { createHeaderBlocks } from './http2-blocks.ts';
import { createFrameReader, type FrameHeader, type PayloadUse } from './http2-frames.ts';
import { endAsNotTaken, type Http2Control, read32, readDependency } from './http2-control.ts';
import { FLAG, FRAME, frameName } from './http2-names.ts';
import { cutShort, type Http2Stream, sideOf } from './http2-streams.ts';

/** Padding and dependency in front of a fragment, and padding behind it. */
const BLOCK_FRAME_EXTRA_BYTES = 512;

/** All that one sender of a connection sends. */
export interface Http2Direction {
  readonly bytes: (chunk: Uint8Array, atUs: number) => void;
  readonly end: (how: StreamEnd, atUs: number) => void;
  /** The receiver has announced that it takes frames of this size. */
  readonly allowFrameBytes: (frameBytes: number) => void;
}

/** A header block under way, or the one being told. */
interface BlockInHand {
  h2Stream: number;
  isPromise: boolean;
  /** The stream of a promised request. */
  promised: number;
  endStream: boolean;
  dependency: Http2Dependency | null;
  firstByteAtUs: number;
}

export function createHttp2Direction(
  context: Http2Context,
  sender: Sender,
  control: Http2Control,
): Http2Direction {
  const { emit, limits, streams } = context;
  const isClient = sender === 'client';
  const peer: Http2Peer = isClient ? context.client : context.server;
  const receiver: Http2Peer = isClient ? context.server : context.client;
  const { windows } = peer;
  const bodyType = isClient ? 'request-body' : 'response-body';
  const trailersType = isClient ? 'request-trailers' : 'response-trailers';
  const blocks = createHeaderBlocks(context.platform, limits, () => peer.tableBytesAllowed);
  const inHand: BlockInHand = {
    h2Stream: 0,
    isPromise: false,
    promised: 0,
    endStream: false,
    dependency: null,
    firstByteAtUs: 0,
  };
  /** CONTINUATION must follow. */
  let isBlockOpen = false;
  /** The stream of the DATA frame being read, if its data is told; the other side may reset it meanwhile. */
  let dataStream: Http2Stream | null = null;

  const frames = createFrameReader(
    { begin, payload, data, dataEnd, unreadable: becomeUnreadable, defect: reportFrame },
    isClient,
    limits.blockBytesMax + BLOCK_FRAME_EXTRA_BYTES,
    limits.controlBytesMax,
  );

  function begin(frame: FrameHeader, atUs: number): PayloadUse {
    if (isBlockOpen && (frame.type !== FRAME.CONTINUATION || frame.h2Stream !== inHand.h2Stream)) {
      const sentence = `A ${frameName(frame.type)} frame stands inside the header block of stream ${inHand.h2Stream}.`;
      return giveUp(sentence, atUs);
    }
    switch (frame.type) {
      case FRAME.DATA:
        return beginData(frame, atUs);
      case FRAME.CONTINUATION:
        return isBlockOpen ? 'gather' : giveUp('A CONTINUATION frame continues nothing.', atUs);
      case FRAME.HEADERS:
      case FRAME.PRIORITY:
      case FRAME.RST_STREAM:
      case FRAME.SETTINGS:
      case FRAME.PUSH_PROMISE:
      case FRAME.PING:
      case FRAME.GOAWAY:
      case FRAME.WINDOW_UPDATE:
      case FRAME.PRIORITY_UPDATE:
        return 'gather';
      default:
        return 'skip';
    }
  }

  function giveUp(message: string, atUs: number): PayloadUse {
    frames.stop();
    becomeUnreadable({ code: 'bad-frame', message, fatal: true }, frames.frameFrom(), atUs);
    return 'skip';
  }

  function becomeUnreadable(defect: Http2Defect, from: number, atUs: number): void {
    emit({ type: 'unreadable', sender, from, atUs, defect });
    endAll(defect, atUs);
  }

  function endAll(defect: Http2Defect, atUs: number): void {
    peer.over = defect;
    for (const stream of streams.all()) streams.endSide(stream, sender, defect, atUs);
  }

  function reportFrame(frame: FrameHeader, defect: Http2Defect, atUs: number): void {
    context.report(sender, frame.h2Stream, defect.code, defect.message, atUs);
  }

  function report(h2Stream: number, message: string, atUs: number): void {
    context.report(sender, h2Stream, 'bad-frame', message, atUs);
  }

  function beginData(frame: FrameHeader, atUs: number): PayloadUse {
    const { h2Stream } = frame;
    const stream = streams.get(h2Stream);
    const side = stream === undefined ? null : sideOf(stream, sender);
    windows.begin(side, frame.length, atUs);
    dataStream = side?.phase === 'open' && stream !== undefined ? stream : null;
    if (dataStream !== null) return 'data';
    if (side !== null) {
      const where = side.phase === 'ended' ? 'after its end' : 'before its head';
      report(h2Stream, `A DATA frame of stream ${h2Stream} comes ${where}.`, atUs);
    } else if (!streams.wasUsed(h2Stream) && receiver.over === null) {
      report(h2Stream, `A DATA frame names stream ${h2Stream}, which is idle.`, atUs);
    }
    return 'data';
  }

  function data(_frame: FrameHeader, chunk: Uint8Array, from: number, to: number, atUs: number): void {
    if (dataStream === null || sideOf(dataStream, sender).phase === 'ended') return;
    const view = from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to);
    emit({ type: bodyType, h2Stream: dataStream.h2Stream, atUs, data: view });
  }

  function dataEnd(frame: FrameHeader, atUs: number): void {
    const isLast = (frame.flags & FLAG.END_STREAM) !== 0;
    windows.sent(dataStream === null ? null : sideOf(dataStream, sender), frame.length, isLast, atUs);
    if (dataStream === null) return;
    const stream = dataStream;
    dataStream = null;
    if (isLast) streams.endSide(stream, sender, null, atUs);
  }

  function payload(frame: FrameHeader, bytes: Uint8Array, from: number, to: number, atUs: number): void {
    switch (frame.type) {
      case FRAME.HEADERS:
        return readHeaders(frame, bytes, from, to, atUs);
      case FRAME.PUSH_PROMISE:
        return readPushPromise(frame, bytes, from, to, atUs);
      case FRAME.CONTINUATION:
        blocks.add(bytes, from, to);
        if ((frame.flags & FLAG.END_HEADERS) !== 0) finishBlock(atUs);
        return;
      default:
        return control.frame(frame, bytes, from, to, atUs);
    }
  }

  function readHeaders(frame: FrameHeader, bytes: Uint8Array, from: number, to: number, atUs: number): void {
    const isPadded = (frame.flags & FLAG.PADDED) !== 0;
    const hasDependency = (frame.flags & FLAG.PRIORITY) !== 0;
    const start = from + (isPadded ? 1 : 0) + (hasDependency ? 5 : 0);
    inHand.h2Stream = frame.h2Stream;
    inHand.isPromise = false;
    inHand.endStream = (frame.flags & FLAG.END_STREAM) !== 0;
    inHand.dependency = hasDependency && start <= to ? readDependency(bytes, start - 5) : null;
    inHand.firstByteAtUs = frame.firstByteAtUs;
    readFragment(frame, bytes, from, start, to, atUs);
  }

  function readPushPromise(
    frame: FrameHeader,
    bytes: Uint8Array,
    from: number,
    to: number,
    atUs: number,
  ): void {
    const start = from + ((frame.flags & FLAG.PADDED) !== 0 ? 5 : 4);
    inHand.h2Stream = frame.h2Stream;
    inHand.isPromise = true;
    inHand.promised = start <= to ? read32(bytes, start - 4) & 0x7fffffff : 0;
    inHand.endStream = false;
    inHand.dependency = null;
    inHand.firstByteAtUs = frame.firstByteAtUs;
    readFragment(frame, bytes, from, start, to, atUs);
  }

  /** The first fragment of a block: the payload from `start` on, without the padding. */
  function readFragment(
    frame: FrameHeader,
    bytes: Uint8Array,
    from: number,
    start: number,
    to: number,
    atUs: number,
  ): void {
    const padding = (frame.flags & FLAG.PADDED) !== 0 && to > from ? (bytes[from] as number) : 0;
    const end = Math.min(to, from + frame.length - padding);
    if (start > end) {
      giveUp(`A ${frameName(frame.type)} frame is too short for what its flags announce.`, atUs);
      return;
    }
    if ((frame.flags & FLAG.END_HEADERS) !== 0 && from + frame.length - padding <= to) {
      const kind = kindOfBlock(atUs);
      tell(kind, blocks.read(kind, bytes, start, end), atUs);
      return;
    }
    blocks.begin();
    blocks.add(bytes, start, end);
    if ((frame.flags & FLAG.END_HEADERS) !== 0) finishBlock(atUs);
    else isBlockOpen = true;
  }

  function finishBlock(atUs: number): void {
    isBlockOpen = false;
    const kind = kindOfBlock(atUs);
    tell(kind, blocks.readAdded(kind), atUs);
  }

  function kindOfBlock(atUs: number): BlockKind {
    const { h2Stream } = inHand;
    if (inHand.isPromise) return kindOfPromise(atUs);
    const stream = streams.get(h2Stream);
    if (stream !== undefined) {
      const { phase } = sideOf(stream, sender);
      if (phase === 'begun') return 'response';
      if (phase === 'open') return 'trailers';
      report(h2Stream, `A head of stream ${h2Stream} comes after its end.`, atUs);
      return 'unheeded';
    }
    if (streams.wasUsed(h2Stream)) return 'unheeded';
    if (isClient && (h2Stream & 1) === 1) return 'request';
    if (receiver.over === null) {
      report(h2Stream, `A head names stream ${h2Stream}, which the ${sender} cannot begin.`, atUs);
    }
    return 'unheeded';
  }

  function kindOfPromise(atUs: number): BlockKind {
    const { promised } = inHand;
    if (!isClient && (promised & 1) === 0 && promised !== 0 && !streams.wasUsed(promised)) return 'request';
    report(
      promised,
      `A PUSH_PROMISE frame names stream ${promised}, which the ${sender} cannot begin.`,
      atUs,
    );
    return 'unheeded';
  }

  function tell(kind: BlockKind, head: AnyHead | null, atUs: number): void {
    if (head === null) return;
    switch (kind) {
      case 'request':
        if (inHand.isPromise) tellPromise(head as Http2RequestHead, atUs);
        else tellRequest(head as Http2RequestHead, atUs);
        return;
      case 'response':
        return tellResponse(head as Http2ResponseHead, atUs);
      case 'trailers':
        return tellTrailers(head, atUs);
      case 'unheeded':
        return;
      default:
        kind satisfies never;
    }
  }

  function open(h2Stream: number, atUs: number): Http2Stream | null {
    const stream = streams.open(h2Stream);
    if (stream === null) {
      const sentence = `More than ${limits.streamsMax} streams are open; nothing is told of stream ${h2Stream}.`;
      context.report(sender, h2Stream, 'too-many', sentence, atUs);
    }
    return stream;
  }

  function tellRequest(head: Http2RequestHead, atUs: number): void {
    const { h2Stream, firstByteAtUs, endStream } = inHand;
    const stream = open(h2Stream, atUs);
    if (stream === null) return;
    stream.client.phase = 'open';
    emit({ type: 'request-head', h2Stream, firstByteAtUs, atUs, endStream, head });
    tellPriority(head, atUs);
    if (endStream) streams.endSide(stream, 'client', null, atUs);
    else windows.headSent(stream.client, atUs);
    if (receiver.over !== null) streams.endSide(stream, 'server', receiver.over, atUs);
    else if (h2Stream > peer.takenMax) endAsNotTaken(context, h2Stream, receiver.sender, atUs);
  }

  function tellPromise(head: Http2RequestHead, atUs: number): void {
    const { h2Stream, promised, firstByteAtUs } = inHand;
    const stream = open(promised, atUs);
    if (stream === null) return;
    stream.client.phase = 'ended';
    emit({ type: 'push-promise', h2Stream, promised, firstByteAtUs, atUs, head });
    if (promised > peer.takenMax) endAsNotTaken(context, promised, receiver.sender, atUs);
  }

  function tellResponse(head: Http2ResponseHead, atUs: number): void {
    const { h2Stream, firstByteAtUs, endStream } = inHand;
    const stream = streams.get(h2Stream);
    if (stream === undefined) return;
    const interim = head.status >= 100 && head.status < 200 && !endStream;
    if (!interim) stream.server.phase = 'open';
    emit({ type: 'response-head', h2Stream, firstByteAtUs, atUs, endStream, interim, head });
    tellPriority(head, atUs);
    if (endStream) streams.endSide(stream, 'server', null, atUs);
    else if (!interim) windows.headSent(stream.server, atUs);
  }

  function tellTrailers(head: Http2Head, atUs: number): void {
    const { h2Stream, firstByteAtUs, endStream } = inHand;
    const stream = streams.get(h2Stream);
    if (stream === undefined) return;
    emit({ type: trailersType, h2Stream, firstByteAtUs, atUs, endStream, head });
    if (endStream) streams.endSide(stream, sender, null, atUs);
  }

  function tellPriority(head: Http2Head, atUs: number): void {
    const { h2Stream, dependency } = inHand;
    if (dependency !== null)
      emit({ type: 'priority', h2Stream, sender, atUs, from: 'headers-frame', dependency, value: null });
    if (head.priority !== null)
      emit({
        type: 'priority',
        h2Stream,
        sender,
        atUs,
        from: 'field',
        dependency: null,
        value: head.priority,
      });
  }

  function end(how: StreamEnd, atUs: number): void {
    if (peer.over !== null) return;
    frames.stop();
    endAll(cutShort(sender, how), atUs);
  }

  return { bytes: frames.bytes, end, allowFrameBytes: frames.allowFrameBytes };
}
