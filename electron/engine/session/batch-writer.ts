import { bodyOfKey, readChunkEntries, readHeadEntries, type Batch, type ChunkEntry } from './batch.ts';
import { packChunks } from './chunk-list.ts';
import { conversationColumns, exchangeColumns, replaceSql } from './columns.ts';
import { createRecordDecoder, type BoundValue } from './record-codec.ts';
import { isOurMistake, type Sqlite, type Statement } from './sqlite.ts';

export interface Stored {
  /** Of the exchanges in the batch. */
  readonly ids: Float64Array;
  /** Why some of its rows had to be left out, by a mistake of ours; null when none had to. */
  readonly mistake: Error | null;
}

/** Stores one batch in one transaction. Throws what SQLite throws; then nothing of it is stored. */
export type BatchWriter = (batch: Batch) => Stored;

export function createBatchWriter(db: Sqlite): BatchWriter {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const putExchange = db.prepare(replaceSql('exchanges', exchangeColumns));
  const putConversation = db.prepare(replaceSql('conversations', conversationColumns));
  const putHead = db.prepare(
    'INSERT OR REPLACE INTO exchange_heads (exchangeId, part, seq, raw) VALUES (?, ?, ?, ?)',
  );
  const putSegment = db.prepare(
    'INSERT OR REPLACE INTO body_segments (exchangeId, side, seq, bytes, chunks) VALUES (?, ?, ?, ?, ?)',
  );
  const putSlab = db.prepare('INSERT OR REPLACE INTO slabs (id, bytes) VALUES (?, ?)');
  const readExchanges = createRecordDecoder(exchangeColumns);
  const readConversations = createRecordDecoder(conversationColumns);

  function store(batch: Batch): Stored {
    const ids: number[] = [];
    let mistake: Error | null = null;

    function putRow(statement: Statement, values: readonly BoundValue[]): void {
      try {
        statement.run(values);
      } catch (error) {
        if (!isOurMistake(error)) throw error;
        mistake = error as Error;
      }
    }

    for (const { id, buffer, usedBytes } of batch.slabs)
      putSlab.run(id, new Uint8Array(buffer, 0, usedBytes));
    for (const [key, chunks] of byBody(batch)) {
      const { exchangeId, side } = bodyOfKey(key);
      const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
      putSegment.run(exchangeId, side, batch.number, bytes, packChunks(chunks));
    }
    for (const block of batch.heads) {
      readHeadEntries(block, (exchangeId, part, seq, raw) => putHead.run(exchangeId, part, seq, raw));
    }
    for (const block of batch.conversations)
      readConversations(block, (values) => putRow(putConversation, values));
    for (const block of batch.exchanges) {
      readExchanges(block, (values) => {
        putRow(putExchange, values);
        ids.push(values[0] as number);
      });
    }
    return { ids: Float64Array.from(ids), mistake };
  }

  return (batch) => {
    begin.run();
    try {
      const stored = store(batch);
      commit.run();
      return stored;
    } catch (error) {
      if (db.inTransaction) rollback.run();
      throw error;
    }
  };
}

function byBody(batch: Batch): Map<number, ChunkEntry[]> {
  const bodies = new Map<number, ChunkEntry[]>();
  for (const block of batch.chunks) {
    readChunkEntries(block, (entry) => {
      const body = bodies.get(entry.bodyKey);
      if (body === undefined) bodies.set(entry.bodyKey, [entry]);
      else body.push(entry);
    });
  }
  return bodies;
}
