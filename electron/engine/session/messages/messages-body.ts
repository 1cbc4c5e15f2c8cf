import type { BodySide } from '../../../../core/model/exchange-record.ts';
import { readForwards, type DecodedBody } from '../decoded-body.ts';
import type { LongExchange } from './long-exchange.ts';
import { readContent } from './message-content.ts';
import { isData } from './message-row.ts';

const lineEnd = Uint8Array.of(0x0a);

/**
 * What one side of a WebSocket sent, as a body is read: the contents of its messages, decoded, each with a line end
 * behind it. What cannot be decoded is left out; the messages themselves say why.
 */
export function openMessagesBody(exchange: LongExchange, side: BodySide): DecodedBody {
  const places = exchange.index.side(side);
  let place = 0;
  let lineEndIsDue = false;

  async function next(): Promise<Uint8Array | null> {
    if (lineEndIsDue) {
      lineEndIsDue = false;
      return lineEnd;
    }
    for (; place < places.length; place++) {
      const record = places.at(place);
      if (record === undefined || !isData(record) || record.code === 0) continue;
      const content = await readContent(exchange, places.indexOf(place));
      if (content === null || content.bytes.length === 0) continue;
      lineEndIsDue = true;
      place++;
      return content.bytes;
    }
    return null;
  }

  return readForwards(
    next,
    () => null,
    () => undefined,
  );
}
