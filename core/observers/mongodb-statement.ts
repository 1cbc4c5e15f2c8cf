import { i32LittleAt } from '../encoding/little-endian.ts';
import { cutText } from '../encoding/cut-text.ts';
import type { Platform } from '../model/platform.ts';
import { statementCharsMax } from '../model/query-events.ts';
import { bsonType, type Bson, type BsonElement } from './mongodb-bson.ts';
import { createBsonJson, hidesSecrets, type BsonJson, type BsonStyle } from './mongodb-json.ts';
import type { MongodbMessage } from './mongodb-message.ts';

/** A command as a person would type it into the shell. */
export interface MongodbStatement {
  /** Name of the command. */
  readonly verb: string;
  readonly statement: string;
  readonly normalised: string;
  /** The fields of the command's document. */
  readonly fields: ReadonlyMap<string, BsonElement>;
}

export type MongodbStatements = (message: MongodbMessage) => MongodbStatement;

const fieldsMax = 100;
const documentsMax = 100;

/** What drivers add to every command. */
const ofDriver = new Set([
  ...['$db', 'lsid', '$clusterTime', '$readPreference', '$configTime', '$topologyTime', 'txnNumber'],
  ...[
    'apiVersion',
    'apiStrict',
    'apiDeprecationErrors',
    'maxTimeMS',
    'readConcern',
    'writeConcern',
    'ordered',
  ],
]);

const legacyVerbs: Readonly<Record<number, string>> = {
  2001: 'update',
  2002: 'insert',
  2005: 'getMore',
  2006: 'delete',
  2007: 'killCursors',
};

