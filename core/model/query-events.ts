/**
 * What observers of protocols other than HTTP tell: questions and answers, in any of PostgreSQL, MySQL, MongoDB, Redis, DNS, STUN, DHCP, NTP.
 * Both ends of such a conversation may have many questions under way; `question` tells them apart within one conversation, counted from 1.
 */
export type QueryEvent = QuestionEvent | AnswerBeginEvent | AnswerEndEvent | ConversationFactEvent;

/** A whole question was sent. */
export interface QuestionEvent {
  readonly type: 'question';
  readonly question: number;
  /** Its first and last byte, µs since the epoch. */
  readonly firstAtUs: number;
  readonly atUs: number;
  /** What kind in one word, upper case where the protocol has such words: `SELECT`, `HGETALL`, `find`, `A`, `COPY`, `BEGIN`. */
  readonly verb: string;
  /** The question as a person would write it, at most `statementCharsMax`: the SQL text, the Redis command line, the name looked up. */
  readonly statement: string;
  /** The same with values taken out, for grouping. */
  readonly normalised: string;
  /** Values of its parameters, printable, at most 100 of at most 1,000 characters; null: SQL NULL. */
  readonly parameters: readonly (string | null)[];
  /** On the wire, framing included. */
  readonly bytes: number;
}

/** The first byte of the answer; for rows, the first row. At most once a question, never after its end. */
export interface AnswerBeginEvent {
  readonly type: 'answer-begin';
  readonly question: number;
  readonly atUs: number;
}

/** The question is over. Exactly once for each, also when the conversation ends first. */
export interface AnswerEndEvent {
  readonly type: 'answer-end';
  readonly question: number;
  readonly atUs: number;
  /** Rows returned or touched, members of a reply, addresses of a DNS answer; null where the protocol does not count. */
  readonly rows: number | null;
  /** On the wire, framing included. */
  readonly bytes: number;
  /** In the protocol's words, such as `SELECT 3`, `NXDOMAIN`; empty for none. */
  readonly status: string;
  /** Null: it went well. `code` is the protocol's: an SQLSTATE, an errno, `NXDOMAIN`. `cut`: the conversation ended before the answer. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Names of columns and the first rows as text, at most 20 rows of 100 columns of 200 characters each; null where there are none. */
  readonly preview: {
    readonly columns: readonly string[];
    readonly rows: readonly (readonly (string | null)[])[];
  } | null;
  /** Anything else worth reading, in order, at most 50: notices, warnings, TTLs, `["notice", "…"]`. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** Something about the whole conversation: user, database, server version, what was negotiated, what cannot be read. */
export interface ConversationFactEvent {
  readonly type: 'fact';
  readonly atUs: number;
  readonly name: string;
  readonly value: string;
}

/** Longer statements are cut, with … at the end; the whole is in the packets. */
export const statementCharsMax = 65_536;
