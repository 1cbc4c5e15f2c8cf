import type { EndNumber } from './tcp-course.ts';
import type { TcpShared } from './tcp-shared.ts';
import { seriesColumnCount, seriesColumns } from './tcp-series-columns.ts';
import { chooseSeriesPoints } from './tcp-series-thin.ts';

/** Points of a conversation's pictures as parallel arrays of one length: fields of `TcpPoint`, as the contract's `conversationSeries` has them. */
export interface TcpSeries {
  readonly packetNumbers: Float64Array;
  readonly atUs: Float64Array;
  /** 0: end a. */
  readonly ends: Uint8Array;
  readonly seq: Float64Array;
  readonly ack: Float64Array;
  readonly payloadBytes: Float64Array;
  readonly window: Float64Array;
  readonly inFlight: Float64Array;
  readonly rttUs: Float64Array;
  readonly flags: Float64Array;
  readonly troubles: Float64Array;
  /** Packets that were left out. */
  readonly thinned: number;
}

export interface SeriesCollector {
  /** After `TcpConversation.packet` returned `troubles`; the other figures are those of `shared`. */
  readonly add: (
    shared: TcpShared,
    end: EndNumber,
    atUs: number,
    packetNumber: number,
    payloadBytes: number,
    flags: number,
    troubles: number,
  ) => void;
  readonly series: () => TcpSeries;
}

const ROWS_MIN = 1024;

/**
 * Collects the points of a conversation between two times (µs, null: no bound), at most `pointsMax`. Beyond that points are left out by
 * `chooseSeriesPoints`, as they come: it never holds more than twice as many (88 bytes each).
 */
export function createSeriesCollector(
  pointsMax: number,
  fromUs: number | null = null,
  toUs: number | null = null,
): SeriesCollector {
  const rowsMax = 2 * pointsMax;
  const first = fromUs ?? -Infinity;
  const last = toUs ?? Infinity;
  let table = new Float64Array(Math.min(ROWS_MIN, rowsMax) * seriesColumnCount);
  let rows = 0;
  let thinned = 0;

  function add(
    shared: TcpShared,
    end: EndNumber,
    atUs: number,
    packetNumber: number,
    payloadBytes: number,
    flags: number,
    troubles: number,
  ): void {
    if (atUs < first || atUs > last) return;
    if (rows * seriesColumnCount === table.length) makeRoom();
    const at = rows * seriesColumnCount;
    table[at] = packetNumber;
    table[at + seriesColumns.atUs] = atUs;
    table[at + seriesColumns.end] = end;
    table[at + seriesColumns.seq] = shared.seq;
    table[at + seriesColumns.ack] = shared.ack;
    table[at + seriesColumns.payloadBytes] = payloadBytes;
    table[at + seriesColumns.window] = shared.window;
    table[at + seriesColumns.inFlight] = shared.inFlight;
    table[at + seriesColumns.rttUs] = shared.rttUs;
    table[at + seriesColumns.flags] = flags;
    table[at + seriesColumns.troubles] = troubles;
    rows++;
  }

  function makeRoom(): void {
    if (rows >= rowsMax) {
      thin();
      return;
    }
    const larger = new Float64Array(Math.min(rowsMax, rows * 2) * seriesColumnCount);
    larger.set(table);
    table = larger;
  }

  /** Moves the rows that stay to the front. */
  function thin(): void {
    const isKept = chooseSeriesPoints(table, rows, pointsMax);
    let kept = 0;
    for (let row = 0; row < rows; row++) {
      if (isKept[row] !== 1) continue;
      table.copyWithin(kept * seriesColumnCount, row * seriesColumnCount, (row + 1) * seriesColumnCount);
      kept++;
    }
    thinned += rows - kept;
    rows = kept;
  }

  function column(which: keyof typeof seriesColumns): Float64Array {
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      values[row] = table[row * seriesColumnCount + seriesColumns[which]] ?? 0;
    }
    return values;
  }

  function series(): TcpSeries {
    if (rows > pointsMax) thin();
    return {
      packetNumbers: column('packetNumber'),
      atUs: column('atUs'),
      ends: Uint8Array.from(column('end')),
      seq: column('seq'),
      ack: column('ack'),
      payloadBytes: column('payloadBytes'),
      window: column('window'),
      inFlight: column('inFlight'),
      rttUs: column('rttUs'),
      flags: column('flags'),
      troubles: column('troubles'),
      thinned,
    };
  }

  return { add, series };
}
