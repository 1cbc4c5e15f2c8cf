import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { markColors } from '../../../core/filter/node.ts';
import { commentCharsMax } from '../../../core/model/mark.ts';
import type { MarkChange } from './answers.ts';
import type { Sqlite } from './sqlite.ts';

/** Ids `fromId` … `toId`, both included. */
export interface IdRun {
  readonly fromId: number;
  readonly toId: number;
}

/** Marked exchanges of one session. */
const marksMax = 200_000;
/** Changed exchanges that are named to the reader; beyond, any may have changed. */
const namedMax = 1000;

/** What people do to recorded exchanges; each act is one transaction. Throws what SQLite throws. */
export interface Annotations {
  readonly mark: (runs: readonly IdRun[], change: MarkChange) => Result<{ count: number }>;
  readonly remove: (runs: readonly IdRun[]) => { removalId: number; count: number };
  readonly restore: (removalId: number) => { count: number };
}

export function createAnnotations(db: Sqlite): Annotations {
  const marked = db.prepare('SELECT count(*) FROM marks').pluck();
  const put = db.prepare(
    `INSERT INTO marks (exchangeId, color, comment, pinned)
     SELECT id, @color, @comment, @pinned FROM exchanges WHERE id BETWEEN @fromId AND @toId
     ON CONFLICT (exchangeId) DO UPDATE SET
       color = CASE WHEN @setColor THEN excluded.color ELSE color END,
       comment = CASE WHEN @setComment THEN excluded.comment ELSE comment END,
       pinned = CASE WHEN @setPinned THEN excluded.pinned ELSE pinned END`,
  );
  const tidy = db.prepare(`DELETE FROM marks WHERE color IS NULL AND comment = '' AND pinned = 0`);
  const lastRemoval = db.prepare('SELECT ifnull(max(removal), 0) FROM removals').pluck();
  const putRun = db.prepare('INSERT INTO removals (removal, fromId, toId) VALUES (?, ?, ?)');
  const restored = db
    .prepare('SELECT ifnull(sum(toId - fromId + 1), 0) FROM removals WHERE removal = ?')
    .pluck();
  const takeBack = db.prepare('DELETE FROM removals WHERE removal = ?');

  return {
    mark: (runs, change) => {
      if ((marked.get() as number) + countOf(runs) > marksMax) {
        return fail(
          'too-many-marks',
          `A session keeps at most ${marksMax.toLocaleString('en')} marks. Select fewer.`,
        );
      }
      const color = markColors.find((each) => each === change.color) ?? null;
      const comment = (change.comment ?? '').slice(0, commentCharsMax);
      const count = db.transaction(() => {
        let changes = 0;
        for (const run of runs) {
          changes += put.run({
            ...run,
            color,
            comment,
            pinned: change.pinned === true ? 1 : 0,
            setColor: change.color === undefined ? 0 : 1,
            setComment: change.comment === undefined ? 0 : 1,
            setPinned: change.pinned === undefined ? 0 : 1,
          }).changes;
        }
        tidy.run();
        return changes;
      })();
      return succeed({ count });
    },
    remove: (runs) => {
      const removalId = (lastRemoval.get() as number) + 1;
      db.transaction(() => {
        for (const { fromId, toId } of runs) putRun.run(removalId, fromId, toId);
      })();
      return { removalId, count: countOf(runs) };
    },
    restore: (removalId) => {
      const count = restored.get(removalId) as number;
      takeBack.run(removalId);
      return { count };
    },
  };
}

function countOf(runs: readonly IdRun[]): number {
  return runs.reduce((sum, { fromId, toId }) => sum + toId - fromId + 1, 0);
}

/** The ids of few exchanges, null for many. */
export function namedIds(runs: readonly IdRun[]): number[] | null {
  if (countOf(runs) > namedMax) return null;
  return runs.flatMap(({ fromId, toId }) =>
    Array.from({ length: toId - fromId + 1 }, (_, at) => fromId + at),
  );
}
