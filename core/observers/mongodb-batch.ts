import { i32LittleAt } from '../encoding/little-endian.ts';
import { bsonType, type Bson } from './mongodb-bson.ts';

/** Counts the documents of a cursor's batch that is longer than what is kept of the message, as its bytes go by. */
export interface MongodbBatch {
  /** A message begins. */
  readonly begin: () => void;
  /** Bytes behind what is kept; `body`: what is kept, of an OP_MSG. */
  readonly rest: (chunk: Uint8Array, from: number, to: number, bodyAt: number, body: Uint8Array) => void;
  /** Documents of the whole batch; null where it was not counted to its end. */
  readonly members: () => number | null;
}

/** Where a body's first document begins: behind the flags and the kind of the section. */
const documentAt = 5;

type State = 'before' | 'type' | 'name' | 'length' | 'done' | 'broken';

export function createMongodbBatch(bson: Bson): MongodbBatch {
  let state: State = 'before';
  let members = 0;
  /** Place in the body of the next element of the array. */
  let next = 0;
  let length = 0;
  let lengthBytes = 0;

  function begin(): void {
    state = 'before';
    members = 0;
  }

  /** Counts what is kept, up to the element that goes beyond it. */
  function start(body: Uint8Array): void {
    state = 'broken';
    const cursor = bson.find(body, documentAt, body.length, 'cursor');
    if (cursor?.type !== bsonType.document) return;
    const batch =
      bson.find(body, cursor.at, cursor.to, 'firstBatch') ??
      bson.find(body, cursor.at, cursor.to, 'nextBatch');
    if (batch?.type !== bsonType.array) return;
    bson.each(body, batch.at, batch.to, ({ type, at }) => {
      if (type !== bsonType.document || at + 4 > body.length) return false;
      members += 1;
      next = at + i32LittleAt(body, at);
      return true;
    });
    if (members > 0 && next >= body.length) state = 'type';
  }

  function rest(chunk: Uint8Array, from: number, to: number, bodyAt: number, body: Uint8Array): void {
    if (state === 'before') start(body);
    for (let at = from; at < to; at++) {
      if (state === 'done' || state === 'broken') return;
      if (state === 'type') {
        const skip = next - (bodyAt + at - from);
        if (skip < 0) state = 'broken';
        else if (skip > 0) {
          at += skip - 1;
          continue;
        }
      }
      takeByte(chunk[at] as number, bodyAt + at - from);
    }
  }

  function takeByte(byte: number, place: number): void {
    switch (state) {
      case 'type':
        state = byte === 0 ? 'done' : byte === bsonType.document ? 'name' : 'broken';
        break;
      case 'name':
        if (byte !== 0) break;
        state = 'length';
        length = 0;
        lengthBytes = 0;
        break;
      case 'length':
        length += byte * 256 ** lengthBytes;
        lengthBytes += 1;
        if (lengthBytes < 4) break;
        members += 1;
        next = place - 3 + length;
        state = length < 5 ? 'broken' : 'type';
        break;
      case 'before':
      case 'done':
      case 'broken':
        break;
      default:
        state satisfies never;
    }
  }

  return { begin, rest, members: () => (state === 'done' ? members : null) };
}
