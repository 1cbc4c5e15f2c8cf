import { messageFlags, type MessageRecord } from '../../../core/model/message-record.ts';
import type { Sender } from '../../../core/observers/observer.ts';
import { STEP_US } from './http1-script.ts';

/** Bytes of one sender, in the order of arrival. */
export interface Part {
  readonly sender: Sender;
  readonly bytes: Uint8Array;
}

/** What is fed with the bytes of two senders. */
export interface Feed {
  readonly bytes: (sender: Sender, chunk: Uint8Array, atUs: number) => void;
  readonly end: (sender: Sender, atUs: number) => void;
}

export interface Played {
  readonly records: readonly MessageRecord[];
  /** Time at which the byte at an offset of a side came. */
  readonly timeOf: (record: MessageRecord, offset: number) => number | undefined;
}

/**
 * Plays the parts, each cut by `chunksOf`, then the ends of both. Chunks are overwritten after they were handed in, so
 * that a view kept by mistake shows.
 */
export function playParts(
  open: (emit: (record: MessageRecord) => void) => Feed,
  parts: readonly Part[],
  chunksOf: (bytes: Uint8Array) => Uint8Array[] = (bytes) => [bytes],
): Played {
  const records: MessageRecord[] = [];
  const feed = open((record) => records.push(record));
  const arrivals: Record<Sender, { to: number; atUs: number }[]> = { client: [], server: [] };
  for (const [index, { sender, bytes }] of parts.entries()) {
    let atUs = (index + 1) * STEP_US;
    for (const chunk of chunksOf(bytes)) {
      const copy = Uint8Array.from(chunk);
      atUs += copy.length;
      const came = arrivals[sender];
      came.push({ to: (came.at(-1)?.to ?? 0) + copy.length, atUs });
      feed.bytes(sender, copy, atUs);
      copy.fill(0x2a);
    }
  }
  feed.end('client', (parts.length + 1) * STEP_US);
  feed.end('server', (parts.length + 1) * STEP_US);
  return {
    records,
    timeOf: ({ side }, offset) =>
      arrivals[side === 'request' ? 'client' : 'server'].find(({ to }) => to > offset)?.atUs,
  };
}

/** Records without what may depend on the cutting: times only as the step in which they lie. */
export function normalForm(records: readonly MessageRecord[]): MessageRecord[] {
  return records.map((record) => ({
    ...record,
    firstAtUs: Math.floor(record.firstAtUs / STEP_US),
    lastAtUs: Math.floor(record.lastAtUs / STEP_US),
  }));
}

export function endOf({ from, headerBytes, payloadBytes }: MessageRecord): number {
  return from + headerBytes + payloadBytes;
}

/** Whether the times are exactly those of the chunks that held the first and the last byte. */
export function wronglyTimed({ records, timeOf }: Played): MessageRecord | null {
  const wrong = (record: MessageRecord): boolean =>
    record.firstAtUs !== timeOf(record, record.from) || record.lastAtUs !== timeOf(record, endOf(record) - 1);
  return records.find(wrong) ?? null;
}

/** What holds for the records of any bytes: in order, within the bytes, without overlap but for a group of base64. Returns the first breach. */
export function breach(records: readonly MessageRecord[], parts: readonly Part[]): string | null {
  const reached = { request: 0, response: 0 };
  const cutSides = new Set<string>();
  for (const record of records) {
    const { side, from, headerBytes, payloadBytes } = record;
    const sender = side === 'request' ? 'client' : 'server';
    const sent = parts.reduce((sum, part) => sum + (part.sender === sender ? part.bytes.length : 0), 0);
    if (cutSides.has(side)) return 'a record follows one that is cut';
    const sharesGroup = (record.flags & (messageFlags.skipOne | messageFlags.skipTwo)) !== 0;
    const follows = sharesGroup ? endOf(record) >= reached[side] : from >= reached[side];
    if (!follows || headerBytes + payloadBytes <= 0 || payloadBytes < 0)
      return `a record at ${from} of ${headerBytes} + ${payloadBytes}, though ${reached[side]} were told`;
    reached[side] = endOf(record);
    if (reached[side] > sent) return `a record up to ${reached[side]} of ${sent}`;
    if (record.lastAtUs < record.firstAtUs) return 'a record ends before it began';
    if ((record.flags & messageFlags.cut) !== 0) cutSides.add(side);
  }
  return null;
}

/** A random change of bytes: one is flipped, taken out, put in, or one of `tricky` is; or the end is cut off. */
export function mutateBytes(
  bytes: Uint8Array,
  tricky: readonly Uint8Array[],
  random: (below: number) => number,
): Uint8Array {
  const at = random(bytes.length + 1);
  const splice = (taken: number, put: Uint8Array): Uint8Array => {
    const changed = new Uint8Array(Math.max(0, at + put.length + Math.max(0, bytes.length - at - taken)));
    changed.set(bytes.subarray(0, at));
    changed.set(put, at);
    changed.set(bytes.subarray(Math.min(bytes.length, at + taken)), at + put.length);
    return changed;
  };
  switch (random(5)) {
    case 0:
      return splice(1, Uint8Array.of((bytes[at] ?? 0) ^ (1 << random(8))));
    case 1:
      return splice(1 + random(8), new Uint8Array(0));
    case 2:
      return splice(0, Uint8Array.of(random(256)));
    case 3:
      return bytes.subarray(0, at);
    default:
      return splice(random(3), tricky[random(tricky.length)] ?? new Uint8Array(0));
  }
}
