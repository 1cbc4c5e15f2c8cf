import type { PacketMarkChange } from '../session/session-api.ts';
import type { Sqlite } from '../session/sqlite.ts';
import type { PacketBatch } from './packet-batch.ts';

/** Stores what a capture brought, within the transaction that is open. Throws what SQLite throws. */
export function createPacketStore(db: Sqlite): (batch: PacketBatch) => void {
  const putSlab = db.prepare('INSERT INTO slabs (id, bytes) VALUES (?, ?)');
  const putBlock = db.prepare(
    'INSERT INTO packet_blocks (id, firstNumber, count, slabId, columns) VALUES (?, ?, ?, ?, ?)',
  );
  const putInterface = db.prepare(
    'INSERT OR REPLACE INTO packet_interfaces (id, name, description, linkType, snapBytes, filter, system, ' +
      'unitsPerSecond, received, droppedByKernel, droppedByInterface, droppedByUs) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const putConversation = db.prepare(conversationSql());
  const putMore = db.prepare('INSERT OR IGNORE INTO packet_more (number, json) VALUES (?, ?)');
  const putName = db.prepare('INSERT OR REPLACE INTO packet_names (address, name) VALUES (?, ?)');

  return ({ blocks, interfaces, conversations, more, names }) => {
    for (const { id, firstNumber, count, slabId, frames, framesFrom, frameBytes, columns } of blocks) {
      putSlab.run(slabId, frames === null ? framesFrom : new Uint8Array(frames, framesFrom, frameBytes));
      putBlock.run(id, firstNumber, count, slabId, new Uint8Array(columns));
    }
    for (const each of interfaces) {
      putInterface.run(
        each.id,
        each.name,
        each.description,
        each.linkType,
        each.snapBytes,
        each.filter,
        each.system,
        each.unitsPerSecond,
        each.received,
        each.droppedByKernel,
        each.droppedByInterface,
        each.droppedByUs,
      );
    }
    for (const each of conversations) putConversation.run(conversationNames.map((name) => each[name]));
    for (const each of more) putMore.run(each.number, JSON.stringify(each.more));
    for (const { address, name } of names) putName.run(address, name);
  };
}

/** What a person puts on packets: a comment that is empty, on one that is not marked, leaves no row. */
export function markPackets(
  db: Sqlite,
  numbers: readonly number[],
  { marked, comment }: PacketMarkChange,
): { readonly count: number } {
  const put = db.prepare(
    'INSERT INTO packet_marks (number, marked, comment) VALUES (@number, coalesce(@marked, 0), @comment) ' +
      'ON CONFLICT (number) DO UPDATE SET marked = coalesce(@marked, marked), comment = coalesce(@comment, comment)',
  );
  const drop = db.prepare(
    `DELETE FROM packet_marks WHERE number = ? AND marked = 0 AND coalesce(comment, '') = ''`,
  );
  db.transaction(() => {
    for (const number of numbers) {
      put.run({ number, marked: marked === undefined ? null : Number(marked), comment: comment ?? null });
      drop.run(number);
    }
  })();
  return { count: numbers.length };
}

/** Columns of `packet_conversations`; the last one, of JSON, is longer than the others together. */
export const conversationNames = [
  'id',
  'transport',
  'application',
  'addressA',
  'portA',
  'addressB',
  'portB',
  'opener',
  'startedAtUs',
  'endedAtUs',
  'firstPacket',
  'lastPacket',
  'packetsA',
  'packetsB',
  'bytesA',
  'bytesB',
  'troubles',
  'rttUs',
  'retransmissions',
  'zeroWindowUs',
  'exchanges',
  'locked',
  'summary',
] as const;

/** What a summary tells: a conversation that was settled is written again without one, and keeps what it had. */
const summarised: readonly string[] = ['rttUs', 'retransmissions', 'zeroWindowUs', 'summary'];

function conversationSql(): string {
  const others = conversationNames
    .slice(1)
    .map((name) =>
      summarised.includes(name)
        ? `${name} = CASE WHEN excluded.summary IS NULL THEN ${name} ELSE excluded.${name} END`
        : `${name} = excluded.${name}`,
    );
  return (
    `INSERT INTO packet_conversations (${conversationNames.join(', ')}) ` +
    `VALUES (${conversationNames.map(() => '?').join(', ')}) ON CONFLICT (id) DO UPDATE SET ${others.join(', ')}`
  );
}
