import {
  type OpenQuestion,
  previewCharsMax,
  previewColumnsMax,
  previewRowsMax,
} from '../model/open-question.ts';
import type { MysqlColumn, MysqlCommand, MysqlContext } from './mysql-context.ts';
import { MysqlFields } from './mysql-fields.ts';
import { capability, mariadbCapability } from './mysql-login.ts';
import type { MysqlPacket } from './mysql-packets.ts';
import { mysqlText, mysqlValue } from './mysql-values.ts';

/** Kept at most of a packet of the server. */
export const answerBytesMax = 64 * 1024;

type State = 'first' | 'columns' | 'rows' | 'definitions' | 'over';

const OK = 0x00;
const EOF = 0xfe;
const ERR = 0xff;
const LOCAL_INFILE = 0xfb;
const eofBytes = 5;
const status = {
  inTransaction: 1,
  moreResults: 8,
  noGoodIndex: 16,
  noIndex: 32,
  cursor: 64,
  slow: 2048,
  sessionState: 0x4000,
} as const;
const trackNames = ['variable', 'database', 'state', 'gtid', 'transaction', 'transaction'] as const;
const trackedMax = 10;
const progressErrno = 0xffff;

/** The answers of a server, matched with the commands that wait for them. */
export class MysqlAnswers {
  private readonly context: MysqlContext;
  private state: State = 'first';
  private columns: readonly MysqlColumn[] = [];
  private columnCount = 0;
  private columnsLeft = 0;
  /** Definitions of parameters and of columns that are to come behind a PREPARE. */
  private parametersLeft = 0;
  /** An EOF may stand between the columns and the rows. */
  private mayEndColumns = false;
  private shows = true;
  private hasToldStray = false;

  constructor(context: MysqlContext) {
    this.context = context;
  }

  packet(packet: MysqlPacket): void {
    const head = this.context.head();
    if (head === null) {
      this.stray(packet.atUs);
      return;
    }
    if (head.next !== -1 && packet.sequence !== ((head.next + packet.parts - 1) & 255)) {
      // Only before an answer: it belongs to something that is not known. Within one it is no packet, see `isNext`.
      this.stray(packet.atUs);
      return;
    }
    head.next = this.context.countsPackets ? (packet.sequence + 1) & 255 : -1;
    const { question } = head;
    question.took(packet.wireBytes, packet.atUs);
    if (!packet.isWhole) question.addFact('missing', 'Bytes in a packet of its answer.');
    const fields = new MysqlFields(packet.bytes, packet.from, packet.to);
    switch (this.state) {
      case 'first':
        this.shows = question.columns === null;
        this.firstPacket(head, fields, packet);
        break;
      case 'columns':
        this.column(head, fields, packet);
        break;
      case 'rows':
        this.row(head, fields, packet);
        break;
      case 'definitions':
        this.definition(head, fields, packet);
        break;
      case 'over':
        break;
      default:
        this.state satisfies never;
    }
  }

  /** Whether a packet with this number can follow: numbers of one answer count up. */
  isNext(sequence: number): boolean {
    const next = this.context.head()?.next ?? -1;
    return this.state === 'first' || next === -1 || next === sequence;
  }

  /** What is open cannot be answered any more, as far as can be seen. */
  lost(atUs: number): void {
    this.state = 'first';
    this.context.endAll('lost', 'Bytes are missing before or in its answer.', atUs);
  }

  private stray(atUs: number): void {
    if (this.hasToldStray) return;
    this.hasToldStray = true;
    this.context.teller.fact('lost', 'An answer came to a question that was not recorded.', atUs);
  }

