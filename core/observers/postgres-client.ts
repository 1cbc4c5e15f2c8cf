import {
  OpenQuestion,
  parameterCharsMax,
  parametersMax,
  type QuestionWords,
} from '../model/open-question.ts';
import { statementCharsMax } from '../model/query-events.ts';
import { StatementWords } from '../model/statement-words.ts';
import type { PostgresContext, PostgresPortal, PostgresStatement } from './postgres-context.ts';
import { PostgresFields } from './postgres-fields.ts';
import { postgresValue } from './postgres-values.ts';

const headerBytes = 5;
/** Kept at most of a statement: three bytes for each unit of its text. */
const statementBytesMax = 3 * statementCharsMax + 256;
/** Of the values of a Bind; those behind are not shown. */
const bindBytesMax = 256 * 1024;
const nameBytesMax = 1024;
/** Result formats and types read of one message. */
const listMax = 1000;
/** Where a value is not shown because it is too far behind others. */
const unseen = '…';

const T = {
  Query: 0x51,
  Parse: 0x50,
  Bind: 0x42,
  Describe: 0x44,
  Execute: 0x45,
  Sync: 0x53,
  Flush: 0x48,
  Close: 0x43,
  FunctionCall: 0x46,
  CopyData: 0x64,
  CopyDone: 0x63,
  CopyFail: 0x66,
} as const;

/** How many bytes of a message of the client are wanted. Never any of a password. */
export function wantedOfClient(type: number): number {
  switch (type) {
    case T.Query:
    case T.Parse:
      return statementBytesMax;
    case T.Bind:
    case T.FunctionCall:
      return bindBytesMax;
    case T.Describe:
    case T.Execute:
    case T.Close:
      return nameBytesMax;
    default:
      return 0;
  }
}

/** The messages of the client behind the start (manual, 55.7). */
export class PostgresClient {
  private readonly context: PostgresContext;
  private readonly words = new StatementWords('postgres');
  /** What the group of messages would be called if nothing were executed. */
  private groupWords: QuestionWords | null = null;

  constructor(context: PostgresContext) {
    this.context = context;
  }

  message(
    type: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    bodyBytes: number,
    isWhole: boolean,
    firstAtUs: number,
    atUs: number,
  ): void {
    const fields = new PostgresFields(bytes, from, to);
    const wholeBytes = bodyBytes + headerBytes;
    switch (type) {
      case T.Query: {
        this.closeGroup(atUs);
        const question = new OpenQuestion(firstAtUs);
        question.bytes = wholeBytes;
        const words = this.words.of(this.text(bytes, fields, isWhole && bodyBytes <= to - from));
        this.ask(question, words, [], atUs);
        this.context.expect('query', question, null, null, atUs);
        break;
      }
      case T.Parse:
        this.parse(bytes, fields, isWhole && bodyBytes <= to - from, wholeBytes, firstAtUs, atUs);
        break;
      case T.Bind:
        this.bind(bytes, fields, wholeBytes, firstAtUs, atUs);
        break;
      case T.Describe: {
        const isPortal = fields.u8() === 0x50;
        const name = this.name(bytes, fields);
        const statement = isPortal ? null : this.context.statement(name);
        const portal = isPortal ? this.context.portal(name) : null;
        const words = statement?.words ?? portal?.statement.words ?? null;
        this.join(wholeBytes, firstAtUs, words === null ? null : { ...words, verb: 'DESCRIBE' });
        this.context.expect('describe', this.context.group, statement, portal, atUs);
        break;
      }
      case T.Execute: {
        const portal = this.context.portal(this.name(bytes, fields));
        const question = this.join(wholeBytes, firstAtUs, null);
        this.ask(question, portal.statement.words, portal.parameters, atUs);
        this.context.group = null;
        this.context.expect('execute', question, portal.statement, portal, atUs);
        break;
      }
      case T.Close: {
        const isPortal = fields.u8() === 0x50;
        const name = this.name(bytes, fields);
        if (isPortal) this.context.dropPortal(name);
        else this.context.prepared.drop(name);
        const text = `CLOSE ${isPortal ? 'portal' : 'statement'} ${name}`.trimEnd();
        const grouped = `CLOSE ${isPortal ? 'portal' : 'statement'}`;
        this.join(wholeBytes, firstAtUs, { verb: 'CLOSE', statement: text, normalised: grouped });
        this.context.expect('close', this.context.group, null, null, atUs);
        break;
      }
      case T.Sync:
        if (this.context.isCopyingIn) break;
        this.closeGroup(atUs);
        this.context.expect('sync', null, null, null, atUs);
        break;
      case T.Flush:
        this.closeGroup(atUs);
        break;
      case T.FunctionCall: {
        this.closeGroup(atUs);
        const question = new OpenQuestion(firstAtUs);
        question.bytes = wholeBytes;
        const name = `function ${fields.i32() >>> 0}`;
        const words = { verb: 'FUNCTION', statement: name, normalised: name };
        this.ask(question, words, this.values(bytes, fields, []), atUs);
        this.context.expect('call', question, null, null, atUs);
        break;
      }
      case T.CopyData:
        this.context.copiedIn += bodyBytes;
        break;
      case T.CopyDone:
      case T.CopyFail:
        if (this.context.isCopyingIn) this.context.isCopyingIn = false;
        else if (this.context.isSure && this.context.head() !== null) {
          this.context.expect('copy-done', null, null, null, atUs);
        }
        break;
    }
  }

