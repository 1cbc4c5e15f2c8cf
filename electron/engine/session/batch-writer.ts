import { readMessageEntries, readPieceEntries, type Batch } from './batch.ts';
import type { ChangeGuard } from './body-index/index-store.ts';
import {
  conversationColumns,
  exchangeColumns,
  factsColumns,
  secretColumns,
  upsertSql,
} from './record-columns.ts';
import { createRecordDecoder, type BoundValue } from './record-codec.ts';
import { createPacketStore } from '../packets/packet-store.ts';
import { isOurMistake, type Sqlite, type Statement } from './sqlite.ts';

export interface Stored {
  /** Of the exchanges in the batch. */
  readonly ids: Float64Array;
  /** Why some of its rows had to be left out, by a mistake of ours; null when none had to. */
  readonly mistake: Error | null;
}

/** Stores one batch in one transaction. Throws what SQLite throws; then nothing of it is stored. */
export type BatchWriter = (batch: Batch) => Stored;

const unguarded: ChangeGuard = { noteBytes: () => undefined, noteEnded: () => undefined };

/** `onStored` is told of the exchanges inside the transaction. */
export function createBatchWriter(
  db: Sqlite,
  onStored: (ids: readonly number[]) => void = () => undefined,
  guard: ChangeGuard = unguarded,
): BatchWriter {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const putExchange = db.prepare(upsertSql('exchanges', exchangeColumns));
  const putConversation = db.prepare(upsertSql('conversations', conversationColumns));
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

    function putRow(statement: Statement, values: readonly BoundValue[]): void {
      try {
        // Spread: better-sqlite3 takes arguments quicker than an array.
        statement.run(...values);
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
    for (const block of batch.secrets) readSecrets(block, (values) => putRow(putSecret, values));
    for (const block of batch.facts) readFacts(block, (values) => putRow(putFacts, values));
    for (const block of batch.conversations)
      readConversations(block, (values) => putRow(putConversation, values));
    for (const block of batch.exchanges) {
      readExchanges(block, (values) => {
        putRow(putExchange, values);
        ids.push(values[0] as number);
        if (values[1] !== 'open') ended.push(values[0] as number);
      });
    }
    if (batch.packets !== null) storePackets(batch.packets);
    onStored(ids);
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
