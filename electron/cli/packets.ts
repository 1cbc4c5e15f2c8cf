import type { ConversationRow, PacketRow } from '../../core/contract/packets.ts';
import type { Session } from '../engine/session/session-api.ts';
import { valueOrComplain } from './common.ts';
import { write } from './output.ts';
import { withPackets } from './with-session.ts';

/** The first lines come at once. */
const firstPageRows = 50;
const pageRows = 500;

export interface PacketListOptions {
  readonly json?: boolean;
  readonly filter?: string;
  readonly exchange?: number;
  readonly conversation?: number;
  readonly keylog?: string;
}

/** Prints packets as a table or as one JSON object a line. */
export async function printPackets(file: string, options: PacketListOptions): Promise<void> {
  await withPackets({ file, keyLog: options.keylog }, async (packets) => {
    const scope =
      options.exchange !== undefined
        ? ({ kind: 'exchange', id: options.exchange } as const)
        : options.conversation !== undefined
          ? ({ kind: 'conversation', id: options.conversation } as const)
          : ({ kind: 'all' } as const);
    const changes = watchFor(packets.onViewChanged);
    const opened = valueOrComplain(await packets.call('openView', { scope, filter: options.filter ?? '' }));
    if (opened === null) return;
    let { progress } = opened;
    while (progress.looked < progress.total && progress.problem === null) {
      ({ progress } = await changes.next(opened.viewId));
    }
    if (progress.problem !== null) {
      valueOrComplain({ ok: false, error: { code: 'cannot-filter', message: progress.problem } });
      return;
    }
    if (options.json !== true) await write(packetHead);
    for (let [from, limit] = [0, firstPageRows]; ; limit = pageRows) {
      const page = valueOrComplain(await packets.call('rows', { viewId: opened.viewId, from, limit }));
      if (page === null || page.rows.length === 0) return;
      from += page.rows.length;
      const lines = page.rows.map((row) => `${options.json === true ? packetJson(row) : packetLine(row)}\n`);
      if (!(await write(lines.join('')))) return;
    }
  });
}

/** Changes of a view, none of them missed. */
function watchFor(listen: Session['packets']['onViewChanged']): {
  next: (viewId: number) => Promise<Parameters<Parameters<typeof listen>[0]>[0]>;
} {
  type Change = Parameters<Parameters<typeof listen>[0]>[0];
  const waiting: Change[] = [];
  let go: ((change: Change) => void) | null = null;
  listen((change) => {
    if (go === null) waiting.push(change);
    else go(change);
    go = null;
  });
  return {
    next: async (viewId) => {
      for (;;) {
        const change = waiting.shift() ?? (await new Promise<Change>((resolve) => (go = resolve)));
        if (change.viewId === viewId) return change;
      }
    },
  };
}

/** Prints conversations as a table or as one JSON object a line. */
export async function printConversations(
  file: string,
  options: { readonly json?: boolean; readonly keylog?: string },
): Promise<void> {
  await withPackets({ file, keyLog: options.keylog }, async (packets) => {
    if (options.json !== true) await write(conversationHead);
    const order = { sort: 'started', descending: false, text: '' } as const;
    for (let [from, limit] = [0, firstPageRows]; ; limit = pageRows) {
      const page = valueOrComplain(await packets.call('conversations', { from, limit, ...order }));
      if (page === null || page.conversations.length === 0) return;
      from += page.conversations.length;
      const lines = page.conversations.map(
        (row) => `${options.json === true ? JSON.stringify(conversationJson(row)) : conversationLine(row)}\n`,
      );
      if (!(await write(lines.join('')))) return;
    }
  });
}

function packetJson(row: PacketRow): string {
  const { seconds, nanos, ...others } = row;
  return JSON.stringify({ ...others, time: timeText(seconds, nanos) });
}

/** ISO 8601 with nanoseconds; of a time that no calendar knows, seconds since the epoch. */
function timeText(seconds: number, nanos: number): string {
  const decimals = String(nanos).padStart(9, '0');
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime())
    ? `${seconds}.${decimals}`
    : `${date.toISOString().replace(/\.\d+Z$/, '')}.${decimals}Z`;
}

