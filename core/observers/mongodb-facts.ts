import type { QueryEvent } from '../model/query-events.ts';
import { bsonType, type Bson, type BsonElement } from './mongodb-bson.ts';
import type { MongodbMessage } from './mongodb-message.ts';
import type { MongodbStatement } from './mongodb-statement.ts';

/** What is said about a whole conversation, at most so many facts. */
export interface MongodbFacts {
  readonly tell: (atUs: number, name: string, value: string) => void;
  /** The same words only once. */
  readonly tellOnce: (atUs: number, name: string, value: string) => void;
  /** Driver, application and compression, as the first command of a connection says them; how the client signs in. */
  readonly ofCommand: (bytes: Uint8Array, statement: MongodbStatement, atUs: number) => void;
  /** What the server says of itself. */
  readonly ofReply: (message: MongodbMessage, verb: string, atUs: number) => void;
  /** Id of the cursor that `getMore` names. */
  readonly cursorOf: (bytes: Uint8Array, element: BsonElement | undefined) => string;
}

const isHello = /^(?:hello|isMaster|ismaster)$/;

export function createMongodbFacts(
  emit: (event: QueryEvent) => void,
  bson: Bson,
  factsMax: number,
): MongodbFacts {
  const told = new Set<string>();
  let count = 0;

  function tell(atUs: number, name: string, value: string): void {
    if (count >= factsMax) return;
    count += 1;
    emit({ type: 'fact', atUs, name, value: value.slice(0, 500) });
  }

  function tellOnce(atUs: number, name: string, value: string): void {
    const key = `${name} ${value}`;
    if (told.has(key) || told.size >= factsMax) return;
    told.add(key);
    tell(atUs, name, value);
  }

  /** Text of a field within documents within `at`; null unless all of them are there. */
  function text(bytes: Uint8Array, at: number, to: number, ...path: readonly string[]): string | null {
    let from = at;
    let end = to;
    for (const [index, name] of path.entries()) {
      const element = bson.find(bytes, from, end, name);
      if (element === null) return null;
      if (index === path.length - 1)
        return element.type === bsonType.string
          ? bson.string(bytes, element, 200)
          : (bson.number(bytes, element)?.toString() ?? null);
      if (element.type !== bsonType.document) return null;
      from = element.at;
      end = element.to;
    }
    return null;
  }

  function strings(bytes: Uint8Array, element: BsonElement | undefined): string {
    const found: string[] = [];
    if (element?.type === bsonType.array)
      bson.each(bytes, element.at, element.to, (member) => {
        if (member.type === bsonType.string) found.push(bson.string(bytes, member, 50));
        return found.length < 10;
      });
    return found.join(', ');
  }

  function ofCommand(bytes: Uint8Array, { verb, fields }: MongodbStatement, atUs: number): void {
    const put = (name: string, value: string | null): void => {
      if (value !== null && value !== '') tellOnce(atUs, name, value);
    };
    if (verb === 'saslStart') {
      const mechanism = fields.get('mechanism');
      put('authentication', mechanism?.type === bsonType.string ? bson.string(bytes, mechanism, 50) : null);
    }
    const client = fields.get('client');
    if (!isHello.test(verb) || client?.type !== bsonType.document) return;
    const { at, to } = client;
    put('application', text(bytes, at, to, 'application', 'name'));
    const driver = text(bytes, at, to, 'driver', 'name');
    put(
      'driver',
      driver === null ? null : `${driver} ${text(bytes, at, to, 'driver', 'version') ?? ''}`.trimEnd(),
    );
    put('compression offered', strings(bytes, fields.get('compression')));
  }

  function ofReply({ bytes, at, to }: MongodbMessage, verb: string, atUs: number): void {
    if (!isHello.test(verb)) return;
    const put = (name: string, value: string | null): void => {
      if (value !== null && value !== '') tellOnce(atUs, name, value);
    };
    put('wire version', text(bytes, at, to, 'maxWireVersion'));
    put('replica set', text(bytes, at, to, 'setName'));
    put('server', text(bytes, at, to, 'me'));
    put('compression', strings(bytes, bson.find(bytes, at, to, 'compression') ?? undefined));
  }

  return {
    tell,
    tellOnce,
    ofCommand,
    ofReply,
    cursorOf: (bytes, element) => {
      if (element?.type !== bsonType.int64 || element.to - element.at < 8) return '0';
      return new DataView(bytes.buffer, bytes.byteOffset + element.at, 8).getBigInt64(0, true).toString();
    },
  };
}