  /** Ends a group of messages in which nothing was executed: then preparing was the question. */
  private closeGroup(atUs: number): void {
    const { group } = this.context;
    if (group === null) return;
    this.context.group = null;
    const words = this.groupWords ?? { verb: 'PREPARE', statement: '', normalised: '' };
    this.ask(group, words, [], atUs);
    if (!this.context.isSure || group.unanswered > 0) return;
    // It was answered, or passed over, before it was whole.
    if (group.answerAtUs < 0) this.context.skip(group, atUs);
    else this.context.teller.end(group, group.answerAtUs);
  }

  private ask(
    question: OpenQuestion,
    words: QuestionWords,
    parameters: readonly (string | null)[],
    atUs: number,
  ): void {
    this.groupWords = null;
    this.context.teller.question(question, words, parameters, atUs);
    if (!this.context.isSure && question.unanswered === 0) this.context.endUntold(question, atUs);
  }

  /** The question that a message of the extended protocol belongs to. The first words that name it stay. */
  private join(bytes: number, firstAtUs: number, words: QuestionWords | null): OpenQuestion {
    const question = (this.context.group ??= new OpenQuestion(firstAtUs));
    question.bytes += bytes;
    this.groupWords ??= words;
    return question;
  }

  private parse(
    bytes: Uint8Array,
    fields: PostgresFields,
    isWhole: boolean,
    wholeBytes: number,
    firstAtUs: number,
    atUs: number,
  ): void {
    const name = this.name(bytes, fields);
    const words = this.words.of(this.text(bytes, fields, isWhole));
    const types: number[] = [];
    for (let count = Math.min(fields.u16(), listMax); count > 0 && fields.left() >= 4; count--) {
      types.push(fields.i32());
    }
    const statement: PostgresStatement = { words, types, columns: null };
    this.context.prepared.put(name, statement);
    if (this.groupWords?.verb !== 'PREPARE') this.groupWords = null;
    this.join(wholeBytes, firstAtUs, { ...words, verb: 'PREPARE' });
    this.context.expect('parse', this.context.group, statement, null, atUs);
  }

  private bind(
    bytes: Uint8Array,
    fields: PostgresFields,
    wholeBytes: number,
    firstAtUs: number,
    atUs: number,
  ): void {
    const name = this.name(bytes, fields);
    const statement = this.context.statement(this.name(bytes, fields));
    const parameters = this.values(bytes, fields, statement.types);
    const portal: PostgresPortal = { statement, parameters, formats: this.formats(fields), columns: null };
    this.context.putPortal(name, portal);
    this.join(wholeBytes, firstAtUs, { ...statement.words, verb: 'BIND' });
    this.context.expect('bind', this.context.group, statement, portal, atUs);
  }

  /** The values of a Bind or a FunctionCall, of which the first 100 are kept. */
  private values(bytes: Uint8Array, fields: PostgresFields, types: readonly number[]): (string | null)[] {
    const formats = this.formats(fields);
    const count = fields.u16();
    const values: (string | null)[] = [];
    for (let index = 0; index < count && !fields.isShort(); index++) {
      const length = fields.i32();
      const isKept = index < parametersMax;
      if (fields.isShort()) break;
      if (length < 0) {
        if (isKept) values.push(null);
        continue;
      }
      const end = Math.min(fields.end, fields.at + length);
      if (isKept) {
        const isBinary = formats[formats.length === 1 ? 0 : index] ?? false;
        const { platform } = this.context;
        const type = types[index] ?? 0;
        values.push(postgresValue(platform, bytes, fields.at, end, type, isBinary, parameterCharsMax));
      }
      fields.skip(length);
    }
    while (values.length < Math.min(count, parametersMax)) values.push(unseen);
    return values;
  }

  private formats(fields: PostgresFields): boolean[] {
    const formats: boolean[] = [];
    const count = fields.u16();
    for (let index = 0; index < count && !fields.isShort(); index++) {
      const isBinary = fields.u16() === 1;
      if (index < listMax) formats.push(isBinary);
    }
    return formats;
  }

  private name(bytes: Uint8Array, fields: PostgresFields): string {
    const from = fields.at;
    return this.context.platform.utf8(bytes, from, Math.min(fields.textEnd(), from + nameBytesMax));
  }

  private text(bytes: Uint8Array, fields: PostgresFields, isWhole: boolean): string {
    const from = fields.at;
    const text = this.context.platform.utf8(bytes, from, fields.textEnd());
    return isWhole ? text : `${text}…`;
  }
}
