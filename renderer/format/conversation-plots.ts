import type { ConversationSeries } from '../../core/contract/packets.ts';
import { packetTroubles, type End } from '../../core/packets/tcp-events.ts';
import { tcpFlags } from '../../core/packets/decoded-packet.ts';
import type { PlotColor, PlotPicture, PlotSeries } from './plot/draw-plot.ts';
import type { MarkShape } from './plot/plot-pen.ts';
import { extent, type AxisRange } from './plot/plot-scale.ts';

/** Names of both ends, for titles and legends. */
export interface EndNames {
  readonly a: string;
  readonly b: string;
}

const again =
  packetTroubles.retransmission |
  packetTroubles.fastRetransmission |
  packetTroubles.spuriousRetransmission |
  packetTroubles.synRetransmission;

/** Time from the first point to the last, at least 100 µs. */
export function seriesRange({ atUs }: ConversationSeries): AxisRange {
  const first = atUs[0] ?? 0;
  return { from: 0, to: Math.max(100, (atUs.at(-1) ?? first) - first) };
}

/** The end that sent more payload. */
export function heavierEnd({ ends, payloadBytes }: ConversationSeries): End {
  let [a, b] = [0, 0];
  for (let at = 0; at < ends.length; at += 1) {
    if (ends[at] === 0) a += payloadBytes[at] ?? 0;
    else b += payloadBytes[at] ?? 0;
  }
  return b > a ? 'b' : 'a';
}

type Column = 'seq' | 'ack' | 'window' | 'inFlight' | 'rttUs' | 'payloadBytes';

interface Choice {
  readonly label: string;
  readonly meaning: string;
  readonly color: PlotColor;
  readonly kind: PlotSeries['kind'];
  readonly shape?: MarkShape;
  readonly dash?: readonly number[];
  readonly is: (at: number) => boolean;
  readonly y: (at: number) => number;
  readonly top?: (at: number) => number;
}

/** A series of the points that are chosen, in their order. */
function chosen(series: ConversationSeries, { is, y, top, ...look }: Choice): PlotSeries {
  const { atUs, packetNumbers } = series;
  const start = atUs[0] ?? 0;
  let count = 0;
  for (let at = 0; at < atUs.length; at += 1) if (is(at)) count += 1;
  const [xs, ys, packets] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const tops = top === undefined ? undefined : new Float64Array(count);
  let to = 0;
  let latest = 0;
  for (let at = 0; at < atUs.length; at += 1) {
    if (!is(at)) continue;
    // Clocks may run backwards in a capture; a picture's time does not.
    latest = Math.max(latest, (atUs[at] ?? 0) - start);
    xs[to] = latest;
    ys[to] = y(at);
    packets[to] = packetNumbers[at] ?? 0;
    if (tops !== undefined && top !== undefined) tops[to] = top(at);
    to += 1;
  }
  return { ...look, xs, ys, packets, ...(tops === undefined ? {} : { tops }) };
}

function column(series: ConversationSeries, name: Column): (at: number) => number {
  const values = series[name];
  return (at) => values[at] ?? 0;
}

/** Whether a point is of one end, and carries payload. */
function of(series: ConversationSeries, end: End) {
  const wanted = end === 'a' ? 0 : 1;
  const isOf = (at: number) => series.ends[at] === wanted;
  const hasData = (at: number) => isOf(at) && (series.payloadBytes[at] ?? 0) > 0;
  const has = (at: number, troubles: number) => ((series.troubles[at] ?? 0) & troubles) !== 0;
  return { isOf, hasData, has };
}

function isAcking(series: ConversationSeries): (at: number) => boolean {
  return (at) => ((series.flags[at] ?? 0) & tcpFlags.ack) !== 0;
}

/**
 * The time-sequence picture after Stevens, with what Shepard's tcptrace adds: each segment of one end as a stroke from its first to its
 * last byte, what the other end acknowledged, and how far its window reaches.
 */
