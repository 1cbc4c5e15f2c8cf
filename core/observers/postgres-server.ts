import {
  type OpenQuestion,
  previewCharsMax,
  previewColumnsMax,
  previewRowsMax,
} from '../model/open-question.ts';
import type { Expected, ExpectedKind, PostgresColumn, PostgresContext } from './postgres-context.ts';
import { PostgresFields } from './postgres-fields.ts';
import { noticeText, readNotice, type PostgresNotice } from './postgres-notices.ts';
import { PostgresSession } from './postgres-session.ts';
import { postgresValue } from './postgres-values.ts';

const headerBytes = 5;
const rowBytesMax = 64 * 1024;
const otherBytesMax = 16 * 1024;

const T = {
  Authentication: 0x52,
  BackendKeyData: 0x4b,
  BindComplete: 0x32,
  CloseComplete: 0x33,
  CommandComplete: 0x43,
  CopyData: 0x64,
  CopyInResponse: 0x47,
  CopyOutResponse: 0x48,
  CopyBothResponse: 0x57,
  CopyDone: 0x63,
  DataRow: 0x44,
  EmptyQuery: 0x49,
  ErrorResponse: 0x45,
  FunctionResult: 0x56,
  NegotiateVersion: 0x76,
  NoData: 0x6e,
  Notice: 0x4e,
  Notification: 0x41,
  ParameterDescription: 0x74,
  ParameterStatus: 0x53,
  ParseComplete: 0x31,
  PortalSuspended: 0x73,
  ReadyForQuery: 0x5a,
  RowDescription: 0x54,
} as const;

/** The messages of the server (manual, 55.7), matched with what the client waits for. */
export class PostgresServer {
  private readonly context: PostgresContext;
  private readonly session: PostgresSession;
  /** Of the result that comes; null before it was described. */
  private columns: readonly PostgresColumn[] | null = null;
  /** Commands that one simple query has run, and the rows of those that are over. */
  private commands = 0;
  private rowsBefore: number | null = null;
  /** Rows are shown of the first result only. */
  private shows = true;
  private copiedOut = 0;
  private hasToldStray = false;

  constructor(context: PostgresContext) {
    this.context = context;
    this.session = new PostgresSession(context);
  }

  /** The type of a message has come: a row begins the answer. Returns how many of its bytes are wanted. */
  begin(type: number, firstAtUs: number): number {
    switch (type) {
      case T.DataRow: {
        const head = this.runningHead();
        if (head?.question == null) return 0;
        this.context.teller.begin(head.question, firstAtUs);
        return this.shows && head.question.previewRows.length < previewRowsMax ? rowBytesMax : 0;
      }
      case T.CopyData:
        return 0;
      default:
        return otherBytesMax;
    }
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
    if (!isWhole) this.context.head()?.question?.addFact('missing', 'Bytes in a message of its answer.');
    switch (type) {
      case T.DataRow:
        this.row(bytes, from, to, bodyBytes, atUs);
        return;
      case T.CopyData:
        this.copyData(bodyBytes, atUs);
        return;
      case T.Notice:
      case T.Notification:
      case T.ParameterStatus:
      case T.BackendKeyData:
      case T.Authentication:
      case T.NegotiateVersion:
        this.besides(type, bytes, from, to, bodyBytes, atUs);
        return;
      case T.ErrorResponse:
        this.error(readNotice(this.context.platform, bytes, from, to), bodyBytes, firstAtUs, atUs);
        return;
      case T.ReadyForQuery:
        this.ready(isWhole && to > from ? bytes[from] : undefined, atUs);
        return;
      default:
        this.answer(type, bytes, from, to, bodyBytes, firstAtUs, atUs);
    }
  }

  /** What the server says of itself, out of turn. */
  private besides(
    type: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    bodyBytes: number,
    atUs: number,
  ): void {
    if (type !== T.Notice) {
      this.session.message(type, bytes, from, to, atUs);
      return;
    }
    const question = this.context.held ?? this.context.head()?.question ?? null;
    const text = noticeText(readNotice(this.context.platform, bytes, from, to));
    if (question === null) this.context.teller.fact('notice', text, atUs);
    else {
      question.answerBytes += bodyBytes + headerBytes;
      question.addFact('notice', text);
    }
  }

