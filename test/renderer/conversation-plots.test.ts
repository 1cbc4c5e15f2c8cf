import { describe, expect, it } from 'vitest';
import type { ConversationSeries } from '../../core/contract/packets.ts';
import { packetTroubles as trouble } from '../../core/packets/tcp-events.ts';
import {
  heavierEnd,
  rttPicture,
  seriesRange,
  stevensPicture,
  throughputPicture,
  windowPicture,
} from '../../renderer/format/conversation-plots.ts';
import { graphPicture } from '../../renderer/format/io-graph.ts';
import { exactTime, sequenceLabel, sequenceStep, sequenceSvg } from '../../renderer/format/sequence.ts';

const names = { a: 'laptop', b: 'img.shop.test' };

interface Point {
  readonly atUs: number;
  readonly end: 'a' | 'b';
  readonly flags: number;
  readonly seq?: number;
  readonly ack?: number;
  readonly bytes?: number;
  readonly window?: number;
  readonly inFlight?: number;
  readonly rttUs?: number;
  readonly troubles?: number;
}

function seriesOf(points: readonly Point[]): ConversationSeries {
  const column = (of: (point: Point) => number) => Float64Array.from(points, of);
  return {
    packetNumbers: column((point) => points.indexOf(point) + 1),
    atUs: column(({ atUs }) => 1_795_000_000_000_000 + atUs),
    ends: Uint8Array.from(points, ({ end }) => (end === 'a' ? 0 : 1)),
    seq: column(({ seq = 0 }) => seq),
    ack: column(({ ack = 0 }) => ack),
    payloadBytes: column(({ bytes = 0 }) => bytes),
    window: column(({ window = 65_535 }) => window),
    inFlight: column(({ inFlight = 0 }) => inFlight),
    rttUs: column(({ rttUs = -1 }) => rttUs),
    flags: column(({ flags }) => flags),
    troubles: column(({ troubles = 0 }) => troubles),
    thinned: 0,
  };
}

const download = seriesOf([
  { atUs: 0, end: 'a', flags: 2 },
  { atUs: 20_000, end: 'b', flags: 18, ack: 1 },
  { atUs: 20_100, end: 'a', flags: 16, seq: 1, ack: 1, rttUs: 20_100 },
  { atUs: 20_200, end: 'a', flags: 24, seq: 1, ack: 1, bytes: 90 },
  { atUs: 40_000, end: 'b', flags: 16, seq: 1, ack: 91, bytes: 1448, inFlight: 1448, rttUs: 19_800 },
  {
    atUs: 40_500,
    end: 'b',
    flags: 16,
    seq: 2897,
    ack: 91,
    bytes: 1448,
    inFlight: 4344,
    troubles: trouble.gapBefore,
  },
  {
    atUs: 40_600,
    end: 'a',
    flags: 16,
    seq: 91,
    ack: 1449,
    window: 0,
    troubles: trouble.duplicateAck | trouble.zeroWindow,
  },
  {
    atUs: 80_000,
    end: 'b',
    flags: 16,
    seq: 1449,
    ack: 91,
    bytes: 1448,
    inFlight: 4344,
    troubles: trouble.retransmission,
  },
]);

