import { i32LittleAt } from '../encoding/little-endian.ts';
import type { Platform } from '../model/platform.ts';
import type { AnswerEndEvent } from '../model/query-events.ts';
import { bsonType, type Bson, type BsonElement } from './mongodb-bson.ts';
import { createBsonJson } from './mongodb-json.ts';
import type { MongodbMessage } from './mongodb-message.ts';

/** What a reply says. */
export interface MongodbAnswer {
  readonly rows: number | null;
  readonly error: AnswerEndEvent['error'];
  readonly preview: AnswerEndEvent['preview'];
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Of a cursor that is open still; empty for none. */
  readonly cursorId: string;
}

export type MongodbAnswers = (message: MongodbMessage, isWhole: boolean, isSecret: boolean) => MongodbAnswer;

const previewRowsMax = 20;
const cellCharsMax = 199;

export function createMongodbAnswers(platform: Platform, bson: Bson): MongodbAnswers {
  const json = createBsonJson(platform, bson, false);

  return (message, isWhole, isSecret) => {
    const { bytes, at, to } = message;
    const facts: [string, string][] = [];
    if (!isWhole) facts.push(['reply', 'only its beginning was read']);
    const fields = new Map<string, BsonElement>();
    bson.each(bytes, at, to, (element) => {
      fields.set(element.name, element);
      return fields.size < 100;
    });
    const number = (name: string): number | null => bson.number(bytes, fields.get(name) ?? null);
    const text = (name: string): string | null => stringOf(bytes, fields.get(name));
    const batch = batchOf(bytes, fields);
    const cursor = cursorOf(bytes, fields, message);
    if (cursor !== '') facts.push(['cursor', cursor]);
    const modified = number('nModified');
    if (modified !== null) facts.push(['modified', String(modified)]);
    writeConcern(bytes, fields, facts);
    return {
      rows: isWhole || batch === null ? rowsOf(message, batch, fields) : null,
      error:
        number('ok') === 0 || fields.has('$err') ? failure(number('code'), text) : writeError(bytes, fields),
      preview: isSecret ? null : previewOf(message, batch, fields),
      facts,
      cursorId: cursor,
    };
  };

  function stringOf(bytes: Uint8Array, element: BsonElement | undefined): string | null {
    return element?.type === bsonType.string ? bson.string(bytes, element, 500) : null;
  }

  /** The documents of a cursor, or the values of `distinct`. */
  function batchOf(bytes: Uint8Array, fields: ReadonlyMap<string, BsonElement>): BsonElement | null {
    const cursor = fields.get('cursor');
    if (cursor?.type === bsonType.document) {
      const batch =
        bson.find(bytes, cursor.at, cursor.to, 'firstBatch') ??
        bson.find(bytes, cursor.at, cursor.to, 'nextBatch');
      if (batch?.type === bsonType.array) return batch;
    }
    const values = fields.get('values');
    return values?.type === bsonType.array ? values : null;
  }

  function cursorOf(
    bytes: Uint8Array,
    fields: ReadonlyMap<string, BsonElement>,
    message: MongodbMessage,
  ): string {
    if (message.cursorId !== 0n) return message.cursorId.toString();
    const cursor = fields.get('cursor');
    const id = cursor?.type === bsonType.document ? bson.find(bytes, cursor.at, cursor.to, 'id') : null;
    const text = id?.type === bsonType.int64 ? json.element(bytes, id, 'values', 30) : '0';
    return text === '0' ? '' : text;
  }

  function rowsOf(
    message: MongodbMessage,
    batch: BsonElement | null,
    fields: ReadonlyMap<string, BsonElement>,
  ): number | null {
    const { bytes } = message;
    if (batch !== null) return bson.count(bytes, batch);
    const last = fields.get('lastErrorObject');
    const n =
      bson.number(bytes, fields.get('n') ?? null) ??
      (last?.type === bsonType.document ? bson.number(bytes, bson.find(bytes, last.at, last.to, 'n')) : null);
    if (n !== null) return n >= 0 ? n : null;
    if (message.opCode !== 1 || fields.has('ok')) return null;
    return Math.max(0, i32LittleAt(bytes, 16));
  }

  function failure(code: number | null, text: (name: string) => string | null): AnswerEndEvent['error'] {
    const name = text('codeName');
    const words = text('errmsg') ?? text('$err') ?? 'The server gave no reason.';
    return {
      code: code === null ? 'error' : String(code),
      message: name === null ? words : `${name}: ${words}`,
    };
  }

  /** The first of the writes that failed. */
  function writeError(bytes: Uint8Array, fields: ReadonlyMap<string, BsonElement>): AnswerEndEvent['error'] {
    const list = fields.get('writeErrors');
    if (list?.type !== bsonType.array) return null;
    let first: BsonElement | null = null;
    bson.each(bytes, list.at, list.to, (element) => {
      first = element;
      return false;
    });
    const count = bson.count(bytes, list);
    const error = first as BsonElement | null;
    if (error?.type !== bsonType.document) return null;
    const code = bson.number(bytes, bson.find(bytes, error.at, error.to, 'code'));
    const words =
      stringOf(bytes, bson.find(bytes, error.at, error.to, 'errmsg') ?? undefined) ?? 'A write failed.';
    return { code: String(code ?? 'error'), message: count > 1 ? `${words} (and ${count - 1} more)` : words };
  }

  function writeConcern(
    bytes: Uint8Array,
    fields: ReadonlyMap<string, BsonElement>,
    facts: [string, string][],
  ): void {
    const error = fields.get('writeConcernError');
    if (error?.type !== bsonType.document) return;
    const words = stringOf(bytes, bson.find(bytes, error.at, error.to, 'errmsg') ?? undefined);
    facts.push(['write concern', words ?? 'not satisfied']);
  }

  function previewOf(
    message: MongodbMessage,
    batch: BsonElement | null,
    fields: ReadonlyMap<string, BsonElement>,
  ): AnswerEndEvent['preview'] {
    const { bytes, at, to } = message;
    const rows: string[][] = [];
    if (batch !== null)
      bson.each(bytes, batch.at, batch.to, (element) => {
        rows.push([json.element(bytes, element, 'values', cellCharsMax)]);
        return rows.length < previewRowsMax;
      });
    else if (message.opCode === 1 && !fields.has('ok'))
      for (let next = at; next + 5 <= to && rows.length < previewRowsMax;) {
        const length = i32LittleAt(bytes, next);
        if (length < 5) break;
        rows.push([json.document(bytes, next, Math.min(to, next + length), 'values', cellCharsMax)]);
        next += length;
      }
    else if (fields.has('value')) {
      const value = fields.get('value');
      if (value !== undefined) rows.push([json.element(bytes, value, 'values', cellCharsMax)]);
    }
    return rows.length === 0 ? null : { columns: ['document'], rows };
  }
}
