import { type OpenQuestion, QuestionTeller, type QuestionWords } from '../model/open-question.ts';
import type { Platform } from '../model/platform.ts';
import { PreparedStatements } from '../model/prepared-statements.ts';
import type { QueryEvent } from '../model/query-events.ts';
import { TurnQueue } from '../model/turn-queue.ts';
import type { Sender } from './observer.ts';

/** A column of rows: what it is called, its type, and whether it comes in binary. */
export interface PostgresColumn {
  readonly name: string;
  readonly type: number;
  readonly isBinary: boolean;
}

/** A prepared statement. */
export interface PostgresStatement {
  readonly words: QuestionWords;
  /** Of its parameters; 0 for a type that the server chooses. */
  types: readonly number[];
  /** What the server said of its rows; null before. */
  columns: readonly PostgresColumn[] | null;
}

/** A statement with values, ready to run. */
export interface PostgresPortal {
  readonly statement: PostgresStatement;
  readonly parameters: readonly (string | null)[];
  /** How columns are wanted: none for text, one for all, else one for each; true is binary. */
  readonly formats: readonly boolean[];
  columns: readonly PostgresColumn[] | null;
}

export type ExpectedKind =
  | 'parse'
  | 'bind'
  | 'describe'
  | 'close'
  | 'execute'
  | 'query'
  | 'call'
  | 'sync'
  /** Nothing answers it: the client had ended its COPY before the server had begun it. */
  | 'copy-done';

/** A message of the client that the server answers in its turn. */
export interface Expected {
  readonly kind: ExpectedKind;
  readonly question: OpenQuestion | null;
  readonly statement: PostgresStatement | null;
  readonly portal: PostgresPortal | null;
}

/** Messages that wait for an answer. */
export const expectedMax = 20_000;
const portalsMax = 1000;

/** What both directions of a conversation share. */
export class PostgresContext {
  readonly platform: Platform;
  readonly teller: QuestionTeller;
  /** What the server answers next, in order. */
  private readonly expected = new TurnQueue<Expected>();
  /** Whether the next answer is that of the first that is expected. Not after bytes were lost. */
  isSure = true;
  /** While it is not sure: how many times the client waited for ReadyForQuery since it last came. */
  rounds = 0;
  /** The client sent before ReadyForQuery what is answered behind it: after a loss nothing tells the answers apart any more. */
  private overlapsRounds = false;
  /** Rounds that wait for ReadyForQuery. */
  private roundsOpen = 0;
  /** An error was told: the server passes over everything up to Sync. */
  skipsToSync = false;
  /** The server takes the data of a COPY. */
  isCopyingIn = false;
  copiedIn = 0;
  /** The messages of the extended protocol since the last Execute, Sync or Flush. */
  group: OpenQuestion | null = null;
  /** An answer that is whole but for the ReadyForQuery behind it. */
  held: OpenQuestion | null = null;
  /** A StartupMessage was seen, so that the first ReadyForQuery answers it. */
  awaitsStart = false;
  isStarted = false;
  /** What the connection was made for, if it was to cancel something. */
  cancel: OpenQuestion | null = null;
  readonly prepared = new PreparedStatements<string, PostgresStatement>();
  private readonly portals = new Map<string, PostgresPortal>();

  constructor(platform: Platform, emit: (event: QueryEvent) => void) {
    this.platform = platform;
    this.teller = new QuestionTeller(emit);
  }

  head(): Expected | null {
    while (this.expected.at(0)?.kind === 'copy-done') this.shift();
    return this.expected.at(0);
  }

  /** Takes the first off that is expected. */
  shift(): void {
    const entry = this.expected.take();
    if (entry !== null && endsRound(entry.kind)) this.roundsOpen--;
  }

  /** The server will answer this message in its turn, if it is sure that its turn can be told. */
  expect(
    kind: ExpectedKind,
    question: OpenQuestion | null,
    statement: PostgresStatement | null,
    portal: PostgresPortal | null,
    atUs: number,
  ): void {
    if (!this.isSure) {
      if (endsRound(kind)) this.rounds++;
      if (question !== null && question.number !== 0) this.endUntold(question, atUs);
      return;
    }
    if (this.skipsToSync && kind !== 'sync') {
      if (question !== null && question.number !== 0) this.skip(question, atUs);
      return;
    }
    if (kind === 'sync') this.skipsToSync = false;
    if (this.expected.size() >= expectedMax) {
      this.loseTrack('more than 20,000 messages wait for their answers', 'client', atUs);
      if (question !== null) this.endUntold(question, atUs);
      return;
    }
    if (endsRound(kind)) {
      this.roundsOpen++;
      if (this.roundsOpen > 1) this.overlapsRounds = true;
    }
    if (question !== null) question.unanswered++;
    this.expected.add({ kind, question, statement, portal });
  }

