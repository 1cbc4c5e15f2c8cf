import type { ConversationRow, conversationSorts } from '../../../../core/contract/packets.ts';
import type { TcpSummary } from '../../../../core/packets/tcp-events.ts';
import type { Sqlite } from '../../session/sqlite.ts';
import type { PacketConversationRecord } from '../packet-batch.ts';
import { conversationNames } from '../packet-store.ts';
import type { ConversationIndex } from './conversation-index.ts';
import type { ExchangePackets } from './exchange-packets.ts';

type Sort = (typeof conversationSorts)[number];

/** What is sorted by, in SQL. */
const sortTerms: Readonly<Record<Sort, string>> = {
  started: 'startedAtUs',
  packets: 'packetsA + packetsB',
  bytes: 'bytesA + bytesB',
  duration: 'endedAtUs - startedAtUs',
  rtt: 'rttUs',
  retransmissions: 'retransmissions',
  zeroWindow: 'zeroWindowUs',
  throughput: '(bytesA + bytesB) / max(1.0, endedAtUs - startedAtUs)',
};

const textTerms =
  `(@text = '' OR addressA LIKE @like ESCAPE '\\' OR addressB LIKE @like ESCAPE '\\' OR transport LIKE @like ESCAPE '\\' ` +
  `OR application LIKE @like ESCAPE '\\' OR CAST(portA AS TEXT) = @text OR CAST(portB AS TEXT) = @text ` +
  `OR addressA IN (SELECT address FROM packet_names WHERE name LIKE @like ESCAPE '\\') ` +
  `OR addressB IN (SELECT address FROM packet_names WHERE name LIKE @like ESCAPE '\\'))`;

/** Without the summaries: to put a list in order, SQLite copies what it is asked for. */
const shown = conversationNames.filter((name) => name !== 'summary').join(', ');

/** A row of `packet_conversations`, but for what the index of conversations reads of it. */
type Stored = Omit<PacketConversationRecord, 'opener' | 'summary'>;

export interface ConversationList {
  readonly list: (
    from: number,
    limit: number,
    sort: Sort,
    descending: boolean,
    text: string,
  ) => { conversations: ConversationRow[]; count: number };
  readonly get: (id: number) => { conversation: ConversationRow; summary: TcpSummary | null } | null;
  readonly count: () => number;
}

export function createConversationList(
  db: Sqlite,
  index: ConversationIndex,
  exchanges: ExchangePackets,
): ConversationList {
  const nameOf = db.prepare('SELECT name FROM packet_names WHERE address = ?').pluck();
  const one = db.prepare(`SELECT ${shown} FROM packet_conversations WHERE id = ?`);
  const counted = db.prepare(`SELECT count(*) FROM packet_conversations WHERE ${textTerms}`).pluck();
  const all = db.prepare('SELECT count(*) FROM packet_conversations').pluck();

  function name(address: string): string | null {
    const found = nameOf.get(address);
    return typeof found === 'string' ? found : null;
  }

  function row(stored: Stored): ConversationRow {
    const summary = index.summary(stored.id);
    const of = (read: (end: 'a' | 'b') => number): { a: number; b: number } =>
      summary === null ? { a: 0, b: 0 } : { a: read('a'), b: read('b') };
    return {
      id: stored.id,
      protocol: stored.transport,
      application: stored.application,
      addressA: stored.addressA,
      portA: stored.portA,
      addressB: stored.addressB,
      portB: stored.portB,
      nameA: name(stored.addressA),
      nameB: name(stored.addressB),
      packets: { a: stored.packetsA, b: stored.packetsB },
      bytes: { a: stored.bytesA, b: stored.bytesB },
      startedAtUs: stored.startedAtUs,
      endedAtUs: stored.endedAtUs,
      firstPacket: stored.firstPacket,
      lastPacket: stored.lastPacket,
      handshakeUs: summary?.handshakeUs ?? null,
      rttUs: summary?.rttUs ?? null,
      retransmissions: of((end) => summary?.ends[end].retransmissions ?? 0),
      duplicateAcks: of((end) => summary?.ends[end].duplicateAcks ?? 0),
      outOfOrder: of((end) => summary?.ends[end].outOfOrder ?? 0),
      zeroWindowUs: of((end) => summary?.ends[end].zeroWindowUs ?? 0),
      missingBytes: of((end) => summary?.ends[end].missingBytes ?? 0),
      resets: summary?.resets ?? 0,
      mss: { a: summary?.ends.a.mss ?? null, b: summary?.ends.b.mss ?? null },
      troubles: stored.troubles,
      leg: exchanges.legOf(stored.id),
      exchanges: stored.exchanges,
      locked: stored.locked,
    };
  }

  return {
    list: (from, limit, sort, descending, text) => {
      const like = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
      const order = `${sortTerms[sort]} ${descending ? 'DESC' : 'ASC'}, id`;
      const page = db.prepare(
        `SELECT ${shown} FROM packet_conversations WHERE ${textTerms} ORDER BY ${order} LIMIT @limit OFFSET @from`,
      );
      // In one transaction: each statement of its own would lock the file and let it go again.
      return db.transaction(() => {
        const rows = page.all({ text, like, limit, from }) as Stored[];
        return { conversations: rows.map(row), count: counted.get({ text, like }) as number };
      })();
    },
    get: (id) => {
      const stored = one.get(id) as Stored | undefined;
      return stored === undefined ? null : { conversation: row(stored), summary: index.summary(id) };
    },
    count: () => all.get() as number,
  };
}
