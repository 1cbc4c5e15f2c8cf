import type { ConversationRecord, ExchangeRecord } from '../../../core/model/exchange-record.ts';
import {
  messageEntryBytes,
  pieceEntryBytes,
  putMessageEntry,
  putPieceEntry,
  type Batch,
  type Slab,
} from './batch.ts';
import { blockBytes, createBlockList, createBlockPool, sealed, type OpenBlock } from './blocks.ts';
import { conversationColumns, exchangeColumns, factsColumns, secretColumns } from './record-columns.ts';
import type { FrameBlocks } from '../packets/frame-blocks.ts';
import { createFlushWaiters } from './flush-waiters.ts';
import { createIdSet } from './id-set.ts';
import { continuesFlag, pieceCodes } from './piece-list.ts';
import { createRecordEncoder } from './record-codec.ts';
import type { SessionSink } from './session-api.ts';
import type { SessionCounters } from './session-counters.ts';

/** Records encoded at once: about 0.3 ms on the event loop. More go into the next batch. */
const recordsPerBatchMax = 256;
/** Exchanges that ended and were encoded one by one, and are handed over without waiting for the tick. */
const endedPerBatchMax = 1024;
/** Body bytes that are handed over without waiting for the tick. */
const slabBytesPerBatch = 2 * 1024 * 1024;
/** Batches handed over and not yet written; beyond that everything waits here. */
const batchesInFlightMax = 8;
/** Records waiting here while the writer is stuck. Further new ones are lost; later states of these still count. */
const recordsWaitingMax = 20_000;
/** Head bytes waiting here while the writer is stuck. Further heads are lost. */
const headBytesWaitingMax = 8 * 1024 * 1024;
/** Blocks kept for the next use besides those a full queue needs, so that a busy recording allocates nothing. */
const blocksKeptMore = 8;
/** What is kept of them when nothing was put for `idleMs`. */
const blocksKeptIdle = 8;
const idleMs = 5000;

export interface SinkOptions {
  /** Numbering goes on from here, together with every other sink of the session. */
  readonly counters: SessionCounters;
  readonly tickMs: number;
  readonly queueBytesMax: number;
  /** Bytes that lie in this buffer are in that slab already, which another hands to the writer with the same batch or before. */
  readonly frames?: Pick<FrameBlocks, 'buffer' | 'bufferFrom' | 'slabId'>;
  readonly send: (batch: Batch) => void;
  /** Records or heads were lost because the writer is stuck; called at most once a tick, with the sum so far. */
  readonly onLost: (records: number, heads: number) => void;
}

/** The event loop's half of writing: collects, encodes once per tick, paces itself by what the writer gave back. */
export interface SinkControl {
  readonly sink: SessionSink;
  /** The writer is done with a batch. */
  readonly written: (number: number, buffers: readonly ArrayBuffer[]) => void;
  readonly flush: () => Promise<void>;
  /** Hands over what waits, without waiting for the tick; an empty batch if nothing does. */
  readonly handOver: () => void;
  /** Encodes and hands over whatever waits, beyond the pacing; nothing put later is kept. */
  readonly end: () => void;
  /** Everything put so far is written. */
  readonly isIdle: () => boolean;
  readonly queueBytes: () => number;
  readonly exchangeCount: () => number;
}

