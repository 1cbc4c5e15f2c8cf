import type { BodySide } from '../../../core/model/exchange-record.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { readCodings, type CodingDefect } from './content-coding.ts';
import { openDecodedBody, type DecodedBody } from './decoded-body.ts';
import type { ExchangeReader } from './exchange-detail.ts';
import type { LongExchanges } from './messages/long-exchange.ts';
import { openMessagesBody } from './messages/messages-body.ts';
import type { RawBodies } from './raw-body.ts';
import type { BodyPage } from './answers.ts';

export type BodyReader = (
  exchangeId: number,
  side: BodySide,
  decoded: boolean,
  from: number,
  limit: number,
) => Promise<Result<BodyPage>>;

/** The contract's bound for a page, repeated here to keep its validation library out of the reader thread. */
export const bodyPageBytesMax = 262_144;

/** Half-decoded bodies kept so that reading on does not begin again; each holds a decoder and its window. */
const cursorsMax = 4;

/** What a decoded body names that is made of messages. */
const webSocketCoding = 'WebSocket frames';

interface Cursor {
  readonly key: string;
  readonly body: DecodedBody;
}

/**
 * Pages of bodies. Decoded pages that follow one another cost one pass over the body together; a page before the
 * last one costs decoding from the beginning. The decoded body of a WebSocket are the contents of its messages, a line
 * each. `abandoned`: no exchange will get further bytes.
 */
export function createBodyReader(
  exchanges: ExchangeReader,
  raws: RawBodies,
  longExchanges: LongExchanges,
  abandoned: boolean,
): BodyReader {
  /** Least recently used first; a cursor in use is not in here. */
  const cursors: Cursor[] = [];

  function takeCursor(key: string, from: number, open: () => DecodedBody): Cursor {
    let best = -1;
    cursors.forEach((cursor, index) => {
      const position = cursor.body.position();
      const bestPosition = cursors[best]?.body.position() ?? -1;
      if (cursor.key === key && position <= from && position > bestPosition) best = index;
    });
    const found = best < 0 ? undefined : cursors.splice(best, 1)[0];
    return found ?? { key, body: open() };
  }

  function keepCursor(cursor: Cursor): void {
    cursors.push(cursor);
    if (cursors.length > cursorsMax) cursors.shift()?.body.close();
  }

  return async (exchangeId, side, decoded, from, askedLimit) => {
    const exchange = exchanges.exchange(exchangeId);
    if (exchange === null) return fail('no-such-exchange', 'This exchange is not in the session.');
    const limit = Math.min(askedLimit, bodyPageBytesMax);
    const open = exchange.state === 'open' && !abandoned;
    const headers = exchanges.head(exchangeId, side)?.headers ?? [];
    const contentType =
      fieldValue(headers, 'content-type') ?? (side === 'response' ? exchange.contentType : null);
    const raw = raws.open(exchangeId, side);

    const read = decoded ? readCodings(fieldValue(headers, 'content-encoding')) : { codings: [] };
    const codings = 'codings' in read ? read.codings : [];
    const socket = decoded && exchange.longLived === 'websocket' ? longExchanges(exchangeId) : null;
    const holdsMessages = socket !== null && socket.index.refresh() > 0;
    if (codings.length === 0 && !holdsMessages) {
      const totalBytes = raw.totalBytes();
      const bytes = raw.read(from, limit);
      const done = !open && from + bytes.length >= totalBytes;
      const decodeError = 'problem' in read ? read.problem : null;
      return succeed({ bytes, totalBytes, done, codings: [], decodeError, contentType });
    }

    const cursor = takeCursor(`${exchangeId} ${side}`, from, () =>
      holdsMessages ? openMessagesBody(socket, side) : openDecodedBody(raw, codings),
    );
    const { body } = cursor;
    await body.skip(from - body.position());
    const bytes = body.position() === from ? await body.take(limit) : new Uint8Array(0);
    const ended = body.ended();
    const defect = body.defect();
    const totalBytes = ended && !open && defect === null ? body.position() : null;
    const decodeError =
      defect === null || (open && defect.truncated) ? null : defectSentence(defect, body.position());
    if (ended && open) body.close();
    else keepCursor(cursor);
    const undone = holdsMessages ? [webSocketCoding] : codings;
    return succeed({ bytes, totalBytes, done: ended && !open, codings: undone, decodeError, contentType });
  };
}

/** The lines of one field joined as one list (RFC 9110 section 5.3), null when there is none. */
function fieldValue(headers: readonly (readonly [string, string])[], lowerCaseName: string): string | null {
  const values = headers.filter(([name]) => name.toLowerCase() === lowerCaseName).map(([, value]) => value);
  return values.length === 0 ? null : values.join(', ');
}

function defectSentence({ coding, truncated }: CodingDefect, bytesBefore: number): string {
  const before =
    bytesBefore === 0 ? 'Nothing could be decoded' : `The first ${bytesBefore} decoded bytes are shown`;
  if (coding === null) return `The session file is damaged inside this body. ${before}.`;
  if (truncated) return `The ${coding} data ends too early: the body was cut off. ${before}.`;
  return `The body is not valid ${coding}, though its head says so. ${before}.`;
}
