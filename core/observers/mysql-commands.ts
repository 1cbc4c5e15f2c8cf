import {
  OpenQuestion,
  parameterCharsMax,
  parametersMax,
  type QuestionWords,
} from '../model/open-question.ts';
import { statementCharsMax } from '../model/query-events.ts';
import { SqlScanner } from '../model/sql-scanner.ts';
import { StatementWords } from '../model/statement-words.ts';
import { type MysqlAnswer, MysqlCommand, type MysqlContext, type MysqlStatement } from './mysql-context.ts';
import { MysqlFields } from './mysql-fields.ts';
import { capability } from './mysql-login.ts';
import type { MysqlPacket } from './mysql-packets.ts';
import { mysqlText, type MysqlType, mysqlValue } from './mysql-values.ts';

/** Kept at most of a command: the values of an execution, or a statement. */
export const commandBytesMax = 3 * statementCharsMax + 64 * 1024;
/** Types read of one execution. */
const typesMax = 1000;

/** Commands by their first byte, whose answers are simple: what each is called, and how it is answered. */
const simple: Readonly<Record<number, readonly [verb: string, answer: MysqlAnswer]>> = {
  0x07: ['REFRESH', 'ok'],
  0x08: ['SHUTDOWN', 'ok'],
  0x09: ['STATISTICS', 'text'],
  0x0a: ['PROCESSLIST', 'results'],
  0x0d: ['DEBUG', 'ok'],
  0x0e: ['PING', 'ok'],
  0x15: ['REGISTER REPLICA', 'ok'],
  0x1f: ['RESET CONNECTION', 'ok'],
};
const named: Readonly<Record<number, string>> = {
  0x02: 'USE',
  0x05: 'CREATE DATABASE',
  0x06: 'DROP DATABASE',
};
const C = {
  quit: 0x01,
  query: 0x03,
  fieldList: 0x04,
  kill: 0x0c,
  changeUser: 0x11,
  binlogDump: 0x12,
  tableDump: 0x13,
  prepare: 0x16,
  execute: 0x17,
  longData: 0x18,
  close: 0x19,
  reset: 0x1a,
  setOption: 0x1b,
  fetch: 0x1c,
  binlogDumpGtid: 0x1e,
  bulkExecute: 0xfa,
} as const;

/** Whether a client's packet can be a command, by its first byte. */
export function isMysqlCommand(first: number): boolean {
  return (first > 0 && first <= 0x20) || first === C.bulkExecute;
}

/** The commands of a client (MySQL Internals, "Command Phase"). */
export class MysqlCommands {
  private readonly context: MysqlContext;
  private readonly words = new StatementWords('mysql');

  constructor(context: MysqlContext) {
    this.context = context;
  }

  packet(packet: MysqlPacket): void {
    const { context } = this;
    const head = context.head();
    if (context.takesFile && head !== null) {
      context.fileBytes += packet.payloadBytes;
      head.question.bytes += packet.wireBytes;
      head.next = context.countsPackets ? (packet.sequence + 1) & 255 : -1;
      if (packet.payloadBytes === 0) context.takesFile = false;
      return;
    }
    if (packet.sequence !== ((packet.parts - 1) & 255)) {
      // Not the beginning of a command: a part of signing in anew.
      if (head !== null) head.next = context.countsPackets ? (packet.sequence + 1) & 255 : -1;
      return;
    }
    this.command(new MysqlFields(packet.bytes, packet.from, packet.to), packet);
  }

