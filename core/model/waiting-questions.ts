import { millisecondsText } from '../encoding/cut-text.ts';
import type { AnswerEndEvent, QueryEvent } from './query-events.ts';

/** Facts of a question that is asked again and again. */
const againFactsMax = 20;
const factsMax = 50;

/** A question that waits for its answer. */
export interface WaitingQuestion {
  readonly question: number;
  readonly facts: (readonly [name: string, value: string])[];
}

/** How a question ends that nobody answered in its conversation; null error: that is no failure. */
export type Unanswered = Pick<AnswerEndEvent, 'error' | 'facts'>;

/** For protocols whose answers come in the same conversation. */
export const noAnswer: Unanswered = {
  error: { code: 'no-answer', message: 'No answer was seen before the end of the conversation.' },
  facts: [],
};

/** The question came once more, so long after the time before. */
export function askedAgain({ facts }: WaitingQuestion, afterUs: number): void {
  if (facts.length < againFactsMax) facts.push(['asked again', `after ${millisecondsText(afterUs)}`]);
}

/** Questions that find their answers by a key, oldest first. Those that are given up are told as unanswered. */
export class WaitingQuestions<Question extends WaitingQuestion> {
  private readonly questions = new Map<string, Question>();
  private readonly emit: (event: QueryEvent) => void;
  private readonly waitingMax: number;
  private readonly unanswered: Unanswered;

  constructor(emit: (event: QueryEvent) => void, waitingMax: number, unanswered: Unanswered) {
    this.emit = emit;
    this.waitingMax = waitingMax;
    this.unanswered = unanswered;
  }

  entries(): Iterable<readonly [key: string, question: Question]> {
    return this.questions;
  }

  get isEmpty(): boolean {
    return this.questions.size === 0;
  }

  get(key: string): Question | null {
    return this.questions.get(key) ?? null;
  }

  /** Gives up the oldest where no more may wait. */
  makeRoom(atUs: number): void {
    if (this.questions.size < this.waitingMax) return;
    for (const [oldest, question] of this.questions) {
      this.questions.delete(oldest);
      this.giveUp(question, atUs);
      break;
    }
  }

  /** Comes after `makeRoom`. */
  add(key: string, question: Question): void {
    this.questions.set(key, question);
  }

  /** Its answer has come. */
  take(key: string): Question | null {
    const question = this.get(key);
    this.questions.delete(key);
    return question;
  }

  /** The conversation is over. */
  end(atUs: number): void {
    for (const question of this.questions.values()) this.giveUp(question, atUs);
    this.questions.clear();
  }

  private giveUp({ question, facts }: WaitingQuestion, atUs: number): void {
    this.emit({
      type: 'answer-end',
      question,
      atUs,
      rows: null,
      bytes: 0,
      status: '',
      error: this.unanswered.error,
      preview: null,
      facts: [...facts, ...this.unanswered.facts].slice(0, factsMax),
    });
  }
}
