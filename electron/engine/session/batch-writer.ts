import { readMessageEntries, readPieceEntries, type Batch } from './batch.ts';
import type { ChangeGuard } from './body-index/index-store.ts';
import { conversationColumns, exchangeColumns, factsColumns, secretColumns } from './record-columns.ts';
import { createRecordDecoder, type BoundValue } from './record-codec.ts';
import { createPacketStore } from '../packets/packet-store.ts';
import { createRowWriter } from './row-writer.ts';
import { isOurMistake, type Sqlite } from './sqlite.ts';

export interface Stored {
  /** Of the exchanges in the batch. */
  readonly ids: Float64Array;
  /** Why some of its rows had to be left out, by a mistake of ours; null when none had to. */
  readonly mistake: Error | null;
}

/** Stores one batch in one transaction. Throws what SQLite throws; then nothing of it is stored. */
export type BatchWriter = (batch: Batch) => Stored;

const unguarded: ChangeGuard = { noteBytes: () => undefined, noteEnded: () => undefined };

/** Who is told of exchanges inside the transaction that stores them. */
export interface ExchangeWatcher {
  /** The values of a row, in declaration order, valid until the next call. */
  readonly row?: (values: readonly BoundValue[]) => void;
  readonly stored?: (ids: readonly number[]) => void;
}

export function createBatchWriter(
  db: Sqlite,
  watcher: ExchangeWatcher = {},
  guard: ChangeGuard = unguarded,
): BatchWriter {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const putExchange = createRowWriter(db, 'exchanges', exchangeColumns);
  const putConversation = createRowWriter(db, 'conversations', conversationColumns);
  const putPieces = db.prepare(
    'INSERT INTO pieces (exchangeId, seq, heads, requestBytes, responseBytes, packed) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const putSlab = db.prepare('INSERT INTO slabs (id, bytes) VALUES (?, ?)');
  const putMessages = db.prepare('INSERT INTO messages (exchangeId, seq, count, packed) VALUES (?, ?, ?, ?)');
  const storePackets = createPacketStore(db);
  const putSecret = db.prepare('INSERT INTO secrets (conversationId, line) VALUES (?, ?)');
  const putFacts = db.prepare('INSERT OR IGNORE INTO query_facts (exchangeId, json) VALUES (?, ?)');
  const readFacts = createRecordDecoder(factsColumns);
  const readSecrets = createRecordDecoder(secretColumns);
  const readExchanges = createRecordDecoder(exchangeColumns);
  const readConversations = createRecordDecoder(conversationColumns);

  function store(batch: Batch): Stored & { readonly ended: readonly number[] } {
    const ended: number[] = [];
    const ids: number[] = [];
    let mistake: Error | null = null;

    function attempt(put: () => void): void {
      try {
        put();
      } catch (error) {
        if (!isOurMistake(error)) throw error;
        mistake = error as Error;
      }
    }

    for (const { id, buffer, usedBytes } of batch.slabs)
      putSlab.run(id, new Uint8Array(buffer, 0, usedBytes));
    readPieceEntries(batch.pieces, ({ exchangeId, heads, requestBytes, responseBytes, packed }) => {
      guard.noteBytes(exchangeId);
      putPieces.run(exchangeId, batch.number, heads, requestBytes, responseBytes, packed);
    });
    for (const { exchangeId, count, packed } of readMessageEntries(batch.messages))
      putMessages.run(exchangeId, batch.number, count, packed);
    for (const block of batch.secrets)
      readSecrets(block, (values) => attempt(() => putSecret.run(...values)));
    for (const block of batch.facts) readFacts(block, (values) => attempt(() => putFacts.run(...values)));
    for (const block of batch.conversations)
      readConversations(block, (values) => attempt(() => putConversation(values)));
    for (const block of batch.exchanges) {
      readExchanges(block, (values) => {
        attempt(() => {
          putExchange(values);
          watcher.row?.(values);
        });
        ids.push(values[0] as number);
        if (values[1] !== 'open') ended.push(values[0] as number);
      });
    }
    if (batch.packets !== null) storePackets(batch.packets);
    watcher.stored?.(ids);
    return { ids: Float64Array.from(ids), mistake, ended };
  }

  return (batch) => {
    begin.run();
    try {
      const stored = store(batch);
      commit.run();
      guard.noteEnded(stored.ended);
      return stored;
    } catch (error) {
      if (db.inTransaction) rollback.run();
      throw error;
    }
  };
}

/** Of all exchanges with a row in these batches. */
export function exchangeIds(batches: readonly Batch[]): ReadonlySet<number> {
  const read = createRecordDecoder(exchangeColumns);
  const ids = new Set<number>();
  for (const { exchanges } of batches) {
    for (const block of exchanges) read(block, (values) => ids.add(values[0] as number));
  }
  return ids;
}
