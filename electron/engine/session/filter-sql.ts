import type { ExchangeFilter, FilterClause } from '../../../core/contract/exchanges.ts';

/** A condition over the columns of `exchanges` and the texts to bind to its `?`, in order. */
export interface Condition {
  readonly sql: string;
  readonly bound: readonly string[];
}

const hostAndPort = `(CASE WHEN instr(host, ':') THEN '[' || host || ']' ELSE host END || ':' || port)`;
const url = `(scheme || '://' || CASE WHEN instr(host, ':') THEN '[' || host || ']' ELSE host END || path)`;

const expressions: Readonly<Record<Exclude<FilterClause['column'], 'any'>, readonly string[]>> = {
  method: ['method'],
  status: ['status', 'errorCode'],
  host: ['host', hostAndPort],
  path: ['path'],
  type: ['contentType'],
  protocol: ['protocol'],
  error: ['errorCode', 'errorMessage'],
};

/** `any` also finds what spans columns: an address as it is pasted from elsewhere. */
const anywhere = [...new Set([...Object.values(expressions).flat(), url, `(${hostAndPort} || path)`])];

/** Case-insensitive for ASCII letters, as SQLite's LIKE is. Null when every exchange matches. */
export function filterCondition(filter: ExchangeFilter): Condition | null {
  const clauses = filter.filter(({ text }) => text !== '');
  if (clauses.length === 0) return null;
  const bound: string[] = [];
  const parts = clauses.map(({ column, text }) => {
    const looked = column === 'any' ? anywhere : expressions[column];
    const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
    return `(${looked
      .map((expression) => {
        bound.push(pattern);
        return `ifnull(${expression} LIKE ? ESCAPE '\\', 0)`;
      })
      .join(' OR ')})`;
  });
  return { sql: parts.join(' AND '), bound };
}
