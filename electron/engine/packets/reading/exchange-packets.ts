import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import type { Sqlite } from '../../session/sqlite.ts';
import { plainAddress as plain } from '../leg-key.ts';
import type { ConversationIndex } from './conversation-index.ts';
import type { PacketFile } from './packet-file.ts';
import { traceExchanges, type TracedExchange } from './trace-exchanges.ts';

/** Lines of key logs that are used to read a conversation again. */
const secretsMax = 200_000;
/** How far the clock of a leg and that of its packets may be apart. */
const slackUs = 2_000_000;
/** Traces that are held. */
const tracesKept = 20;

/** The packets of one conversation that carried an exchange. */
export interface CarriedBy {
  readonly id: number;
  readonly leg: 'client' | 'server' | null;
  readonly firstPacket: number;
  readonly lastPacket: number;
  readonly numbers: readonly number[];
}

export interface ExchangePackets {
  /** Empty where no packets of it were captured. Failure: `no-such-exchange`. */
  readonly of: (exchangeId: number) => Result<readonly CarriedBy[]>;
  /** The exchange that a packet carried a part of; null for none. */
  readonly exchangeOf: (packet: number, conversation: number) => number | null;
  /** The leg whose packets a conversation is; null for none. */
  readonly legOf: (
    conversation: number,
  ) => { readonly id: number; readonly role: 'client' | 'server' } | null;
  /** What was captured since may change the answers. */
  readonly forget: () => void;
}

interface ExchangeRow {
  readonly packetConversation: number | null;
  readonly clientConversation: number | null;
  readonly serverConversation: number | null;
  readonly h2Stream: number | null;
}

interface LegRow {
  readonly id: number;
  readonly role: 'client' | 'server';
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly openedAtUs: number;
  readonly closedAtUs: number | null;
}

interface ConversationRow {
  readonly transport: string;
  readonly id: number;
  readonly addressA: string;
  readonly portA: number;
  readonly addressB: string;
  readonly portB: number;
  readonly startedAtUs: number;
  readonly endedAtUs: number;
  readonly firstPacket: number;
  readonly lastPacket: number;
}

/** Which packets carried which exchange: read from the packets themselves, so that it holds for saved sessions as well. */
export function createExchangePackets(
  db: Sqlite,
  file: PacketFile,
  conversations: ConversationIndex,
): ExchangePackets {
  const exchangeRow = db.prepare(
    'SELECT packetConversation, clientConversation, serverConversation, h2Stream FROM exchanges WHERE id = ?',
  );
  const legRow = db.prepare('SELECT * FROM conversations WHERE id = ?');
  const byEnds = db.prepare(
    `SELECT * FROM packet_conversations WHERE transport = 'tcp' AND ((portA = ? AND portB = ?) OR (portA = ? AND portB = ?))`,
  );
  const conversationRow = db.prepare('SELECT * FROM packet_conversations WHERE id = ?');
  const ordinalOf = {
    packetConversation: db
      .prepare('SELECT count(*) FROM exchanges WHERE packetConversation = ? AND id < ?')
      .pluck(),
    clientConversation: db
      .prepare('SELECT count(*) FROM exchanges WHERE clientConversation = ? AND id < ?')
      .pluck(),
    serverConversation: db
      .prepare('SELECT count(*) FROM exchanges WHERE serverConversation = ? AND id < ?')
      .pluck(),
  };
  const exchangesOf = {
    packetConversation: db
      .prepare('SELECT id, h2Stream FROM exchanges WHERE packetConversation = ? ORDER BY id')
      .raw(),
    clientConversation: db
      .prepare('SELECT id, h2Stream FROM exchanges WHERE clientConversation = ? ORDER BY id')
      .raw(),
    serverConversation: db
      .prepare('SELECT id, h2Stream FROM exchanges WHERE serverConversation = ? ORDER BY id')
      .raw(),
  };
  const secrets = db.prepare('SELECT line FROM secrets ORDER BY id LIMIT ?').pluck();
  const traces = new Map<number, readonly TracedExchange[]>();
  const proxyLegs = createProxyLegs(db);

  function traceOf(row: ConversationRow): readonly TracedExchange[] {
    const kept = traces.get(row.id);
    if (kept !== undefined) return kept;
    const facts = conversations.get(row.id);
    if (facts === null) return [];
    const keyLog = (secrets.all(secretsMax) as string[]).join('\n');
    const all = traceExchanges(file, facts, row.firstPacket, row.lastPacket, keyLog);
    // A request for a tunnel is no exchange of its own in the proxy: its packets are those of the first exchange within.
    const [first, ...others] = all;
    const trace =
      first?.method === 'CONNECT' && others[0] !== undefined
        ? [{ ...others[0], numbers: merged(first.numbers, others[0].numbers) }, ...others.slice(1)]
        : all;
    if (traces.size >= tracesKept) traces.clear();
    traces.set(row.id, trace);
    return trace;
  }

  function conversationsOfLeg(leg: LegRow): ConversationRow[] {
    const { localPort, remotePort } = leg;
    const rows = byEnds.all(localPort, remotePort, remotePort, localPort) as ConversationRow[];
    return rows.filter((row) => isOfLeg(row, leg));
  }

  function carried(
    row: ConversationRow,
    leg: 'client' | 'server' | null,
    h2Stream: number | null,
    ordinal: number,
  ): CarriedBy[] {
    const trace = traceOf(row);
    const found = h2Stream === null ? trace[ordinal] : trace.find((each) => each.h2Stream === h2Stream);
    if (found === undefined || found.numbers.length === 0) return [];
    const { numbers } = found;
    return [
      {
        id: row.id,
        leg,
        firstPacket: numbers[0] as number,
        lastPacket: numbers.at(-1) as number,
        numbers,
      },
    ];
  }

  function ofLeg(
    role: 'client' | 'server',
    legId: number | null,
    exchangeId: number,
    h2Stream: number | null,
  ): CarriedBy[] {
    const leg = legId === null ? undefined : (legRow.get(legId) as LegRow | undefined);
    if (leg === undefined) return [];
    const ordinal = ordinalOf[`${role}Conversation`].get(legId, exchangeId) as number;
    return conversationsOfLeg(leg).flatMap((row) => carried(row, role, h2Stream, ordinal));
  }

  function legOf(conversation: number): { id: number; role: 'client' | 'server' } | null {
    const row = conversationRow.get(conversation) as ConversationRow | undefined;
    if (row === undefined) return null;
    const leg = proxyLegs.at(row.portA, row.portB).find((each) => isOfLeg(row, each));
    return leg === undefined ? null : { id: leg.id, role: leg.role };
  }

  return {
    of: (exchangeId) => {
      const exchange = exchangeRow.get(exchangeId) as ExchangeRow | undefined;
      if (exchange === undefined) return fail('no-such-exchange', `There is no exchange ${exchangeId}.`);
      const { packetConversation, clientConversation, serverConversation, h2Stream } = exchange;
      if (packetConversation !== null) {
        const row = conversationRow.get(packetConversation) as ConversationRow | undefined;
        const ordinal = ordinalOf.packetConversation.get(packetConversation, exchangeId) as number;
        return succeed(row === undefined ? [] : carried(row, null, h2Stream, ordinal));
      }
      return succeed([
        ...ofLeg('client', clientConversation, exchangeId, h2Stream),
        ...ofLeg('server', serverConversation, exchangeId, h2Stream),
      ]);
    },
    exchangeOf: (packet, conversation) => {
      const row = conversationRow.get(conversation) as ConversationRow | undefined;
      if (row === undefined) return null;
      const ordinal = traceOf(row).findIndex(({ numbers }) => numbers.includes(packet));
      if (ordinal === -1) return null;
      const leg = legOf(conversation);
      const rows = (
        leg === null
          ? exchangesOf.packetConversation.all(conversation)
          : exchangesOf[`${leg.role}Conversation`].all(leg.id)
      ) as [id: number, h2Stream: number | null][];
      const h2Stream = traceOf(row)[ordinal]?.h2Stream ?? null;
      const found = h2Stream === null ? rows[ordinal] : rows.find(([, stream]) => stream === h2Stream);
      return found?.[0] ?? null;
    },
    legOf,
    forget: () => traces.clear(),
  };
}

