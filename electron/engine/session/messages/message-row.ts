import { previewBytesMax, previewOf, protobufPreview } from '../../../../core/decoders/preview.ts';
import { readServerSentEvent } from '../../../../core/decoders/event-stream-fields.ts';
import { grpcTrailersFlag } from '../../../../core/decoders/grpc-call.ts';
import { framePayload } from '../../../../core/decoders/websocket-message.ts';
import { eventCodes, messageFlags, type MessageRecord } from '../../../../core/model/message-record.ts';
import type { MessageRow } from '../../../../core/contract/messages.ts';
import type { LongExchange } from './long-exchange.ts';
import { rawOf, readContent, storedState, type Content } from './message-content.ts';

/** The contract's bound, repeated here to keep its validation library out of the reader thread. */
const previewCharsMax = 200;

/** What a row says of a message without reading more than it shows, unless it is compressed. */
export async function readRow(exchange: LongExchange, index: number): Promise<MessageRow | null> {
  const record = exchange.index.at(index);
  if (record === undefined) return null;
  if (record === null) return damagedRow(index);
  const isCompressed = (record.flags & messageFlags.compressed) !== 0;
  return {
    index,
    side: record.side,
    kind: record.kind,
    isData: isData(record),
    compressed: isCompressed,
    defective: (record.flags & messageFlags.defective) !== 0,
    isPart: record.kind === 'websocket' && record.code === 0,
    wireBytes: record.headerBytes + record.payloadBytes,
    closeCode: record.closeCode,
    firstAtUs: record.firstAtUs,
    lastAtUs: record.lastAtUs,
    ...(await shownOf(exchange, record, index, isCompressed)),
  };
}

/** Whether it carries content. */
export function isData({ kind, code }: MessageRecord): boolean {
  switch (kind) {
    case 'websocket':
      return code < 8;
    case 'event':
      return code === eventCodes.event;
    case 'grpc':
      return (code & grpcTrailersFlag) === 0;
    default:
      return kind satisfies never;
  }
}

type Shown = Pick<MessageRow, 'name' | 'preview' | 'state' | 'contentBytes'>;

async function shownOf(
  exchange: LongExchange,
  record: MessageRecord,
  index: number,
  isCompressed: boolean,
): Promise<Shown> {
  const stored = storedState(exchange, record);
  const name = nameOf(record);
  if (stored === 'not-stored') return { name, preview: '', state: stored, contentBytes: null };
  const isPart = record.kind === 'websocket' && record.code === 0;
  if (!isPart && (isCompressed || record.closeCode !== 0)) {
    const content = await readContent(exchange, index);
    return content === null
      ? { name, preview: '', state: 'damaged', contentBytes: null }
      : ofContent(name, content);
  }
  const raw = rawOf(exchange, record, headBytesMax);
  switch (record.kind) {
    case 'websocket': {
      const isWhole = !isPart && (record.flags & messageFlags.final) !== 0;
      return {
        ...{ name, state: stored, contentBytes: isWhole ? record.payloadBytes : null },
        preview: isPart ? '' : previewOf(framePayload(raw, record), previewCharsMax),
      };
    }
    case 'event': {
      const { event, data, comments, id, retry } = readServerSentEvent(raw);
      const settings = [id === null ? '' : `id ${id}`, retry === null ? '' : `retry ${retry} ms`];
      const besides = comments.length > 0 ? comments : settings.filter((each) => each !== '');
      const bytes = Buffer.from(data ?? besides.join(', '), 'utf8');
      const isAll = raw.length >= record.headerBytes + record.payloadBytes;
      return {
        ...{ name: record.code === eventCodes.event ? event : name, state: stored },
        preview: previewOf(bytes, previewCharsMax),
        contentBytes: isAll && data !== null ? bytes.length : null,
      };
    }
    case 'grpc': {
      const content = await readContent(exchange, index);
      return content === null
        ? { name, preview: '', state: 'damaged', contentBytes: null }
        : ofContent(name, content);
    }
    default:
      return record.kind satisfies never;
  }
}

/** Read for a row of a message that is not compressed: a header and what is shown. */
const headBytesMax = previewBytesMax * 4;

function ofContent(name: string, { bytes, state, contentType, facts }: Content): Shown {
  const reason = facts.find(([fact]) => fact === 'Meaning')?.[1];
  const preview =
    contentType === 'application/x-protobuf'
      ? protobufPreview(bytes, previewCharsMax)
      : previewOf(bytes.length === 0 && reason !== undefined ? Buffer.from(reason) : bytes, previewCharsMax);
  return { name, preview, state, contentBytes: state === 'whole' ? bytes.length : null };
}

const opcodes: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

function nameOf({ kind, code }: MessageRecord): string {
  switch (kind) {
    case 'websocket':
      return opcodes[code] ?? `opcode ${code}`;
    case 'event':
      return code === eventCodes.comment ? 'comment' : code === eventCodes.settings ? 'settings' : 'event';
    case 'grpc':
      return (code & grpcTrailersFlag) === 0 ? 'message' : 'trailers';
    default:
      return kind satisfies never;
  }
}

function damagedRow(index: number): MessageRow {
  return {
    ...{ index, side: 'response', kind: 'websocket', name: 'damaged', isData: false, compressed: false },
    ...{ defective: true, isPart: false, wireBytes: 0, contentBytes: null, closeCode: 0 },
    ...{ firstAtUs: 0, lastAtUs: 0, preview: '', state: 'damaged' },
  };
}
