import { cutText } from '../encoding/cut-text.ts';
import type { AnswerEndEvent, QueryEvent } from './query-events.ts';
import { statementCharsMax } from './query-events.ts';

export const parametersMax = 100;
export const parameterCharsMax = 1000;
export const previewRowsMax = 20;
export const previewColumnsMax = 100;
export const previewCharsMax = 200;
const factsMax = 50;
const factCharsMax = 1000;
const statusCharsMax = 200;
const messageCharsMax = 4000;
/** Facts told of one conversation. */
const conversationFactsMax = 500;

/** A question and what has come of its answer. Its fields belong to the observer; a `QuestionTeller` makes events of it. */
export class OpenQuestion {
  /** 0 until it is told. */
  number = 0;
  readonly firstAtUs: number;
  /** Of the question, framing included. */
  bytes = 0;
  /** Messages of it that are not answered yet, where several belong to one question. */
  unanswered = 0;
  answerBytes = 0;
  /** Last byte of what has come of the answer; -1 for nothing. */
  answerAtUs = -1;
  hasBegun = false;
  hasEnded = false;
  rows: number | null = null;
  status = '';
  error: AnswerEndEvent['error'] = null;
  columns: readonly string[] | null = null;
  readonly previewRows: (readonly (string | null)[])[] = [];
  readonly facts: (readonly [name: string, value: string])[] = [];

  constructor(firstAtUs: number) {
    this.firstAtUs = firstAtUs;
  }

  /** Takes `bytes` more of the answer, the last of them at `atUs`. */
  took(bytes: number, atUs: number): void {
    this.answerBytes += bytes;
    this.answerAtUs = atUs;
  }

  addRows(count: number): void {
    this.rows = (this.rows ?? 0) + count;
  }

  addFact(name: string, value: string): void {
    if (this.facts.length < factsMax) this.facts.push([name, cutText(value, factCharsMax)]);
  }

  /** The first error stays: later ones follow from it. */
  fail(code: string, message: string): void {
    this.error ??= { code, message: cutText(message, messageCharsMax) };
  }
}

export interface QuestionWords {
  readonly verb: string;
  readonly statement: string;
  readonly normalised: string;
}

/** Makes events of questions, numbered from 1, and of facts, of which at most 500 are told. */
export class QuestionTeller {
  private readonly emit: (event: QueryEvent) => void;
  private told = 0;
  private facts = 0;

  constructor(emit: (event: QueryEvent) => void) {
    this.emit = emit;
  }

  question(
    question: OpenQuestion,
    words: QuestionWords,
    parameters: readonly (string | null)[],
    atUs: number,
  ): void {
    question.number = ++this.told;
    this.emit({
      type: 'question',
      question: question.number,
      firstAtUs: question.firstAtUs,
      atUs,
      verb: words.verb,
      statement: cutText(words.statement, statementCharsMax),
      normalised: words.normalised,
      parameters,
      bytes: question.bytes,
    });
  }

  /** Does nothing for a question whose answer has begun already, or that was not told. */
  begin(question: OpenQuestion, atUs: number): void {
    if (question.hasBegun || question.hasEnded || question.number === 0) return;
    question.hasBegun = true;
    this.emit({ type: 'answer-begin', question: question.number, atUs });
  }

  /** Does nothing for a question that is over already, or that was not told. */
  end(question: OpenQuestion, atUs: number): void {
    if (question.hasEnded || question.number === 0) return;
    question.hasEnded = true;
    const { columns, previewRows } = question;
    this.emit({
      type: 'answer-end',
      question: question.number,
      atUs,
      rows: question.rows,
      bytes: question.answerBytes,
      status: cutText(question.status, statusCharsMax),
      error: question.error,
      preview:
        columns === null && previewRows.length === 0 ? null : { columns: columns ?? [], rows: previewRows },
      facts: question.facts,
    });
  }

  fact(name: string, value: string, atUs: number): void {
    this.facts++;
    if (this.facts > conversationFactsMax) return;
    const isLast = this.facts === conversationFactsMax;
    this.emit({
      type: 'fact',
      atUs,
      name: isLast ? 'more' : cutText(name, 100),
      value: isLast ? 'More facts came. They are in the packets.' : cutText(value, factCharsMax),
    });
  }
}