  /** The first that is expected, if it is one that runs a statement. */
  private runningHead(): Expected | null {
    if (!this.context.isSure) return null;
    const head = this.context.head();
    return head?.kind === 'execute' || head?.kind === 'query' ? head : null;
  }

  private row(bytes: Uint8Array, from: number, to: number, bodyBytes: number, atUs: number): void {
    const head = this.runningHead();
    const question = head?.question;
    if (head == null || question == null) {
      this.stray(atUs);
      return;
    }
    this.context.flushHeld();
    question.took(bodyBytes + headerBytes, atUs);
    question.addRows(1);
    if (!this.shows || question.previewRows.length >= previewRowsMax) return;
    const columns =
      head.kind === 'query' ? this.columns : (head.portal?.columns ?? head.statement?.columns ?? null);
    question.columns ??= columns === null ? null : columns.map((column) => column.name);
    const formats = head.portal?.formats ?? [];
    const fields = new PostgresFields(bytes, from, to);
    const values: (string | null)[] = [];
    const count = Math.min(fields.u16(), previewColumnsMax);
    for (let index = 0; index < count && !fields.isShort(); index++) {
      const length = fields.i32();
      if (fields.isShort()) break;
      if (length < 0) {
        values.push(null);
        continue;
      }
      const column = columns?.[index];
      const isBinary =
        head.kind === 'query'
          ? (column?.isBinary ?? false)
          : (formats[formats.length === 1 ? 0 : index] ?? false);
      const end = Math.min(fields.end, fields.at + length);
      const { platform } = this.context;
      values.push(
        postgresValue(platform, bytes, fields.at, end, column?.type ?? 0, isBinary, previewCharsMax),
      );
      fields.skip(length);
    }
    while (values.length < count) values.push('…');
    question.previewRows.push(values);
  }

  private copyData(bodyBytes: number, atUs: number): void {
    const question = this.runningHead()?.question;
    if (question == null) {
      this.stray(atUs);
      return;
    }
    this.copiedOut += bodyBytes;
    question.took(bodyBytes + headerBytes, atUs);
    question.addRows(1);
  }

  /** An answer in its turn, to one of these messages of the client. */
  private answer(
    type: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    bodyBytes: number,
    firstAtUs: number,
    atUs: number,
  ): void {
    const { context } = this;
    if (!context.isSure) return;
    context.flushHeld();
    const head = context.head();
    if (head === null) {
      this.stray(atUs);
      return;
    }
    if (!answers(type, head.kind)) {
      context.loseTrack('an answer came that belongs to nothing that was asked', 'server', atUs);
      return;
    }
    head.question?.took(bodyBytes + headerBytes, atUs);
    const fields = new PostgresFields(bytes, from, to);
    switch (type) {
      case T.ParameterDescription:
        if (head.statement !== null) head.statement.types = readTypes(fields);
        break;
      case T.RowDescription: {
        const columns = this.readColumns(bytes, fields);
        if (head.portal !== null) head.portal.columns = columns;
        else if (head.statement !== null) head.statement.columns = columns;
        if (head.kind === 'describe') this.done(head);
        else {
          this.columns = columns;
          if (head.question !== null) {
            this.shows = head.question.columns === null;
            head.question.columns ??= columns.map((column) => column.name);
            head.question.rows ??= 0;
          }
        }
        break;
      }
      case T.CommandComplete:
        this.complete(head, context.platform.utf8(bytes, from, fields.textEnd()), firstAtUs);
        break;
      case T.EmptyQuery:
        this.complete(head, '', firstAtUs);
        break;
      case T.PortalSuspended:
        this.complete(head, 'suspended', firstAtUs);
        break;
      case T.CopyInResponse:
        context.isCopyingIn = true;
        if (head.kind === 'execute') context.dropIgnoredSyncs();
        this.beginCopy(head.question, firstAtUs);
        break;
      case T.CopyOutResponse:
        this.beginCopy(head.question, firstAtUs);
        break;
      case T.CopyBothResponse:
        this.beginCopy(head.question, firstAtUs);
        context.teller.fact('long-lived', 'Both ends send as they like: a stream of replication.', atUs);
        break;
      case T.CopyDone:
        break;
      case T.FunctionResult:
        if (head.question !== null) context.teller.begin(head.question, firstAtUs);
        break;
      default:
        // ParseComplete, BindComplete, CloseComplete, NoData
        this.done(head);
    }
  }