  private command(fields: MysqlFields, packet: MysqlPacket): void {
    const { context } = this;
    const { platform } = context;
    const first = fields.u8();
    const name = named[first];
    const text = (): string => platform.utf8(fields.bytes, fields.at, fields.end);
    if (name !== undefined) {
      const words = { verb: first === 0x02 ? 'USE' : name.slice(0, name.indexOf(' ')) };
      this.ask(packet, 'ok', { ...words, statement: `${name} ${text()}`, normalised: `${name} ${text()}` });
      return;
    }
    const plain = simple[first];
    if (plain !== undefined) {
      const [verb, answer] = plain;
      if (first === 0x1f) context.forgetStatements();
      this.ask(packet, answer, { verb, statement: verb, normalised: verb });
      return;
    }
    switch (first) {
      case C.quit:
        context.teller.fact('quit', 'The client ends the connection.', packet.atUs);
        break;
      case C.query:
        this.query(fields, packet);
        break;
      case C.prepare: {
        const words = this.words.of(cutShort(text(), packet));
        const statement: MysqlStatement = {
          words,
          parameterCount: -1,
          types: [],
          columns: null,
          columnCount: 0,
        };
        context.lastPrepared = statement;
        this.ask(packet, 'prepare', { ...words, verb: 'PREPARE' }, [], statement);
        break;
      }
      case C.execute:
        this.execute(fields, packet);
        break;
      case C.bulkExecute:
        this.bulk(fields, packet);
        break;
      case C.longData: {
        const index = (fields.u32(), fields.u16());
        const bytes = Math.max(0, packet.payloadBytes - 7);
        if (context.longData.size < parametersMax || context.longData.has(index)) {
          context.longData.set(index, (context.longData.get(index) ?? 0) + bytes);
        }
        if (context.longDataAtUs < 0) context.longDataAtUs = packet.firstAtUs;
        context.longDataBytes += packet.wireBytes;
        break;
      }
      case C.close:
        context.prepared.drop(fields.u32());
        break;
      case C.reset: {
        this.clearLongData();
        const { words } = context.statement(fields.u32());
        this.ask(packet, 'ok', { ...words, verb: 'RESET' });
        break;
      }
      case C.fetch: {
        const statement = context.statement(fields.u32());
        const { words } = statement;
        this.ask(packet, 'fetch', { ...words, verb: 'FETCH' }, [String(fields.u32())], statement, true);
        break;
      }
      case C.fieldList: {
        const table = platform.utf8(fields.bytes, fields.at, fields.textEnd());
        const statement = `SHOW FIELDS FROM ${table}`;
        this.ask(packet, 'fields', { verb: 'SHOW', statement, normalised: statement });
        break;
      }
      case C.kill:
        this.ask(packet, 'ok', { verb: 'KILL', statement: `KILL ${fields.u32()}`, normalised: 'KILL ?' });
        break;
      case C.setOption: {
        const statement = `SET OPTION multi-statements ${fields.u16() === 0 ? 'on' : 'off'}`;
        this.ask(packet, 'ok', { verb: 'SET', statement, normalised: statement });
        break;
      }
      case C.changeUser: {
        context.forgetStatements();
        const user = platform.utf8(fields.bytes, fields.at, fields.textEnd());
        this.ask(packet, 'login', {
          verb: 'CHANGE USER',
          statement: `CHANGE USER ${user}`,
          normalised: 'CHANGE USER ?',
        });
        break;
      }
      case C.binlogDump:
      case C.binlogDumpGtid:
      case C.tableDump: {
        const statement = first === C.tableDump ? 'TABLE DUMP' : 'BINLOG DUMP';
        this.ask(packet, 'stream', { verb: 'BINLOG DUMP', statement, normalised: statement });
        context.teller.fact(
          'long-lived',
          'The server sends what changes: a stream of replication.',
          packet.atUs,
        );
        break;
      }
      default: {
        const statement = `command ${first}`;
        this.ask(packet, 'ok', { verb: 'COMMAND', statement, normalised: statement });
      }
    }
  }

  private query(fields: MysqlFields, packet: MysqlPacket): void {
    const { context } = this;
    // Where the handshake was not seen: no statement begins with such a byte.
    const hasAttributes = context.knowsCapabilities
      ? context.has(capability.queryAttributes)
      : fields.peek() >= 0 && fields.peek() < 9;
    const attributes: (readonly [string, string])[] = [];
    if (hasAttributes) {
      const count = Math.min(fields.length(), typesMax);
      fields.length();
      if (count > 0) {
        const nulls = fields.at;
        fields.skip((count + 7) >> 3);
        if (fields.u8() === 1) {
          const types = this.readTypes(fields, count, true);
          for (const [index, type] of types.entries()) {
            if (fields.isShort()) break;
            const isNull = fields.isSet(nulls, index);
            const value = isNull
              ? 'NULL'
              : (mysqlValue(context.platform, fields, type, parameterCharsMax) ?? 'NULL');
            if (index < parametersMax) attributes.push([type.name, value]);
          }
        }
      }
    }
    const text = context.platform.utf8(fields.bytes, fields.at, fields.end);
    const question = this.ask(packet, 'results', this.words.of(cutShort(text, packet)));
    for (const [name, value] of attributes) question?.addFact(`attribute ${name}`, value);
  }

