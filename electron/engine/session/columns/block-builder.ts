import { createExchangeRowReader, type RawRow } from '../row.ts';
import { exchangeColumns, selectList } from '../record-columns.ts';
import type { Sqlite } from '../sqlite.ts';
import { createColumnBlock, createColumnWriter } from './column-block.ts';
import { blockKey, blockMax, blockOf, blockRows, idAt, presenceCode } from './fields.ts';

/** How long nothing is written before blocks are packed, and how long between two of them while nothing is. */
const idleMs = 1000;
const pauseMs = 20;

/**
 * Packs the columns of blocks that are complete: none of their exchanges is open and a later block has begun. It does
 * so while nothing is written, one block (about 25 ms) at a time.
 */
export interface BlockBuilder {
  /** These exchanges were stored, inside the same transaction: packed columns that hold an older state of theirs go. */
  readonly stored: (ids: Iterable<number>) => void;
  /** Work was done: the wait for quiet begins again. */
  readonly wrote: () => void;
  /** Packs what is left, for at most so long. */
  readonly finish: (untilMs: number) => void;
  readonly stop: () => void;
}

export function createBlockBuilder(db: Sqlite): BlockBuilder {
  const packed = new Set(
    db
      .prepare('SELECT id FROM column_blocks WHERE id BETWEEN ? AND ?')
      .pluck()
      .all(blockKey(presenceCode, 0), blockKey(presenceCode, blockMax)) as number[],
  );
  const rows = db
    .prepare(`SELECT ${selectList(exchangeColumns, 'e')} FROM exchanges AS e WHERE e.id BETWEEN ? AND ?`)
    .raw();
  const lastId = db.prepare('SELECT ifnull(max(id), 0) FROM exchanges').pluck();
  const nextId = db.prepare('SELECT id FROM exchanges WHERE id >= ? ORDER BY id LIMIT 1').pluck();
  const hasOpen = db
    .prepare(`SELECT 1 FROM exchanges WHERE state = 'open' AND id BETWEEN ? AND ? LIMIT 1`)
    .pluck();
  const writer = createColumnWriter(db);
  const toExchange = createExchangeRowReader(false);
  let timer: NodeJS.Timeout | undefined;
  /** Where the search for the next block goes on. */
  let cursor = 0;

  function build(block: number): void {
    const columns = createColumnBlock();
    for (const row of rows.iterate(idAt(block, 0), idAt(block, blockRows - 1))) {
      columns.put(toExchange(row as RawRow));
    }
    db.transaction(() => writer.put(block, columns))();
    packed.add(block);
  }

  function isOpen(block: number): boolean {
    return hasOpen.get(idAt(block, 0), idAt(block, blockRows - 1)) !== undefined;
  }

  /** The next block that can be packed, from the cursor on. */
  function next(): number | null {
    const last = blockOf(lastId.get() as number);
    for (;;) {
      const id = nextId.get(idAt(cursor, 0)) as number | undefined;
      const block = id === undefined ? last : blockOf(id);
      if (block >= last || block > blockMax) return null;
      cursor = block + 1;
      if (!packed.has(block) && !isOpen(block)) return block;
    }
  }

  function step(): boolean {
    try {
      const block = next();
      if (block === null) return false;
      build(block);
      return true;
    } catch {
      // A full disk or a damaged page: lists read the rows instead.
      return false;
    }
  }

  function run(): void {
    if (step()) timer = setTimeout(run, pauseMs);
    else cursor = 0;
  }

  function wait(): void {
    clearTimeout(timer);
    timer = setTimeout(run, idleMs);
  }
  wait();

  return {
    stored: (ids) => {
      let before = -1;
      for (const id of ids) {
        const block = blockOf(id);
        if (block === before || !packed.has(block)) continue;
        before = block;
        writer.drop(block);
        packed.delete(block);
        cursor = Math.min(cursor, block);
      }
    },
    wrote: wait,
    finish: (untilMs) => {
      clearTimeout(timer);
      cursor = 0;
      while (performance.now() < untilMs && step());
    },
    stop: () => clearTimeout(timer),
  };
}
