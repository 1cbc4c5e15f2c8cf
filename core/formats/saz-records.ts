import type { Pieces } from '../encoding/byte-source.ts';
import type { BodySide } from '../model/exchange-record.ts';
import type { Platform } from '../model/platform.ts';
import { momentUs } from './saz-session.ts';

/** The head of one record has at most so many octets. */
const headBytesMax = 4096;
const cutShort = 'The WebSocket messages of the archive end too early.';
const damaged = 'The WebSocket messages of the archive cannot be read to their end.';

/** A piece of a frame. */
export interface RecordPart {
  readonly side: BodySide;
  /** When the whole of it had come; 0 where the archive does not say it. */
  readonly atUs: number;
  readonly bytes: Uint8Array;
}

export type RecordParts = AsyncGenerator<RecordPart, string | null>;

/**
 * Reads `N_w.txt`: records of a head (`Request-Length` or `Response-Length`, `ID`, `BitFlags`, `DoneRead`, …), an empty
 * line, one frame as it was on the wire (RFC 6455 section 5.2), and a line end; a head of the file itself may come first.
 * Returns in one sentence why it ends too early, null when all could be read.
 */
export async function* readRecords(pieces: Pieces, platform: Platform): RecordParts {
  const head = createHeadReader(platform);
  let record: RecordHead | null = null;
  let left = 0;
  let isFirst = true;
  try {
    for (;;) {
      const step = await pieces.next();
      if (step.done === true) return step.value ?? (left > 0 || head.isInside() ? cutShort : null);
      const { value } = step;
      for (let at = 0; at < value.length;) {
        if (record !== null && left > 0) {
          const bytes = value.subarray(at, at + left);
          yield { side: record.side, atUs: record.atUs, bytes };
          at += bytes.length;
          left -= bytes.length;
          continue;
        }
        at = head.take(value, at);
        if (head.isTooLong()) return damaged;
        const text = head.whole();
        if (text === null) continue;
        record = recordHead(text);
        if (record === null && !isFirst) return damaged;
        isFirst = false;
        left = record?.bytes ?? 0;
      }
    }
  } finally {
    await pieces.return(null);
  }
}

interface RecordHead {
  readonly side: BodySide;
  readonly bytes: number;
  readonly atUs: number;
}

/** Null without a length: the head of the file, or none at all. */
function recordHead(text: string): RecordHead | null {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const sent = fields.get('request-length');
  const length = sent ?? fields.get('response-length') ?? '';
  if (!/^\d{1,15}$/.test(length)) return null;
  return {
    side: sent === undefined ? 'response' : 'request',
    bytes: Number(length),
    atUs: momentUs(fields.get('doneread')) ?? 0,
  };
}

/** Gathers lines up to an empty one; empty lines in front are passed over. */
function createHeadReader(platform: Platform) {
  const bytes = new Uint8Array(headBytesMax);
  let length = 0;
  let lineFrom = 0;
  let isWhole = false;

  /** Gives where the head ended, or the end of the piece. */
  function take(piece: Uint8Array, from: number): number {
    let at = from;
    while (at < piece.length && !isWhole && length < headBytesMax) {
      const byte = piece[at++] as number;
      bytes[length++] = byte;
      if (byte !== lineFeed) continue;
      const isEmpty =
        length - lineFrom === 1 || (length - lineFrom === 2 && bytes[lineFrom] === carriageReturn);
      if (!isEmpty) lineFrom = length;
      else if (lineFrom === 0) length = 0;
      else isWhole = true;
    }
    return at;
  }

  return {
    take,
    isInside: () => length > 0,
    isTooLong: () => length === headBytesMax && !isWhole,
    whole: (): string | null => {
      if (!isWhole) return null;
      const text = platform.latin1(bytes, 0, length);
      length = 0;
      lineFrom = 0;
      isWhole = false;
      return text;
    },
  };
}

const lineFeed = 10;
const carriageReturn = 13;