  private execute(fields: MysqlFields, packet: MysqlPacket): void {
    const { context } = this;
    const statement = context.statement(fields.u32());
    const flags = fields.u8();
    fields.skip(4);
    const hasNames = context.has(capability.queryAttributes);
    const placeholders =
      statement.parameterCount < 0 ? countPlaceholders(statement) : statement.parameterCount;
    let count = placeholders;
    if (hasNames && (flags & 8) !== 0) count = Math.min(fields.length(), typesMax);
    const values: (string | null)[] = [];
    if (count > 0 && fields.left() > 0) {
      const nulls = fields.at;
      fields.skip((count + 7) >> 3);
      if (fields.u8() === 1) statement.types = this.readTypes(fields, count, hasNames);
      for (let index = 0; index < Math.min(count, parametersMax); index++) {
        const long = context.longData.get(index);
        const type = statement.types[index];
        if (long !== undefined) values.push(`(${long} bytes)`);
        else if (fields.isSet(nulls, index) && !fields.isShort()) values.push(null);
        else if (type === undefined || fields.left() === 0) values.push('…');
        else values.push(mysqlValue(context.platform, fields, type, parameterCharsMax));
      }
    }
    this.ask(packet, 'results', statement.words, values, statement, true);
    this.clearLongData();
  }

  /** MariaDB's COM_STMT_BULK_EXECUTE: many rows of values, of which the first is shown. */
  private bulk(fields: MysqlFields, packet: MysqlPacket): void {
    const { context } = this;
    const statement = context.statement(fields.u32());
    const flags = fields.u16();
    const count = statement.parameterCount < 0 ? countPlaceholders(statement) : statement.parameterCount;
    if ((flags & 128) !== 0) statement.types = this.readTypes(fields, count, false);
    const values: (string | null)[] = [];
    for (let index = 0; index < Math.min(count, parametersMax) && fields.left() > 0; index++) {
      const type = statement.types[index];
      const indicator = fields.u8();
      if (type === undefined) break;
      values.push(
        indicator === 0
          ? mysqlValue(context.platform, fields, type, parameterCharsMax)
          : indicator === 1
            ? null
            : 'DEFAULT',
      );
    }
    const question = this.ask(packet, 'results', statement.words, values, statement, true);
    question?.addFact('bulk', 'More rows of values may follow the first, which is shown.');
  }

  private readTypes(fields: MysqlFields, count: number, hasNames: boolean): (MysqlType & { name: string })[] {
    const types: (MysqlType & { name: string })[] = [];
    for (let index = 0; index < count && fields.left() > 0; index++) {
      const type = fields.u8();
      const isUnsigned = (fields.u8() & 0x80) !== 0;
      const name = hasNames ? mysqlText(this.context.platform, fields, fields.length(), false, 100) : '';
      // Blobs are shown as text where they are text.
      if (types.length < typesMax)
        types.push({ type, isUnsigned, isBinary: type >= 249 && type <= 252, name });
    }
    return types;
  }

  private clearLongData(): void {
    this.context.longData.clear();
    this.context.longDataBytes = 0;
    this.context.longDataAtUs = -1;
  }

  /** Tells the question; null where too many wait already. */
  private ask(
    packet: MysqlPacket,
    answer: MysqlAnswer,
    words: QuestionWords,
    parameters: readonly (string | null)[] = [],
    statement: MysqlStatement | null = null,
    isBinary = false,
  ): OpenQuestion | null {
    const { context } = this;
    if (context.isFull()) {
      context.teller.fact('lost', 'More than 10,000 commands wait for their answers.', packet.atUs);
      context.endAll('lost', 'More than 10,000 commands waited for their answers.', packet.atUs);
    }
    const takesLongData = isBinary && context.longDataAtUs >= 0 && answer === 'results';
    const question = new OpenQuestion(takesLongData ? context.longDataAtUs : packet.firstAtUs);
    question.bytes = packet.wireBytes + (takesLongData ? context.longDataBytes : 0);
    context.teller.question(question, words, parameters, packet.atUs);
    context.expect(new MysqlCommand(question, answer, isBinary, statement, (packet.sequence + 1) & 255));
    return question;
  }
}

function cutShort(text: string, packet: MysqlPacket): string {
  return packet.isWhole && packet.to - packet.from === packet.payloadBytes ? text : `${text}…`;
}

/** How many values a statement takes, where the server has not said it yet. */
function countPlaceholders({ words }: MysqlStatement): number {
  const scanner = new SqlScanner(words.statement, 'mysql');
  let count = 0;
  while (scanner.next()) if (scanner.token === 'parameter') count++;
  return Math.min(count, typesMax);
}