  private firstPacket(head: MysqlCommand, fields: MysqlFields, packet: MysqlPacket): void {
    const first = fields.peek();
    if (first === ERR) {
      this.error(head, fields, packet);
      return;
    }
    this.columns = [];
    switch (head.answer) {
      case 'results':
        this.firstOfResult(head, fields, packet, first);
        return;
      case 'prepare':
        this.prepared(head, fields, packet);
        return;
      case 'fetch':
        this.columns = head.statement?.columns ?? [];
        this.columnCount = head.statement?.columnCount ?? 0;
        this.beginRows(head);
        this.mayEndColumns = false;
        this.row(head, fields, packet);
        return;
      case 'ok':
        if (first === EOF) this.endOfFile(head, fields, packet);
        else this.ok(head, fields, packet);
        return;
      case 'text':
        this.context.teller.begin(head.question, packet.firstAtUs);
        head.question.addFact('answer', this.context.platform.utf8(fields.bytes, fields.at, fields.end));
        this.over(head, packet.atUs);
        return;
      case 'fields':
        if (first === EOF && packet.payloadBytes < 9) this.endOfFile(head, fields, packet);
        else {
          this.context.teller.begin(head.question, packet.firstAtUs);
          head.question.addRows(1);
        }
        return;
      case 'stream':
        if (first === EOF && packet.payloadBytes < 9) this.endOfFile(head, fields, packet);
        else {
          this.context.teller.begin(head.question, packet.firstAtUs);
          head.question.addRows(1);
        }
        return;
      case 'login':
        if (first === OK) this.ok(head, fields, packet);
        else head.next = -1;
        return;
      default:
        head.answer satisfies never;
    }
  }

  private firstOfResult(head: MysqlCommand, fields: MysqlFields, packet: MysqlPacket, first: number): void {
    const { context } = this;
    const { question } = head;
    if (first === OK && packet.payloadBytes >= 7) {
      this.ok(head, fields, packet);
      return;
    }
    if (first === LOCAL_INFILE) {
      fields.u8();
      context.teller.begin(question, packet.firstAtUs);
      question.addFact('file', context.platform.utf8(fields.bytes, fields.at, fields.end));
      context.takesFile = true;
      context.fileBytes = 0;
      return;
    }
    if (first === EOF) {
      this.endOfFile(head, fields, packet);
      return;
    }
    let hasMetadata = true;
    if (context.has(capability.optionalMetadata)) hasMetadata = fields.u8() === 1;
    const count = fields.length();
    if (context.hasMariadb(mariadbCapability.cacheMetadata) && fields.left() > 0)
      hasMetadata = fields.u8() === 1;
    if (fields.isShort() || count === 0 || count > 65_535) {
      question.fail('unreadable', 'The answer begins in a way that is not known.');
      this.over(head, packet.atUs);
      return;
    }
    if (hasMetadata) {
      this.columnsLeft = count;
      this.columnCount = count;
      this.state = 'columns';
      return;
    }
    this.columns = head.statement?.columns ?? [];
    this.columnCount = head.statement?.columnCount ?? 0;
    this.beginRows(head);
  }

  private column(head: MysqlCommand, fields: MysqlFields, packet: MysqlPacket): void {
    if (fields.peek() === ERR) {
      this.error(head, fields, packet);
      return;
    }
    if (this.columns.length < previewColumnsMax) this.columns = [...this.columns, this.readColumn(fields)];
    this.columnsLeft--;
    if (this.columnsLeft > 0) return;
    this.keepColumns(head);
    this.beginRows(head);
  }

  private keepColumns({ statement }: MysqlCommand): void {
    if (statement === null) return;
    statement.columns = this.columns;
    statement.columnCount = this.columnCount;
  }

  private beginRows({ question }: MysqlCommand): void {
    this.state = 'rows';
    this.mayEndColumns = true;
    question.rows ??= 0;
    if (this.shows) question.columns = this.columns.map((column) => column.name);
  }

  private row(head: MysqlCommand, fields: MysqlFields, packet: MysqlPacket): void {
    const { question } = head;
    const first = fields.peek();
    if (first === ERR) {
      this.error(head, fields, packet);
      return;
    }
    if (first === EOF && packet.payloadBytes < 0xff_ffff) {
      if (this.mayEndColumns && packet.payloadBytes === eofBytes) {
        this.mayEndColumns = false;
        // With a cursor the rows come when they are fetched. Flags of which bytes are missing say nothing of one.
        const flags = new MysqlFields(fields.bytes, fields.at + 3, fields.end).u16();
        if ((flags & status.cursor) === 0) return;
      }
      this.endOfFile(head, fields, packet);
      return;
    }
    this.mayEndColumns = false;
    this.context.teller.begin(question, packet.firstAtUs);
    question.addRows(1);
    if (!this.shows || question.previewRows.length >= previewRowsMax) return;
    question.previewRows.push(head.isBinary ? this.binaryRow(fields) : this.textRow(fields));
  }

