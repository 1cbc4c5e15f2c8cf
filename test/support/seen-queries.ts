import type { QueryEvent } from '../../core/model/query-events.ts';

/** A question with its answer, as it was observed. */
export interface SeenQuery {
  readonly verb: string;
  readonly statement: string;
  readonly parameters: readonly (string | null)[];
  readonly askedAtUs: number;
  readonly endedAtUs: number;
  readonly end: Extract<QueryEvent, { type: 'answer-end' }>;
}

/** The questions of one conversation in their order; those without an answer are left out. */
export function seenQueries(events: readonly QueryEvent[]): SeenQuery[] {
  const ends = new Map(
    events.flatMap((event) => (event.type === 'answer-end' ? [[event.question, event] as const] : [])),
  );
  return events.flatMap((event) => {
    if (event.type !== 'question') return [];
    const end = ends.get(event.question);
    if (end === undefined) return [];
    const { verb, statement, parameters, atUs } = event;
    return [{ verb, statement, parameters, askedAtUs: atUs, endedAtUs: end.atUs, end }];
  });
}

export function factOf(events: readonly QueryEvent[], name: string): string | null {
  for (const event of events) if (event.type === 'fact' && event.name === name) return event.value;
  return null;
}