  /** Of what is expected behind the first, Syncs that the server passes over because a COPY came between. */
  dropIgnoredSyncs(): void {
    let count = 0;
    while (this.expected.at(1 + count)?.kind === 'sync') count++;
    this.roundsOpen -= count;
    if (this.expected.at(1 + count)?.kind === 'copy-done') {
      this.isCopyingIn = false;
      count++;
    }
    this.expected.remove(1, count);
  }

  /** The server ran none of these, because something before them failed. */
  skip(question: OpenQuestion, atUs: number): void {
    question.fail('skipped', 'Not run, because a statement sent before it failed.');
    this.teller.end(question, atUs);
  }

  /** Told, but never to be answered as far as can be seen. */
  endUntold(question: OpenQuestion, atUs: number): void {
    question.fail('lost', 'Its answer cannot be told from others, because bytes before it are missing.');
    this.teller.end(question, atUs);
  }

  /** From here on answers belong to nothing that is known; it is sure again when both ends have taken turns. */
  loseTrack(why: string, sender: Sender, atUs: number): void {
    this.flushHeld();
    // What the client has sent is known where the server's bytes are missing.
    this.rounds = sender === 'server' ? (this.isSure ? this.roundsOpen : this.rounds) : 0;
    this.endAll('lost', 'Bytes are missing before or in its answer.', atUs);
    this.skipsToSync = false;
    this.isCopyingIn = false;
    this.group = null;
    if (!this.isSure) return;
    this.isSure = false;
    const until = this.overlapsRounds
      ? 'This client does not wait for answers, so that none can be matched any more.'
      : 'Answers are not matched until both ends have taken turns.';
    this.teller.fact('lost', `In what the ${sender} sent: ${why}. ${until}`, atUs);
  }

  /** ReadyForQuery came while it was not sure. */
  turn(): void {
    if (this.rounds === 1 && this.group === null && !this.overlapsRounds) this.isSure = true;
    this.rounds = 0;
  }

  /** Ends everything that is open with this error. */
  endAll(code: string, message: string, atUs: number): void {
    this.flushHeld();
    for (let index = 0; index < this.expected.size(); index++) {
      const question = this.expected.at(index)?.question ?? null;
      if (question === null || question.hasEnded) continue;
      question.fail(code, message);
      this.teller.end(question, atUs);
    }
    this.expected.clear();
    this.roundsOpen = 0;
  }

  flushHeld(): void {
    const { held } = this;
    if (held === null) return;
    this.held = null;
    this.teller.end(held, held.answerAtUs);
  }

  /** One that was prepared before the recording, or is forgotten, stands for itself by its name. */
  statement(name: string): PostgresStatement {
    return this.prepared.get(name) ?? unknownStatement('statement', name);
  }

  putPortal(name: string, portal: PostgresPortal): void {
    this.portals.delete(name);
    this.portals.set(name, portal);
    if (this.portals.size <= portalsMax) return;
    for (const [oldest] of this.portals) {
      this.portals.delete(oldest);
      break;
    }
  }

  dropPortal(name: string): void {
    this.portals.delete(name);
  }

  portal(name: string): PostgresPortal {
    return (
      this.portals.get(name) ?? {
        statement: unknownStatement('portal', name),
        parameters: [],
        formats: [],
        columns: null,
      }
    );
  }
}

function endsRound(kind: ExpectedKind): boolean {
  return kind === 'sync' || kind === 'query' || kind === 'call';
}

function unknownStatement(what: 'statement' | 'portal', name: string): PostgresStatement {
  const called = name === '' ? `unnamed ${what}` : `${what} ${name}`;
  const text = `(${called}, made before the recording)`;
  return { words: { verb: 'EXECUTE', statement: text, normalised: text }, types: [], columns: null };
}
