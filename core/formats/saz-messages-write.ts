import type { Pieces } from '../encoding/byte-source.ts';
import type { BodySide } from '../model/exchange-record.ts';
import type { Platform } from '../model/platform.ts';
import type { FormatBody, FormatExchange } from './format.ts';
import { momentText } from './saz-session.ts';

/** Whether the bodies of an exchange are frames that `sazMessages` writes. */
export function holdsFrames({ record, messages }: FormatExchange): boolean {
  return record.longLived === 'websocket' && messages !== undefined;
}

/**
 * Writes `N_w.txt`: the frames of both sides in the order they ended. What no message tells of stands in a record of its
 * own at the end, so that the bodies come back whole.
 */
export async function* sazMessages(exchange: FormatExchange, platform: Platform): Pieces {
  const { record: whole, messages, requestBody, responseBody } = exchange;
  const sides = {
    request: createCutter(requestBody, await storedBytes(requestBody)),
    response: createCutter(responseBody, await storedBytes(responseBody)),
  };
  let id = 0;
  async function* upTo(side: BodySide, to: number, atUs: number): AsyncGenerator<Uint8Array> {
    const bytes = Math.min(to, sides[side].total) - sides[side].reached();
    if (bytes <= 0) return;
    id += 1;
    const name = side === 'request' ? 'Request' : 'Response';
    const time = momentText(atUs);
    const lines = [`${name}-Length: ${bytes}`, `ID: ${id}`, 'BitFlags: 0', `DoneRead: ${time}`];
    yield platform.bytesOfLatin1([...lines, `BeginSend: ${time}`, `DoneSend: ${time}`, '', ''].join('\r\n'));
    yield* sides[side].take(bytes);
    yield platform.bytesOfLatin1('\r\n');
  }
  try {
    yield platform.bytesOfLatin1('\r\n');
    if (messages !== undefined) {
      for await (const { record } of messages())
        yield* upTo(record.side, record.from + record.headerBytes + record.payloadBytes, record.lastAtUs);
    }
    const endedAtUs = whole.endedAtUs ?? whole.startedAtUs;
    for (const side of ['request', 'response'] as const) yield* upTo(side, Infinity, endedAtUs);
    return null;
  } finally {
    for (const side of ['request', 'response'] as const) await sides[side].close();
  }
}

async function storedBytes({ wire, content }: FormatBody): Promise<number> {
  let total = 0;
  const open = wire ?? content;
  if (open !== null) for await (const piece of open()) total += piece.length;
  return total;
}

/** A body taken from its front, so many bytes at a time; no more than `total` are asked for. */
function createCutter({ wire, content }: FormatBody, total: number) {
  const pieces = (wire ?? content)?.() ?? null;
  let rest: Uint8Array = new Uint8Array(0);
  let reached = 0;
  return {
    total,
    reached: () => reached,
    take: async function* (bytes: number): AsyncGenerator<Uint8Array> {
      for (let left = bytes; left > 0;) {
        if (rest.length === 0) {
          const step = await pieces?.next();
          if (step === undefined || step.done === true) return;
          rest = step.value;
        }
        const part = rest.subarray(0, left);
        rest = rest.subarray(part.length);
        reached += part.length;
        left -= part.length;
        yield part;
      }
    },
    close: async () => {
      await pieces?.return(null);
    },
  };
}
