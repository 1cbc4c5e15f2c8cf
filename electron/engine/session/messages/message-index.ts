import type { BodySide } from '../../../../core/model/exchange-record.ts';
import type { MessageRecord } from '../../../../core/model/message-record.ts';
import { storedMessageBytes, unpackMessages } from '../message-list.ts';
import type { Sqlite } from '../sqlite.ts';

/**
 * The messages of one exchange by their index, which grows while the exchange is open. In memory are five bytes a message
 * and what was asked for last.
 */
export interface MessageIndex {
  /** Takes in what was committed since; gives how many there are. */
  readonly refresh: () => number;
  /** Null where the file is damaged; undefined beyond the end. */
  readonly at: (index: number) => MessageRecord | null | undefined;
  readonly side: (side: BodySide) => SideIndex;
}

/** The messages of one side in their order. */
export interface SideIndex {
  readonly length: number;
  readonly at: (index: number) => MessageRecord | undefined;
  /** Where among the messages of both sides. */
  readonly indexOf: (index: number) => number;
  /** Place of the message with that index of both sides. */
  readonly placeOf: (index: number) => number;
}

interface Segment {
  readonly seq: number;
  readonly from: number;
  readonly count: number;
}

/** Segments kept unpacked. */
const segmentsKeptMax = 16;

export function createMessageIndexes(db: Sqlite): (exchangeId: number) => MessageIndex {
  const after = db
    .prepare('SELECT seq, packed FROM messages WHERE exchangeId = ? AND seq > ? ORDER BY seq')
    .raw();
  const packedOf = db.prepare('SELECT packed FROM messages WHERE exchangeId = ? AND seq = ?').pluck();

  return (exchangeId) => {
    const segments: Segment[] = [];
    const sides = { request: createPlaces(), response: createPlaces() };
    const unpacked = new Map<number, readonly (MessageRecord | null)[]>();
    let count = 0;

    function refresh(): number {
      const rows = after.iterate(exchangeId, segments.at(-1)?.seq ?? -1) as Iterable<[number, unknown]>;
      for (const [seq, packed] of rows) {
        if (!(packed instanceof Uint8Array)) continue;
        const held = Math.floor(packed.length / storedMessageBytes);
        for (let at = 0; at < held; at += 1)
          sides[packed[at * storedMessageBytes + 1] === 1 ? 'response' : 'request'].push(count + at);
        segments.push({ seq, from: count, count: held });
        count += held;
      }
      return count;
    }

    function segmentOf(index: number): Segment | undefined {
      let low = 0;
      let high = segments.length;
      while (high - low > 1) {
        const middle = (low + high) >>> 1;
        if ((segments[middle] as Segment).from <= index) low = middle;
        else high = middle;
      }
      return segments[low];
    }

    function records(segment: Segment): readonly (MessageRecord | null)[] {
      const kept = unpacked.get(segment.seq);
      if (kept !== undefined) return kept;
      const packed = packedOf.get(exchangeId, segment.seq);
      const found = packed instanceof Uint8Array ? unpackMessages(packed) : [];
      unpacked.set(segment.seq, found);
      const oldest = unpacked.keys().next().value;
      if (unpacked.size > segmentsKeptMax && oldest !== undefined) unpacked.delete(oldest);
      return found;
    }

    function at(index: number): MessageRecord | null | undefined {
      const segment = index < 0 || index >= count ? undefined : segmentOf(index);
      return segment === undefined ? undefined : (records(segment)[index - segment.from] ?? null);
    }

    return {
      refresh,
      at,
      side: (side) => {
        const places = sides[side];
        return {
          get length() {
            return places.length();
          },
          at: (place) => (place < places.length() ? (at(places.at(place)) ?? undefined) : undefined),
          indexOf: places.at,
          placeOf: places.find,
        };
      },
    };
  };
}

interface Places {
  readonly push: (index: number) => void;
  readonly at: (place: number) => number;
  readonly find: (index: number) => number;
  readonly length: () => number;
}

/** Ascending numbers in four bytes each. */
function createPlaces(): Places {
  let held = new Uint32Array(64);
  let length = 0;
  return {
    push: (index) => {
      if (length === held.length) {
        const larger = new Uint32Array(length * 2);
        larger.set(held);
        held = larger;
      }
      held[length++] = index;
    },
    at: (place) => held[place] ?? 0,
    find: (index) => {
      let low = 0;
      let high = length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((held[middle] as number) < index) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    length: () => length,
  };
}
