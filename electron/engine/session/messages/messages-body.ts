import type { BodySide } from '../../../../core/model/exchange-record.ts';
import type { DecodedBody } from '../decoded-body.ts';
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
  let held: Uint8Array[] = [];
  let position = 0;
  let isEnded = false;

  async function pull(): Promise<boolean> {
    while (held.length === 0 && !isEnded) {
      const record = places.at(place);
      if (place >= places.length) isEnded = true;
      else {
        const index = places.indexOf(place);
        const content =
          record !== undefined && isData(record) && record.code !== 0
            ? await readContent(exchange, index)
            : null;
        if (content !== null && content.bytes.length > 0) held = [content.bytes, lineEnd];
        place += 1;
      }
    }
    return held.length > 0;
  }

  function consume(count: number): Uint8Array {
    const first = held[0] ?? lineEnd.subarray(0, 0);
    const part = first.subarray(0, count);
    held = part.length === first.length ? held.slice(1) : [first.subarray(count), ...held.slice(1)];
    position += part.length;
    return part;
  }

  return {
    position: () => position,
    take: async (limit) => {
      const bytes = new Uint8Array(limit);
      let filled = 0;
      while (filled < limit && (await pull())) {
        const part = consume(limit - filled);
        bytes.set(part, filled);
        filled += part.length;
      }
      if (filled === limit) await pull();
      return filled === limit ? bytes : bytes.slice(0, filled);
    },
    skip: async (count) => {
      const to = position + count;
      while (position < to && (await pull())) consume(to - position);
    },
    ended: () => isEnded && held.length === 0,
    defect: () => null,
    close: () => {
      held = [];
    },
  };
}
