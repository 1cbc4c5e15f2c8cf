import { filterColumns, type FilterClause } from '../contract/exchanges.ts';

type Column = FilterClause['column'];

/** `column:text` as a clause of that column, anything else as `any`; null when there is nothing to look for. */
export function parseClause(typed: string, column: Column = 'any'): FilterClause | null {
  const text = typed.trim();
  const colon = text.indexOf(':');
  const named = columnNamed(text.slice(0, Math.max(colon, 0)));
  if (named !== null) {
    const rest = text.slice(colon + 1).trim();
    return rest === '' ? null : { column: named, text: rest };
  }
  return text === '' ? null : { column, text };
}

/** The text that `parseClause` reads back as this clause. */
export function formatClause(clause: FilterClause): string {
  const ambiguous = columnNamed(clause.text.slice(0, Math.max(clause.text.indexOf(':'), 0))) !== null;
  return clause.column === 'any' && !ambiguous ? clause.text : `${clause.column}:${clause.text}`;
}

function columnNamed(name: string): Column | null {
  return filterColumns.find((column) => column === name.toLowerCase()) ?? null;
}
