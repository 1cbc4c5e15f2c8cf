import { dropIndexOf } from './body-index/index-store.ts';
import { blockOf, blockKey } from './columns/fields.ts';
import { unpackPieces } from './piece-list.ts';
import type { Sqlite } from './sqlite.ts';

/** Exchanges deleted in one transaction. */
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
  const drops = ['pieces', 'marks'].map((table) =>
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

  for (const [runId, fromId, toId] of runs) {
    const blocks = new Set<number>();
    for (let from = fromId; ;) {
      const ids = some.all(from, toId, deletedAtOnce) as number[];
      const last = ids.at(-1);
      if (last === undefined) break;
      for (const id of ids) blocks.add(blockOf(id));
      const first = from;
      db.transaction(() => {
        blank(first, last);
        for (const drop of drops) drop.run(first, last);
        dropRows.run(first, last);
      })();
      from = last + 1;
    }
    db.transaction(() => {
      for (const block of blocks) dropBlock.run(block);
      dropRun.run(runId);
    })();
  }
  db.pragma('incremental_vacuum');
}
