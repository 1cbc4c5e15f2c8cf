import type { ExchangeFilter } from '../../../core/contract/exchanges.ts';
import { filterCondition } from './filter-sql.ts';
import { createIdVector, type IdVector } from './id-vector.ts';
import type { Sqlite } from './sqlite.ts';

/** Rows one fill statement looks at: about 5 ms, then its read transaction ends. */
const rowsPerSlice = 5000;
/** Ids one statement is asked about. */
const idsPerQuestion = 1000;
/** Changed rows that are named; beyond that any row may have changed. */
const changedNamedMax = 1000;

/** The ids of all exchanges that match a filter, in order. */
export interface View {
  readonly ids: IdVector;
  readonly isFilled: () => boolean;
  /** Looks at the next slice of the table. */
  readonly fillSome: () => void;
  /** Takes in committed exchanges, given in any order and any number of times. */
  readonly update: (changed: ReadonlySet<number>) => void;
  /** Whether there is something to tell since the last time, and which rows: null for any. */
  readonly takeChange: () => { readonly changed: number[] | null } | null;
}

export function createView(db: Sqlite, filter: ExchangeFilter): View {
  const condition = filterCondition(filter);
  const bound = condition?.bound ?? [];
  const match = condition?.sql ?? '1';
  const fill = db
    .prepare(
      `SELECT max(id), count(*), group_concat(CASE WHEN ${match} THEN id END)
       FROM (SELECT * FROM exchanges WHERE id > ? ORDER BY id LIMIT ${rowsPerSlice})`,
    )
    .raw();
  const question =
    condition === null
      ? null
      : db
          .prepare(
            `SELECT id FROM exchanges WHERE id IN (SELECT value FROM json_each(?)) AND ${match} ORDER BY id`,
          )
          .pluck();

  const ids = createIdVector();
  let filledTo = 0;
  let filled = false;
  let isDirty = false;
  let changedRows: Set<number> | null = new Set();

  function noteChanged(changed: Iterable<number>): void {
    isDirty = true;
    if (changedRows === null) return;
    for (const id of changed) changedRows.add(id);
    if (changedRows.size > changedNamedMax) changedRows = null;
  }

  /** Which of the ids match, ascending. */
  function matching(asked: readonly number[]): number[] {
    if (question === null) return [...asked];
    const found: number[] = [];
    for (let from = 0; from < asked.length; from += idsPerQuestion) {
      const part = asked.slice(from, from + idsPerQuestion);
      found.push(...(question.all(JSON.stringify(part), ...bound) as number[]));
    }
    return found;
  }

  return {
    ids,
    isFilled: () => filled,
    fillSome: () => {
      const row = fill.get(...bound, filledTo) as [number | null, number, string | null];
      const [last, looked, list] = row;
      if (list !== null && list !== '') {
        ids.append(list.split(',').map(Number));
        isDirty = true;
        changedRows = null;
      }
      filledTo = last ?? filledTo;
      filled = looked < rowsPerSlice;
    },
    update: (changed) => {
      const asked = [...changed].filter((id) => filled || id <= filledTo).sort((a, b) => a - b);
      if (asked.length === 0) return;
      const found = matching(asked);
      const isFound = new Set(found);
      const last = ids.length() === 0 ? 0 : (ids.slice(ids.length() - 1, 1)[0] as number);
      const additions = found.filter((id) => ids.indexOf(id) < 0);
      const removals =
        question === null ? [] : asked.filter((id) => !isFound.has(id) && ids.indexOf(id) >= 0);
      if (found.length === 0 && removals.length === 0) return;
      ids.merge(additions, removals);
      noteChanged(found);
      const shifted = removals.length > 0 || (additions[0] ?? Infinity) < last;
      if (shifted) changedRows = null;
    },
    takeChange: () => {
      if (!isDirty) return null;
      const changed = changedRows === null ? null : [...changedRows];
      isDirty = false;
      changedRows = new Set();
      return { changed };
    },
  };
}