const packetHead = `${'number'.padStart(8)}  ${'time'.padEnd(18)}  ${'source'.padEnd(24)}  ${'destination'.padEnd(24)}  ${'protocol'.padEnd(9)}  ${'bytes'.padStart(6)}  info\n`;

function packetLine(row: PacketRow): string {
  const time = timeText(row.seconds, row.nanos).replace(/^.*T|Z$/g, '');
  const cells = [
    String(row.number).padStart(8),
    time,
    row.source.padEnd(24),
    row.destination.padEnd(24),
    row.protocol.padEnd(9),
    String(row.originalBytes).padStart(6),
    row.info,
  ];
  return cells.join('  ');
}

/** One conversation as the command line prints it. Durations are ms. */
interface ConversationJson {
  readonly id: number;
  readonly protocol: string;
  readonly application: string;
  /** `address:port` */
  readonly a: string;
  readonly b: string;
  readonly packets: { readonly a: number; readonly b: number };
  readonly bytes: { readonly a: number; readonly b: number };
  readonly startedAt: string;
  readonly durationMs: number;
  readonly handshakeMs: number | null;
  readonly rttMs: { readonly min: number; readonly p50: number; readonly p95: number } | null;
  readonly retransmissions: { readonly a: number; readonly b: number };
  readonly duplicateAcks: { readonly a: number; readonly b: number };
  readonly outOfOrder: { readonly a: number; readonly b: number };
  readonly zeroWindowMs: { readonly a: number; readonly b: number };
  readonly missingBytes: { readonly a: number; readonly b: number };
  readonly resets: number;
  readonly mss: { readonly a: number | null; readonly b: number | null };
  readonly exchanges: number;
}

function conversationJson(row: ConversationRow): ConversationJson {
  const { rttUs } = row;
  return {
    id: row.id,
    protocol: row.protocol,
    application: row.application,
    a: endText(row.addressA, row.portA),
    b: endText(row.addressB, row.portB),
    packets: row.packets,
    bytes: row.bytes,
    startedAt: new Date(row.startedAtUs / 1000).toISOString(),
    durationMs: (row.endedAtUs - row.startedAtUs) / 1000,
    handshakeMs: row.handshakeUs === null ? null : row.handshakeUs / 1000,
    rttMs: rttUs === null ? null : { min: rttUs.min / 1000, p50: rttUs.p50 / 1000, p95: rttUs.p95 / 1000 },
    retransmissions: row.retransmissions,
    duplicateAcks: row.duplicateAcks,
    outOfOrder: row.outOfOrder,
    zeroWindowMs: { a: row.zeroWindowUs.a / 1000, b: row.zeroWindowUs.b / 1000 },
    missingBytes: row.missingBytes,
    resets: row.resets,
    mss: row.mss,
    exchanges: row.exchanges,
  };
}

function endText(address: string, port: number | null): string {
  const name = address.includes(':') && port !== null ? `[${address}]` : address;
  return port === null ? name : `${name}:${port}`;
}

const conversationHead = `${'id'.padStart(6)}  ${'protocol'.padEnd(8)}  ${'application'.padEnd(16)}  ${'a'.padEnd(24)}  ${'b'.padEnd(24)}  ${'packets'.padStart(9)}  ${'bytes'.padStart(12)}  ${'ms'.padStart(10)}\n`;

function conversationLine(row: ConversationRow): string {
  return [
    String(row.id).padStart(6),
    row.protocol.padEnd(8),
    row.application.padEnd(16),
    endText(row.addressA, row.portA).padEnd(24),
    endText(row.addressB, row.portB).padEnd(24),
    String(row.packets.a + row.packets.b).padStart(9),
    String(row.bytes.a + row.bytes.b).padStart(12),
    ((row.endedAtUs - row.startedAtUs) / 1000).toFixed(1).padStart(10),
  ].join('  ');
}