export function stevensPicture(series: ConversationSeries, end: End, names: EndNames): PlotPicture {
  const sender = of(series, end);
  const receiver = of(series, end === 'a' ? 'b' : 'a');
  const acking = isAcking(series);
  const seq = column(series, 'seq');
  const bytes = column(series, 'payloadBytes');
  const ack = column(series, 'ack');
  const window = column(series, 'window');
  const last = (at: number) => seq(at) + bytes(at);
  const trouble = (
    label: string,
    meaning: string,
    color: PlotColor,
    shape: MarkShape,
    flags: number,
  ): PlotSeries =>
    chosen(series, {
      ...{ label, meaning, color, shape, kind: 'points', y: last },
      is: (at) => sender.hasData(at) && sender.has(at, flags),
    });
  const all: PlotSeries[] = [
    chosen(series, {
      ...{ label: 'Window', meaning: 'The last byte that the receiver has room for.', color: 'phase-pass' },
      ...{ kind: 'step', dash: [4, 3] },
      is: (at) => receiver.isOf(at) && acking(at) && (series.flags[at] ?? 0) !== 0 && ack(at) > 0,
      y: (at) => ack(at) + window(at),
    }),
    chosen(series, {
      ...{
        label: 'Acknowledged',
        meaning: 'The last byte that the receiver has said it has.',
        color: 'phase-connect',
      },
      kind: 'step',
      is: (at) => receiver.isOf(at) && acking(at) && ack(at) > 0,
      y: ack,
    }),
    chosen(series, {
      ...{
        label: 'Segments',
        meaning: 'Each segment, from its first byte to its last.',
        color: 'phase-wait',
      },
      kind: 'spans',
      is: (at) => sender.hasData(at) && !sender.has(at, again),
      y: seq,
      top: last,
    }),
    trouble('Sent again', 'Retransmissions: bytes that were sent before.', 'problem', 'cross', again),
    trouble(
      'Out of order',
      'Arrived behind bytes that follow them.',
      'warning',
      'triangle',
      packetTroubles.outOfOrder,
    ),
    chosen(series, {
      ...{
        label: 'Duplicate ACKs',
        meaning: 'The receiver asks again for the same byte.',
        color: 'phase-tls',
      },
      ...{ kind: 'points', shape: 'tick' },
      is: (at) => receiver.isOf(at) && receiver.has(at, packetTroubles.duplicateAck),
      y: ack,
    }),
  ];
  return {
    title: `Time-sequence, ${names[end]} to ${names[end === 'a' ? 'b' : 'a']}`,
    ...{ unit: 'bytes', fromZero: false, whole: seriesRange(series) },
    series: all
      .filter(({ xs }) => xs.length > 0)
      .map((each) => (isTall(each, all) ? { ...each, isQuiet: true } : each)),
  };
}

/** A window so many times as high as what was sent is shown only when it is asked for. */
const tallFrom = 4;

function isTall({ label, ys }: PlotSeries, all: readonly PlotSeries[]): boolean {
  const sent = all.find((each) => each.label === 'Segments')?.tops ?? new Float64Array();
  const top = (values: Float64Array) => extent(values, 0, values.length)?.to ?? 0;
  return label === 'Window' && sent.length > 0 && top(ys) > tallFrom * top(sent);
}

