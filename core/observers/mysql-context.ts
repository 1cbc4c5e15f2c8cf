import { type OpenQuestion, QuestionTeller, type QuestionWords } from '../model/open-question.ts';
import type { Platform } from '../model/platform.ts';
import { PreparedStatements } from '../model/prepared-statements.ts';
import type { QueryEvent } from '../model/query-events.ts';
import { TurnQueue } from '../model/turn-queue.ts';
import { anyCapabilities, type MysqlCapabilities } from './mysql-login.ts';
import type { MysqlType } from './mysql-values.ts';

export interface MysqlColumn extends MysqlType {
  readonly name: string;
}

/** A prepared statement, known to the client by a number. */
export interface MysqlStatement {
  readonly words: QuestionWords;
  /** How many values it takes; -1 until the server has said. */
  parameterCount: number;
  /** Their types, as the client last sent them. */
  types: readonly MysqlType[];
  /** The first 100 of its rows, and how many there are. */
  columns: readonly MysqlColumn[] | null;
  columnCount: number;
}

/** What the answer to a command looks like. */
export type MysqlAnswer =
  /** OK, an error, or the results of a query. */
  | 'results'
  | 'prepare'
  /** Rows alone. */
  | 'fetch'
  /** OK, EOF or an error. */
  | 'ok'
  /** One packet of text. */
  | 'text'
  /** Definitions of columns up to an EOF. */
  | 'fields'
  /** Packets without an end. */
  | 'stream'
  /** Packets to and fro until OK or an error. */
  | 'login';

/** A command that the server answers in its turn. */
export class MysqlCommand {
  readonly question: OpenQuestion;
  readonly answer: MysqlAnswer;
  /** Rows come in the binary protocol. */
  readonly isBinary: boolean;
  readonly statement: MysqlStatement | null;
  /** Sequence number of the server's next packet; -1 for any. */
  next: number;

  constructor(
    question: OpenQuestion,
    answer: MysqlAnswer,
    isBinary: boolean,
    statement: MysqlStatement | null,
    next: number,
  ) {
    this.question = question;
    this.answer = answer;
    this.isBinary = isBinary;
    this.statement = statement;
    this.next = next;
  }
}

/** Commands that wait for an answer. */
const commandsMax = 10_000;

/** What both directions of a conversation share. */
export class MysqlContext {
  readonly platform: Platform;
  readonly teller: QuestionTeller;
  capabilities: MysqlCapabilities = anyCapabilities;
  /** The handshake was seen, so that `capabilities` are those in force. */
  knowsCapabilities = false;
  /** Packets of an answer are numbered one by one; not where they are compressed: there they take over the numbers of the parts. */
  countsPackets = true;
  private readonly commands = new TurnQueue<MysqlCommand>();
  /** The server asked for a file. */
  takesFile = false;
  fileBytes = 0;
  /** What SEND_LONG_DATA has sent, for the next execution: of which value how much, and in all. */
  readonly longData = new Map<number, number>();
  longDataBytes = 0;
  longDataAtUs = -1;
  readonly prepared = new PreparedStatements<number, MysqlStatement>();
  /** The one that was prepared last, which MariaDB's clients may run before they know its number. */
  lastPrepared: MysqlStatement | null = null;

  constructor(platform: Platform, emit: (event: QueryEvent) => void) {
    this.platform = platform;
    this.teller = new QuestionTeller(emit);
  }

  has(flag: number): boolean {
    return this.knowsCapabilities && (this.capabilities.flags & flag) !== 0;
  }

  hasMariadb(flag: number): boolean {
    return this.knowsCapabilities && (this.capabilities.mariadb & flag) !== 0;
  }

  head(): MysqlCommand | null {
    return this.commands.at(0);
  }

  isFull(): boolean {
    return this.commands.size() >= commandsMax;
  }

  expect(command: MysqlCommand): void {
    if (!this.countsPackets) command.next = -1;
    this.commands.add(command);
  }

  /** The first command is over. */
  shift(): void {
    if (this.commands.take() !== null) this.takesFile = false;
  }

  /** Ends everything that is open with this error. */
  endAll(code: string, message: string, atUs: number): void {
    for (let head = this.head(); head !== null; head = this.head()) {
      head.question.fail(code, message);
      this.teller.end(head.question, atUs);
      this.shift();
    }
  }

  forgetStatements(): void {
    this.prepared.clear();
    this.lastPrepared = null;
  }

  /** One that was prepared before the recording, or is forgotten, stands for itself by its number. */
  statement(id: number): MysqlStatement {
    const known = id === 0xffff_ffff ? this.lastPrepared : this.prepared.get(id);
    if (known !== null) return known;
    const text = `(statement ${id}, prepared before the recording)`;
    const normalised = '(statement ?, prepared before the recording)';
    return {
      words: { verb: 'EXECUTE', statement: text, normalised },
      parameterCount: -1,
      types: [],
      columns: null,
      columnCount: 0,
    };
  }
}
