import type { AnswerEndEvent, QueryEvent, QuestionEvent } from '../../../core/model/query-events.ts';
import type { QueryFacts } from '../../../core/model/query-facts.ts';
import type { ExchangeDraft, Recorder } from '../proxy/exchange-draft.ts';
import type { SeenLeg } from '../proxy/leg.ts';
import { closeFailure } from '../proxy/tap-reader.ts';
import type { SessionSink } from '../session/session-api.ts';

/** Of a statement, what its row shows. */
const rowCharsMax = 2000;
/** Facts of a conversation that are kept for its questions. */
const factsMax = 30;
const factsCharsMax = 500;
/** Questions of one conversation under way; beyond, the oldest are given up. */
const openMax = 10_000;

export interface QueryOptions {
  readonly recorder: Recorder;
  readonly sink: SessionSink;
  readonly client: SeenLeg;
  readonly server: SeenLeg;
  /** `postgres`, `dns`, … */
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  /** Told of each exchange that begins. */
  readonly began: () => void;
}

/** Exchanges of a protocol whose observer tells questions and answers. */
export interface QueryExchanges {
  readonly on: (event: QueryEvent) => void;
  /** Nothing follows: what is open ends as cut off, by the end of its conversation or by that of the capture. */
  readonly close: (hasEnded: boolean) => void;
}

interface Open {
  readonly draft: ExchangeDraft;
  readonly question: QuestionEvent;
}

export function createQueryExchanges(options: QueryOptions): QueryExchanges {
  const { recorder, sink, client, server, protocol, host, port, began } = options;
  const open = new Map<number, Open>();
  const facts: (readonly [string, string])[] = [];

  function begin(question: QuestionEvent): void {
    if (open.size >= openMax) {
      for (const [first, { draft }] of open) {
        open.delete(first);
        draft.fail(...cutOff);
        break;
      }
    }
    began();
    const draft = recorder.begin({
      protocol,
      method: question.verb,
      scheme: protocol,
      host,
      port,
      path: question.statement.slice(0, rowCharsMax),
      startedAtUs: question.firstAtUs,
      clientLeg: client,
    });
    draft.attachServer(server);
    const { fields } = draft;
    fields.grouped = question.normalised.slice(0, rowCharsMax);
    fields.requestBytes = question.bytes;
    fields.sentFromUs = question.firstAtUs;
    fields.sentToUs = question.atUs;
    fields.requestEndedAtUs = question.atUs;
    open.set(question.question, { draft, question });
  }

  function finish(event: AnswerEndEvent): void {
    const found = open.get(event.question);
    if (found === undefined) return;
    open.delete(event.question);
    const { draft, question } = found;
    const { fields } = draft;
    fields.responseFromUs ??= event.atUs;
    fields.clientFromUs ??= event.atUs;
    fields.responseToUs = event.atUs;
    fields.responseBytes = event.bytes;
    fields.rowCount = event.rows;
    fields.statusText = event.status === '' ? null : event.status;
    const known: QueryFacts = {
      statement: question.statement,
      parameters: question.parameters,
      preview: event.preview,
      facts: [...event.facts, ...facts],
    };
    if (fields.id > 0) sink.putFacts(fields.id, JSON.stringify(known));
    if (event.error === null) draft.finish(event.atUs);
    else draft.fail(event.error.code, event.error.message, event.atUs);
  }

  return {
    on: (event) => {
      switch (event.type) {
        case 'question':
          begin(event);
          return;
        case 'answer-begin': {
          const fields = open.get(event.question)?.draft.fields;
          if (fields === undefined) return;
          fields.responseFromUs = event.atUs;
          fields.clientFromUs = event.atUs;
          return;
        }
        case 'answer-end':
          finish(event);
          return;
        case 'fact':
          if (facts.length < factsMax) facts.push([event.name, event.value.slice(0, factsCharsMax)]);
          return;
        default:
          event satisfies never;
      }
    },
    close: (hasEnded) => {
      for (const { draft } of open.values()) draft.fail(...(hasEnded ? cutOff : closeFailure('capture')));
      open.clear();
    },
  };
}

const cutOff: [code: string, message: string] = ['cut', 'The conversation ended before the answer.'];
