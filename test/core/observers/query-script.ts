import { Buffer } from 'node:buffer';
import { statementCharsMax, type QueryEvent } from '../../../core/model/query-events.ts';
import type { DatagramObserver, GapObserver, Sender, StreamEnd } from '../../../core/observers/observer.ts';
import { bytesOf, STEP_US } from './http1-script.ts';

/** One step of a conversation of questions and answers. */
export type QueryStep =
  | { readonly sender: Sender; readonly bytes: Uint8Array }
  | { readonly sender: Sender; readonly gap: number }
  | { readonly sender: Sender; readonly ends: StreamEnd };

export function joined(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  return new Uint8Array(
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? bytesOf(part) : part))),
  );
}

export function asks(...parts: readonly (Uint8Array | string)[]): QueryStep {
  return { sender: 'client', bytes: joined(...parts) };
}

export function tells(...parts: readonly (Uint8Array | string)[]): QueryStep {
  return { sender: 'server', bytes: joined(...parts) };
}

/** The same, one byte at a time. */
export function tellsByByte(...parts: readonly (Uint8Array | string)[]): QueryStep[] {
  return Array.from(joined(...parts), (byte) => tells(Uint8Array.of(byte)));
}

export function misses(sender: Sender, gap: number): QueryStep {
  return { sender, gap };
}

export function closes(sender: Sender, how: StreamEnd = 'fin'): QueryStep {
  return { sender, ends: how };
}

export type OpenObserver = (emit: (event: QueryEvent) => void) => GapObserver;

function inOne(bytes: Uint8Array): Uint8Array[] {
  return [bytes];
}

function play(
  observer: GapObserver,
  steps: readonly QueryStep[],
  chunksOf: (bytes: Uint8Array) => Uint8Array[],
): void {
  for (const [index, step] of steps.entries()) {
    let atUs = (index + 1) * STEP_US;
    if ('ends' in step) observer.end(step.sender, step.ends, atUs);
    else if ('gap' in step) observer.gap(step.sender, step.gap, atUs);
    else
      for (const chunk of chunksOf(step.bytes)) {
        const copy = Uint8Array.from(chunk);
        atUs += copy.length;
        observer.bytes(step.sender, copy, atUs);
        copy.fill(0x2a);
      }
  }
}

/**
 * Plays the steps, the first one at `STEP_US`, each one `STEP_US` after the one before. Chunks of a step come one microsecond a byte after each other, and
 * are overwritten after they were handed in, so that a view kept by mistake shows. Nothing ends that no step ends.
 */
export function playQueries(
  open: OpenObserver,
  steps: readonly QueryStep[],
  chunksOf: (bytes: Uint8Array) => Uint8Array[] = inOne,
): QueryEvent[] {
  const events: QueryEvent[] = [];
  play(
    open((event) => void events.push(event)),
    steps,
    chunksOf,
  );
  return events;
}

/** The same; both sides end at last. */
export function playStream(
  open: OpenObserver,
  steps: readonly QueryStep[],
  chunksOf: (bytes: Uint8Array) => Uint8Array[] = inOne,
): QueryEvent[] {
  const events: QueryEvent[] = [];
  const observer = open((event) => void events.push(event));
  play(observer, steps, chunksOf);
  for (const sender of ['client', 'server'] as const)
    if (!steps.some((step) => 'ends' in step && step.sender === sender))
      observer.end(sender, 'fin', (steps.length + 1) * STEP_US);
  return events;
}

/** Datagrams: each step is one; steps are a millisecond apart. */
export function playDatagrams(
  open: (emit: (event: QueryEvent) => void) => DatagramObserver,
  datagrams: readonly { readonly sender: Sender; readonly bytes: Uint8Array }[],
): QueryEvent[] {
  const events: QueryEvent[] = [];
  const observer = open((event) => void events.push(event));
  for (const [index, { sender, bytes }] of datagrams.entries()) {
    const copy = Uint8Array.from(bytes);
    observer.datagram(sender, copy, (index + 1) * 1000);
    copy.fill(0x2a);
  }
  observer.end((datagrams.length + 1) * 1000);
  return events;
}

/** Events with times only as the step in which they lie: what cutting may change is gone. */
export function withoutTimes(events: readonly QueryEvent[]): QueryEvent[] {
  return events.map((event) => ({
    ...event,
    atUs: Math.floor(event.atUs / STEP_US),
    ...('firstAtUs' in event && { firstAtUs: Math.floor(event.firstAtUs / STEP_US) }),
  }));
}

/**
 * The first thing in which events break what `query-events.ts` promises, or grow beyond what a person reads; null for none. `isOver`: both ends have
 * ended. `isBroken`: names and codes are what a server sends that may leave them empty.
 */
