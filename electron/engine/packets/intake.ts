import type { MessagePort } from 'node:worker_threads';
import type { CaptureEvents } from '../../../core/packets/capture-events.ts';
import { batchBuffers, type Batch } from '../session/batch.ts';
import { useSessionCounters } from '../session/session-counters.ts';
import type { SessionFeed } from '../session/session-api.ts';
import { createSink } from '../session/sink.ts';
import type { FromWriterFeed } from '../session/writer-messages.ts';
import { createFrameBlocks, type FrameBlocks } from './frame-blocks.ts';
import { packetBatchBytes } from './packet-batch.ts';
import { createPacketRecorder, type PacketRecorder } from './packet-recorder.ts';
import { createReaderKeys, type ReaderKeys } from './readers.ts';

/** Frames that are handed over at once. */
const bytesPerBatch = 4 * 1024 * 1024;
/** Batches that the writer may be behind before whoever can wait does. */
const batchesAheadMax = 4;
/** Bytes on their way to the writer at which a live capture leaves packets out. */
const queueBytesMax = 64 * 1024 * 1024;
/** A live capture is shown this often. */
const liveTickMs = 200;
const fileTickMs = 1000;

/** Stores what sources tell in one session, from a thread of its own. */
export interface Intake {
  readonly keys: ReaderKeys;
  readonly recorder: PacketRecorder;
  /** One more source. */
  readonly source: (onProblem: (sentence: string, atByte: number) => void) => CaptureEvents;
  /** Into these a file may be read, whose packets then lie where they are stored. */
  readonly buffers: Pick<FrameBlocks, 'lend' | 'adopt' | 'release' | 'giveBack'>;
  /** Hands over what is due. To be called after each chunk of a source. */
  readonly advance: () => void;
  /** Resolves when the writer is not far behind; at once most of the time. */
  readonly room: () => Promise<void>;
  /** Whether a live source must leave out what comes now, since the disk cannot keep up. */
  readonly isFull: () => boolean;
  /** The session was closed: nothing is stored any more. */
  readonly isGone: () => boolean;
  /** Ends everything open; resolves when all is committed, or the session is gone. */
  readonly finish: () => Promise<void>;
}

/**
 * What packets come from and go to: `live` as they are sent; what came is committed every 200 ms, and keys may come later. `file`: into a session that
 * somebody looks at. `draft`: of a file, too, but nobody sees the session before all of it is there. `listing`: a draft that is of use as long as the
 * file is there, in which the frames are left.
 */
export type IntakeKind = 'live' | 'file' | 'draft' | 'listing';

export function createIntake(feed: SessionFeed, kind: IntakeKind): Intake {
  const isLive = kind === 'live';
  const { port } = feed;
  const counters = useSessionCounters(feed.counters);
  const blocks = createFrameBlocks(counters, kind === 'listing');
  const keys = createReaderKeys(isLive);
  const inFlight = new Map<number, number>();
  let inFlightBytes = 0;
  let waiting: (() => void)[] = [];
  let isFinished = false;
  let isGone = false;
  let hasHandedOver = false;
  let packetsSeen = 0;
  let held: Batch[] = [];

  const { sink, written, handOver, flush, end } = createSink({
    counters,
    tickMs: isLive ? liveTickMs : fileTickMs,
    queueBytesMax,
    frames: blocks,
    send: (batch) => {
      held.push(batch);
      // In the middle of a packet its block cannot be handed over: what reads it still needs its bytes.
      if (!blocks.isOpen()) sendHeld();
    },
    onLost: () => undefined,
  });
  const describing: FrameBlocks = {
    ...blocks,
    describe: (line) => {
      blocks.describe(line);
      if (held.length > 0) sendHeld();
    },
  };
  const recorder = createPacketRecorder({
    ...{ counters, sink, blocks: describing, keys, isLive },
    isWatched: kind === 'live' || kind === 'file',
  });

  function sendHeld(): void {
    hasHandedOver = true;
    const batches = held;
    held = [];
    for (const batch of batches) {
      // What a batch refers to must be committed with it: a capture may be cut off at any time.
      if (isLive || isFinished) blocks.seal();
      const packets = recorder.take(isFinished);
      const full: Batch = { ...batch, packets };
      const bytes = packetBatchBytes(packets);
      inFlight.set(batch.number, bytes);
      inFlightBytes += bytes;
      post(port, full);
    }
  }

  port.on('message', ({ number, buffers }: FromWriterFeed) => {
    inFlightBytes -= inFlight.get(number) ?? 0;
    inFlight.delete(number);
    for (const buffer of buffers) blocks.giveBack(buffer);
    written(number, buffers);
    if (inFlight.size > batchesAheadMax) return;
    const resolved = waiting;
    waiting = [];
    for (const go of resolved) go();
  });

  const gone = new Promise<void>((resolve) => {
    port.once('close', () => {
      isGone = true;
      inFlight.clear();
      for (const go of waiting) go();
      waiting = [];
      resolve();
    });
  });

  const timer = isLive ? setInterval(advanceLive, liveTickMs) : null;

  function advanceLive(): void {
    if (recorder.packets() === packetsSeen || inFlight.size > batchesAheadMax) return;
    packetsSeen = recorder.packets();
    handOver();
  }

  return {
    keys,
    recorder,
    buffers: blocks,
    source: recorder.source,
    advance: () => {
      // Whoever waits for the first packets of a file gets them at once.
      const isFirst = !isLive && recorder.packets() > 0 && !hasHandedOver;
      if (isFirst) blocks.seal();
      if (isFirst || blocks.waitingBytes() >= bytesPerBatch) handOver();
    },
    room: () =>
      isGone || inFlight.size <= batchesAheadMax
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
          }),
    isFull: () => inFlightBytes + blocks.waitingBytes() > queueBytesMax,
    isGone: () => isGone,
    finish: async () => {
      if (timer !== null) clearInterval(timer);
      recorder.finish();
      isFinished = true;
      handOver();
      await Promise.race([flush(), gone]);
      end();
      if (inFlight.size > 0) {
        const committed = new Promise<void>((resolve) => {
          port.on('message', () => {
            if (inFlight.size === 0) resolve();
          });
        });
        await Promise.race([committed, gone]);
      }
      port.close();
    },
  };
}

function post(port: MessagePort, batch: Batch): void {
  port.postMessage(batch, batchBuffers(batch));
}
