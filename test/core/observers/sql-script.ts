import { Buffer } from 'node:buffer';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import type { GapObserver, Sender, StreamEnd } from '../../../core/observers/observer.ts';
import { STEP_US } from './http1-script.ts';

/** One step of a conversation: bytes, missing bytes, or an end. */
export type QueryStep =
  | { readonly sender: Sender; readonly bytes: Uint8Array }
  | { readonly sender: Sender; readonly missing: number }
  | { readonly sender: Sender; readonly ends: StreamEnd };

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function fromClient(...parts: readonly Uint8Array[]): QueryStep {
  return { sender: 'client', bytes: joined(...parts) };
}

export function fromServer(...parts: readonly Uint8Array[]): QueryStep {
  return { sender: 'server', bytes: joined(...parts) };
}

export function missing(sender: Sender, count: number): QueryStep {
  return { sender, missing: count };
}

export function ending(sender: Sender, ends: StreamEnd = 'fin'): QueryStep {
  return { sender, ends };
}

type OpenObserver = (emit: (event: QueryEvent) => void) => GapObserver;

/**
 * Plays the steps, each cut by `chunksOf`; step n begins at n thousand seconds, and a chunk arrives at its offset in µs behind that. Chunks are overwritten after they
 * were handed in, so that a view kept by mistake shows.
 */
export function playQueries(
  open: OpenObserver,
  steps: readonly QueryStep[],
  chunksOf: (bytes: Uint8Array) => Uint8Array[] = (bytes) => [bytes],
): QueryEvent[] {
  const events: QueryEvent[] = [];
  const observer = open((event) => void events.push(event));
  for (const [index, step] of steps.entries()) {
    let atUs = (index + 1) * STEP_US;
    if ('ends' in step) observer.end(step.sender, step.ends, atUs);
    else if ('missing' in step) observer.gap(step.sender, step.missing, atUs);
    else {
      for (const chunk of chunksOf(step.bytes)) {
        const copy = Uint8Array.from(chunk);
        atUs += copy.length;
        observer.bytes(step.sender, copy, atUs);
        copy.fill(0x2a);
      }
    }
  }
  return events;
}

/** Events without what may depend on the cutting: times only as the step in which they lie. */
export function withoutTimes(events: readonly QueryEvent[]): unknown[] {
  return events.map((event) => ({
    ...event,
    atUs: Math.floor(event.atUs / STEP_US),
    ...(event.type === 'question' && { firstAtUs: Math.floor(event.firstAtUs / STEP_US) }),
  }));
}

/** As lines to read: `1 SELECT [1]: select ?`, `1 begins`, `1 ends: 3 rows, SELECT 3`, `fact user: me`. */
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

/** What holds for the events of any bytes; returns the first breach. `isOver`: both ends have ended. */
export function queryBreach(events: readonly QueryEvent[], isOver: boolean): string | null {
  const state = new Map<number, 'asked' | 'begun' | 'ended'>();
  let facts = 0;
  for (const event of events) {
    if (event.type === 'fact') {
      facts++;
      if (facts > 500) return 'more than 500 facts';
      if (event.value.length > 1000) return 'a long fact';
      continue;
    }
    const { question } = event;
    const before = state.get(question);
    switch (event.type) {
      case 'question':
        if (question !== state.size + 1) return `question ${question} after ${state.size}`;
        if (event.atUs < event.firstAtUs) return 'a question ends before it begins';
        if (event.statement.length > 65_536) return 'a long statement';
        if (event.parameters.length > 100) return 'many parameters';
        if (event.parameters.some((value) => (value ?? '').length > 1000)) return 'a long parameter';
        state.set(question, 'asked');
        break;
      case 'answer-begin':
        if (before !== 'asked') return `question ${question} begins when ${before ?? 'unknown'}`;
        state.set(question, 'begun');
        break;
      case 'answer-end':
        if (before === undefined || before === 'ended')
          return `question ${question} ends when ${before ?? 'unknown'}`;
        if (event.facts.length > 50) return 'many facts of a question';
        if (event.preview !== null && previewIsTooLarge(event.preview)) return 'a large preview';
        state.set(question, 'ended');
        break;
      default:
        event satisfies never;
    }
  }
  if (!isOver) return null;
  for (const [question, now] of state) if (now !== 'ended') return `question ${question} never ends`;
  return null;
}

function previewIsTooLarge(preview: {
  columns: readonly string[];
  rows: readonly (readonly (string | null)[])[];
}): boolean {
  return (
    preview.columns.length > 100 ||
    preview.rows.length > 20 ||
    preview.rows.some((row) => row.length > 100 || row.some((value) => (value ?? '').length > 200))
  );
}