/** What is on its way from one end, and the room that the other one offers. */
export function windowPicture(series: ConversationSeries, end: End, names: EndNames): PlotPicture {
  const sender = of(series, end);
  const receiver = of(series, end === 'a' ? 'b' : 'a');
  const window = column(series, 'window');
  const acking = isAcking(series);
  const all: PlotSeries[] = [
    chosen(series, {
      ...{
        label: 'Receive window',
        meaning: 'Room that the receiver offers.',
        color: 'phase-connect',
        kind: 'step',
      },
      is: (at) => receiver.isOf(at) && acking(at) && ((series.flags[at] ?? 0) & tcpFlags.syn) === 0,
      y: window,
    }),
    chosen(series, {
      ...{
        label: 'Bytes in flight',
        meaning: 'Sent and not acknowledged yet.',
        color: 'phase-wait',
        kind: 'step',
      },
      is: sender.hasData,
      y: column(series, 'inFlight'),
    }),
    chosen(series, {
      ...{
        label: 'Zero window',
        meaning: 'The receiver has no room left.',
        color: 'problem',
        kind: 'points',
      },
      shape: 'diamond',
      is: (at) => receiver.isOf(at) && receiver.has(at, packetTroubles.zeroWindow),
      y: window,
    }),
    chosen(series, {
      ...{
        label: 'Window full',
        meaning: 'The sender has filled all the room.',
        color: 'warning',
        kind: 'points',
      },
      shape: 'triangle',
      is: (at) => sender.isOf(at) && sender.has(at, packetTroubles.windowFull),
      y: column(series, 'inFlight'),
    }),
  ];
  return {
    title: `Window and bytes in flight, ${names[end]} to ${names[end === 'a' ? 'b' : 'a']}`,
    ...{ unit: 'bytes', fromZero: true, whole: seriesRange(series) },
    series: all.filter(({ xs }) => xs.length > 0),
  };
}

/** Payload of both ends over time, in equal parts of what is in sight. */
export function throughputPicture(
  series: ConversationSeries,
  view: AxisRange,
  parts: number,
  names: EndNames,
): PlotPicture {
  const partUs = (view.to - view.from) / parts;
  const start = series.atUs[0] ?? 0;
  const xs = Float64Array.from({ length: parts + 1 }, (_, at) => view.from + at * partUs);
  const rate = (end: End): Float64Array => {
    const ys = new Float64Array(parts + 1);
    const wanted = end === 'a' ? 0 : 1;
    for (let at = 0; at < series.atUs.length; at += 1) {
      if (series.ends[at] !== wanted) continue;
      const part = Math.floor(((series.atUs[at] ?? 0) - start - view.from) / partUs);
      // What comes at the very end belongs to the last part.
      const place = part === parts ? parts - 1 : part;
      if (place >= 0 && place < parts)
        ys[place] = (ys[place] ?? 0) + ((series.payloadBytes[at] ?? 0) * 8 * 1e6) / partUs;
    }
    ys[parts] = ys[parts - 1] ?? 0;
    return ys;
  };
  const one = (end: End, color: PlotColor, dash: readonly number[]): PlotSeries => ({
    label: `From ${names[end]}`,
    meaning: `Payload of ${names[end]} in each part of the time, what was sent again included.`,
    ...{ color, kind: 'step', xs, ys: rate(end), dash },
  });
  return {
    title: `Throughput, ${names.a} and ${names.b}`,
    ...{ unit: 'bitsPerSecond', fromZero: true, whole: seriesRange(series) },
    series: [one('a', 'phase-send', [5, 3]), one('b', 'phase-receive', [])],
  };
}

/** Each sample of the round trip that an ACK gave, by who sent the ACK. */
export function rttPicture(series: ConversationSeries, names: EndNames): PlotPicture {
  const rtt = column(series, 'rttUs');
  const one = (end: End, color: PlotColor, shape: MarkShape): PlotSeries =>
    chosen(series, {
      label: `ACKs of ${names[end]}`,
      meaning: `From a segment to the ACK of ${names[end]} for it, seen where the capture was made.`,
      ...{ color, kind: 'points', shape, y: rtt },
      is: (at) => of(series, end).isOf(at) && rtt(at) >= 0,
    });
  return {
    title: `Round-trip time, ${names.a} and ${names.b}`,
    ...{ unit: 'us', fromZero: true, whole: seriesRange(series) },
    series: [one('a', 'phase-send', 'square'), one('b', 'phase-receive', 'dot')].filter(
      ({ xs }) => xs.length > 0,
    ),
  };
}