  private textRow(fields: MysqlFields): (string | null)[] {
    const values: (string | null)[] = [];
    for (const column of this.columns) {
      if (fields.left() === 0) values.push('…');
      else {
        const length = fields.lengthOrNull();
        values.push(
          length === null
            ? null
            : mysqlText(this.context.platform, fields, length, column.isBinary, previewCharsMax),
        );
      }
    }
    return values;
  }

  private binaryRow(fields: MysqlFields): (string | null)[] {
    const values: (string | null)[] = [];
    fields.u8();
    const nulls = fields.at;
    fields.skip((this.columnCount + 9) >> 3);
    for (const [index, column] of this.columns.entries()) {
      if (fields.isSet(nulls, index + 2)) values.push(null);
      else if (fields.left() === 0) values.push('…');
      else values.push(mysqlValue(this.context.platform, fields, column, previewCharsMax));
    }
    return values;
  }

  private prepared(head: MysqlCommand, fields: MysqlFields, packet: MysqlPacket): void {
    fields.u8();
    const id = fields.u32();
    const columns = fields.u16();
    const parameters = fields.u16();
    this.context.teller.begin(head.question, packet.firstAtUs);
    if (head.statement !== null && !fields.isShort()) {
      head.statement.parameterCount = parameters;
      this.context.prepared.put(id, head.statement);
    }
    this.parametersLeft = parameters;
    this.columnsLeft = columns;
    this.columnCount = columns;
    if (parameters + columns === 0 || fields.isShort()) this.over(head, packet.atUs);
    else this.state = 'definitions';
  }

  /** Of the parameters and columns of a prepared statement; each kind ends with an EOF where ends do not agree to leave it out. */
  private definition(head: MysqlCommand, fields: MysqlFields, packet: MysqlPacket): void {
    if (fields.peek() === EOF && packet.payloadBytes === eofBytes) {
      if (this.parametersLeft + this.columnsLeft === 0) this.over(head, packet.atUs);
      return;
    }
    if (this.parametersLeft > 0) this.parametersLeft--;
    else {
      this.columnsLeft--;
      if (this.columns.length < previewColumnsMax) this.columns = [...this.columns, this.readColumn(fields)];
    }
    if (this.parametersLeft + this.columnsLeft > 0) return;
    this.keepColumns(head);
    if (!this.context.knowsCapabilities || this.context.has(capability.deprecateEof))
      this.over(head, packet.atUs);
  }

  private readColumn(fields: MysqlFields): MysqlColumn {
    for (let skipped = 0; skipped < 4; skipped++) fields.skip(fields.length());
    const name = mysqlText(this.context.platform, fields, fields.length(), false, previewCharsMax);
    fields.skip(fields.length());
    if (this.context.hasMariadb(mariadbCapability.extendedMetadata)) fields.skip(fields.length());
    fields.length();
    const isBinary = fields.u16() === 63;
    fields.skip(4);
    const type = fields.u8();
    const isUnsigned = (fields.u16() & 0x20) !== 0;
    return { name, type, isUnsigned, isBinary };
  }

  /** OK, also where it stands in the place of an EOF behind rows. */
  private ok(head: MysqlCommand, fields: MysqlFields, packet: MysqlPacket): void {
    const { question } = head;
    const isBehindRows = fields.u8() === EOF;
    const affected = fields.length();
    const insertId = fields.length();
    const flags = fields.u16();
    const warnings = fields.u16();
    this.context.teller.begin(question, packet.firstAtUs);
    if (!isBehindRows) question.addRows(affected);
    if (insertId > 0) question.addFact('insert id', String(insertId));
    this.flagsAndWarnings(question, flags, warnings);
    const { platform } = this.context;
    if (this.context.has(capability.sessionTrack)) {
      if (fields.left() > 0) {
        const info = mysqlText(platform, fields, fields.length(), false, 1000);
        if (info !== '') question.addFact('info', info);
      }
      if ((flags & status.sessionState) !== 0) this.sessionState(question, fields);
    } else if (fields.left() > 0) {
      question.addFact('info', platform.utf8(fields.bytes, fields.at, fields.end));
    }
    this.tellFile(question);
    this.endResult(head, flags, 'OK', packet.atUs);
  }

