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

/** From a session file, which anybody may have made: null for what is none. */
export function readQueryFacts(json: string): QueryFacts | null {
  try {
    const known: unknown = JSON.parse(json);
    return isQueryFacts(known) ? known : null;
  } catch {
    return null;
  }
}

function isQueryFacts(known: unknown): known is QueryFacts {
  if (typeof known !== 'object' || known === null) return false;
  const { statement, parameters, preview, facts } = known as Record<keyof QueryFacts, unknown>;
  return typeof statement === 'string' && isCells(parameters) && isPreview(preview) && isRows(facts, isTexts);
}

function isPreview(known: unknown): boolean {
  if (known === null) return true;
  if (typeof known !== 'object') return false;
  const { columns, rows } = known as Record<'columns' | 'rows', unknown>;
  return isTexts(columns) && isRows(rows, isCells);
}

function isRows(known: unknown, isRow: (row: unknown) => boolean): boolean {
  return Array.isArray(known) && known.every(isRow);
}

function isCells(known: unknown): boolean {
  return Array.isArray(known) && known.every((cell) => cell === null || typeof cell === 'string');
}

function isTexts(known: unknown): boolean {
  return Array.isArray(known) && known.every((text) => typeof text === 'string');
}
