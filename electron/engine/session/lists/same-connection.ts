import type { Sharing } from '../answers.ts';
import type { ColumnStore } from '../columns/column-store.ts';
import { blockOf, blockRows, idAt } from '../columns/fields.ts';
import type { ExchangeReader } from '../exchange-detail.ts';

/** The contract's bound, repeated here to keep its validation library out of the reader thread. */
const sharingMax = 200;
/** Blocks looked through on either side of the exchange's own. */
const blocksMax = 64;

/** Exchanges on the same connection to the server, in the order they began; null: there is no such exchange. */
export function createSharing(
  store: ColumnStore,
  exchanges: ExchangeReader,
  isRemoved: (id: number) => boolean,
): (id: number) => Sharing | null {
  return (id) => {
    const exchange = exchanges.exchange(id);
    if (exchange === null) return null;
    if (exchange.serverConversation === null) return { exchanges: [], count: 0 };
    const ids: number[] = [];
    const own = blockOf(id);
    const last = blockOf(Math.max(1, store.lastId()));
    for (let block = Math.max(0, own - blocksMax); block <= Math.min(last, own + blocksMax); block++) {
      const connections = store.numbers(block, 'connection');
      for (let slot = 0; slot < blockRows; slot++) {
        if (connections[slot] === exchange.serverConversation && !isRemoved(idAt(block, slot)))
          ids.push(idAt(block, slot));
      }
    }
    const at = Math.max(0, ids.indexOf(id));
    const from = Math.max(0, Math.min(at - sharingMax / 2, ids.length - sharingMax));
    const near = exchanges.these(ids.slice(from, from + sharingMax));
    return { exchanges: near.map((found) => found.exchange), count: ids.length };
  };
}