  private endOfFile(head: MysqlCommand, fields: MysqlFields, packet: MysqlPacket): void {
    if (packet.payloadBytes > eofBytes) {
      this.ok(head, fields, packet);
      return;
    }
    fields.u8();
    const warnings = fields.u16();
    const flags = fields.u16();
    this.context.teller.begin(head.question, packet.firstAtUs);
    this.flagsAndWarnings(head.question, flags, warnings);
    this.endResult(head, flags, 'EOF', packet.atUs);
  }

  private flagsAndWarnings(question: OpenQuestion, flags: number, warnings: number): void {
    if (warnings > 0) question.addFact('warnings', String(warnings));
    if ((flags & status.inTransaction) !== 0) question.addFact('transaction', 'open');
    if ((flags & status.noIndex) !== 0) question.addFact('index', 'none was used');
    if ((flags & status.noGoodIndex) !== 0) question.addFact('index', 'no good one was used');
    if ((flags & status.slow) !== 0) question.addFact('slow', 'the server counts it as slow');
  }

  /** What has changed in the session: types and values with their lengths. */
  private sessionState(question: OpenQuestion, fields: MysqlFields): void {
    const { platform } = this.context;
    const end = Math.min(fields.end, fields.length() + fields.at);
    for (let count = 0; count < trackedMax && fields.at < end; count++) {
      const type = fields.u8();
      const itemEnd = Math.min(end, fields.length() + fields.at);
      // Of transactions and GTIDs the first byte says how the rest is written.
      if (type === 3) fields.u8();
      const first = mysqlText(platform, fields, fields.length(), false, 200);
      const second = type === 0 ? ` = ${mysqlText(platform, fields, fields.length(), false, 200)}` : '';
      question.addFact(`session ${trackNames[type] ?? String(type)}`, first + second);
      if (fields.isShort() || itemEnd < fields.at) return;
      fields.at = itemEnd;
    }
  }

  private tellFile(question: OpenQuestion): void {
    if (question.facts.some(([name]) => name === 'file')) {
      question.addFact('copied', `${this.context.fileBytes} bytes`);
    }
  }

  private endResult(head: MysqlCommand, flags: number, word: string, atUs: number): void {
    const { question } = head;
    question.status = question.status === '' ? word : question.status;
    if ((flags & status.moreResults) === 0) {
      this.over(head, atUs);
      return;
    }
    const results = question.facts.find(([name]) => name === 'results');
    if (results === undefined) question.addFact('results', 'several, of which the rows are added up');
    this.state = 'first';
  }

  private error(head: MysqlCommand, fields: MysqlFields, packet: MysqlPacket): void {
    const { question } = head;
    const { platform } = this.context;
    fields.u8();
    const errno = fields.u16();
    if (errno === progressErrno) {
      // MariaDB says how far it has come.
      fields.u8();
      const [stage, stages, thousandths] = [fields.u8(), fields.u8(), fields.u24()];
      const info = mysqlText(platform, fields, fields.length(), false, 200);
      question.addFact('progress', `${info} stage ${stage} of ${stages}, ${thousandths / 1000} %`);
      return;
    }
    let state = '';
    if (fields.peek() === 0x23) {
      state = platform.utf8(fields.bytes, fields.at + 1, Math.min(fields.end, fields.at + 6));
      fields.skip(6);
    }
    this.context.teller.begin(question, packet.firstAtUs);
    question.fail(String(errno), platform.utf8(fields.bytes, fields.at, fields.end));
    if (state !== '') question.addFact('SQLSTATE', state);
    this.over(head, packet.atUs);
  }

  private over({ question }: MysqlCommand, atUs: number): void {
    this.context.teller.begin(question, question.answerAtUs);
    this.context.teller.end(question, atUs);
    this.context.shift();
    this.state = 'first';
  }
}
