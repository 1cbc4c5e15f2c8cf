import type { BoundValue } from '../record-codec.ts';
import { createExchangeView } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';
import { createColumnBlock, createColumnWriter, type ColumnBlock } from './column-block.ts';
import { blockOf, blockRows, slotOf } from './fields.ts';

/** Blocks that wait for rows; of more, the oldest is left to whoever closes the file, as is one whose rows change when it is packed. */
const fillingMax = 8;

interface FillingBlock {
  readonly columns: ColumnBlock;
  readonly isEnded: Uint8Array;
  endedCount: number;
}

/**
 * Packs the columns of a file that nobody reads before it is closed: as its rows come, so that they need not be read again. To be told of each row of
 * `exchanges` within its transaction, in which a block is stored whose exchanges have all ended. Throws what SQLite throws.
 */
export function createDraftColumns(db: Sqlite): (values: readonly BoundValue[]) => void {
  const writer = createColumnWriter(db);
  const exchangeOf = createExchangeView();
  const filling = new Map<number, FillingBlock>();
  const packed = new Set<number>();

  function fillingOf(number: number): FillingBlock {
    let block = filling.get(number);
    if (block === undefined) {
      block = { columns: createColumnBlock(), isEnded: new Uint8Array(blockRows), endedCount: 0 };
      filling.set(number, block);
      for (const oldest of filling.keys()) {
        if (filling.size <= fillingMax) break;
        filling.delete(oldest);
      }
    }
    return block;
  }

  return (values) => {
    const exchange = exchangeOf(values);
    const { id } = exchange;
    const number = blockOf(id);
    if (packed.delete(number)) writer.drop(number);
    const block = fillingOf(number);
    block.columns.put(exchange);
    const slot = slotOf(id);
    if (exchange.state === 'open' || block.isEnded[slot] === 1) return;
    block.isEnded[slot] = 1;
    block.endedCount += 1;
    if (block.endedCount < blockRows) return;
    filling.delete(number);
    writer.put(number, block.columns);
    packed.add(number);
  };
}
