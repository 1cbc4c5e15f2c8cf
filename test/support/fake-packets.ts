import type { Handlers } from '../../core/contract/dispatch.ts';
import type {
  ExpertGroup,
  FollowKind,
  PacketScope,
  PacketViewProgress,
} from '../../core/contract/packets.ts';
import { fail, succeed } from '../../core/model/result.ts';
import { packetTroubles as trouble, type End, type TcpEndSummary } from '../../core/packets/tcp-events.ts';
import { fields, protocolNames, readFilter, type ReadFilter } from './packets/display-filter.ts';
import { frameOf } from './packets/frame.ts';
import { longSeries, scriptSeries } from './packets/series.ts';
import { decryptedAnswer, decryptedQuestion, talks } from './packets/script.ts';
import { createTraffic } from './packets/traffic.ts';

type Tell = (service: string, event: string, payload: unknown) => void;

export interface FakePacketsOptions {
  readonly packets: number;
  /** Points of the pictures of the third conversation; 0: as many as it has packets. */
  readonly seriesPoints: number;
  /** Exchanges that have packets, from the first one. */
  readonly exchanges: number;
  /** Packets looked at by Wireshark's engine in 50 ms. */
  readonly lookedAtOnce?: number;
}

interface View {
  readonly scope: PacketScope;
  readonly filter: ReadFilter | null;
  /** Null: every packet. */
  numbers: number[] | null;
  looked: number;
  stopped: boolean;
}

export interface FakePackets {
  readonly handlers: Handlers<unknown>['packets'];
  /** Packets that were captured just now. */
  readonly add: (count: number) => void;
  readonly count: () => number;
}