export function createSink({
  counters,
  tickMs,
  queueBytesMax,
  frames,
  send,
  onLost,
}: SinkOptions): SinkControl {
  const pool = createBlockPool(Math.ceil(queueBytesMax / blockBytes) + blocksKeptMore);
  const encodeExchange = createRecordEncoder(exchangeColumns);
  const encodeConversation = createRecordEncoder(conversationColumns);
  const exchangeBlocks = createBlockList(pool);
  const conversationBlocks = createBlockList(pool);
  const pieceBlocks = createBlockList(pool);
  const messageBlocks = createBlockList(pool);
  const secretBlocks = createBlockList(pool);
  const encodeSecret = createRecordEncoder(secretColumns);
  const factsBlocks = createBlockList(pool);
  const encodeFacts = createRecordEncoder(factsColumns);
  const exchanges = new WaitingRecords<ExchangeRecord>();
  const conversations = new WaitingRecords<ConversationRecord>();
  const counted = createIdSet(counters.last('exchange') + 1);
  const bytesInFlight = new Map<number, number>();
  const waiters = createFlushWaiters();

  let slabId = 0;
  let lastBatch = 0;
  let slabs: Slab[] = [];
  let slab: OpenBlock | null = null;
  let headBytes = 0;
  let bodyBytesHere = 0;
  let bodyBytesQueued = 0;
  /** Exchanges encoded since the last batch. */
  let encodedHere = 0;
  let lostRecords = 0;
  let lostHeads = 0;
  let lostIsNew = false;
  let timer: NodeJS.Timeout | null = null;
  let idleTimer: NodeJS.Timeout | null = null;
  let ended = false;

  function arm(): void {
    if (timer !== null || ended) return;
    timer = setTimeout(() => {
      timer = null;
      tick();
    }, tickMs);
    timer.unref();
  }

  function armIdle(): void {
    if (idleTimer === null) idleTimer = setTimeout(() => pool.trim(blocksKeptIdle), idleMs).unref();
    else idleTimer.refresh();
  }

  function tick(): void {
    if (lostIsNew) {
      lostIsNew = false;
      onLost(lostRecords, lostHeads);
    }
    if (hasWaiting() && bytesInFlight.size < batchesInFlightMax) handOver();
    if (hasWaiting()) arm();
  }

  function hasWaiting(): boolean {
    return (
      encodedHere > 0 || exchanges.size > 0 || conversations.size > 0 || headBytes > 0 || bodyBytesHere > 0
    );
  }

  function isIdle(): boolean {
    return bytesInFlight.size === 0 && !hasWaiting();
  }

  function handOver(): void {
    const encoded = Math.max(
      conversations.takeSome((record) => encodeConversation(record, conversationBlocks)),
      exchanges.takeSome((record) => encodeExchange(record, exchangeBlocks)),
    );
    encodedHere = 0;
    sealSlab();
    const batch: Batch = {
      number: ++lastBatch,
      exchanges: exchangeBlocks.take(),
      conversations: conversationBlocks.take(),
      pieces: pieceBlocks.take(),
      messages: messageBlocks.take(),
      secrets: secretBlocks.take(),
      facts: factsBlocks.take(),
      packets: null,
      slabs,
    };
    slabs = [];
    bytesInFlight.set(batch.number, bodyBytesHere);
    bodyBytesHere = 0;
    headBytes = 0;
    waiters.sent(batch.number, encoded);
    send(batch);
  }

  function sealSlab(): void {
    if (slab !== null) slabs.push({ id: slabId, ...sealed(slab) });
    slab = null;
  }

  function openSlab(): OpenBlock {
    slabId = counters.next('slab');
    return pool.open();
  }

  function putRecord<R extends { readonly id: number }>(waiting: WaitingRecords<R>, record: R): boolean {
    if (ended) return false;
    if (waiting.size >= recordsWaitingMax && !waiting.has(record.id)) {
      lostRecords += 1;
      lostIsNew = true;
      arm();
      return false;
    }
    waiting.put(record);
    if (waiting.size >= recordsPerBatchMax && bytesInFlight.size < batchesInFlightMax) handOver();
    else arm();
    return true;
  }

  /** Encodes a record that changes no more at once, so that it need not be kept; false while the writer is stuck. */
  function putEnded(record: ExchangeRecord): boolean {
    if (record.state === 'open' || ended || bytesInFlight.size >= batchesInFlightMax) return false;
    if (exchanges.size > 0) exchanges.delete(record.id);
    encodeExchange(record, exchangeBlocks);
    encodedHere += 1;
    if (encodedHere >= endedPerBatchMax) handOver();
    else arm();
    return true;
  }

  function putPieces(exchangeId: number, code: number, bytes: Uint8Array, atUs: number): void {
    const { length } = bytes;
    if (bytes.buffer === frames?.buffer()) {
      const offset = bytes.byteOffset - frames.bufferFrom();
      putPieceEntry(pieceBlocks, exchangeId, code, frames.slabId(), offset, length, atUs);
      return;
    }
    let from = 0;
    while (from < length) {
      slab ??= openSlab();
      const taken = Math.min(length - from, slab.bytes.length - slab.usedBytes);
      slab.bytes.set(taken === length ? bytes : bytes.subarray(from, from + taken), slab.usedBytes);
      const pieceCode = from === 0 ? code : code + continuesFlag;
      putPieceEntry(pieceBlocks, exchangeId, pieceCode, slabId, slab.usedBytes, taken, atUs);
      slab.usedBytes += taken;
      from += taken;
      if (slab.usedBytes === slab.bytes.length) sealSlab();
    }
  }

  const sink: SessionSink = {
    nextExchangeId: () => counters.next('exchange'),
    nextConversationId: () => counters.next('conversation'),
    putExchange: (record) => {
      if (putEnded(record) || putRecord(exchanges, record)) {
        if (counted.add(record.id)) counters.next('count');
      }
    },
    putConversation: (record) => {
      putRecord(conversations, record);
    },
    putHead: (exchangeId, part, raw, atUs) => {
      if (ended) return;
      const bytes = raw.length + pieceEntryBytes;
      if (headBytes + bytes > headBytesWaitingMax) {
        lostHeads += 1;
        lostIsNew = true;
      } else {
        headBytes += bytes;
        putPieces(exchangeId, pieceCodes[part], raw, atUs);
      }
      arm();
    },
    appendBody: (exchangeId, side, bytes, atUs) => {
      const { length } = bytes;
      if (ended || bodyBytesQueued + length + pieceEntryBytes > queueBytesMax) return false;
      if (length === 0) return true;
      putPieces(
        exchangeId,
        side === 'request' ? pieceCodes['request-body'] : pieceCodes['response-body'],
        bytes,
        atUs,
      );
      bodyBytesHere += length + pieceEntryBytes;
      bodyBytesQueued += length + pieceEntryBytes;
      if (bodyBytesHere >= slabBytesPerBatch && bytesInFlight.size < batchesInFlightMax) handOver();
      else arm();
      return true;
    },
    putMessage: (exchangeId, message) => {
      if (ended || bodyBytesQueued + messageEntryBytes > queueBytesMax) return false;
      putMessageEntry(messageBlocks, exchangeId, message);
      bodyBytesHere += messageEntryBytes;
      bodyBytesQueued += messageEntryBytes;
      arm();
      return true;
    },
    putFacts: (exchangeId, json) => {
      if (ended) return;
      if (headBytes + json.length > headBytesWaitingMax) {
        lostHeads += 1;
        lostIsNew = true;
      } else {
        headBytes += json.length;
        encodeFacts({ exchangeId, json }, factsBlocks);
      }
      arm();
    },
    putSecret: (conversationId, line) => {
      if (ended) return;
      if (headBytes + line.length > headBytesWaitingMax) {
        lostHeads += 1;
        lostIsNew = true;
      } else {
        headBytes += line.length;
        encodeSecret({ conversationId, line }, secretBlocks);
      }
      arm();
    },
  };

  return {
    sink,
    written: (number, buffers) => {
      bodyBytesQueued -= bytesInFlight.get(number) ?? 0;
      bytesInFlight.delete(number);
      for (const buffer of buffers) pool.giveBack(buffer);
      waiters.written(number);
      const urgent =
        waiters.needSending() ||
        exchanges.size >= recordsPerBatchMax ||
        conversations.size >= recordsPerBatchMax ||
        bodyBytesHere >= slabBytesPerBatch;
      if (urgent && !ended && hasWaiting()) handOver();
      if (bytesInFlight.size === 0) armIdle();
    },
    flush: () => {
      if (isIdle()) return Promise.resolve();
      const waits = hasWaiting();
      const written = waiters.add(Math.max(exchanges.size, conversations.size), waits ? null : lastBatch);
      if (waits && bytesInFlight.size < batchesInFlightMax) handOver();
      return written;
    },
    handOver: () => {
      if (!ended) handOver();
    },
    end: () => {
      if (ended) return;
      while (hasWaiting()) handOver();
      ended = true;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (idleTimer !== null) clearTimeout(idleTimer);
    },
    isIdle,
    queueBytes: () => bodyBytesQueued,
    exchangeCount: () => counters.last('count'),
  };
}

/** Records that wait to be handed over, each as it was put last, the longest waiting first. */
class WaitingRecords<R extends { readonly id: number }> {
  private byId = new Map<number, R>();

  get size(): number {
    return this.byId.size;
  }

  has(id: number): boolean {
    return this.byId.has(id);
  }

  put(record: R): void {
    this.byId.set(record.id, record);
  }

  delete(id: number): void {
    this.byId.delete(id);
  }

  /** Takes as many as go into a batch; gives how many. */
  takeSome(take: (record: R) => void): number {
    const { byId } = this;
    let count = 0;
    for (const [id, record] of byId) {
      if (count === recordsPerBatchMax) break;
      take(record);
      byId.delete(id);
      count += 1;
    }
    // A new one, since the tables that this one had would keep alive what was in the later ones.
    if (count > 0 && byId.size === 0) this.byId = new Map();
    return count;
  }
}