  private beginCopy(question: OpenQuestion | null, firstAtUs: number): void {
    this.copiedOut = 0;
    if (question !== null) this.context.teller.begin(question, firstAtUs);
  }

  /** One message of the first question is answered; its last one ends it. */
  private done({ question }: Expected): void {
    this.context.shift();
    if (question === null) return;
    question.unanswered--;
    if (question.unanswered > 0 || question.number === 0) return;
    this.context.teller.begin(question, question.answerAtUs);
    this.context.teller.end(question, question.answerAtUs);
  }

  /** A command is over: with it an Execute, and perhaps a simple query. */
  private complete(head: Expected, tag: string, firstAtUs: number): void {
    const { question } = head;
    if (question === null) return;
    this.context.teller.begin(question, firstAtUs);
    const rows = rowsOfTag(tag);
    if (rows !== null) question.rows = (this.rowsBefore ?? 0) + rows;
    if (tag.startsWith('COPY')) this.tellCopied(question);
    if (head.kind === 'execute') {
      question.status = tag;
      this.context.shift();
      question.unanswered = 0;
      if (this.context.head()?.kind === 'sync') this.context.held = question;
      else this.context.teller.end(question, question.answerAtUs);
      return;
    }
    this.rowsBefore = question.rows;
    this.commands++;
    if (this.commands === 2) question.addFact('command', question.status);
    if (this.commands > 1) question.addFact('command', tag);
    question.status =
      this.commands === 1 || question.status.length > 200 ? tag : `${question.status}; ${tag}`;
  }

  private tellCopied(question: OpenQuestion): void {
    const bytes = this.copiedOut > 0 ? this.copiedOut : this.context.copiedIn;
    question.addFact('copied', `${bytes} bytes`);
    this.context.isCopyingIn = false;
    this.copiedOut = 0;
    this.context.copiedIn = 0;
  }

  private error(notice: PostgresNotice, bodyBytes: number, firstAtUs: number, atUs: number): void {
    const { context } = this;
    context.isCopyingIn = false;
    context.copiedIn = 0;
    const head = context.head();
    const isOfSync = head?.kind === 'sync';
    if (!isOfSync) context.flushHeld();
    const question = isOfSync ? context.held : (head?.question ?? null);
    if (question === null || !context.isSure) {
      context.teller.fact(
        context.isStarted || !context.awaitsStart ? 'error' : 'refused',
        noticeText(notice),
        atUs,
      );
      return;
    }
    question.took(bodyBytes + headerBytes, atUs);
    question.fail(notice.code, notice.message);
    for (const [name, value] of notice.more) question.addFact(name, value);
    context.teller.begin(question, firstAtUs);
    if (head?.kind === 'sync' || head?.kind === 'query' || head?.kind === 'call') return;
    this.skipToSync(question, atUs);
  }

  /** Behind an error in the extended protocol the server passes over everything up to the next Sync. */
  private skipToSync(failed: OpenQuestion | null, atUs: number): void {
    const { context } = this;
    for (let head = context.head(); head !== null && head.kind !== 'sync'; head = context.head()) {
      const { question } = head;
      context.shift();
      if (question === null) continue;
      question.unanswered = 0;
      if (question.number === 0) {
        // Not whole yet: it ends when it is.
        question.answerAtUs = atUs;
        if (question !== failed)
          question.fail('skipped', 'Not run, because a statement sent before it failed.');
      } else if (question === failed) {
        context.held ??= question;
      } else {
        context.flushHeld();
        context.skip(question, atUs);
      }
    }
    if (context.head() === null) {
      context.flushHeld();
      context.skipsToSync = true;
    }
  }

