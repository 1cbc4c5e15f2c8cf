import { markColors } from '../../../../core/filter/node.ts';
import { commentCharsMax, type Mark } from '../../../../core/model/mark.ts';
import type { Sqlite } from '../sqlite.ts';

/** What people put on exchanges, and which of those they took out of the lists, as the file has it. */
export interface Marks {
  readonly of: (id: number) => Mark | null;
  /** Marked exchanges of an inclusive range of ids, ascending. */
  readonly markedIn: (fromId: number, toId: number) => readonly number[];
  readonly isRemoved: (id: number) => boolean;
  /** Clears the slots of removed exchanges: `present[slot]` is the exchange `firstId + slot`. */
  readonly takeOutRemoved: (firstId: number, present: Uint8Array) => void;
  /** Reads both again: they were written. */
  readonly reload: () => void;
}

interface Run {
  readonly fromId: number;
  readonly toId: number;
}

/** Marks kept in memory; a file with more shows the first. */
const marksMax = 500_000;

export function createMarks(db: Sqlite): Marks {
  const readMarks = db
    .prepare('SELECT exchangeId, color, comment, pinned FROM marks ORDER BY exchangeId')
    .raw();
  const readRuns = db.prepare('SELECT fromId, toId FROM removals ORDER BY fromId').raw();
  let marks = new Map<number, Mark>();
  let markedIds: number[] = [];
  let runs: Run[] = [];

  function reload(): void {
    marks = new Map();
    for (const row of readMarks.iterate()) {
      if (marks.size === marksMax) break;
      const [id, color, comment, pinned] = row as [unknown, unknown, unknown, unknown];
      if (typeof id !== 'number') continue;
      marks.set(id, {
        color: markColors.find((each) => each === color) ?? null,
        comment: typeof comment === 'string' ? comment.slice(0, commentCharsMax) : '',
        pinned: pinned === 1,
      });
    }
    markedIds = [...marks.keys()];
    runs = joinRuns(readRuns.all() as [unknown, unknown][]);
  }
  reload();

  /** The last run that does not begin after the id. */
  function runBefore(id: number): Run | undefined {
    let low = 0;
    let high = runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((runs[middle] as Run).fromId <= id) low = middle + 1;
      else high = middle;
    }
    return runs[low - 1];
  }

  return {
    of: (id) => marks.get(id) ?? null,
    markedIn: (fromId, toId) => {
      let low = 0;
      let high = markedIds.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((markedIds[middle] as number) < fromId) low = middle + 1;
        else high = middle;
      }
      let end = low;
      while (end < markedIds.length && (markedIds[end] as number) <= toId) end += 1;
      return markedIds.slice(low, end);
    },
    isRemoved: (id) => (runBefore(id)?.toId ?? -1) >= id,
    takeOutRemoved: (firstId, present) => {
      const lastId = firstId + present.length - 1;
      for (const { fromId, toId } of runs) {
        if (fromId > lastId) break;
        if (toId < firstId) continue;
        present.fill(0, Math.max(0, fromId - firstId), toId - firstId + 1);
      }
    },
    reload,
  };
}

function joinRuns(rows: readonly (readonly [unknown, unknown])[]): Run[] {
  const joined: { fromId: number; toId: number }[] = [];
  for (const [fromId, toId] of rows) {
    if (typeof fromId !== 'number' || typeof toId !== 'number') continue;
    const last = joined.at(-1);
    if (last !== undefined && fromId <= last.toId + 1) last.toId = Math.max(last.toId, toId);
    else joined.push({ fromId, toId });
  }
  return joined;
}

/** Ascending ids as runs of consecutive ones. */
export function runsOf(ids: Iterable<number>): Run[] {
  const runs: { fromId: number; toId: number }[] = [];
  for (const id of ids) {
    const last = runs.at(-1);
    if (last?.toId === id - 1) last.toId = id;
    else runs.push({ fromId: id, toId: id });
  }
  return runs;
}
