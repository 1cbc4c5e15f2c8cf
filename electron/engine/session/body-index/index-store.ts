import type { Sqlite } from '../sqlite.ts';
import { piecesPerGroup, unpackOwners } from './group-format.ts';
import { createIdBits } from './id-bits.ts';
import type { StoredPart } from './indexer-messages.ts';

/** The writer's side of the index of bodies: each part is one small transaction. Throws what SQLite throws. */
export type IndexStore = (part: StoredPart) => void;

export function createIndexStore(db: Sqlite): IndexStore {
  const putPiece = db.prepare('INSERT OR REPLACE INTO body_signatures (id, packed) VALUES (?, ?)');
  const lastBuilt = db.prepare('SELECT ifnull(max(built), 0) FROM body_groups').pluck();
  const putGroup = db.prepare(
    'INSERT OR REPLACE INTO body_groups (id, built, fromId, toId, packed) VALUES (?, ?, ?, ?, ?)',
  );
  const drop = createDrop(db);
  return (part) =>
    db.transaction(() => {
      switch (part.kind) {
        case 'pieces':
          part.pieces.forEach((piece, index) => putPiece.run(part.group * 256 + part.first + index, piece));
          return;
        case 'group': {
          const built = (lastBuilt.get() as number) + 1;
          putGroup.run(part.group, built, part.fromId, part.toId, part.owners);
          if (part.replaces !== null) drop(part.replaces);
          return;
        }
        default:
          part satisfies never;
      }
    })();
}

function createDrop(db: Sqlite): (group: number) => void {
  const dropGroup = db.prepare('DELETE FROM body_groups WHERE id = ?');
  const dropPieces = db.prepare('DELETE FROM body_signatures WHERE id BETWEEN ? AND ?');
  return (group) => {
    dropGroup.run(group);
    dropPieces.run(group * 256, group * 256 + piecesPerGroup - 1);
  };
}

/**
 * Notices exchanges that get bytes after they ended, when they may be indexed already. `noteBytes` and `noteEnded` are
 * called for what a batch holds, `noteBytes` inside its transaction.
 */
export interface ChangeGuard {
  readonly noteBytes: (exchangeId: number) => void;
  /** Their rows are committed. */
  readonly noteEnded: (ids: readonly number[]) => void;
}

/** `lastEndedId`: all that the file held when it was opened have ended. */
export function createChangeGuard(db: Sqlite, lastEndedId: number): ChangeGuard {
  const note = db.prepare('INSERT OR IGNORE INTO body_changed (exchangeId) VALUES (?)');
  const ended = createIdBits();
  return {
    noteBytes: (id) => {
      if (id <= lastEndedId || ended.has(id)) note.run(id);
    },
    noteEnded: (ids) => {
      for (const id of ids) ended.add(id);
    },
  };
}

interface Run {
  readonly fromId: number;
  readonly toId: number;
}

/** Takes every group that knows something of these exchanges out of the file. Others of theirs are indexed again. */
export function dropIndexOf(db: Sqlite, runs: readonly Run[]): void {
  const drop = createDrop(db);
  const groups = db.prepare('SELECT id FROM body_groups').pluck().all() as number[];
  const ownersOf = db.prepare('SELECT packed FROM body_groups WHERE id = ?').pluck();
  const dropChanged = db.prepare('DELETE FROM body_changed WHERE exchangeId BETWEEN ? AND ?');
  const merged = mergedRuns(runs);
  for (const group of groups) {
    const owners = unpackOwners(ownersOf.get(group));
    if (owners === null || owners.list.some(({ id }) => isWithin(merged, id)))
      db.transaction(() => drop(group))();
  }
  for (const { fromId, toId } of merged) dropChanged.run(fromId, toId);
}

function mergedRuns(runs: readonly Run[]): Run[] {
  const merged: Run[] = [];
  for (const run of [...runs].sort((a, b) => a.fromId - b.fromId)) {
    const last = merged.at(-1);
    if (last === undefined || run.fromId > last.toId) merged.push(run);
    else merged[merged.length - 1] = { fromId: last.fromId, toId: Math.max(last.toId, run.toId) };
  }
  return merged;
}

/** The runs ascend and do not overlap. */
function isWithin(runs: readonly Run[], id: number): boolean {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((runs[middle] as Run).fromId <= id) low = middle + 1;
    else high = middle;
  }
  return (runs[low - 1]?.toId ?? -1) >= id;
}
