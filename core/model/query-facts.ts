import type { AnswerEndEvent } from './query-events.ts';

/** What a question to a database, a name server or the like has besides the row of its exchange. */
export interface QueryFacts {
  /** As sent, whole up to `statementCharsMax`; the row has its beginning. */
  readonly statement: string;
  readonly parameters: readonly (string | null)[];
  readonly preview: AnswerEndEvent['preview'];
  /** Of the question and of its conversation. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}