describe('pictures of a conversation', () => {
  it('begin with the end that sent more', () => {
    expect(heavierEnd(download)).toBe('b');
    expect(seriesRange(download)).toEqual({ from: 0, to: 80_000 });
  });

  it('show each segment of one end, what was acknowledged, and what was sent again by a shape of its own', () => {
    const picture = stevensPicture(download, 'b', names);
    const by = Object.fromEntries(picture.series.map((each) => [each.label, each]));
    expect([...(by['Segments']?.ys ?? [])]).toEqual([1, 2897]);
    expect([...(by['Segments']?.tops ?? [])]).toEqual([1449, 4345]);
    expect([...(by['Acknowledged']?.ys ?? [])]).toEqual([1, 1, 1449]);
    expect(by['Sent again']?.shape).toBe('cross');
    expect([...(by['Sent again']?.packets ?? [])]).toEqual([8]);
    expect([...(by['Duplicate ACKs']?.ys ?? [])]).toEqual([1449]);
    expect(by['Out of order']).toBeUndefined();
  });

  it('show the room that the other end offers, and where there is none', () => {
    const picture = windowPicture(download, 'b', names);
    const by = Object.fromEntries(picture.series.map((each) => [each.label, each]));
    expect([...(by['Receive window']?.ys ?? [])]).toEqual([65_535, 65_535, 0]);
    expect([...(by['Bytes in flight']?.ys ?? [])]).toEqual([1448, 4344, 4344]);
    expect([...(by['Zero window']?.xs ?? [])]).toEqual([40_600]);
  });

  it('count throughput in equal parts of what is in sight, nothing twice', () => {
    const picture = throughputPicture(download, { from: 0, to: 80_000 }, 8, names);
    const [a, b] = picture.series;
    const bits = (ys: Float64Array | undefined) =>
      [...(ys ?? [])].slice(0, 8).reduce((sum, rate) => sum + rate * 0.01, 0);
    expect(bits(a?.ys)).toBeCloseTo(90 * 8);
    expect(bits(b?.ys)).toBeCloseTo(3 * 1448 * 8);
    const part = throughputPicture(download, { from: 35_000, to: 45_000 }, 10, names).series[1];
    expect([...(part?.ys ?? [])][5]).toBeCloseTo((2 * 1448 * 8) / 0.001);
  });

  it('show samples of the round trip by who acknowledged', () => {
    const [a, b] = rttPicture(download, names).series;
    expect([...(a?.ys ?? [])]).toEqual([20_100]);
    expect([...(b?.ys ?? [])]).toEqual([19_800]);
  });

  it('go on when the clock ran backwards', () => {
    const back = seriesOf([
      { atUs: 0, end: 'a', flags: 16, bytes: 10 },
      { atUs: 500, end: 'a', flags: 16, bytes: 10 },
      { atUs: 300, end: 'a', flags: 16, bytes: 10 },
    ]);
    const xs = windowPicture(back, 'a', names).series[0]?.xs ?? new Float64Array();
    expect([...xs]).toEqual([0, 500, 500]);
  });
});

describe('the sequence diagram', () => {
  it('says what each packet does', () => {
    expect(sequenceLabel(2, 0, 0)).toBe('SYN');
    expect(sequenceLabel(18, 0, 1)).toBe('SYN ACK');
    expect(sequenceLabel(16, 0, 1449)).toBe('ACK 1,449');
    expect(sequenceLabel(24, 1, 5)).toBe('1 byte');
    expect(sequenceLabel(17, 0, 9)).toBe('FIN ACK 9');
    expect(sequenceLabel(4, 0, 0)).toBe('RST');
    expect(sequenceLabel(0, 512, 0)).toBe('512 bytes');
    expect(sequenceLabel(0, 0, 0)).toBe('datagram');
  });

  it('tells times since the beginning and since the packet before', () => {
    const step = sequenceStep(download, 7);
    expect([step.atUs, step.gapUs, step.end, step.tone, step.packet]).toEqual([
      80_000,
      39_400,
      'b',
      'warning',
      8,
    ]);
    expect(step.troubles).toEqual(['retransmission']);
  });

  it('writes times so that near ones differ', () => {
    expect([exactTime(63_340), exactTime(63_480), exactTime(1_063_340)]).toEqual([
      '63.34 ms',
      '63.48 ms',
      '1.06334 s',
    ]);
  });

  it('becomes a file whose names cannot break it', () => {
    const tones = { note: '#00f', warning: '#a60', problem: '#c00' };
    const svg = sequenceSvg(
      download,
      { a: '<a>', b: 'b & "c"' },
      { text: '#000', muted: '#555', background: '#fff', tones },
    );
    expect(svg).toContain('&#60;a&#62;');
    expect(svg).toContain('1,448 bytes · sent again');
    expect(svg.match(/<path d="M260/g)?.length).toBeGreaterThan(3);
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});

describe('packets over time', () => {
  const counted = {
    fromUs: 1000,
    toUs: 5000,
    packets: [3, 0, 2, 1],
    bytes: [300, 0, 200, 60],
    troubled: [0, 0, 2, 0],
  };

  it('are bars for the list, lines for other filters, and triangles for trouble', () => {
    const picture = graphPicture(
      [
        { label: 'all', counted },
        { label: 'dns', counted },
      ],
      'packets',
      { from: 0, to: 4000 },
      1000,
    );
    expect(picture.series.map(({ label, kind }) => [label, kind])).toEqual([
      ['all', 'bars'],
      ['In trouble', 'points'],
      ['dns', 'step'],
    ]);
    expect([...(picture.series[0]?.xs ?? [])]).toEqual([0, 1000, 2000, 3000, 4000]);
    expect([...(picture.series[1]?.xs ?? [])]).toEqual([2500]);
    expect(picture.series[0]?.color).not.toBe(picture.series[2]?.color);
  });

  it('can be bytes', () => {
    const picture = graphPicture([{ label: 'all', counted }], 'bytes', { from: 0, to: 4000 }, 1000);
    expect([...(picture.series[0]?.ys ?? [])]).toEqual([300, 0, 200, 60, 0]);
    expect(picture.unit).toBe('bytes');
  });
});