function merged(one: readonly number[], other: readonly number[]): number[] {
  return [...new Set([...one, ...other])].sort((a, b) => a - b);
}

function isOfLeg(row: ConversationRow, leg: LegRow): boolean {
  const { localAddress, localPort, remoteAddress, remotePort, openedAtUs, closedAtUs } = leg;
  const [local, remote] = [plain(localAddress), plain(remoteAddress)];
  const [a, b] = [plain(row.addressA), plain(row.addressB)];
  const isSame =
    (a === local && row.portA === localPort && b === remote && row.portB === remotePort) ||
    (a === remote && row.portA === remotePort && b === local && row.portB === localPort);
  return (
    isSame &&
    row.transport === 'tcp' &&
    row.startedAtUs <= (closedAtUs ?? Infinity) + slackUs &&
    row.endedAtUs >= openedAtUs - slackUs
  );
}

/** Legs of the proxy by their ports, lowest id first; what was read from packets has rows there as well, which are none. */
function createProxyLegs(db: Sqlite): {
  readonly at: (onePort: number, otherPort: number) => readonly LegRow[];
} {
  // Once through the exchanges, which have no index by tier.
  const proxied = db.prepare(
    `WITH proxied AS MATERIALIZED (SELECT clientConversation, serverConversation FROM exchanges WHERE tier = 'proxy') ` +
      `SELECT * FROM conversations WHERE id IN (SELECT clientConversation FROM proxied ` +
      `UNION SELECT serverConversation FROM proxied) ORDER BY id`,
  );
  const dataVersion = db.prepare('PRAGMA data_version').pluck();
  const legs = new Map<number, LegRow[]>();
  let version: unknown = null;

  function keyOf(onePort: number, otherPort: number): number {
    return Math.min(onePort, otherPort) * 65_536 + Math.max(onePort, otherPort);
  }

  function refresh(): void {
    // Changes with whatever another connection commits: rows of a list are looked up between two commits, nearly always.
    const now = dataVersion.get();
    if (now === version) return;
    version = now;
    legs.clear();
    for (const leg of proxied.all() as LegRow[]) {
      const key = keyOf(leg.localPort, leg.remotePort);
      const same = legs.get(key);
      if (same === undefined) legs.set(key, [leg]);
      else same.push(leg);
    }
  }

  return {
    at: (onePort, otherPort) => {
      refresh();
      return legs.get(keyOf(onePort, otherPort)) ?? [];
    },
  };
}