export function queryBreach(
  events: readonly QueryEvent[],
  { isOver = true, isBroken = false }: { readonly isOver?: boolean; readonly isBroken?: boolean } = {},
): string | null {
  const isNameless = (name: string): boolean => !isBroken && name === '';
  const states = new Map<number, { state: 'asked' | 'answering' | 'over'; firstAtUs: number }>();
  let questions = 0;
  let facts = 0;
  for (const event of events) {
    if (!Number.isFinite(event.atUs)) return `a ${event.type} has no time`;
    if (event.type === 'fact') {
      facts += 1;
      if (facts > 500) return 'more than 500 facts';
      if (isNameless(event.name) || event.name.length > 200 || event.value.length > 1000)
        return `a fact is empty or too long: ${event.name}`;
      continue;
    }
    const known = states.get(event.question);
    if (event.type === 'question') {
      questions += 1;
      if (event.question !== questions) return `question ${event.question} instead of ${questions}`;
      if (event.statement.length > statementCharsMax) return 'a statement is too long';
      if (event.normalised.length > statementCharsMax) return 'a normalised statement is too long';
      if (event.parameters.length > 100 || event.parameters.some((text) => (text?.length ?? 0) > 1000))
        return 'parameters are too many or too long';
      if (event.verb.length > 100 || event.atUs < event.firstAtUs || !(event.bytes >= 0))
        return `question ${event.question} contradicts itself`;
      states.set(event.question, { state: 'asked', firstAtUs: event.firstAtUs });
      continue;
    }
    if (known === undefined) return `an ${event.type} of question ${event.question}, which nobody asked`;
    if (known.state === 'over') return `an ${event.type} of question ${event.question}, which is over`;
    if (event.type === 'answer-begin') {
      if (known.state !== 'asked') return `question ${event.question} begins to be answered twice`;
      known.state = 'answering';
      continue;
    }
    known.state = 'over';
    if (event.rows !== null && !(event.rows >= 0)) return `question ${event.question} has ${event.rows} rows`;
    if (!(event.bytes >= 0) || event.status.length > 1000) return `the end of ${event.question} is wrong`;
    if (event.error !== null && (isNameless(event.error.code) || event.error.message.length > 2000))
      return `the error of ${event.question} is wrong`;
    if (
      event.facts.length > 50 ||
      event.facts.some(([name, value]) => isNameless(name) || value.length > 2000)
    )
      return `the facts of ${event.question} are too many or too long`;
    const { preview } = event;
    if (preview === null) continue;
    if (preview.columns.length > 100 || preview.rows.length > 20) return 'a preview is too large';
    for (const row of preview.rows)
      if (row.length > 100 || row.some((cell) => (cell?.length ?? 0) > 200))
        return 'a preview has too long cells';
  }
  if (!isOver) return null;
  for (const [question, { state }] of states) if (state !== 'over') return `question ${question} never ends`;
  return null;
}

/** One line for each event: what was asked and how it is grouped, and what came of it. */
export function lines(events: readonly QueryEvent[]): string[] {
  return events.map((event) => {
    switch (event.type) {
      case 'question':
        return `${event.question} ? ${event.verb} | ${event.statement} | ${event.normalised}`;
      case 'answer-begin':
        return `${event.question} …`;
      case 'answer-end': {
        const error = event.error === null ? '' : ` | ${event.error.code}: ${event.error.message}`;
        return `${event.question} = ${event.status} | ${event.rows ?? '-'}${error}`;
      }
      case 'fact':
        return `! ${event.name}: ${event.value}`;
      default:
        return event satisfies never;
    }
  });
}

/** The same with values of parameters and facts instead of groups: `1 SELECT [1]: select ?`, `1 begins`, `1 ends: 3 rows, SELECT 3`, `fact user: me`. */
export function toldQueries(events: readonly QueryEvent[]): string[] {
  return events.map((event) => {
    switch (event.type) {
      case 'question': {
        const values = event.parameters.map((value) => value ?? 'NULL').join(', ');
        return `${event.question} ${event.verb}${values === '' ? '' : ` [${values}]`}: ${event.statement}`;
      }
      case 'answer-begin':
        return `${event.question} begins`;
      case 'answer-end': {
        const parts = [
          ...(event.rows === null ? [] : [`${event.rows} rows`]),
          ...(event.status === '' ? [] : [event.status]),
          ...(event.error === null ? [] : [`${event.error.code} ${event.error.message}`]),
          ...event.facts.map(([name, value]) => `${name}=${value}`),
        ];
        return `${event.question} ends: ${parts.join(', ')}`;
      }
      case 'fact':
        return `fact ${event.name}: ${event.value}`;
      default:
        return event satisfies never;
    }
  });
}