export function createMongodbStatements(platform: Platform, bson: Bson): MongodbStatements {
  const plain = createBsonJson(platform, bson, false);
  const hiding = createBsonJson(platform, bson, true);

  return (message) => {
    const { bytes, namespace } = message;
    const legacyVerb = legacyVerbs[message.opCode];
    if (legacyVerb !== undefined) return ofLegacy(message, legacyVerb);
    const isCommand = namespace === '' || namespace.endsWith('.$cmd');
    const at = unwrapped(message);
    const fields = new Map<string, BsonElement>();
    bson.each(bytes, at, message.to, (element) => {
      fields.set(element.name, element);
      return fields.size < fieldsMax;
    });
    if (!isCommand) {
      const of = (style: BsonStyle): string =>
        `${namespace}.find(${plain.document(bytes, at, message.to, style, statementCharsMax)})`;
      return written('find', fields, of);
    }
    const [first] = fields.values();
    const verb = first === undefined || message.at < 0 ? 'unknown' : first.name.slice(0, 60);
    const database = textOf(fields.get('$db')) ?? namespace.replace(/\.\$cmd$/, '');
    const target = first?.type === bsonType.string ? textOf(first) : textOf(fields.get('collection'));
    const json = hidesSecrets(verb) ? hiding : plain;
    const where = `${database === '' ? 'db' : database}${target === null ? '' : `.${target}`}`;
    return written(verb, fields, (style) => {
      const writer: Writer = { bytes, fields, json, style, message };
      return (
        shellOf(verb, where, writer) ?? `${database === '' ? 'db' : database}.runCommand(${all(writer, at)})`
      );
    });

    function textOf(element: BsonElement | undefined): string | null {
      return element?.type === bsonType.string ? bson.string(bytes, element, 300) : null;
    }
  };

  /** Old drivers and tools put the query into a field of its own, beside its options. */
  function unwrapped({ bytes, at, to, opCode }: MongodbMessage): number {
    if (at < 0 || opCode !== 2004) return at;
    const inner = bson.find(bytes, at, to, '$query') ?? bson.find(bytes, at, to, 'query');
    return inner?.type === bsonType.document && i32LittleAt(bytes, at) < to ? inner.at : at;
  }

  function ofLegacy({ bytes, namespace, at, to }: MongodbMessage, verb: string): MongodbStatement {
    const where = namespace === '' ? 'db' : namespace;
    const of = (style: BsonStyle): string => {
      if (at < 0) return `${where}.${verb}()`;
      if (verb === 'insert' && style === 'shape') return `${where}.insert(?)`;
      return `${where}.${verb}(${plain.document(bytes, at, to, style, statementCharsMax)})`;
    };
    return written(verb, new Map(), of);
  }

  interface Writer {
    readonly bytes: Uint8Array;
    readonly fields: ReadonlyMap<string, BsonElement>;
    readonly json: BsonJson;
    readonly style: BsonStyle;
    readonly message: MongodbMessage;
  }

  function all({ bytes, json, style, message }: Writer, at: number): string {
    return json.document(bytes, at, message.to, style, statementCharsMax, (name) => ofDriver.has(name));
  }

  function one({ bytes, fields, json, style }: Writer, name: string): string | null {
    const element = fields.get(name);
    return element === undefined ? null : json.element(bytes, element, style, statementCharsMax);
  }

  /** Null for commands that the shell has no method for. */
  function shellOf(verb: string, where: string, writer: Writer): string | null {
    switch (verb) {
      case 'find':
        return `${where}.find(${listed(one(writer, 'filter') ?? '{}', one(writer, 'projection'))})${cursorOptions(writer)}`;
      case 'aggregate':
        return `${where}.aggregate(${one(writer, 'pipeline') ?? '[]'})`;
      case 'count':
        return `${where}.count(${one(writer, 'query') ?? '{}'})`;
      case 'distinct':
        return `${where}.distinct(${listed(value(writer, 'key') ?? '?', one(writer, 'query'))})`;
      case 'insert':
        return `${where}.insert(${writer.style === 'shape' ? '?' : documents(writer, 'documents')})`;
      case 'update':
        return updates(where, writer);
      case 'delete':
        return deletes(where, writer);
      case 'findAndModify':
      case 'findandmodify':
        return `${where}.findAndModify(${listed(one(writer, 'query') ?? '{}', one(writer, 'update') ?? (one(writer, 'remove') === null ? null : 'remove'))})`;
      case 'getMore':
        return `${where}.getMore(${writer.style === 'shape' ? '?' : (one(writer, 'getMore') ?? '')})`;
      default:
        return null;
    }
  }

  /** As it is, in shapes too: it is what the command speaks of. */
  function value({ bytes, fields, json }: Writer, name: string): string | null {
    const element = fields.get(name);
    return element === undefined ? null : json.element(bytes, element, 'values', 1000);
  }

  function cursorOptions(writer: Writer): string {
    const sort = value(writer, 'sort');
    const skip = one(writer, 'skip');
    const limit = one(writer, 'limit');
    return [
      sort === null || sort === '{}' ? '' : `.sort(${sort})`,
      skip === null || skip === '0' ? '' : `.skip(${skip})`,
      limit === null || limit === '0' ? '' : `.limit(${limit})`,
    ].join('');
  }

  function updates(where: string, writer: Writer): string {
    const [single, more] = members(writer, 'updates');
    if (single === undefined || more !== undefined) return `${where}.update(${documents(writer, 'updates')})`;
    const { bytes, json, style } = writer;
    const part = (name: string): string | null => {
      const element = bson.find(bytes, single.at, single.to, name);
      return element === null ? null : json.element(bytes, element, style, statementCharsMax);
    };
    const isMany = bson.number(bytes, bson.find(bytes, single.at, single.to, 'multi')) === 1;
    return `${where}.${isMany ? 'updateMany' : 'updateOne'}(${listed(part('q') ?? '{}', part('u'))})`;
  }

  function deletes(where: string, writer: Writer): string {
    const [single, more] = members(writer, 'deletes');
    if (single === undefined || more !== undefined) return `${where}.delete(${documents(writer, 'deletes')})`;
    const { bytes, json, style } = writer;
    const query = bson.find(bytes, single.at, single.to, 'q');
    const isOne = bson.number(bytes, bson.find(bytes, single.at, single.to, 'limit')) === 1;
    const text = query === null ? '{}' : json.element(bytes, query, style, statementCharsMax);
    return `${where}.${isOne ? 'deleteOne' : 'deleteMany'}(${text})`;
  }

  /** The documents of a field, or of a section of that name, as an array; alike ones once in shapes. */
  function documents(writer: Writer, name: string): string {
    const { bytes, json, style } = writer;
    let text = '';
    let previous = '';
    for (const { at, to } of members(writer, name)) {
      const next = json.document(bytes, at, to, style, statementCharsMax - text.length);
      if (style === 'shape' && next === previous) continue;
      previous = next;
      text += `${text === '' ? '' : ','}${next}`;
      if (text.length >= statementCharsMax) break;
    }
    return `[${text}]`;
  }

  function members({ bytes, fields, message }: Writer, name: string): { at: number; to: number }[] {
    const found: { at: number; to: number }[] = [];
    const element = fields.get(name);
    if (element?.type === bsonType.array)
      bson.each(bytes, element.at, element.to, ({ type, at, to }) => {
        if (type === bsonType.document) found.push({ at, to });
        return found.length < documentsMax;
      });
    for (const { name: other, at: from, to } of message.sequences) {
      if (other !== name) continue;
      for (let at = from; at + 5 <= to && found.length < documentsMax;) {
        const length = i32LittleAt(bytes, at);
        if (length < 5) break;
        found.push({ at, to: Math.min(to, at + length) });
        at += length;
      }
    }
    return found;
  }
}

function written(
  verb: string,
  fields: ReadonlyMap<string, BsonElement>,
  of: (style: BsonStyle) => string,
): MongodbStatement {
  return {
    verb,
    statement: cutText(of('values'), statementCharsMax),
    normalised: cutText(of('shape'), statementCharsMax),
    fields,
  };
}

function listed(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(', ');
}