  private ready(state: number | undefined, atUs: number): void {
    const { context } = this;
    this.commands = 0;
    this.rowsBefore = null;
    this.columns = null;
    this.shows = true;
    context.isCopyingIn = false;
    if (!context.isStarted) {
      context.isStarted = true;
      if (context.awaitsStart) {
        context.teller.fact('signed in', 'The server is ready for questions.', atUs);
        return;
      }
    }
    if (!context.isSure) {
      context.turn();
      return;
    }
    const head = context.head();
    if (head === null) {
      context.flushHeld();
      return;
    }
    if (head.kind !== 'sync' && head.kind !== 'query' && head.kind !== 'call') {
      context.loseTrack('ReadyForQuery came before all was answered', 'server', atUs);
      return;
    }
    const question = head.kind === 'sync' ? context.held : head.question;
    context.shift();
    context.held = null;
    if (question === null) return;
    if (state === 0x54) question.addFact('transaction', 'open');
    if (state === 0x45) question.addFact('transaction', 'failed');
    question.answerBytes += headerBytes + 1;
    const answeredAtUs = question.answerAtUs < 0 ? atUs : question.answerAtUs;
    context.teller.begin(question, answeredAtUs);
    context.teller.end(question, answeredAtUs);
  }

  /** Told once: what the answers belong to was sent before the recording, or is missing. */
  private stray(atUs: number): void {
    if (this.hasToldStray || !this.context.isSure) return;
    this.hasToldStray = true;
    this.context.teller.fact('lost', 'An answer came to a question that was not recorded.', atUs);
  }

  private readColumns(bytes: Uint8Array, fields: PostgresFields): PostgresColumn[] {
    const columns: PostgresColumn[] = [];
    const count = Math.min(fields.u16(), previewColumnsMax);
    for (let index = 0; index < count; index++) {
      const from = fields.at;
      const end = fields.textEnd();
      fields.skip(6);
      const type = fields.i32();
      fields.skip(6);
      const isBinary = fields.u16() === 1;
      if (fields.isShort()) break;
      columns.push({
        name: this.context.platform.utf8(bytes, from, Math.min(end, from + 200)),
        type,
        isBinary,
      });
    }
    return columns;
  }
}

const answering: Readonly<Record<ExpectedKind, readonly number[]>> = {
  parse: [T.ParseComplete],
  bind: [T.BindComplete],
  describe: [T.ParameterDescription, T.RowDescription, T.NoData],
  close: [T.CloseComplete],
  execute: [
    T.CommandComplete,
    T.EmptyQuery,
    T.PortalSuspended,
    T.CopyInResponse,
    T.CopyOutResponse,
    T.CopyBothResponse,
    T.CopyDone,
  ],
  query: [
    T.RowDescription,
    T.CommandComplete,
    T.EmptyQuery,
    T.CopyInResponse,
    T.CopyOutResponse,
    T.CopyBothResponse,
    T.CopyDone,
  ],
  call: [T.FunctionResult],
  sync: [],
  'copy-done': [],
};

/** Whether a message of this type can answer. */
function answers(type: number, kind: ExpectedKind): boolean {
  return answering[kind].includes(type);
}

/** The number at the end of a command tag: `INSERT 0 3`, `SELECT 3`; null for one without, such as `BEGIN`. */
function rowsOfTag(tag: string): number | null {
  const digits = / (\d{1,15})$/.exec(tag)?.[1];
  return digits === undefined ? null : Number(digits);
}

function readTypes(fields: PostgresFields): number[] {
  const types: number[] = [];
  for (let count = fields.u16(); count > 0 && types.length < 1000 && fields.left() >= 4; count--) {
    types.push(fields.i32());
  }
  return types;
}
