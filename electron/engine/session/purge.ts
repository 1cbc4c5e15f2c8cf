import { dropIndexOf } from './body-index/index-store.ts';
import { blockOf, blockKey } from './columns/fields.ts';
import { unpackPieces } from './piece-list.ts';
import type { Sqlite } from './sqlite.ts';

/** Exchanges deleted in one transaction, about; each removal in it counts as one more. */
const deletedAtOnce = 500;
const blockCodesMax = 2 ** 20;

/**
 * Takes removed exchanges out of the file for good: rows, heads and bodies. Where a slab also holds bytes of others,
 * theirs stay and the removed ones are overwritten with zeros.
 */
export function purgeRemoved(db: Sqlite): void {
  const runs = db.prepare('SELECT id, fromId, toId FROM removals ORDER BY id').raw().all() as [
    number,
    number,
    number,
  ][];
  if (runs.length === 0) return;
  db.pragma('secure_delete = ON');
  dropIndexOf(
    db,
    runs.map(([, fromId, toId]) => ({ fromId, toId })),
  );
  const some = db.prepare('SELECT id FROM exchanges WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?').pluck();
  const piecesOf = db.prepare('SELECT packed FROM pieces WHERE exchangeId BETWEEN ? AND ?').pluck();
  const slabOf = db.prepare('SELECT bytes FROM slabs WHERE id = ?').pluck();
  const dropSlab = db.prepare('DELETE FROM slabs WHERE id = ?');
  const putSlab = db.prepare('UPDATE slabs SET bytes = ? WHERE id = ?');
  const drops = ['pieces', 'messages', 'marks'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE exchangeId BETWEEN ? AND ?`),
  );
  const dropRows = db.prepare('DELETE FROM exchanges WHERE id BETWEEN ? AND ?');
  const dropBlock = db.prepare(
    `DELETE FROM column_blocks WHERE id % ${2 ** 32} = ? AND id < ${blockKey(blockCodesMax, 0)}`,
  );
  const dropRun = db.prepare('DELETE FROM removals WHERE id = ?');

  /** Bytes overwritten so far by slab: one that consists of nothing else goes. */
  const blanked = new Map<number, number>();

  function blank(fromId: number, toId: number): void {
    const ranges = new Map<number, { readonly from: number; readonly to: number }[]>();
    for (const packed of piecesOf.iterate(fromId, toId)) {
      if (!(packed instanceof Uint8Array)) continue;
      for (const { slabId, offset, length } of unpackPieces(packed, () => true)) {
        const list = ranges.get(slabId) ?? [];
        list.push({ from: offset, to: offset + length });
        ranges.set(slabId, list);
      }
    }
    for (const [slab, list] of ranges) {
      const bytes = slabOf.get(slab);
      if (!(bytes instanceof Uint8Array)) continue;
      for (const { from, to } of list) bytes.fill(0, from, to);
      const sum = list.reduce((all, { from, to }) => all + to - from, blanked.get(slab) ?? 0);
      blanked.set(slab, sum);
      if (sum >= bytes.length) dropSlab.run(slab);
      else putSlab.run(bytes, slab);
    }
  }

  function* portions(): Generator<Portion> {
    for (const [runId, fromId, toId] of runs) {
      for (let from = fromId; ;) {
        const ids = some.all(from, toId, deletedAtOnce) as number[];
        const last = ids.at(-1);
        yield { runId, from, ids, isLast: last === undefined || last === toId };
        if (last === undefined || last === toId) break;
        from = last + 1;
      }
    }
  }

  const purge = (those: readonly Portion[]): void => {
    db.transaction(() => {
      for (const { from, ids } of those) {
        const last = ids.at(-1);
        if (last === undefined) continue;
        blank(from, last);
        for (const drop of drops) drop.run(from, last);
        dropRows.run(from, last);
      }
      for (const block of new Set(those.flatMap(({ ids }) => ids.map(blockOf)))) dropBlock.run(block);
      for (const { runId, isLast } of those) if (isLast) dropRun.run(runId);
    })();
    // Else the log would grow with every transaction; who removed something to make room may have none for that.
    db.pragma('wal_checkpoint(PASSIVE)');
  };

  let gathered: Portion[] = [];
  let count = 0;
  for (const portion of portions()) {
    gathered.push(portion);
    count += portion.ids.length + 1;
    if (count < deletedAtOnce) continue;
    purge(gathered);
    gathered = [];
    count = 0;
  }
  purge(gathered);
  db.pragma('incremental_vacuum');
}

/** Exchanges of one removal that are deleted in one transaction. */
interface Portion {
  readonly runId: number;
  readonly from: number;
  readonly ids: readonly number[];
  readonly isLast: boolean;
}