/** Made-up packets: handshakes, loss, a zero window, TLS, HTTP, DNS and PostgreSQL, as many as are asked for. */
export function createFakePackets(tell: Tell, options: FakePacketsOptions): FakePackets {
  const traffic = createTraffic(1_795_343_023_412_006);
  const views = new Map<number, View>();
  let lastView = 0;
  let total = options.packets;
  let decodeRules: { table: 'tcp.port' | 'udp.port'; port: number; protocol: string }[] = [];

  const legsOf = (exchange: number) =>
    exchange > options.exchanges || traffic.conversationCount(total) < exchange * talks.length
      ? []
      : [2, 1].map((talk) => (exchange - 1) * talks.length + talk + 1);
  const inScope = (scope: PacketScope): readonly number[] | null => {
    if (scope.kind === 'all') return null;
    const ids = scope.kind === 'conversation' ? [scope.id] : legsOf(scope.id);
    return ids
      .flatMap((id) => traffic.packetsOf(id))
      .filter((n) => n <= total)
      .sort((a, b) => a - b);
  };
  const matches = (view: View, number: number) =>
    view.filter === null || view.filter.matches({ row: traffic.row(number), step: traffic.step(number) });
  const lookFurther = (view: View, most: number) => {
    const among = inScope(view.scope);
    const end = among === null ? total : among.length;
    const to = Math.min(end, view.looked + most);
    for (let at = view.looked; at < to; at += 1) {
      const number = among === null ? at + 1 : (among[at] ?? 0);
      if (view.numbers !== null && matches(view, number)) view.numbers.push(number);
    }
    view.looked = to;
    return to < end;
  };
  const progressOf = (view: View): PacketViewProgress => {
    const of = inScope(view.scope)?.length ?? total;
    return {
      looked: view.numbers === null ? of : view.looked,
      total: of,
      stopped: view.stopped,
      problem: null,
    };
  };
  const countOf = (view: View) => view.numbers?.length ?? total;
  const numberAt = (view: View, index: number) => (view.numbers === null ? index + 1 : view.numbers[index]);
  const goOn = (viewId: number, view: View) => {
    if (view.stopped || views.get(viewId) !== view) return;
    const isMore = lookFurther(view, options.lookedAtOnce ?? 500);
    tell('packets', 'viewChanged', { viewId, count: countOf(view), progress: progressOf(view) });
    if (isMore) setTimeout(() => goOn(viewId, view), 50);
  };
  const withView = (viewId: number) => views.get(viewId);
  const gone = () => Promise.resolve(fail('no-such-view', 'That list is closed.'));

  const handlers: Handlers<unknown>['packets'] = {
    state: () =>
      Promise.resolve(
        succeed({
          packets: total,
          bytes: total * 512,
          conversations: traffic.conversationCount(total),
          firstAtUs: total === 0 ? null : traffic.atUs(1),
          lastAtUs: total === 0 ? null : traffic.atUs(total),
          interfaces: [{ id: 0, name: 'eth0', linkType: 1 }],
        }),
      ),
    openView: ({ scope, filter }) => {
      const read = filter.trim() === '' ? null : readFilter(filter);
      if (typeof read === 'string') return Promise.resolve(fail('bad-filter', read));
      const viewId = ++lastView;
      const isAll = read === null && scope.kind === 'all';
      const view: View = { scope, filter: read, numbers: isAll ? null : [], looked: 0, stopped: false };
      views.set(viewId, view);
      if (read?.runsIn === 'wireshark') setTimeout(() => goOn(viewId, view), 50);
      else lookFurther(view, Infinity);
      return Promise.resolve(succeed({ viewId, count: countOf(view), progress: progressOf(view) }));
    },
    closeView: ({ viewId }) => {
      views.delete(viewId);
      return Promise.resolve(succeed({}));
    },
    stopView: ({ viewId, stopped }) => {
      const view = withView(viewId);
      if (view === undefined) return gone();
      view.stopped = stopped;
      if (!stopped) setTimeout(() => goOn(viewId, view), 50);
      return Promise.resolve(succeed({ progress: progressOf(view) }));
    },
    rows: ({ viewId, from, limit }) => {
      const view = withView(viewId);
      if (view === undefined) return gone();
      const count = countOf(view);
      const to = Math.min(count, from + limit);
      const rows = Array.from({ length: Math.max(0, to - from) }, (_, at) =>
        traffic.row(numberAt(view, from + at) ?? 1),
      );
      return Promise.resolve(succeed({ from, rows, count }));
    },
    position: ({ viewId, number }) => {
      const view = withView(viewId);
      if (view === undefined) return gone();
      const index =
        view.numbers === null ? (number <= total ? number - 1 : -1) : view.numbers.indexOf(number);
      return Promise.resolve(succeed({ index: index < 0 ? null : index }));
    },
    findNext: ({ viewId, from, backwards, troubles }) => {
      const view = withView(viewId);
      if (view === undefined) return gone();
      const count = countOf(view);
      const by = backwards ? -1 : 1;
      for (let index = from + by; index >= 0 && index < count; index += by) {
        const number = numberAt(view, index) ?? 1;
        const isIt =
          troubles === 0
            ? traffic.marks.get(number)?.marked === true
            : (traffic.step(number).troubles & troubles) !== 0;
        if (isIt) return Promise.resolve(succeed({ index }));
      }
      return Promise.resolve(succeed({ index: null }));
    },
    checkFilter: ({ filter }) => {
      const read = readFilter(filter);
      return Promise.resolve(
        succeed(
          typeof read === 'string'
            ? { problem: read, runsIn: 'index' as const }
            : { problem: null, runsIn: read.runsIn },
        ),
      );
    },
    fields: ({ prefix, limit }) => {
      const names = [
        ...protocolNames.map((name) => ({ name, label: 'Protocol' })),
        ...Object.entries(fields).map(([name, { label }]) => ({ name, label })),
      ];
      return Promise.resolve(
        succeed({
          fields: names
            .filter(({ name }) => name.startsWith(prefix))
            .sort((a, b) => (a.name < b.name ? -1 : 1))
            .slice(0, limit),
        }),
      );
    },
    get: ({ number }) => {
      if (number > total) return Promise.resolve(fail('no-such-packet', `There is no packet ${number}.`));
      const row = traffic.row(number);
      const { sources, tree } = frameOf(row, traffic.step(number));
      const exchange = Math.floor(((row.conversation ?? 1) - 1) / talks.length) + 1;
      const isOfExchange = legsOf(exchange).includes(row.conversation ?? 0);
      return Promise.resolve(
        succeed({
          ...{ row, sources, tree, dissectedBy: 'Wireshark 4.4.5', problem: null },
          exchangeId: isOfExchange ? exchange : null,
        }),
      );
    },
    mark: ({ numbers, marked, comment }) => {
      for (const number of numbers) {
        const before = traffic.marks.get(number) ?? { marked: false, comment: null };
        traffic.marks.set(number, {
          marked: marked ?? before.marked,
          comment: comment === undefined ? before.comment : comment === '' ? null : comment,
        });
      }
      return Promise.resolve(succeed({ count: numbers.length }));
    },
    decodeAs: ({ set }) => {
      if (set !== undefined) decodeRules = set;
      return Promise.resolve(
        succeed({
          rules: decodeRules,
          protocols: [
            'amqp',
            'dns',
            'ftp',
            'http',
            'http2',
            'mqtt',
            'pgsql',
            'redis',
            'rtp',
            'sip',
            'smtp',
            'ssh',
            'tls',
          ],
        }),
      );
    },
    expert: () => {
      const rounds = Math.ceil(total / traffic.steps.length);
      const group = (
        severity: ExpertGroup['severity'],
        summary: string,
        flag: number,
        filter: string,
      ): ExpertGroup => {
        const places = traffic.steps
          .flatMap(({ troubles }, at) => ((troubles & flag) === 0 ? [] : [at + 1]))
          .filter((at) => at <= total);
        return {
          severity,
          summary,
          protocol: 'TCP',
          count: places.length * rounds,
          packets: places.slice(0, 100),
          filter,
        };
      };
      const groups = [
        group(
          'warning',
          'The receiver’s window stood at zero',
          trouble.zeroWindow,
          'tcp.analysis.zero_window',
        ),
        group('warning', 'The connection was reset', trouble.reset, 'tcp.flags.reset == 1'),
        group(
          'warning',
          'Bytes before these were not captured',
          trouble.gapBefore,
          'tcp.analysis.lost_segment',
        ),
        group('note', 'Data was sent again', trouble.retransmission, 'tcp.analysis.retransmission'),
        group(
          'note',
          'The same bytes were acknowledged again',
          trouble.duplicateAck,
          'tcp.analysis.duplicate_ack',
        ),
        {
          ...group('chat', 'A connection was begun', 0, 'tcp.flags.syn == 1'),
          count: rounds * 6,
          packets: [9, 11, 23],
        },
      ];
      return Promise.resolve(succeed({ groups: total === 0 ? [] : groups.filter(({ count }) => count > 0) }));
    },
    conversations: ({ from, limit, sort, descending, text }) => {
      const ids = Array.from({ length: traffic.conversationCount(total) }, (_, at) => at + 1);
      const rows = ids
        .slice(0, 20_000)
        .map((id) => traffic.conversation(id))
        .filter((row) => text === '' || JSON.stringify(row).toLowerCase().includes(text.toLowerCase()));
      const key = (row: (typeof rows)[number]): number => {
        switch (sort) {
          case 'started':
            return row.startedAtUs;
          case 'packets':
            return row.packets.a + row.packets.b;
          case 'bytes':
            return row.bytes.a + row.bytes.b;
          case 'duration':
            return row.endedAtUs - row.startedAtUs;
          case 'rtt':
            return row.rttUs?.p50 ?? -1;
          case 'retransmissions':
            return row.retransmissions.a + row.retransmissions.b;
          case 'zeroWindow':
            return row.zeroWindowUs.a + row.zeroWindowUs.b;
          case 'throughput':
            return (row.bytes.a + row.bytes.b) / Math.max(1, row.endedAtUs - row.startedAtUs);
          default:
            return sort satisfies never;
        }
      };
      rows.sort((one, other) => (descending ? key(other) - key(one) : key(one) - key(other)));
      return Promise.resolve(succeed({ conversations: rows.slice(from, from + limit), count: rows.length }));
    },
    conversation: ({ id }) => {
      if (id > traffic.conversationCount(total))
        return Promise.resolve(fail('no-such-conversation', `There is no conversation ${id}.`));
      const row = traffic.conversation(id);
      const endOf = (end: End): TcpEndSummary => ({
        packets: row.packets[end],
        rttUs: row.rttUs === null ? null : { ...row.rttUs, samples: 40 },
        payloadBytes: row.bytes[end],
        streamBytes: row.bytes[end],
        missingBytes: 0,
        retransmissions: row.retransmissions[end],
        fastRetransmissions: 0,
        spuriousRetransmissions: 0,
        duplicateAcks: row.duplicateAcks[end],
        outOfOrder: 0,
        zeroWindows: row.zeroWindowUs[end] > 0 ? 1 : 0,
        zeroWindowUs: row.zeroWindowUs[end],
        longestZeroWindowUs: row.zeroWindowUs[end],
        windowMax: 65_535,
        mss: 1460,
        windowScale: 7,
        sackPermitted: true,
        timestamps: true,
        initialSeq: 2_481_220_441,
        state: row.resets > 0 ? 'reset' : 'closed',
      });
      const at = row.startedAtUs;
      const summary = {
        handshakeUs: row.handshakeUs,
        synToSynAckUs: row.rttUs?.min ?? null,
        synAckToAckUs: 60,
        rttUs: row.rttUs === null ? null : { ...row.rttUs, samples: 3 },
        ends: { a: endOf('a'), b: endOf('b') },
        resets: row.resets,
        fastOpen: 'none' as const,
        states: [
          { atUs: at, end: 'a' as const, state: 'syn-sent' as const },
          { atUs: at + 18_400, end: 'b' as const, state: 'syn-received' as const },
          { atUs: at + 18_480, end: 'a' as const, state: 'established' as const },
        ],
        nagleDelays: 0,
        nagleDelayUs: 0,
      };
      return Promise.resolve(
        succeed({ conversation: row, summary: row.protocol === 'tcp' ? summary : null }),
      );
    },
    series: ({ id, fromUs, toUs, pointsMax }) => {
      const whole =
        id === 3 && options.seriesPoints > 0
          ? longSeries(options.seriesPoints, traffic.atUs(12))
          : scriptSeries(traffic, id);
      const first = fromUs === null ? 0 : whole.atUs.findIndex((at) => at >= fromUs);
      const after = toUs === null ? -1 : whole.atUs.findIndex((at) => at > toUs);
      const [from, to] = [Math.max(0, first), after < 0 ? whole.atUs.length : after];
      const step = Math.max(1, Math.ceil((to - from) / pointsMax));
      const cut = <T extends Float64Array | Uint8Array>(column: T): T =>
        column.slice(from, to).filter((_, at) => at % step === 0) as T;
      return Promise.resolve(
        succeed({
          ...{
            packetNumbers: cut(whole.packetNumbers),
            atUs: cut(whole.atUs),
            ends: cut(whole.ends),
            seq: cut(whole.seq),
          },
          ...{ ack: cut(whole.ack), payloadBytes: cut(whole.payloadBytes), window: cut(whole.window) },
          ...{
            inFlight: cut(whole.inFlight),
            rttUs: cut(whole.rttUs),
            flags: cut(whole.flags),
            troubles: cut(whole.troubles),
          },
          thinned: to - from - Math.ceil((to - from) / step),
        }),
      );
    },
    follow: ({ id, as }) => Promise.resolve(succeed(follow(id, as))),
    graph: ({ viewId, buckets, fromUs, toUs }) => {
      const view = withView(viewId);
      if (view === undefined) return gone();
      const from = fromUs ?? traffic.atUs(1);
      const to = toUs ?? traffic.atUs(Math.max(1, total)) + 1;
      const counts = {
        packets: new Array<number>(buckets).fill(0),
        bytes: new Array<number>(buckets).fill(0),
        troubled: new Array<number>(buckets).fill(0),
      };
      for (let index = 0; index < countOf(view); index += 1) {
        const number = numberAt(view, index) ?? 1;
        const at = Math.floor(((traffic.atUs(number) - from) / Math.max(1, to - from)) * buckets);
        if (at < 0 || at >= buckets) continue;
        counts.packets[at] = (counts.packets[at] ?? 0) + 1;
        counts.bytes[at] = (counts.bytes[at] ?? 0) + traffic.step(number).payload.length + 66;
        if (traffic.step(number).troubles !== 0) counts.troubled[at] = (counts.troubled[at] ?? 0) + 1;
      }
      return Promise.resolve(succeed({ fromUs: from, toUs: to, ...counts }));
    },
    ofExchange: ({ id }) => {
      const legs = legsOf(id);
      return Promise.resolve(
        succeed({
          count: legs.reduce((sum, leg) => sum + traffic.packetsOf(leg).length, 0),
          conversations: legs.map((leg, at) => {
            const numbers = traffic.packetsOf(leg);
            return {
              id: leg,
              leg: at === 0 ? ('client' as const) : ('server' as const),
              firstPacket: numbers[0] ?? 1,
              lastPacket: numbers.at(-1) ?? 1,
            };
          }),
        }),
      );
    },
  };

  function follow(id: number, as: FollowKind) {
    const talk = traffic.talkOf(id);
    const none = { pieces: [], nextFrom: null, totalBytes: { a: 0, b: 0 } };
    if (as === 'http2') return { ...none, problem: 'This conversation does not speak HTTP/2.' };
    if ((as === 'tls') !== (talk.application === 'tls') && (as === 'tls' || as === 'http'))
      if (as === 'tls') return { ...none, problem: 'This conversation is not encrypted.' };
    const numbers = traffic.packetsOf(id);
    const sent = numbers.filter(
      (n) =>
        traffic.step(n).payload.length > 0 &&
        (traffic.step(n).troubles & (trouble.retransmission | trouble.zeroWindowProbe)) === 0,
    );
    const isPlain = talk.application === 'tls' && as !== 'tcp';
    const pieces = isPlain
      ? [
          {
            end: 'a' as const,
            packet: sent.find((n) => traffic.step(n).more.length > 0) ?? 1,
            bytes: decryptedQuestion,
          },
          {
            end: 'b' as const,
            packet: sent.findLast((n) => traffic.step(n).more.length > 0) ?? 1,
            bytes: decryptedAnswer,
          },
        ].map((piece) => ({ ...piece, atUs: traffic.atUs(piece.packet), missingBefore: 0 }))
      : sent.map((n) => {
          const step = traffic.step(n);
          const missingBefore = (step.troubles & trouble.gapBefore) === 0 ? 0 : 1448;
          return { end: step.end, packet: n, atUs: traffic.atUs(n), bytes: step.payload, missingBefore };
        });
    const totalBytes = { a: 0, b: 0 };
    for (const { end, bytes } of pieces) totalBytes[end] += bytes.length;
    return { pieces, nextFrom: null, totalBytes, problem: null };
  }

  return {
    handlers,
    count: () => total,
    add: (count) => {
      total += count;
      for (const [viewId, view] of views) {
        if (view.numbers !== null) {
          const before = view.numbers.length;
          lookFurther(view, Infinity);
          if (view.numbers.length === before) continue;
        }
        tell('packets', 'viewChanged', { viewId, count: countOf(view), progress: progressOf(view) });
      }
      tell('packets', 'changed', {
        sessionId: 1,
        packets: total,
        conversations: traffic.conversationCount(total),
      });
    },
  };
}
